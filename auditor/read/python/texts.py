"""What `str(value)` gives."""

from __future__ import annotations

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.classes import class_attribute
from auditor.read.python.machine import Machine
from auditor.read.python.native import Lowering, Many, Unfit
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
    Obj,
    PyValue,
    Rest,
    TupleObj,
)
from auditor.read.values import Known, Value, as_text, one_of, unknown


def _text_around(value: ListObj | TupleObj | DictObj) -> Value:
    """Give the text of a container that is not known: it is all variables where the container holds them."""
    items = [value.rest] if isinstance(value, DictObj) else list(value.items)
    everything = unknown(Source.ENVIRONMENT)
    held = [item.value if isinstance(item, Rest) else item for item in items]
    return everything if any(item == everything for item in held) else unknown(Source.UNKNOWN)


def text_of(machine: Machine, value: PyValue, node: cst.CSTNode) -> Value:
    """Give a value as text."""
    if not isinstance(value, Obj):
        return as_text(value)
    if isinstance(value, Choice):
        return one_of((text_of(machine, single, node) for single in value.values), machine.limits.alternatives)
    if isinstance(value, InstanceObj):
        for name in ("__str__", "__repr__", "__format__"):
            if class_attribute(value.cls, name) is not None:
                shown = machine.call(machine.attribute(value, name, node), Arguments(), node)
                return as_text(shown) if not isinstance(shown, Obj) else unknown(Source.UNKNOWN)
        return unknown(Source.ARGUMENT if value.is_open else Source.UNKNOWN)
    if isinstance(value, EnvironObj):
        return unknown(Source.ENVIRONMENT)
    if isinstance(value, FunctionObj | ClassObj):
        return Known(f"<{value.name}>")
    if isinstance(value, ListObj | TupleObj | DictObj):
        lowering = Lowering(allows_holes=True)
        try:
            return machine.scalar(lowering.lift(str(lowering.lower(value)), machine.limits))
        except (Unfit, Many, TypeError, ValueError, RecursionError):
            return _text_around(value)
    if isinstance(value, External) and value.path.endswith(("Error()", "Exception()", "Warning()")) and value.args:
        return text_of(machine, value.args[0], node)
    return as_text(machine.scalar(value))
