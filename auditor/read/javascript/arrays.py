"""Methods of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key

from auditor.model.word import Source
from auditor.read.javascript.calls import call
from auditor.read.javascript.lengths import LENGTH_METHODS, ArrayMethod, rest_of
from auditor.read.javascript.machine import Machine, shown
from auditor.read.javascript.members import items_of
from auditor.read.javascript.objects import SCALARS, UNDEFINED, Array, JsValue, Undefined, join, like
from auditor.read.javascript.rounds import many
from auditor.read.javascript.source import Node
from auditor.read.values import Known, unknown


def _join(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    separator = machine.text(args[0]) if args and not isinstance(args[0], Undefined) else Known(",")
    joined = machine.joined(array, separator)
    return machine.step(joined, node, "join", joined) if len(array.items) > 1 else joined


def _reverse(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    machine.touch(array)
    array.items.reverse()
    return array


def _to_reversed(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return Array(array.items[::-1], array.rest)


def _map(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    if not args:
        return array
    found = [call(machine, args[0], [item, Known(index), array], node) for index, item in enumerate(list(array.items))]
    rest: list[JsValue] = []

    def one() -> None:
        rest.append(call(machine, args[0], [array.rest or UNDEFINED, machine.fresh(), array], node))

    if array.rest is not None:
        many(machine, one)
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

    kept: list[JsValue] = []
    least = 0
    for index, item in enumerate(list(array.items)):
        known = truth(call(machine, args[0], [item, Known(index), array], node)) if args else True
        kept += [item] if known is not False else []
        least += known is True and (array.least is None or index < array.least)
    if array.rest is not None and args:
        many(machine, lambda: call(machine, args[0], [array.rest or UNDEFINED, machine.fresh(), array], node))
    return Array(kept, array.rest, None if least == len(kept) else least)


def _found(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.operators import truth

    maybe: list[JsValue] = []
    for index, item in enumerate(list(array.items)):
        known = truth(call(machine, args[0], [item, Known(index), array], node)) if args else None
        if known is True:
            return join([*maybe, item])
        if known is None:
            maybe.append(item)
    if array.rest is not None and args:
        many(machine, lambda: call(machine, args[0], [array.rest or UNDEFINED, machine.fresh(), array], node))
    return join([*maybe, *rest_of(array), UNDEFINED])


def _reduce(machine: Machine, array: Array, args: Sequence[JsValue], node: Node, *, is_right: bool = False) -> JsValue:
    items = [*array.items, *rest_of(array)]
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
    known = items if array.rest is None else items[1:] if is_right else items[:-1]
    held = {"value": value}

    def one() -> None:
        given = [held["value"], array.rest or UNDEFINED, machine.fresh(), array]
        machine.put(held, "value", call(machine, args[0], given, node))

    if array.rest is not None and is_right:
        many(machine, one)
    for index, item in enumerate(known[start:], start=start):
        held["value"] = call(machine, args[0], [held["value"], item, Known(index), array], node)
    if array.rest is not None and not is_right:
        many(machine, one)
    return held["value"]


def _slice(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.strings import bounds

    found = bounds(len(array.items), args, "slice")
    if array.least is not None and found is not None:
        return Array(
            array.items[found[0] : found[1]], array.rest, min(max(array.least - found[0], 0), found[1] - found[0])
        )
    if found is None:
        if not array.items:
            return Array([], array.rest)
        one = join([*array.items, *rest_of(array)])
        return Array([], one if isinstance(one, SCALARS) else like(one))
    if array.rest is not None and found[0] >= len(array.items):
        return Array([], array.rest)
    return Array(array.items[found[0] : found[1]], array.rest)


def _concat(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    made = Array(list(array.items), array.rest, array.least)
    for argument in args:
        if isinstance(argument, Array):
            if argument.least is not None and made.least is None:
                made.least = len(made.items) + argument.least
            made.items += argument.items
            made.rest = made.rest if made.rest is not None else argument.rest
        else:
            made.items.append(argument)
    return made


def _at(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.strings import whole

    index = whole(args, 0, 0)
    if index is None:
        return join([*array.items, *rest_of(array)]) if array.items else machine.fresh()
    if array.rest is not None and (index < 0 or index >= len(array.items)):
        return array.rest
    return array.items[index] if -len(array.items) <= index < len(array.items) else UNDEFINED


def _sort(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    """Sort by text, or by a comparison whose every answer is known."""
    if array.rest is not None or len(array.items) > 2_000:
        return array
    if not args or isinstance(args[0], Undefined):
        if all(isinstance(item, Known) for item in array.items):
            machine.touch(array)
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
        machine.touch(array)
        array.items[:] = found
    return array


def _has(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    wanted = args[0] if args else UNDEFINED
    if (
        array.rest is None
        and array.least is None
        and isinstance(wanted, Known)
        and all(isinstance(item, Known) for item in array.items)
    ):
        return Known(any(isinstance(item, Known) and item.value == wanted.value for item in array.items))
    return machine.fresh()


def _index_of(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    wanted = args[0] if args else UNDEFINED
    if (
        isinstance(wanted, Known)
        and all(isinstance(item, Known) for item in array.items)
        and array.rest is None
        and array.least is None
    ):
        values = [item.value for item in array.items if isinstance(item, Known)]
        return Known(values.index(wanted.value) if wanted.value in values else -1)
    return machine.fresh()


def _entries(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return Array([Array([Known(index), item]) for index, item in enumerate(array.items)], array.rest)


def _keys(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    return Array([Known(index) for index in range(len(array.items))], array.rest)


def _fill(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    machine.touch(array)
    array.items[:] = [args[0] if args else UNDEFINED] * len(array.items)
    return array


def _same(machine: Machine, array: Array, args: Sequence[JsValue], node: Node) -> JsValue:
    items, rest = items_of(machine, array)
    return Array(list(items), like(rest) if rest is not None else None)


ARRAY_METHODS: dict[str, ArrayMethod] = {
    **LENGTH_METHODS,
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
    "slice": _slice,
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
