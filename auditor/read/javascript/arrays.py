"""Methods of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key

from auditor.model.word import Source
from auditor.read.javascript.calls import call
from auditor.read.javascript.machine import Machine, shown
from auditor.read.javascript.members import items_of
from auditor.read.javascript.objects import SCALARS, UNDEFINED, Array, JsValue, Undefined, join, like
from auditor.read.javascript.source import Node
from auditor.read.values import Known, unknown

ArrayMethod = Callable[[Machine, Array, Sequence[JsValue], Node], JsValue]


def _rest(array: Array) -> list[JsValue]:
    return [array.rest] if array.rest is not None else []


def _join(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    separator = machine.text(args[0]) if args and not isinstance(args[0], Undefined) else Known(",")
    joined = machine.joined(array, separator)
    return machine.step(joined, node, "join", joined) if len(array.items) > 1 else joined


def _reverse(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    array.items.reverse()
    return array


def _to_reversed(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return Array(array.items[::-1], array.rest)


def _map(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if not args:
        return array
    found = [call(machine, args[0], [item, Known(index), array], node) for index, item in enumerate(list(array.items))]
    rest = [call(machine, args[0], [item, machine.fresh(), array], node) for item in _rest(array)]
    return Array(found, like(rest[0]) if rest else None)


def _flat_map(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return _flat(machine, _as_array(_map(machine, array, args, node)), [], node)


def _as_array(value: JsValue) -> Array:
    return value if isinstance(value, Array) else Array([], like(value))


def _flat(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    found: list[JsValue] = []
    rest = array.rest
    for item in array.items:
        if isinstance(item, Array):
            found += item.items
            rest = rest if rest is not None else item.rest
        else:
            found.append(item)
    most = machine.evaluation.limits.collection_items
    return Array(found[:most], rest if len(found) <= most else unknown(Source.LIMIT))


def _for_each(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    _map(machine, array, args, node)
    return UNDEFINED


def _filter(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.operators import truth

    kept = [
        item
        for index, item in enumerate(list(array.items))
        if not args or truth(call(machine, args[0], [item, Known(index), array], node)) is not False
    ]
    return Array(kept, array.rest)


def _found(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.operators import truth

    maybe: list[JsValue] = []
    for index, item in enumerate(list(array.items)):
        known = truth(call(machine, args[0], [item, Known(index), array], node)) if args else None
        if known is True:
            return join([*maybe, item])
        if known is None:
            maybe.append(item)
    return join([*maybe, *_rest(array), UNDEFINED])


def _reduce(machine: Machine, array: Array, args: Sequence[JsValue], node: Node, *, is_right: bool = False) -> JsValue:
    items = [*array.items, *_rest(array)]
    items = items[::-1] if is_right else items
    if not args:
        return machine.fresh()
    start = 0
    if len(args) > 1:
        value = args[1]
    elif items:
        value, start = items[0], 1
    else:
        return UNDEFINED
    for index, item in enumerate(items[start:], start=start):
        value = call(machine, args[0], [value, item, Known(index), array], node)
    return value


def _push(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if len(array.items) + len(args) > machine.evaluation.limits.collection_items:
        array.rest = unknown(Source.LIMIT)
        return machine.fresh()
    array.items += args
    return Known(len(array.items))


def _unshift(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    array.items[:0] = args
    return Known(len(array.items))


def _pop(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if array.rest is not None:
        return array.rest
    return array.items.pop() if array.items else UNDEFINED


def _shift(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if array.items:
        return array.items.pop(0)
    return array.rest if array.rest is not None else UNDEFINED


def _slice(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.strings import bounds

    found = bounds(len(array.items), args, "slice")
    if found is None:
        if not array.items:
            return Array([], array.rest)
        one = join([*array.items, *_rest(array)])
        return Array([], one if isinstance(one, SCALARS) else like(one))
    if array.rest is not None and found[0] >= len(array.items):
        return Array([], array.rest)
    return Array(array.items[found[0] : found[1]], array.rest)


def _splice(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.strings import whole

    start, count = whole(args, 0, 0), whole(args, 1, len(array.items))
    if start is None or count is None:
        return Array([], like(array))
    start = max(len(array.items) + start, 0) if start < 0 else min(start, len(array.items))
    taken = array.items[start : start + max(count, 0)]
    array.items[start : start + max(count, 0)] = args[2:]
    return Array(taken)


def _concat(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    made = Array(list(array.items), array.rest)
    for argument in args:
        if isinstance(argument, Array):
            made.items += argument.items
            made.rest = made.rest if made.rest is not None else argument.rest
        else:
            made.items.append(argument)
    return made


def _at(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.strings import whole

    index = whole(args, 0, 0)
    if index is None:
        return join([*array.items, *_rest(array)]) if array.items else machine.fresh()
    if array.rest is not None and (index < 0 or index >= len(array.items)):
        return array.rest
    return array.items[index] if -len(array.items) <= index < len(array.items) else UNDEFINED


def _sort(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    """Sort by text, or by a comparison whose every answer is known."""
    if array.rest is not None or len(array.items) > 2_000:
        return array
    if not args or isinstance(args[0], Undefined):
        if all(isinstance(item, Known) for item in array.items):
            array.items.sort(key=lambda item: shown(item) if isinstance(item, Known) else "")
        return array
    unsure: list[bool] = []

    def compare(first: JsValue, second: JsValue) -> int:
        from auditor.read.javascript.operators import number_of

        number = number_of(call(machine, args[0], [first, second], node))
        unsure.append(number is None)
        return 0 if number is None or number != number else (number > 0) - (number < 0)

    found = sorted(array.items, key=cmp_to_key(compare))
    if not any(unsure):
        array.items[:] = found
    return array


def _has(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    wanted = args[0] if args else UNDEFINED
    if array.rest is None and isinstance(wanted, Known) and all(isinstance(item, Known) for item in array.items):
        return Known(any(isinstance(item, Known) and item.value == wanted.value for item in array.items))
    return machine.fresh()


def _index_of(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    wanted = args[0] if args else UNDEFINED
    if isinstance(wanted, Known) and all(isinstance(item, Known) for item in array.items) and array.rest is None:
        values = [item.value for item in array.items if isinstance(item, Known)]
        return Known(values.index(wanted.value) if wanted.value in values else -1)
    return machine.fresh()


def _entries(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return Array([Array([Known(index), item]) for index, item in enumerate(array.items)], array.rest)


def _keys(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return Array([Known(index) for index in range(len(array.items))], array.rest)


def _fill(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    array.items[:] = [args[0] if args else UNDEFINED] * len(array.items)
    return array


def _same(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    items, rest = items_of(machine, array)
    return Array(list(items), like(rest) if rest is not None else None)


ARRAY_METHODS: dict[str, ArrayMethod] = {
    "join": _join,
    "toString": lambda machine, array, args, node: machine.joined(array, Known(",")),
    "reverse": _reverse,
    "toReversed": _to_reversed,
    "map": _map,
    "flatMap": _flat_map,
    "flat": _flat,
    "forEach": _for_each,
    "filter": _filter,
    "find": _found,
    "findLast": _found,
    "some": lambda machine, array, args, node: (_map(machine, array, args, node), machine.fresh())[1],
    "every": lambda machine, array, args, node: (_map(machine, array, args, node), machine.fresh())[1],
    "findIndex": lambda machine, array, args, node: (_map(machine, array, args, node), machine.fresh())[1],
    "reduce": _reduce,
    "reduceRight": lambda machine, array, args, node: _reduce(machine, array, args, node, is_right=True),
    "push": _push,
    "unshift": _unshift,
    "pop": _pop,
    "shift": _shift,
    "slice": _slice,
    "splice": _splice,
    "concat": _concat,
    "at": _at,
    "sort": _sort,
    "toSorted": lambda machine, array, args, node: _sort(machine, Array(list(array.items), array.rest), args, node),
    "includes": _has,
    "indexOf": _index_of,
    "entries": _entries,
    "keys": _keys,
    "values": _same,
    "fill": _fill,
}
