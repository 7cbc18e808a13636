"""The containers of `collections` that are more than lists and dicts: `namedtuple`, `defaultdict`, `ChainMap`."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.literals import update
from auditor.read.python.objects import BoundMethod, ClassObj, DictObj, External, FunctionObj, Partial, PyValue
from auditor.read.values import unknown

Handler = Callable[[Call], PyValue]


def _chain_map(call: Call) -> PyValue:
    result = DictObj({})
    for value in reversed(call.args):
        update(call.machine, result, value)
    return result


def _namedtuple(call: Call) -> PyValue:
    fields = call.machine.known(call.arg(1, "field_names"))
    names = (
        fields.replace(",", " ").split()
        if isinstance(fields, str)
        else [str(name) for name in fields]
        if isinstance(fields, list | tuple)
        else []
    )
    return ClassObj(call.text(0) or "tuple", (), {}, tuple(names))


def _defaultdict(call: Call) -> PyValue:
    factory = call.arg(0)
    rest: PyValue | None = None
    if isinstance(factory, FunctionObj | ClassObj | Partial | BoundMethod):
        rest = call.call_back(factory)
    elif isinstance(factory, External) and factory.path == "list":
        rest = unknown(Source.UNKNOWN)
    result = DictObj({}, rest)
    for value in call.args[1:2]:
        update(call.machine, result, value)
    return result


COLLECTED: dict[str, Handler] = {
    "collections.defaultdict": _defaultdict,
    "collections.namedtuple": _namedtuple,
    "collections.ChainMap": _chain_map,
}
