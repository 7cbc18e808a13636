"""Members: what `value.name` and `value[name]` are, and setting them."""

from __future__ import annotations

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import (
    SCALARS,
    UNDEFINED,
    Array,
    Choice,
    Class,
    External,
    Function,
    JsValue,
    Method,
    Pattern,
    Record,
    Scope,
    Undefined,
    join,
    like,
)
from auditor.read.javascript.source import Node
from auditor.read.values import Known, OneOf, Unknown, assumed, unknown


def items_of(machine: Machine, value: JsValue) -> tuple[list[JsValue], JsValue | None]:
    """Give the items of what can be gone through, and what more there may be."""
    if isinstance(value, Array):
        return value.items, value.rest
    if isinstance(value, Known) and isinstance(value.value, str):
        if len(value.value) > machine.evaluation.limits.collection_items:
            return [], unknown(Source.LIMIT)
        return [Known(c, value.trail) for c in value.value], None
    if isinstance(value, Known) and isinstance(value.value, bytes):
        most = machine.evaluation.limits.collection_items
        return [Known(byte) for byte in value.value[:most]], unknown(Source.LIMIT) if len(value.value) > most else None
    if isinstance(value, Record) and isinstance(value.entries.get("@items"), Array):
        return items_of(machine, value.entries["@items"])
    if isinstance(value, Undefined):
        return [], None
    from auditor.read.javascript.functions import call_function, iterator_of

    maker = iterator_of(value)
    if maker is not None and maker.reads[0] < _MOST_READS:
        return items_of(machine, call_function(machine, maker, (), value))
    return [], like(value)


_MOST_READS = 50


def member(machine: Machine, value: JsValue, name: str | None, node: Node, *, is_computed: bool = False) -> JsValue:
    """Give a member by name; None is a name that is not known."""
    if isinstance(value, Choice):
        return join([member(machine, single, name, node, is_computed=is_computed) for single in value.values])
    if name is None:
        return _any_member(value)
    if isinstance(value, External):
        return _external_member(machine, value, name, is_computed=is_computed)
    if isinstance(value, Record):
        return _record_member(machine, value, name, node)
    if isinstance(value, Array):
        return _array_member(value, name)
    if isinstance(value, Class):
        return _class_member(value, name)
    if isinstance(value, Function):
        if name in value.entries:
            return value.entries[name]
        if name == "prototype":
            made = Record(is_open=True)
            machine.put(value.entries, "prototype", made, value.born)
            return made
        return External("Function") if name == "constructor" else Method(value, name)
    if isinstance(value, Known) and isinstance(value.value, str | bytes):
        return _text_member(value, name)
    if isinstance(value, Method):
        return External("Function") if name == "constructor" else Method(value, name)
    if name == "constructor" and isinstance(value, Known | Pattern):
        return External({"bool": "Boolean"}.get(type(getattr(value, "value", None)).__name__, "Number"))
    if isinstance(value, Undefined):
        return UNDEFINED if not is_computed else unknown(Source.UNKNOWN)
    return Method(value, name)


def _any_member(value: JsValue) -> JsValue:
    if isinstance(value, Array):
        return join([*value.items, *([value.rest] if value.rest is not None else [])]) if value.items else like(value)
    if isinstance(value, Record) and value.entries:
        return join(list(value.entries.values()))
    if isinstance(value, External):
        return External(f"{value.path}.?", value, hole=value.hole)
    return like(value)


def _external_member(machine: Machine, value: External, name: str, *, is_computed: bool) -> JsValue:
    from auditor.read.javascript.globals import global_named
    from auditor.read.javascript.modules import canonical_path

    if name in value.state:
        return value.state[name]
    if value.path == "globalThis":
        found = machine.globals.names.get(name)
        found = found if found is not None else global_named(machine, name)
        if isinstance(found, External) and is_computed:
            return External(found.path, found.parent, state=found.state, hole=found.hole, is_computed=True)
        return found
    if name == "constructor" and "()" not in value.path:
        return External(canonical_path(f"{value.path}.constructor"), value, is_computed=is_computed)
    if name == "default" and "(" not in value.path:
        return value
    special = _special(machine, value, name)
    if special is not None:
        return special
    path = canonical_path(f"{value.path}.{name}")
    return External(path, value, hole=value.hole, is_computed=is_computed or value.is_computed)


def _special(machine: Machine, value: External, name: str) -> JsValue | None:
    if value.path == "process.env":
        known = machine.environment.get(name)
        return known if known is not None else machine.fresh(Source.ENVIRONMENT, name[:80])
    if value.path == "process":
        if name == "argv":
            return machine.globals.names.get("@argv")
        if name == "env":
            return External("process.env", value)
        if name in {"platform", "arch", "pid", "version", "title", "execPath"}:
            return assumed(Known("node")) if name == "execPath" else unknown(Source.UNKNOWN)
    if value.path == "Deno" and name == "args":
        return Array([], machine.fresh(Source.ARGUMENT))
    if value.path in {"os", "path"} and name in {"EOL", "sep"}:
        return Known("\n" if name == "EOL" else "/")
    return None


