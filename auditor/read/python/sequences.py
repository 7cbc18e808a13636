"""Built-in functions over sequences: they call back, take containers apart and make new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.collected import COLLECTED
from auditor.read.python.fold import fold
from auditor.read.python.iterate import repeatedly
from auditor.read.python.literals import distinct, tells, update
from auditor.read.python.machine import Machine
from auditor.read.python.mutated import CHANGES
from auditor.read.python.native import Lowering, Many, Unfit
from auditor.read.python.objects import (
    Arguments,
    DictObj,
    InstanceObj,
    ListObj,
    Method,
    PyValue,
    Rest,
    TupleObj,
    new_list,
)
from auditor.read.python.pure import PURE
from auditor.read.python.resumed import GeneratorObj
from auditor.read.python.rounds import columns
from auditor.read.values import Known, OneOf, Unknown, unknown

Handler = Callable[[Call], PyValue]


def _length(call: Call) -> PyValue:
    value = call.arg(0)
    if isinstance(value, ListObj | TupleObj | DictObj):
        items = value.items if isinstance(value, TupleObj) else value.entries if isinstance(value, DictObj) else None
        if isinstance(value, ListObj):
            sizes = {len(variant) for variant in value.variants}
            if any(isinstance(item, Rest) for variant in value.variants for item in variant):
                return unknown(Source.UNKNOWN)
            return call.machine.joined([Known(size) for size in sorted(sizes)])
        if isinstance(value, DictObj) and value.rest is not None:
            return unknown(Source.UNKNOWN)
        return Known(len(items or ()))
    if isinstance(value, Known) and isinstance(value.value, str | bytes):
        return Known(len(value.value), value.trail)
    if isinstance(value, InstanceObj) and class_attribute(value.cls, "__len__") is not None:
        return call.machine.call(call.machine.attribute(value, "__len__", call.node), Arguments(), call.node)
    if isinstance(value, OneOf):
        return call.machine.joined(
            [
                Known(len(single.value), single.trail)
                if isinstance(single, Known) and isinstance(single.value, str | bytes)
                else unknown(Source.UNKNOWN)
                for single in value.values
            ]
        )
    return unknown(Source.UNKNOWN)


def each_time(call: Call, function: PyValue, row: Sequence[PyValue], *, is_one: bool = True) -> PyValue:
    """Call a function with items; where there may be any number of such, once more from what it leaves."""
    given = [item.value if isinstance(item, Rest) else item for item in row]
    if is_one and not any(isinstance(item, Rest) for item in row):
        return call.call_back(function, *given)
    values: list[PyValue] = []
    repeatedly(call.machine, lambda: values.append(call.call_back(function, *given)))
    return call.machine.joined(values)


def _map(call: Call) -> PyValue:
    function = call.arg(0)
    walked = columns(call, call.args[1:])
    results: list[PyValue] = []
    for row in zip(*walked, strict=False):
        value = each_time(call, function, row)
        results.append(Rest(value) if any(isinstance(item, Rest) for item in row) else value)
    return new_list(results, "generator")


def _starmap(call: Call) -> PyValue:
    results = [
        each_time(call, call.arg(0), call.items(item.value), is_one=False)
        if isinstance(item, Rest)
        else call.call_back(call.arg(0), *call.items(item))
        for item in call.items(call.arg(1))
    ]
    return new_list(results, "generator")


def _filter(call: Call) -> PyValue:
    function = call.arg(0)
    kept: list[PyValue] = []
    for item in call.items(call.arg(1)):
        inner = item.value if isinstance(item, Rest) else item
        is_none = isinstance(function, Known) and function.value is None
        verdict = call.machine.truth(inner if is_none else each_time(call, function, [item]))
        if verdict is not False:
            kept.append(item if verdict or isinstance(item, Rest) else Rest(item))
    return new_list(kept, "generator")


def ordered(machine: Machine, items: list[PyValue], given: Arguments, node: cst.CSTNode) -> list[PyValue]:
    """Sort items as `sorted` does, where their keys are known; otherwise leave them."""
    key = given.kwargs.get("key")
    try:
        rows = []
        for index, item in enumerate(items):
            shown = (
                machine.call(key, Arguments((item,)), node)
                if key is not None and machine.truth(key) is not False
                else item
            )
            rows.append((Lowering().lower(shown), index, item))
        rows.sort(key=lambda row: row[0])  # type: ignore[arg-type, return-value]
    except (Unfit, Many, TypeError):
        is_lost = key is not None and len(items) > 1 and any(map(tells, items))
        return (
            [Rest(machine.joined([item.value if isinstance(item, Rest) else item for item in items]))]
            if is_lost
            else list(items)
        )
    result = [item for _, _, item in rows]
    return result[::-1] if machine.truth(given.kwargs.get("reverse", Known(False))) else result


def _sorted(call: Call) -> PyValue:
    return new_list(ordered(call.machine, call.items(call.arg(0)), Arguments((), call.kwargs), call.node))


def _zip(call: Call) -> PyValue:
    walked = columns(call, call.args)
    rows: list[PyValue] = []
    for row in zip(*walked, strict=False):
        inner = TupleObj(tuple(item.value if isinstance(item, Rest) else item for item in row))
        rows.append(Rest(inner) if any(isinstance(item, Rest) for item in row) else inner)
    return new_list(rows, "generator")


def _enumerate(call: Call) -> PyValue:
    start = call.machine.known(call.arg(1, "start"))
    offset = start if isinstance(start, int) else 0
    rows: list[PyValue] = []
    for index, item in enumerate(call.items(call.arg(0))):
        if isinstance(item, Rest):
            rows.append(Rest(TupleObj((unknown(Source.UNKNOWN), item.value))))
        else:
            rows.append(TupleObj((Known(index + offset), item)))
    return new_list(rows, "generator")


def _reversed(call: Call) -> PyValue:
    items = call.items(call.arg(0))
    step = call.machine.step(call.node, "reverse")
    if all(isinstance(item, Known) for item in items):
        from auditor.read.values import stepped

        return new_list(
            [stepped(item, step) if isinstance(item, Known) else item for item in reversed(items)], "generator"
        )
    return new_list(items[::-1], "generator")


def _extreme(call: Call) -> PyValue:
    """Give the item that `min` or `max` gives for a key; without one it is a pure function."""
    if "key" not in call.kwargs:
        return fold(call.machine, PURE[call.callee.path], call.args, call.kwargs, call.node)
    given = call.items(call.args[0]) if len(call.args) == 1 else list(call.args)
    items = ordered(call.machine, given, Arguments((), {"key": call.kwargs["key"]}), call.node)
    if not items or any(isinstance(item, Rest) for item in items):
        return call.machine.joined([item.value if isinstance(item, Rest) else item for item in items])
    return items[0] if call.callee.path == "min" else items[-1]


def _range(call: Call) -> PyValue:
    bounds = [call.machine.known(value) for value in call.args]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if len(numbers) != len(bounds) or not numbers or (len(numbers) == 3 and numbers[2] == 0):
        return new_list([Rest(unknown(Source.UNKNOWN))])
    most = call.machine.limits.loop_rounds
    items: list[PyValue] = [Known(number) for number in islice(range(*numbers[:3]), most + 1)]
    if len(items) > most:
        return new_list([*items[:2], Rest(unknown(Source.UNKNOWN))])
    return new_list(items)


def _collect(kind: str) -> Handler:
    def handler(call: Call) -> PyValue:
        if not call.args:
            return new_list([], kind) if kind != "tuple" else TupleObj(())
        value = call.args[0]
        if isinstance(value, ListObj) and kind == "list":
            return ListObj([list(variant) for variant in value.variants])
        if isinstance(value, Unknown):
            return value
        items = call.items(value)
        bound = call.get(1, "maxlen") if kind == "deque" else None
        if bound is not None and not (isinstance(bound, Known) and bound.value is None):
            return new_list([Rest(one) for one in items] or [Rest(unknown(Source.UNKNOWN))], kind)  # the first may go
        if kind == "tuple":
            return TupleObj(tuple(items))
        return new_list(distinct(items) if kind in ("set", "frozenset") else items, kind)

    return handler


def _dict(call: Call) -> PyValue:
    result = DictObj({})
    for value in call.args[:1]:
        update(call.machine, result, new_list(call.items(value)) if isinstance(value, ListObj) else value)
    result.entries.update(call.kwargs)
    if call.rest is not None:
        result.rest = call.rest
    return result


def _next(call: Call) -> PyValue:
    value = call.arg(0)
    if isinstance(value, ListObj):
        return call.machine.call(Method(value, "popleft"), Arguments(), call.node)
    if isinstance(value, GeneratorObj):
        return call.machine.call(Method(value, "__next__"), Arguments(), call.node)
    if isinstance(value, InstanceObj) and class_attribute(value.cls, "__next__") is not None:
        return call.machine.call(call.machine.attribute(value, "__next__", call.node), Arguments(), call.node)
    items = call.items(value)
    if not items:
        return call.args[1] if len(call.args) > 1 else unknown(Source.UNKNOWN)
    return items[0].value if isinstance(items[0], Rest) else items[0]


def _iter(call: Call) -> PyValue:
    if len(call.args) == 2:
        return new_list([Rest(call.call_back(call.args[0]))], "generator")
    value = call.arg(0)
    return (
        value if isinstance(value, ListObj | InstanceObj | GeneratorObj) else new_list(call.items(value), "generator")
    )


def _any_all(call: Call) -> PyValue:
    verdicts = [call.machine.truth(item) for item in call.items(call.arg(0))]
    decisive = call.callee.path == "any"
    if decisive in verdicts:
        return Known(decisive)
    return unknown(Source.UNKNOWN) if None in verdicts else Known(not decisive)


def _chain(call: Call) -> PyValue:
    sources = call.items(call.args[0]) if call.callee.path.endswith("from_iterable") and call.args else list(call.args)
    return new_list(
        [item for value in sources for item in call.items(value.value if isinstance(value, Rest) else value)]
    )


SEQUENCES: dict[str, Handler] = {
    **COLLECTED,
    **CHANGES,
    "len": _length,
    "map": _map,
    "itertools.starmap": _starmap,
    "filter": _filter,
    "sorted": _sorted,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "range": _range,
    "xrange": _range,
    "list": _collect("list"),
    "tuple": _collect("tuple"),
    "set": _collect("set"),
    "frozenset": _collect("frozenset"),
    "collections.deque": _collect("deque"),
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "next": _next,
    "anext": _next,
    "iter": _iter,
    "any": _any_all,
    "all": _any_all,
    "min": _extreme,
    "max": _extreme,
    "collections.UserDict": _dict,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain,
}
