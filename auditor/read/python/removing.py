"""`del`: names, items, slices and attributes that are taken away, and what stands behind them then."""

from __future__ import annotations

import libcst as cst

from auditor.read.python.access import identifier
from auditor.read.python.assign import set_slice
from auditor.read.python.classes import class_attribute
from auditor.read.python.machine import Machine
from auditor.read.python.mutated import loosen
from auditor.read.python.native import Unfit, key_of
from auditor.read.python.objects import (
    Arguments,
    ClassObj,
    DictObj,
    EnvironObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    Method,
    Obj,
    PyValue,
    new_list,
)
from auditor.read.values import Known


def delete(machine: Machine, node: cst.Del) -> int:
    """Run `del target`."""
    targets = (
        [element.value for element in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
    )
    for target in targets:
        if isinstance(target, cst.Name):
            machine.journal.set_name(machine.scope, identifier(target.value), None)
        elif isinstance(target, cst.Subscript):
            container = machine.evaluate(target.value)
            part = target.slice[0].slice
            if isinstance(part, cst.Index):
                _delete_item(machine, container, machine.evaluate(part.value), target)
            elif isinstance(part, cst.Slice):
                set_slice(machine, container, part, new_list([]), target)
        elif isinstance(target, cst.Attribute):
            delete_attribute(machine, machine.evaluate(target.value), identifier(target.attr.value))
    return 1


def delete_attribute(machine: Machine, target: PyValue, name: str | None) -> None:
    """Take away what was set on an object: what its class has stands behind it."""
    if isinstance(target, InstanceObj | ClassObj | FunctionObj):
        machine.journal.touch(target)
        if name is not None and machine.is_certain:
            target.attributes.pop(name, None)
        elif isinstance(target, InstanceObj):
            names = list(target.attributes) if name is None else [name]
            for each in names:
                behind = class_attribute(target.cls, each)
                if behind is not None and each in target.attributes:
                    target.attributes[each] = machine.joined([target.attributes[each], behind])
    elif isinstance(target, External) and name is not None:
        machine.journal.touch(target)
        target.state.pop(name, None)


def _delete_item(machine: Machine, container: PyValue, key: PyValue, node: cst.CSTNode) -> None:
    if isinstance(container, ListObj) and not isinstance(machine.known(key), int):
        loosen(machine, container, [])
    elif isinstance(container, ListObj):
        machine.call(Method(container, "pop"), Arguments((key,)), node)
    elif isinstance(container, DictObj):
        try:
            native = key_of(key)
        except Unfit:
            loosen(machine, container, [])
            return
        machine.journal.touch(container)
        if not isinstance(native, Obj):
            container.entries.pop(native, None)
    elif isinstance(container, EnvironObj) and isinstance(key, Known):
        machine.journal.touch(container)
        container.values.pop(str(key.value), None)