def _record_member(machine: Machine, value: Record, name: str, node: Node) -> JsValue:
    from auditor.read.javascript.functions import call_function, method_of

    handler = value.entries.get("@get")
    if isinstance(handler, Function):  # a proxy's, which is asked also for what the target has
        return call_function(machine, handler, [value.entries.get("@target", value), Known(name), value], None)
    if name in value.entries:
        return value.entries[name]
    getter = value.entries.get(f"get {name}")
    if isinstance(getter, Function):
        return call_function(machine, getter, (), value)
    if value.kind is not None:
        here: JsValue | None = value.kind
        for _ in range(20):
            if isinstance(here, Class) and name in here.getters:
                return call_function(machine, here.getters[name], (), value)
            here = here.parent if isinstance(here, Class) else None
        method = method_of(value.kind, name)
        if method is not None:
            return method
        if name == "constructor":
            return value.kind
    if value.outside is not None:
        return member(machine, value.outside, name, node)
    if name in {
        "hasOwnProperty",
        "toString",
        "valueOf",
        "then",
        "get",
        "set",
        "has",
        "forEach",
        "add",
        "values",
        "keys",
        "entries",
        "delete",
    }:
        return Method(value, name)
    if name == "constructor":
        return External("Object")
    return unknown(Source.UNKNOWN) if value.is_open else UNDEFINED


def _array_member(value: Array, name: str) -> JsValue:
    if name == "length":
        return Known(len(value.items)) if value.rest is None and value.least is None else unknown(Source.UNKNOWN)
    if name.lstrip("-").isdigit() and len(name) < 10:
        index = int(name)
        if 0 <= index < len(value.items):
            is_sure = value.least is None or index < value.least
            return value.items[index] if is_sure else join([value.items[index], UNDEFINED])
        return value.rest if value.rest is not None else UNDEFINED
    return External("Array") if name == "constructor" else Method(value, name)


def _class_member(value: Class, name: str) -> JsValue:
    here: JsValue | None = value
    for _ in range(20):
        if not isinstance(here, Class):
            break
        if name in here.statics:
            return here.statics[name]
        here = here.parent
    if name == "prototype":
        return Record(dict(value.methods), is_open=True)
    if name == "name":
        return Known(value.name)
    return value.methods.get(name, Method(value, name))


def _text_member(value: Known, name: str) -> JsValue:
    inner = value.value
    assert isinstance(inner, str | bytes)
    if name == "length":
        return Known(
            len(inner.encode("utf-16-le")) // 2 if isinstance(inner, str) and not inner.isascii() else len(inner)
        )
    if name.isdigit() and len(name) < 10:
        index = int(name)
        if index >= len(inner):
            return UNDEFINED
        return Known(inner[index], value.trail)
    if name == "constructor":
        return External("String" if isinstance(inner, str) else "Buffer")
    return Method(value, name)


def this_of(machine: Machine, callee: Node, scope: Scope) -> tuple[JsValue, JsValue] | None:
    """Give the receiver of a method call and the method; None for other calls."""
    from auditor.read.javascript.expressions import evaluate, link_of

    while callee.type in {"parenthesized_expression", "non_null_expression"} and len(callee.children) == 1:
        callee = callee.children[0]
    if callee.type not in {"member_expression", "subscript_expression"}:
        return None
    place = callee.get("object")
    if place is None:
        return None
    receiver = evaluate(machine, place, scope)
    if place.type == "super" and machine.frames:
        return machine.frames[-1].this, _super_member(machine, receiver, callee, scope)
    return receiver, link_of(machine, callee, receiver, scope)


def _super_member(machine: Machine, parent: JsValue, callee: Node, scope: Scope) -> JsValue:
    from auditor.read.javascript.functions import method_of

    name = callee.get("property")
    if isinstance(parent, Class) and name is not None:
        method = method_of(parent, name.text)
        if method is not None:
            return method
    outside = machine.frames[-1].this
    if isinstance(outside, Record) and outside.outside is not None and name is not None:
        return member(machine, outside.outside, name.text, callee)
    return unknown(Source.UNKNOWN)


def set_member(machine: Machine, target: JsValue, name: str | None, value: JsValue, node: Node) -> None:
    """Set a member."""
    if isinstance(target, Choice):
        for single in target.values:
            set_member(machine, single, name, value, node)
    elif isinstance(target, Record):
        if name is None:
            target.is_open = True
        else:
            if name not in target.entries and not target.is_open and machine.journal.levels:
                target.entries[name] = UNDEFINED  # what other branches find
            machine.put(target.entries, name, value, target.born)
    elif isinstance(target, Array):
        _set_item(machine, target, name, value)
    elif isinstance(target, Function) and name is not None:
        machine.put(target.entries, name, value, target.born)
    elif isinstance(target, Class) and name is not None:
        machine.put(target.statics, name, value, target.born)
    elif isinstance(target, External) and name is not None:
        if target.path == "globalThis":
            machine.put(machine.globals.names, name, value)
        elif target.path == "process.env" and isinstance(value, SCALARS):
            machine.environment = {**machine.environment, name: value}
        elif target.path == "module" and name == "exports":
            machine.put(machine.module.entries, "exports", value)
        else:
            machine.put(target.state, name, value, target.born)


def _set_item(machine: Machine, target: Array, name: str | None, value: JsValue) -> None:
    machine.touch(target)
    if name is not None and name.isdigit() and len(name) < 6 and int(name) <= len(target.items) + 1_000:
        index = int(name)
        while len(target.items) <= index:
            target.items.append(UNDEFINED)
        target.items[index] = value
    elif name == "length" and isinstance(value, Known) and isinstance(value.value, int):
        del target.items[max(value.value, 0) :]
    elif name is None:
        target.rest = like(value)


__all__ = ["OneOf", "Unknown", "items_of", "member", "set_member", "this_of"]
