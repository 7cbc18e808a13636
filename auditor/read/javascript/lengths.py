"""Methods that change an array's length: what is taken from an array of unknown length may be any of its items."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import UNDEFINED, Array, JsValue, join, like
from auditor.read.javascript.source import Node
from auditor.read.values import Known, unknown

ArrayMethod = Callable[[Machine, Array, Sequence[JsValue], Node], JsValue]


def rest_of(array: Array) -> list[JsValue]:
    """Give what stands for the items past those that are known."""
    return [array.rest] if array.rest is not None else []


def _push(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if len(array.items) + len(args) > machine.evaluation.limits.collection_items:
        machine.touch(array, is_growing=True)
        array.rest = unknown(Source.LIMIT)
        return machine.fresh()
    machine.touch(array, is_growing=True)
    _lengthen(array, len(args))
    array.items += args
    return _length(array)


def _lengthen(array: Array, count: int) -> None:
    if array.least is not None:
        array.least += count


def _length(array: Array) -> JsValue:
    return Known(len(array.items)) if array.rest is None and array.least is None else unknown(Source.UNKNOWN)


def _unshift(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    machine.touch(array)
    _lengthen(array, len(args))
    array.items[:0] = args
    return _length(array)


def _pop(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if array.rest is not None or array.least is not None:
        return _taken(machine, array, -1)
    machine.touch(array)
    return array.items.pop() if array.items else UNDEFINED


def _taken(machine: Machine, array: Array, index: int) -> JsValue:
    """Take an item from an array of unknown length: which one is not known, and any may still be there."""
    machine.touch(array)
    array.least = max((array.least if array.least is not None else len(array.items)) - 1, 0)
    some = array.items[:1] if index == 0 else array.items[array.least :]
    others = [] if index == 0 and array.items and array.least else [*rest_of(array), UNDEFINED]
    if index == 0 and array.items:
        following = [*array.items[1:], *array.items[-1:]]
        array.items[:] = [join([one, two]) for one, two in zip(array.items, following, strict=True)]
    return join([*some, *others])


def _shift(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if array.least is not None:
        return _taken(machine, array, 0)
    machine.touch(array)
    if array.items:
        return array.items.pop(0)
    return array.rest if array.rest is not None else UNDEFINED


def _splice(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.strings import whole

    start, count = whole(args, 0, 0), whole(args, 1, len(array.items))
    machine.touch(array)
    if start is None or count is None:
        array.least = 0
        return Array([], like(array))
    array.least = None if array.least is None else 0
    start = max(len(array.items) + start, 0) if start < 0 else min(start, len(array.items))
    taken = array.items[start : start + max(count, 0)]
    array.items[start : start + max(count, 0)] = args[2:]
    return Array(taken)


LENGTH_METHODS: dict[str, ArrayMethod] = {
    "push": _push,
    "unshift": _unshift,
    "pop": _pop,
    "shift": _shift,
    "splice": _splice,
}
