"""What is left of a container or an object that something changed in a way that nobody models: any item anywhere.

Takes the container or object and what was handed over with it; both may then stand anywhere in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.read.python.call import Call
from auditor.read.python.literals import tells
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    ClassObj,
    DictObj,
    FunctionObj,
    InstanceObj,
    ListObj,
    ModuleObj,
    PyValue,
    Rest,
    Scope,
    TupleObj,
)
from auditor.read.values import Known, OneOf, Text

Handler = Callable[[Call], PyValue]
MUTATORS = frozenset(
    """rotate extendleft move_to_end subtract intersection_update difference_update symmetric_difference_update
    __setitem__ __delitem__ __iadd__ __ior__ __iand__ __isub__ __ixor__ __imul__ __init__""".split()
)
"""Methods of containers that change them."""


def loosen(machine: Machine, target: PyValue, given: Iterable[PyValue]) -> PyValue:
    """Let what is in a container, and what was given, be anywhere in it; gives any item."""
    if not isinstance(target, ListObj | DictObj):
        return NONE
    found = [item for variant in target.variants for item in variant] if isinstance(target, ListObj) else []
    if isinstance(target, DictObj):
        found = [*target.entries.values(), *([target.rest] if target.rest is not None else [])]
    found += [item for value in given for item in _inside(value)]
    any_item = machine.joined([item.value if isinstance(item, Rest) else item for item in found]) if found else NONE
    machine.journal.touch(target)
    if isinstance(target, ListObj):
        target.variants = [[Rest(any_item)]]
    else:
        target.entries, target.rest = {}, any_item
    return any_item


def _inside(value: PyValue) -> list[PyValue]:
    if isinstance(value, ListObj):
        return [item for variant in value.variants for item in variant]
    if isinstance(value, TupleObj):
        return [value, *value.items]
    return list(value.entries.values()) if isinstance(value, DictObj) else [value]


def set_somewhere(machine: Machine, target: PyValue, value: PyValue) -> None:
    """Set an attribute of which the name is not known: it may be any."""
    if not tells(value):
        return
    if isinstance(target, InstanceObj | ClassObj | FunctionObj):
        machine.journal.touch(target)
        target.attributes = {name: machine.joined([held, value]) for name, held in target.attributes.items()}
        behind = target.cls.attributes if isinstance(target, InstanceObj) else {}
        missing = {name: machine.joined([held, value]) for name, held in behind.items() if _is_told_text(held)}
        target.attributes = {**missing, **target.attributes}
    scope = target.scope if isinstance(target, ModuleObj) else target
    if isinstance(scope, Scope):
        for name, held in list(scope.names.items()):
            if _is_told_text(held):
                machine.journal.set_name(scope, name, machine.joined([held, value]))


def _is_told_text(held: PyValue) -> bool:
    return isinstance(held, Known | Text | OneOf) and tells(held)


def _changed(call: Call) -> PyValue:
    """A function that changes its first argument; gives any item of it."""
    return loosen(call.machine, call.arg(0), [*call.args[1:], *call.kwargs.values()])


def _itself(call: Call) -> PyValue:
    _changed(call)
    return call.arg(0)


def _setattr(call: Call) -> PyValue:
    from auditor.read.python.assign import set_attribute

    name = call.machine.known(call.arg(1))
    if isinstance(name, str):
        set_attribute(call.machine, call.arg(0), name, call.arg(2), call.node)
    else:
        set_somewhere(call.machine, call.arg(0), call.arg(2))
    return NONE


def _delattr(call: Call) -> PyValue:
    from auditor.read.python.removing import delete_attribute

    name = call.machine.known(call.arg(1))
    delete_attribute(call.machine, call.arg(0), name if isinstance(name, str) else None)
    return NONE


CHANGES: dict[str, Handler] = {
    "setattr": _setattr,
    "object.__setattr__": _setattr,
    "delattr": _delattr,
    **{f"heapq.{name}": _changed for name in ("heapify", "heappush", "heappop", "heapreplace", "heappushpop")},
    **{f"bisect.{name}": _changed for name in ("insort", "insort_left", "insort_right")},
    "random.shuffle": _changed,
    "operator.setitem": _changed,
    **{f"operator.{name}": _itself for name in ("iadd", "ior", "iconcat", "imul")},
}
