"""Special methods by which classes of the script take over what the language does.

Metaclasses, `__class_getitem__`, descriptors that are set, unary operators, `__format__` and
`__missing__`: takes the value and what is done to it, gives what the method gives, or None where
the class has no such method.
"""

from __future__ import annotations

import libcst as cst

from auditor.read.python.classes import class_attribute, library_base, lineage
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    ClassObj,
    DictObj,
    FunctionObj,
    InstanceObj,
    PyValue,
    TupleObj,
    Wrapped,
    keyed,
)
from auditor.read.values import Known

_UNARY: dict[type, str] = {
    cst.Minus: "__neg__",
    cst.Plus: "__pos__",
    cst.BitInvert: "__invert__",
}


def meta_of(cls: ClassObj) -> ClassObj | None:
    """Give the metaclass of the script's own that a class has, also through its bases."""
    if cls.meta is not None or not cls.bases:
        return cls.meta
    return next((each.meta for each in lineage(cls) if isinstance(each, ClassObj) and each.meta is not None), None)


def of_metaclass(machine: Machine, cls: ClassObj, wanted: str, node: cst.CSTNode) -> PyValue | None:
    """Give an attribute that a class has from its metaclass, or that `__getattr__` there makes."""
    meta = meta_of(cls)
    if meta is None or meta is cls:
        return None
    found = class_attribute(meta, wanted)
    if isinstance(found, Wrapped) and found.kind == "property":
        return machine.call(found.function, Arguments((cls,)), node)
    if isinstance(found, FunctionObj):
        return BoundMethod(found, cls)
    if found is not None:
        return found
    getter = class_attribute(meta, "__getattr__")
    return machine.call(getter, Arguments((cls, Known(wanted))), node) if isinstance(getter, FunctionObj) else None


def announce(machine: Machine, node: cst.ClassDef, cls: ClassObj, bases: tuple[PyValue, ...]) -> None:
    """Call what a class definition calls by itself: `__init_subclass__`, `__set_name__`, its metaclass."""
    given = {word.keyword.value: machine.evaluate(word.value) for word in node.keywords if word.keyword is not None}
    meta = given.pop("metaclass", None)
    cls.meta = meta if isinstance(meta, ClassObj) else cls.meta
    for base in bases:
        hook = class_attribute(base, "__init_subclass__") if isinstance(base, ClassObj) else None
        if isinstance(hook, Wrapped):
            hook = hook.function
        if isinstance(hook, FunctionObj):
            machine.call(BoundMethod(hook, cls), Arguments((), given), node)
    for name, value in list(cls.attributes.items()):
        if isinstance(value, InstanceObj) and class_attribute(value.cls, "__set_name__") is not None:
            machine.call(machine.attribute(value, "__set_name__", node), Arguments((cls, Known(name))), node)
    made_by = meta_of(cls)
    if made_by is not None:
        _make(machine, node, cls, made_by, given)
    elif isinstance(meta, FunctionObj):
        machine.call(meta, Arguments((Known(cls.name), TupleObj(bases), DictObj(keyed(cls.attributes))), given), node)


def _make(machine: Machine, node: cst.ClassDef, cls: ClassObj, meta: ClassObj, given: dict[str, PyValue]) -> None:
    body = (Known(cls.name), TupleObj(cls.bases), DictObj(keyed(cls.attributes)))
    for special, first in (("__new__", meta), ("__init__", cls)):
        found = class_attribute(meta, special)
        if isinstance(found, Wrapped):
            found = found.function
        if isinstance(found, FunctionObj):
            machine.call(found, Arguments((first, *body), given), node)


def class_item(machine: Machine, cls: ClassObj, key: PyValue, node: cst.CSTNode) -> PyValue | None:
    """Give `Class[key]` by `__class_getitem__` or the metaclass's `__getitem__`."""
    own = class_attribute(cls, "__class_getitem__")
    if isinstance(own, Wrapped):
        own = own.function
    if isinstance(own, FunctionObj):
        return machine.call(BoundMethod(own, cls), Arguments((key,)), node)
    meta = meta_of(cls)
    found = class_attribute(meta, "__getitem__") if meta is not None else None
    return machine.call(BoundMethod(found, cls), Arguments((key,)), node) if isinstance(found, FunctionObj) else None


def set_through(machine: Machine, target: InstanceObj, name: str, value: PyValue, node: cst.CSTNode) -> bool:
    """Set an attribute through a descriptor or `__setattr__`; False where the class has neither."""
    found = class_attribute(target.cls, name)
    if isinstance(found, InstanceObj):
        setter = class_attribute(found.cls, "__set__")
        if isinstance(setter, FunctionObj):
            machine.call(BoundMethod(setter, found), Arguments((target, value)), node)
            return True
    general = class_attribute(target.cls, "__setattr__")
    active = any(frame.function is general for frame in machine.frames)
    if isinstance(general, FunctionObj) and not active:
        machine.call(BoundMethod(general, target), Arguments((Known(name), value)), node)
    return False


def unary(machine: Machine, kind: type, value: InstanceObj, node: cst.CSTNode) -> PyValue | None:
    """Apply `-`, `+` or `~` to an instance."""
    method = class_attribute(value.cls, _UNARY.get(kind, ""))
    return machine.call(BoundMethod(method, value), Arguments(), node) if isinstance(method, FunctionObj) else None


def formatted(machine: Machine, value: InstanceObj, spec: PyValue, node: cst.CSTNode) -> PyValue | None:
    """Give `format(instance, spec)` by `__format__`."""
    method = class_attribute(value.cls, "__format__")
    return (
        machine.call(BoundMethod(method, value), Arguments((spec,)), node) if isinstance(method, FunctionObj) else None
    )


def missing(machine: Machine, value: InstanceObj, key: PyValue, node: cst.CSTNode) -> PyValue | None:
    """Give `instance[key]` by `__getitem__`, or by `__missing__` of a subclass of `dict`."""
    for name in ("__getitem__", "__missing__"):
        method = class_attribute(value.cls, name)
        if isinstance(method, FunctionObj) and (name == "__getitem__" or library_base(value.cls) is not None):
            return machine.call(BoundMethod(method, value), Arguments((key,)), node)
    return None
