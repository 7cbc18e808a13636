"""Objects, arrays, maps and JSON: the functions that make them and take them apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import items_of
from auditor.read.javascript.objects import (
    HELD,
    UNDEFINED,
    Array,
    External,
    Function,
    JsValue,
    Record,
    Undefined,
    like,
)
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import plain, whole
from auditor.read.secrets import ENVIRONMENT, is_key, passed_on
from auditor.read.values import Known, Text, Unknown, Value, concat, unknown

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_MOST_DEPTH = 40


def _json_parse(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    text = plain(args[0]) if args and isinstance(args[0], Known) else None
    if text is None:
        return part_of(machine, like(args[0])) if args else UNDEFINED
    try:
        return lifted(json.loads(text), args[0] if isinstance(args[0], Known) else Known(None))
    except (ValueError, RecursionError):
        return machine.fresh()


def part_of(machine: Machine, value: Value) -> Value:
    """Give what text out of reach says: one setting of a file of secrets is not the file."""
    if isinstance(value, Unknown) and passed_on(value.hole) and not is_key(value.hole.detail):
        return machine.fresh(value.hole.source)
    return value


def lifted(value: object, origin: Known, depth: int = 0) -> JsValue:
    """Give a value read from JSON."""
    if depth > _MOST_DEPTH:
        return unknown(Source.LIMIT)
    if isinstance(value, dict):
        return Record({str(key): lifted(item, origin, depth + 1) for key, item in value.items()})
    if isinstance(value, list):
        return Array([lifted(item, origin, depth + 1) for item in value])
    return Known(value if isinstance(value, str | int | float | bool) else None, origin.trail)


def _json_text(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return as_json(machine, args[0]) if args else UNDEFINED


def as_json(machine: Machine, value: JsValue, depth: int = 0) -> Value:
    """Give a value as JSON, with unknown parts where it has some."""
    if depth > _MOST_DEPTH:
        return unknown(Source.LIMIT)
    if isinstance(value, Known):
        inner = value.value
        return Known(
            json.dumps(inner if isinstance(inner, str | int | float | bool | None) else str(inner), ensure_ascii=False)
        )
    if isinstance(value, Array | Record) and len(value.items if isinstance(value, Array) else value.entries) > 1_000:
        return _what_it_holds(machine, value) or unknown(Source.LIMIT)
    if isinstance(value, Array) and value.rest is None:
        pieces: list[Value] = []
        for item in value.items:
            pieces += [Known("," if pieces else "["), as_json(machine, item, depth + 1)]
        return concat([*pieces, Known("]" if pieces else "[]")])
    if isinstance(value, Record) and not value.is_open:
        pieces = []
        for key, item in value.entries.items():
            if isinstance(item, Undefined | Function):
                continue
            pieces += [
                Known((", " if pieces else "{") + json.dumps(key, ensure_ascii=False) + ": "),
                as_json(machine, item, depth + 1),
            ]
        return concat([*pieces, Known("}" if pieces else "{}")])
    if isinstance(value, Text | Unknown):
        return concat([Known('"'), value, Known('"')])
    return _what_it_holds(machine, value) or like(value)


def _what_it_holds(machine: Machine, value: JsValue) -> Value | None:
    """Give unknown text that tells of the environment or the file of secrets in a value; None where it has neither."""
    from auditor.read.javascript.carried import held_by

    found = held_by(machine, value)
    return unknown(Source.COMMAND if found[0] == ENVIRONMENT else Source.FILE, 0, found[0]) if found else None


def _object(name: str) -> Model:
    from auditor.read.javascript.carried import held_by

    def model(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
        target = args[0] if args else UNDEFINED
        if name == "assign" and isinstance(target, Record):
            for other in args[1:]:
                if isinstance(other, Record):
                    for key, value in other.entries.items():
                        machine.put(target.entries, key, value, target.born)
                else:
                    target.is_open = target.is_open or not isinstance(other, Undefined)
                    if held_by(machine, other):
                        machine.put(target.entries, HELD, other, target.born)
            return target
        if name in {"freeze", "seal", "create", "setPrototypeOf", "defineProperty"}:
            if name == "defineProperty" and len(args) > 2 and isinstance(args[2], Record):
                _define(machine, args, node)
            return target if name != "create" else Record(dict(getattr(target, "entries", {})), is_open=True)
        if isinstance(target, Record) and name in {"keys", "values", "entries"}:
            return _listed(target, name)
        if isinstance(target, Array) and name in {"values", "entries"}:
            return (
                target if name == "values" else Array([Array([Known(str(i)), v]) for i, v in enumerate(target.items)])
            )
        if name == "fromEntries":
            items, rest = items_of(machine, target)
            made = Record(is_open=rest is not None)
            for item in items:
                pair, _ = items_of(machine, item)
                name_text = plain(pair[0]) if pair else None
                if name_text is not None and len(pair) > 1:
                    made.entries[name_text] = pair[1]
            return made
        return Array([], like(target)) if name in {"keys", "values", "entries"} else machine.fresh()

    return model


def _define(machine: Machine, args: Sequence[JsValue], node: Node) -> None:
    from auditor.read.javascript.calls import call
    from auditor.read.javascript.members import set_member

    described = args[2]
    if isinstance(described, Record):
        key, value = plain(args[1]), described.entries.get("value")
        getter = described.entries.get("get")
        if value is not None:
            set_member(machine, args[0], key, value, node)
        elif getter is not None and key is not None:
            set_member(machine, args[0], f"get {key}", getter, node)
            if isinstance(args[0], Record) and key in args[0].entries:
                set_member(machine, args[0], key, call(machine, getter, (), node), node)


def _listed(target: Record, name: str) -> JsValue:
    entries = [(key, value) for key, value in target.entries.items() if not key.startswith("@")]
    rest = unknown(Source.UNKNOWN) if target.is_open else None
    if name == "keys":
        return Array([Known(key) for key, _ in entries], rest)
    if name == "values":
        return Array([value for _, value in entries], rest)
    return Array([Array([Known(key), value]) for key, value in entries], rest)


def _array_from(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.calls import call

    if not args:
        return Array([])
    if isinstance(args[0], Record) and isinstance(args[0].entries.get("length"), Known):
        count = whole([args[0].entries["length"]], 0, 0) or 0
        items: list[JsValue] = [UNDEFINED] * min(max(count, 0), 5_000)
        rest: JsValue | None = None
    else:
        found, rest = items_of(machine, args[0])
        items = list(found)
    if len(args) > 1:
        items = [call(machine, args[1], [item, Known(index)], node) for index, item in enumerate(items)]
    return Array(items, like(rest) if rest is not None else None)


def _array(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    count = args[0].value if len(args) == 1 and isinstance(args[0], Known) else None
    if isinstance(count, int) and not isinstance(count, bool):
        return Array([UNDEFINED] * min(max(count, 0), 5_000))
    return Array(list(args))


def _collection(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`new Map(pairs)`, `new Set(items)`: kept by key."""
    items, rest = items_of(machine, args[0]) if args else ([], None)
    made = Record(is_open=rest is not None)
    if function.path.endswith("Set"):
        made.entries["@items"] = Array(list(items), like(rest) if rest is not None else None)
        return made
    for item in items:
        pair, _ = items_of(machine, item)
        key = plain(pair[0]) if pair else None
        if key is not None and len(pair) > 1:
            made.entries[key] = pair[1]
    return made


def _all_settled(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`Promise.allSettled(promises)`: taken to be fulfilled."""
    items, rest = items_of(machine, args[0]) if args else ([], None)
    settled: list[JsValue] = [Record({"status": Known("fulfilled"), "value": item}) for item in items]
    return Array(settled, like(rest) if rest is not None else None)


COLLECTIONS: dict[str, Model] = {
    "JSON.parse": _json_parse,
    "JSON.stringify": _json_text,
    "Promise.allSettled": _all_settled,
    **{
        f"Object.{name}": _object(name)
        for name in "assign freeze seal create setPrototypeOf keys values entries fromEntries defineProperty".split()
    },
    "Array.from": _array_from,
    "Array.of": lambda machine, function, args, node: Array(list(args)),
    "Array": _array,
    "new Array": _array,
    "new Map": _collection,
    "new Set": _collection,
    "new WeakMap": _collection,
}
