"""Methods of lists, sets and dicts, on every content that the container may have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from auditor.model.word import Source
from auditor.read.bounds import within
from auditor.read.python.literals import distinct, put, update
from auditor.read.python.machine import Machine
from auditor.read.python.mutated import loosen
from auditor.read.python.native import Unfit, key_of
from auditor.read.python.objects import (
    NONE,
    Arguments,
    DictObj,
    Key,
    ListObj,
    Obj,
    PyValue,
    Rest,
    TupleObj,
    join,
    new_list,
)
from auditor.read.values import Known, Value, unknown

ListMethod = Callable[[Machine, ListObj, Arguments, cst.CSTNode], PyValue | None]
DictMethod = Callable[[Machine, DictObj, Arguments, cst.CSTNode], PyValue | None]


def _append(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    machine.journal.touch(target, is_growing=True)
    for variant in target.variants:
        variant.extend(_room(machine, variant, given.args[:1]))
    if target.kind == "set":
        target.variants = [distinct(variant) for variant in target.variants]
    return NONE


def _room(machine: Machine, variant: list[PyValue], items: Sequence[PyValue]) -> Sequence[PyValue]:
    return within(machine.evaluation, items, machine.limits.collection_items, "items of a list", held=len(variant))


def _extend(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    items = [item for arg in given.args for item in machine.iterate(arg, node)]
    machine.journal.touch(target, is_growing=True)
    for variant in target.variants:
        variant.extend(_room(machine, variant, items))
    return NONE


def _insert(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    if len(given.args) < 2:
        return None
    index = machine.known(given.args[0])
    if not isinstance(index, int):
        loosen(machine, target, given.args[1:2])
        return NONE
    machine.journal.touch(target)
    for variant in target.variants:
        variant.insert(index if isinstance(index, int) else len(variant), given.args[1])
    return NONE


def _pop(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    index = machine.known(given.args[0]) if given.args else -1
    if not isinstance(index, int):
        return loosen(machine, target, [])
    machine.journal.touch(target)
    taken: list[PyValue] = []
    for variant in target.variants:
        item = variant[index] if -len(variant) <= index < len(variant) else Rest(unknown(Source.UNKNOWN))
        taken.append(item.value if isinstance(item, Rest) else item)
        if not isinstance(item, Rest):
            variant.pop(index)
    return machine.joined(taken)


def _popleft(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    items = target.items
    if len(target.variants) == 1 and items and isinstance(items[0], Rest):
        return _first_of(machine, items)
    return _pop(machine, target, Arguments((Known(0),)), node)


def _first_of(machine: Machine, items: list[PyValue]) -> PyValue:
    """Give what the first item may be where the first ones may be missing; the list stays as it is."""
    found: list[PyValue] = []
    for item in items:
        if not isinstance(item, Rest):
            found.append(item)
            break
        found.append(item.value)
    return machine.joined(found)


def _appendleft(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    return _insert(machine, target, Arguments((Known(0), *given.args)), node)


def _remove(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    machine.journal.touch(target)
    for variant in target.variants:
        for position, item in enumerate(variant):
            if given.args and (item is given.args[0] or _equal(item, given.args[0])):
                del variant[position]
                break
    return NONE


def _equal(left: PyValue, right: PyValue) -> bool:
    return isinstance(left, Known) and isinstance(right, Known) and left.value == right.value


def _clear(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    machine.journal.touch(target)
    target.variants = [[]]
    return NONE


def _reverse(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    machine.journal.touch(target)
    for variant in target.variants:
        variant.reverse()
    return NONE


def _sort(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    from auditor.read.python.sequences import ordered

    machine.journal.touch(target)
    target.variants = [ordered(machine, variant, given, node) for variant in target.variants]
    return NONE


def _copy(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    return ListObj([list(variant) for variant in target.variants], target.kind)


def _index(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    for position, item in enumerate(target.items):
        if given.args and _equal(item, given.args[0]):
            return Known(position)
    return unknown(Source.UNKNOWN)


def _count(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    if not given.args or not all(isinstance(item, Known) for item in target.items):
        return unknown(Source.UNKNOWN)
    return Known(sum(1 for item in target.items if _equal(item, given.args[0])))


def _send(machine: Machine, target: ListObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    return _popleft(machine, target, given, node) if target.kind == "generator" else None


LIST_METHODS: dict[str, ListMethod] = {
    "append": _append,
    "add": _append,
    "appendleft": _appendleft,
    "extend": _extend,
    "update": _extend,
    "insert": _insert,
    "pop": _pop,
    "popleft": _popleft,
    "remove": _remove,
    "discard": _remove,
    "clear": _clear,
    "reverse": _reverse,
    "sort": _sort,
    "copy": _copy,
    "index": _index,
    "count": _count,
    "send": _send,
    "__next__": _send,
    "put": _append,
    "put_nowait": _append,
    "get": _popleft,
}


def _get(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    key, *defaults = given.args or (unknown(Source.UNKNOWN),)
    default = defaults[0] if defaults else given.kwargs.get("default", NONE)
    try:
        native = _native(key)
    except Unfit:
        values = [*target.entries.values(), default, *([target.rest] if target.rest is not None else [])]
        return machine.joined(values)
    if native in target.entries:
        return target.entries[native]
    if target.rest is None:
        return default
    return machine.joined([target.rest, default])


def _native(key: PyValue) -> Key:
    native = key_of(key)
    return f"\0{id(native)}" if isinstance(native, Obj) else native


def _setdefault(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    if not given.args:
        return None
    try:
        known = _native(given.args[0]) in target.entries
    except Unfit:
        known = False
    if not known and len(given.args) > 1:
        machine.journal.touch(target)
        put(target, given.args[0], given.args[1])
    return _get(machine, target, given, node)


def _update(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    machine.journal.touch(target)
    for other in given.args:
        update(machine, target, other)
    for name, value in given.kwargs.items():
        target.entries[name] = value
    return NONE


def _pop_key(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    found = _get(machine, target, given, node)
    machine.journal.touch(target)
    try:
        target.entries.pop(_native(given.args[0]), None)
    except (Unfit, IndexError):
        return found
    return found


def shown_key(key: Key) -> PyValue:
    """Give a dict's key as a value."""
    if isinstance(key, str) and key.startswith("\0"):
        return unknown(Source.UNKNOWN)  # the key is an object of the script
    if isinstance(key, tuple):
        return TupleObj(tuple(shown_key(part) for part in key))
    scalar: Value = Known(key)
    return scalar


