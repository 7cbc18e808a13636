"""Assignment: names, attributes, items, slices and unpacking; augmented assignment; deletion."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.access import identifier, lookup
from auditor.read.python.annotations import is_evaluated, run_annotations
from auditor.read.python.literals import put
from auditor.read.python.machine import Machine
from auditor.read.python.modules import plant
from auditor.read.python.mutated import loosen, set_somewhere
from auditor.read.python.native import Unfit, key_of
from auditor.read.python.objects import (
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
    ModuleObj,
    NamespaceObj,
    PyValue,
    Rest,
    Scope,
    Wrapped,
    new_list,
)
from auditor.read.python.operators import AUGMENTED, binary
from auditor.read.python.protocols import set_through
from auditor.read.python.slices import cut_of
from auditor.read.values import unknown

_MOST_PLANTED = 500


def assign(machine: Machine, target: cst.BaseExpression, value: PyValue) -> None:
    """Bind a target to a value."""
    if isinstance(target, cst.Name):
        set_name(machine, identifier(target.value), value)
    elif isinstance(target, cst.Attribute):
        set_attribute(machine, machine.evaluate(target.value), identifier(target.attr.value), value, target)
    elif isinstance(target, cst.Subscript):
        _set_subscript(machine, target, value)
    elif isinstance(target, cst.Tuple | cst.List):
        _unpack(machine, target.elements, value, target)
    elif isinstance(target, cst.StarredElement):
        assign(machine, target.value, value)


def set_name(machine: Machine, name: str, value: PyValue) -> None:
    """Bind a name in the scope to which it belongs."""
    scope = machine.scope
    if name in scope.global_names:
        scope = scope.root()
    elif name in scope.outer_names:
        here = scope.parent
        while here is not None and name not in here.names:
            here = here.parent
        scope = here or scope
    machine.journal.set_name(scope, name, value)


def _unpack(machine: Machine, elements: Sequence[cst.BaseElement], value: PyValue, node: cst.CSTNode) -> None:
    if isinstance(value, Choice):
        rows = [machine.iterate(single, node) for single in value.values]
        for position, element in enumerate(elements):
            picks = [_pick(machine, row, position) for row in rows]
            assign(machine, element.value, machine.joined(picks))
        return
    items = machine.iterate(value, node)
    star = next((index for index, element in enumerate(elements) if isinstance(element, cst.StarredElement)), None)
    if star is None:
        for position, element in enumerate(elements):
            assign(machine, element.value, _pick(machine, items, position))
        return
    after = len(elements) - star - 1
    for position in range(star):
        assign(machine, elements[position].value, _pick(machine, items, position))
    middle = items[star : len(items) - after] if after else items[star:]
    assign(machine, elements[star].value, new_list(middle))
    for offset in range(after):
        picked = items[len(items) - after + offset] if len(items) >= after else unknown(Source.UNKNOWN)
        assign(machine, elements[star + 1 + offset].value, picked.value if isinstance(picked, Rest) else picked)


def _pick(machine: Machine, items: list[PyValue], position: int) -> PyValue:
    for index, item in enumerate(items):
        if isinstance(item, Rest) and index <= position:
            inner = item.value
            return machine.attribute_item(inner, position)
    return items[position] if position < len(items) else unknown(Source.UNKNOWN)


def set_attribute(machine: Machine, target: PyValue, name: str, value: PyValue, node: cst.CSTNode) -> None:
    """Set an attribute of a value."""
    if isinstance(target, Choice):
        for single in target.values:
            set_attribute(machine, single, name, value, node)
    elif isinstance(target, InstanceObj):
        from auditor.read.python.classes import class_attribute

        found = class_attribute(target.cls, name)
        if isinstance(found, Wrapped) and found.setter is not None:
            machine.call(found.setter, Arguments((target, value)), node)
            return
        if set_through(machine, target, name, value, node):
            return
        machine.journal.touch(target)
        target.attributes[name] = value
    elif isinstance(target, ClassObj | FunctionObj):
        machine.journal.touch(target)
        target.attributes[name] = value
    elif isinstance(target, ModuleObj):
        machine.journal.set_name(target.scope, name, value)
    elif isinstance(target, Scope):
        machine.journal.set_name(target, name, value)
    elif isinstance(target, External):
        machine.journal.touch(target)
        target.state[name] = value
        if target.path == "sys" and name.endswith("hook"):
            machine.hooks[f"sys.{name}"] = value
        hook = machine.tables.api(f"{target.path}.{name}=")
        if hook is not None:
            from auditor.read.python.call import Call

            hook(Call(machine, target, (value,), {}, None, node))


def _set_subscript(machine: Machine, target: cst.Subscript, value: PyValue) -> None:
    container = machine.evaluate(target.value)
    part = target.slice[0].slice
    if isinstance(part, cst.Slice):
        set_slice(machine, container, part, value, target)
        return
    is_plain = len(target.slice) == 1 and isinstance(part, cst.Index)
    key = machine.evaluate(part.value) if is_plain and isinstance(part, cst.Index) else unknown(Source.UNKNOWN)
    set_item(machine, container, key, value, target)


def set_item(machine: Machine, container: PyValue, key: PyValue, value: PyValue, node: cst.CSTNode) -> None:
    """Set an item of a container."""
    if isinstance(container, DictObj):
        machine.journal.touch(container, is_growing=_is_new(container, key))
        put(container, key, value)
    elif isinstance(container, ListObj):
        _set_position(machine, container, key, value)
    elif isinstance(container, EnvironObj):
        from auditor.read.python.environ import set_variable

        set_variable(machine, container, key, value, node)
    elif isinstance(container, NamespaceObj):
        name = machine.known(key)
        if isinstance(name, str):
            set_attribute(machine, container.target, name, value, node)
        else:
            set_somewhere(machine, container.target, value)
    elif isinstance(container, InstanceObj):
        machine.call(machine.attribute(container, "__setitem__", node), Arguments((key, value)), node)
    elif isinstance(container, External):
        _set_external_item(machine, container, key, value, node)
    elif isinstance(container, Choice):
        for single in container.values:
            set_item(machine, single, key, value, node)


def _is_new(container: DictObj, key: PyValue) -> bool:
    try:
        return key_of(key) not in container.entries
    except Unfit:
        return False


def _set_external_item(machine: Machine, container: External, key: PyValue, value: PyValue, node: cst.CSTNode) -> None:
    name = machine.known(key)
    if container.path == "sys.modules" and isinstance(name, str):
        if len(machine.planted) >= _MOST_PLANTED:
            machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST_PLANTED} modules set", machine.place(node))
        else:
            plant(machine, name, value)
        return
    items = container.state.get("items")
    if not isinstance(items, DictObj) and container.path.startswith("configparser."):
        machine.journal.touch(container)
        items = container.state["items"] = DictObj({})
    if isinstance(items, DictObj):
        set_item(machine, items, key, value, node)


def _set_position(machine: Machine, container: ListObj, key: PyValue, value: PyValue) -> None:
    index = machine.known(key)
    if not isinstance(index, int):
        loosen(machine, container, [value])
        return
    machine.journal.touch(container)
    for variant in container.variants:
        if -len(variant) <= index < len(variant):
            variant[index] = value


def set_slice(machine: Machine, container: PyValue, part: cst.Slice, value: PyValue, node: cst.CSTNode) -> None:
    """Set a slice of a list; where its bounds are not known, what is put in may stand anywhere."""
    if not isinstance(container, ListObj):
        return
    bounds = [
        machine.known(machine.evaluate(bound)) if bound else None for bound in (part.lower, part.upper, part.step)
    ]
    items = machine.iterate(value, node)
    machine.journal.touch(container)
    for variant in container.variants:
        try:
            variant[cut_of(*bounds)] = items
        except (TypeError, ValueError):
            loosen(machine, container, [value])
            return


def annotated(machine: Machine, node: cst.AnnAssign) -> int:
    """Run `name: type = value`."""
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(node.value))
    if is_evaluated(machine):
        run_annotations(machine, node.annotation)
    return 1


def plain(machine: Machine, node: cst.Assign) -> int:
    """Run `a = b = value`."""
    value = machine.evaluate(node.value)
    for target in node.targets:
        assign(machine, target.target, value)
    return 1


def augmented(machine: Machine, node: cst.AugAssign) -> int:
    """Run `target += value`; lists grow in place."""
    value = machine.evaluate(node.value)
    kind = AUGMENTED[type(node.operator)]
    if isinstance(node.target, cst.Name):
        current = lookup(machine, identifier(node.target.value))
    else:
        current = machine.evaluate(node.target)
    if isinstance(current, ListObj) and kind is cst.Add:
        machine.call(Method(current, "extend"), Arguments((value,)), node)
        return 1
    if isinstance(current, DictObj) and kind is cst.BitOr:
        machine.call(Method(current, "update"), Arguments((value,)), node)
        return 1
    assign(machine, node.target, binary(machine, kind, current, value, node))
    return 1


def walrus(machine: Machine, node: cst.NamedExpr) -> PyValue:
    """Evaluate `(name := value)`."""
    value = machine.evaluate(node.value)
    assign(machine, node.target, value)
    return value
