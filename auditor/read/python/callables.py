"""Built-in functions that make or unpack callables: `reduce`, `partial`, `methodcaller` and their kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.access import hidden
from auditor.read.python.call import Call
from auditor.read.python.fold import TooLong, fold
from auditor.read.python.objects import (
    Arguments,
    External,
    FunctionObj,
    NativeObj,
    Partial,
    PyValue,
    Rest,
    TupleObj,
    Wrapped,
)
from auditor.read.python.pure import PURE
from auditor.read.python.pure.patterns import safe
from auditor.read.values import Known, OneOf, Text, Unknown, Value, concat, stepped, unknown

Handler = Callable[[Call], PyValue]
_MOST_MATCHES = 5_000


def _reduce(call: Call) -> PyValue:
    items = call.items(call.arg(1))
    if len(call.args) > 2:
        items = [call.args[2], *items]
    if not items:
        return unknown(Source.UNKNOWN)
    first, *others = [item.value if isinstance(item, Rest) else item for item in items]
    for item in others:
        first = call.call_back(call.arg(0), first, item)
    return first


def _partial(call: Call) -> PyValue:
    return Partial(call.arg(0), call.args[1:], dict(call.kwargs))


def _methodcaller(call: Call) -> PyValue:
    kind = call.callee.path.removesuffix("()").rpartition(".")[2]
    made = call.callee
    target = call.arg(0)
    names = [call.machine.known(name) for name in made.args]
    if kind == "methodcaller" and names and isinstance(names[0], str):
        method = hidden(call.machine.attribute(target, names[0], call.node))
        return call.machine.call(method, Arguments(made.args[1:], made.kwargs), call.node)
    results: list[PyValue] = []
    for name, raw in zip(names, made.args, strict=True):
        if kind == "itemgetter":
            results.append(call.machine.tables.subscript(call.machine, target, raw, call.node))
            continue
        value = target
        for part in str(name).split("."):
            value = hidden(call.machine.attribute(value, part, call.node))
        results.append(value)
    return results[0] if len(results) == 1 else TupleObj(tuple(results))


def _maker(call: Call) -> PyValue:
    return call.result()


def _identity_decorator(call: Call) -> PyValue:
    return (
        External("functools.lru_cache()")
        if not call.args or not isinstance(call.args[0], FunctionObj)
        else call.args[0]
    )


def _substitute(call: Call) -> PyValue:
    """Give `re.sub` with a function: it is called with each match."""
    offset = 0 if call.callee.path == "re.sub" else -1
    function = call.arg(1 + offset, "repl")
    if isinstance(function, Known | Text | Unknown | OneOf):
        return fold(call.machine, PURE[call.callee.path], call.args, call.kwargs, call.node)
    pattern = call.machine.known(call.arg(0, "pattern")) if not offset else None
    text = call.text(2 + offset, "string")
    if text is None or not isinstance(pattern, str | bytes):
        return unknown(Source.UNKNOWN)
    try:
        compiled = safe(pattern, text)
    except (TooLong, re.error):
        return unknown(Source.LIMIT)
    if not isinstance(compiled.pattern, str):
        return unknown(Source.UNKNOWN)
    pieces: list[Value] = []
    end = 0
    for number, match in enumerate(re.compile(compiled.pattern).finditer(text)):
        if number >= _MOST_MATCHES:
            call.machine.evaluation.gap(
                Why.TOO_MANY, f"more than {_MOST_MATCHES} matches", call.machine.place(call.node)
            )
            return unknown(Source.LIMIT)
        pieces += [Known(text[end : match.start()]), call.machine.scalar(call.call_back(function, NativeObj(match)))]
        end = match.end()
    step = call.machine.step(call.node, "replace")
    return stepped(concat([*pieces, Known(text[end:])], call.machine.limits.alternatives), step)


CALLABLES: dict[str, Handler] = {
    "re.sub": _substitute,
    "functools.reduce": _reduce,
    "reduce": _reduce,
    "functools.partial": _partial,
    "functools.partialmethod": lambda call: Wrapped("partialmethod", _partial(call)),
    "functools.wraps": _maker,
    "functools.lru_cache": _identity_decorator,
    "functools.cache": _identity_decorator,
    "operator.methodcaller": _maker,
    "operator.attrgetter": _maker,
    "operator.itemgetter": _maker,
    "operator.methodcaller()": _methodcaller,
    "operator.attrgetter()": _methodcaller,
    "operator.itemgetter()": _methodcaller,
    "contextlib.suppress": _maker,
}