def _keys(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    rest: list[PyValue] = [Rest(unknown(Source.UNKNOWN))] if target.rest is not None else []
    return new_list([*(shown_key(key) for key in target.entries), *rest])


def _values(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    rest: list[PyValue] = [Rest(target.rest)] if target.rest is not None else []
    return new_list([*target.entries.values(), *rest])


def _items(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    rest: list[PyValue] = []
    if target.rest is not None:
        rest = [Rest(TupleObj((unknown(Source.UNKNOWN), target.rest)))]
    return new_list([*(TupleObj((shown_key(key), value)) for key, value in target.entries.items()), *rest])


def _copy_dict(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    return DictObj(dict(target.entries), target.rest)


def _clear_dict(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    machine.journal.touch(target)
    target.entries, target.rest = {}, None
    return NONE


def _popitem(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    if not target.entries:
        return None
    machine.journal.touch(target)
    key, value = target.entries.popitem()
    return TupleObj((shown_key(key), value))


def _missing(machine: Machine, target: DictObj, given: Arguments, node: cst.CSTNode) -> PyValue | None:
    return join(target.entries.values()) if target.entries else None


DICT_METHODS: dict[str, DictMethod] = {
    "get": _get,
    "setdefault": _setdefault,
    "update": _update,
    "pop": _pop_key,
    "keys": _keys,
    "values": _values,
    "items": _items,
    "copy": _copy_dict,
    "clear": _clear_dict,
    "popitem": _popitem,
    "__missing__": _missing,
}
