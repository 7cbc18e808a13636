"""Methods of known values: strings, arrays, functions, objects, and of what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.javascript.arrays import ARRAY_METHODS
from auditor.read.javascript.buffers import bytes_method
from auditor.read.javascript.calls import call, call_back_all
from auditor.read.javascript.machine import Machine, shown
from auditor.read.javascript.members import items_of, member, set_member
from auditor.read.javascript.objects import (
    SCALARS,
    UNDEFINED,
    Array,
    Class,
    External,
    Function,
    JsValue,
    Method,
    Pattern,
    Record,
    Undefined,
    choices,
    join,
    like,
)
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import TEXT_METHODS
from auditor.read.values import Known, OneOf, Text, Unknown

_SAME = frozenset(
    "toString valueOf trim trimEnd trimStart toLowerCase toUpperCase normalize text json data read slice".split()
)


def call_method(machine: Machine, method: Method, args: Sequence[JsValue], node: Node) -> JsValue:
    """Call a method of a value."""
    receiver, name = method.receiver, method.name
    if isinstance(receiver, Function | Method | Class) and name in {"call", "apply", "bind"}:
        return _applied(machine, receiver, name, args, node)
    if name in {"then", "catch", "finally"}:
        return _promised(machine, receiver, name, args, node)
    if isinstance(receiver, Array):
        handler = ARRAY_METHODS.get(name)
        if handler is not None:
            return handler(machine, receiver, args, node)
        call_back_all(machine, args, receiver)
        return machine.fresh()
    if isinstance(receiver, Known):
        return _scalar_method(machine, receiver, name, args, node)
    if isinstance(receiver, OneOf):
        return join([call_method(machine, Method(single, name), args, node) for single in receiver.values])
    if isinstance(receiver, Record):
        return _record_method(machine, receiver, name, args, node)
    if isinstance(receiver, Function) and name == "toString":
        return Known(receiver.node.text)
    return _unknown_method(machine, receiver, name, args, node)


def _scalar_method(machine: Machine, receiver: Known, name: str, args: Sequence[JsValue], node: Node) -> JsValue:
    if isinstance(receiver.value, bytes):
        return bytes_method(machine, receiver, name, args, node)
    if isinstance(receiver.value, str):
        handler = TEXT_METHODS.get(name)
        if handler is not None:
            return handler(machine, receiver, args, node)
    if name == "toString" and args and isinstance(args[0], Known) and isinstance(receiver.value, int | float):
        return _based(receiver.value, args[0].value)
    if name in {"toString", "valueOf", "toLocaleString"}:
        return Known(shown(receiver), receiver.trail) if name != "valueOf" else receiver
    if name == "toFixed" and isinstance(receiver.value, int | float):
        digits = args[0].value if args and isinstance(args[0], Known) else 0
        return (
            Known(f"{receiver.value:.{digits}f}") if isinstance(digits, int) and 0 <= digits < 50 else machine.fresh()
        )
    call_back_all(machine, args, receiver)
    return machine.fresh()


def _based(number: int | float, base: object) -> JsValue:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    if not isinstance(base, int) or not 2 <= base <= 36 or number != int(number) or abs(number) > 2**64:
        return like(Known(None))
    rest, found = abs(int(number)), ""
    while rest:
        rest, digit = divmod(rest, base)
        found = digits[digit] + found
    return Known(("-" if number < 0 else "") + (found or "0"))


def _applied(machine: Machine, function: JsValue, name: str, args: Sequence[JsValue], node: Node) -> JsValue:
    this = args[0] if args else None
    if name == "bind":
        if isinstance(function, Function):
            bound = (*function.bound, *args[1:])
            kept = this if this is not None and not isinstance(this, Undefined) else function.this
            return Function(function.node, function.scope, kept, function.owner, bound, function.reads)
        return function
    given = list(args[1:])
    if name == "apply":
        items, rest = items_of(machine, args[1]) if len(args) > 1 else ([], None)
        given = [*items, *([rest] if rest is not None else [])]
    if isinstance(function, Method) and this is not None:
        function = Method(this, function.name)
    return call(machine, function, given, node, this)


def _promised(machine: Machine, receiver: JsValue, name: str, args: Sequence[JsValue], node: Node) -> JsValue:
    """Promises are what they will be: `then` calls with that, `catch` may be called."""
    if name == "then" and args and not isinstance(args[0], Undefined):
        return call(machine, args[0], [receiver], node)
    call_back_all(machine, args, UNDEFINED)
    return receiver


def _record_method(machine: Machine, receiver: Record, name: str, args: Sequence[JsValue], node: Node) -> JsValue:
    key = machine.text(args[0]) if args else None
    text = key.value if isinstance(key, Known) and isinstance(key.value, str) else None
    if name in {"get", "has", "hasOwnProperty"} and args:
        if name == "get":
            return member(machine, receiver, text, node)
        return Known(text in receiver.entries) if text is not None and not receiver.is_open else machine.fresh()
    if name in {"set", "add"} and args:
        set_member(machine, receiver, text, args[-1], node)
        return receiver
    if name in {"values", "keys", "entries"}:
        return Array([value for key, value in receiver.entries.items() if not key.startswith("@")])
    if name == "forEach" and args:
        for entry, value in list(receiver.entries.items()):
            call(machine, args[0], [value, Known(entry)], node)
        return UNDEFINED
    if name in {"toString", "valueOf"}:
        return machine.text(receiver)
    call_back_all(machine, args, receiver)
    return machine.fresh()


def _unknown_method(machine: Machine, receiver: JsValue, name: str, args: Sequence[JsValue], node: Node) -> JsValue:
    """A method of what is not known: functions given to it are called, and text stays of the same origin."""
    if isinstance(receiver, Text) and name in _SAME:
        return receiver if name not in {"slice", "toLowerCase", "toUpperCase"} else like(receiver)
    if name in {"concat"} and isinstance(receiver, SCALARS):
        from auditor.read.values import concat

        return concat([machine.text(receiver), *map(machine.text, args)])
    call_back_all(machine, args, receiver)
    if name == "split" and isinstance(receiver, SCALARS):
        return Array([], like(receiver))
    return like(receiver) if isinstance(receiver, Unknown | Text) else machine.fresh(Source.UNKNOWN)


__all__ = ["External", "Pattern", "call_method", "choices"]
