"""Subscripts: items of containers, of namespaces and of library things."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import libcst as cst

from auditor.model.word import Hole, Source
from auditor.read.python.access import attribute, hidden, lookup
from auditor.read.python.fold import Pure, fold
from auditor.read.python.machine import Machine
from auditor.read.python.modules import module_of_file, some_module
from auditor.read.python.native import Unfit, key_of
from auditor.read.python.objects import (
    NONE,
    Arguments,
    Choice,
    ClassObj,
    DictObj,
    EnvironObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    Method,
    NamespaceObj,
    NativeObj,
    Obj,
    PyValue,
    Rest,
    Scope,
    TupleObj,
    join,
    new_list,
)
from auditor.read.python.protocols import class_item, missing
from auditor.read.python.slices import sliced
from auditor.read.values import Known, OneOf, Text, Unknown, is_assumed, unknown


def subscript_node(machine: Machine, node: cst.Subscript) -> PyValue:
    """Evaluate `value[…]`."""
    value = machine.evaluate(node.value)
    if len(node.slice) != 1:
        keys: list[PyValue] = [
            machine.evaluate(part.slice.value) if isinstance(part.slice, cst.Index) else NONE for part in node.slice
        ]
        return subscript(machine, value, TupleObj(tuple(keys)), node)
    part = node.slice[0].slice
    if isinstance(part, cst.Slice):
        lower, upper, step = (
            machine.evaluate(bound) if bound else NONE for bound in (part.lower, part.upper, part.step)
        )
        if isinstance(value, Choice | OneOf):
            return machine.joined([sliced(machine, single, (lower, upper, step), node) for single in value.values])
        return sliced(machine, value, (lower, upper, step), node)
    if not isinstance(part, cst.Index):
        return unknown(Source.UNKNOWN)
    key = machine.evaluate(part.value)
    is_computed = isinstance(value, NamespaceObj)
    found = subscript(machine, value, key, node)
    return hidden(found) if is_computed else found


def subscript(machine: Machine, value: PyValue, key: PyValue, node: cst.CSTNode) -> PyValue:
    """Give `value[key]`."""
    if isinstance(value, Choice) or isinstance(key, OneOf | Choice):
        values = value.values if isinstance(value, Choice) else (value,)
        values = tuple(single for single in values if _has_item(machine, single, key)) or values
        keys = key.values if isinstance(key, OneOf | Choice) else (key,)
        return machine.joined([subscript(machine, one, single, node) for one in values for single in keys])
    if isinstance(value, ListObj | TupleObj):
        machine.decided += 1
        return _item(machine, value, key)
    if isinstance(value, DictObj):
        machine.decided += 1
        return _entry(value, key)
    if isinstance(value, EnvironObj):
        from auditor.read.python.environ import variable

        return variable(machine, value, key)
    if isinstance(value, NamespaceObj):
        wanted = machine.known(key)
        return named(machine, value, wanted, node) if isinstance(wanted, str) else unknown(Source.UNKNOWN)
    if isinstance(value, InstanceObj):
        if value.cls.fields and isinstance(key, Known) and isinstance(key.value, int):
            return _nth(machine, machine.iterate(value, node), key.value)
        by_method = missing(machine, value, key, node)
        if by_method is not None:
            return by_method
        return machine.call(attribute(machine, value, "__getitem__", node), _one(key), node)
    if isinstance(value, ClassObj):
        if value.is_enum and isinstance(key, Known):
            return value.attributes.get(str(key.value), unknown(Source.UNKNOWN))
        found = class_item(machine, value, key, node)
        return value if found is None else found
    if isinstance(value, External):
        return _external_item(machine, value, key)
    if isinstance(value, NativeObj):
        return machine.call(Method(value, "group"), _one(key), node)
    if isinstance(value, Unknown):
        return machine.derive(value.hole, f"[{machine.known(key)!r}]")
    if isinstance(value, Text | FunctionObj):
        return unknown(Source.UNKNOWN)
    return fold(machine, Pure(_index), (machine.scalar(value), key), {}, node)


def _one(key: PyValue) -> Arguments:
    return Arguments((key,))


def _index(value: object, key: object) -> object:
    if isinstance(value, str | bytes) and isinstance(key, int):
        return value[key]
    raise TypeError


def _item(machine: Machine, value: ListObj | TupleObj, key: PyValue) -> PyValue:
    index = machine.known(key)
    variants = value.variants if isinstance(value, ListObj) else [list(value.items)]
    if not isinstance(index, int) or is_assumed(key):
        items = [item.value if isinstance(item, Rest) else item for variant in variants for item in variant]
        return join(items) if items else unknown(Source.UNKNOWN)
    # where one of several lists is too short, what goes on is one of the others
    long_enough = [variant for variant in variants if _reaches(variant, index)]
    return machine.joined([_nth(machine, variant, index) for variant in long_enough or variants])


def _has_item(machine: Machine, value: PyValue, key: PyValue) -> bool:
    index = machine.known(key)
    if not isinstance(index, int) or not isinstance(value, ListObj | TupleObj):
        return True
    return any(_reaches(items, index) for items in (value.variants if isinstance(value, ListObj) else [value.items]))


def _reaches(items: Sequence[PyValue], index: int) -> bool:
    return -len(items) <= index < len(items) or any(isinstance(item, Rest) for item in items)


def _nth(machine: Machine, items: list[PyValue], index: int) -> PyValue:
    """Give an item; where any number of others may stand before it, each that may be it."""
    wanted = index if index >= 0 else -index - 1
    if wanted < len(items) and Rest not in map(type, islice(items if index >= 0 else reversed(items), wanted + 1)):
        return items[index]
    sure = 0
    found: list[PyValue] = []
    for item in items if index >= 0 else reversed(items):
        if isinstance(item, Rest):
            inner = item.value
            found.append(machine.derive(inner.hole, f"[{index}]") if isinstance(inner, Unknown) else inner)
        elif sure == wanted and not found:
            return item
        elif sure <= wanted and found:
            found.append(item)
        sure += not isinstance(item, Rest)
    return machine.joined(found) if found else unknown(Source.UNKNOWN)


def _entry(value: DictObj, key: PyValue) -> PyValue:
    try:
        native = key_of(key)
    except Unfit:
        values = [*value.entries.values(), *([value.rest] if value.rest is not None else [])]
        return join(values) if values else unknown(Source.UNKNOWN)
    found = value.entries.get(f"\0{id(native)}" if isinstance(native, Obj) else native)
    if found is not None:
        return found
    return value.rest if value.rest is not None else unknown(Source.UNKNOWN)


def _external_item(machine: Machine, value: External, key: PyValue) -> PyValue:
    if value.path == "sys.modules":
        wanted = machine.known(key)
        return hidden(module_of_file(machine, wanted)) if isinstance(wanted, str) else some_module(machine)
    if value.path in ("libc", "ctypes.pythonapi", "builtins") and isinstance(name := machine.known(key), str):
        return hidden(attribute(machine, value, name, cst.Pass()))
    if isinstance(value.state.get("items"), DictObj | Unknown):
        return subscript(machine, value.state["items"], key, cst.Pass())
    hole = machine.derive(value.hole, f"[{machine.known(key)!r}]").hole
    return External(f"{value.path}[]", value, (key,), is_hidden=value.is_hidden, hole=hole)


def named(machine: Machine, namespace: NamespaceObj, wanted: str, node: cst.CSTNode) -> PyValue:
    """Give a name of the value behind `globals()`, `vars(x)` or `x.__dict__`."""
    target = namespace.target
    if isinstance(target, Scope):
        return lookup(machine, wanted, target)
    if isinstance(target, ClassObj):
        return target.attributes.get(wanted, unknown(Source.UNKNOWN))
    if isinstance(target, External) and target.path in ("builtins", "__builtins__"):
        return External(wanted, is_hidden=True)
    return attribute(machine, target, wanted, node)


def namespace_items(
    namespace: NamespaceObj, method: str = "keys", machine: Machine | None = None, node: cst.CSTNode | None = None
) -> ListObj:
    """Give the names that a namespace is known to hold; with a machine also what they name."""
    target = namespace.target
    names: list[str] = []
    if isinstance(target, Scope):
        names = list(target.names)
    elif isinstance(target, ClassObj | InstanceObj):
        names = list(target.attributes)
    elif isinstance(target, External):
        from auditor.read.apis import names_in

        names = names_in(target.path)
    keys: list[PyValue] = [Known(single) for single in names]
    if method in ("items", "values") and machine is not None and node is not None:
        values = [hidden(named(machine, namespace, single, node)) for single in names]
        if method == "values":
            keys = values
        else:
            keys = [TupleObj(row) for row in zip(keys, values, strict=True)]
    return new_list([*keys, Rest(Unknown(Hole(Source.UNKNOWN)))])
