"""Classes of the script: their attributes and bases, binding of methods, and the making of instances."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import TypeGuard

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    ClassObj,
    External,
    FunctionObj,
    InstanceObj,
    NamespaceObj,
    NativeObj,
    Partial,
    PyValue,
    TupleObj,
    Wrapped,
)
from auditor.read.values import Known, unknown

MOST_BASES = 500
MOST_MADE = 64
"""Instances of one class that are told apart."""
_FROM_PEERS = frozenset({"request", "rfile"})
"""Attributes of request handlers that give what the other side sends."""


def lineage(cls: ClassObj) -> Iterator[ClassObj | External]:
    """Give a class and all that it extends, each once, the first base and what that extends before the next."""
    pending: list[PyValue] = [cls]
    seen: set[PyValue] = set()
    while pending and len(seen) <= MOST_BASES:
        here = pending.pop()
        if isinstance(here, ClassObj | External) and here not in seen:
            seen.add(here)
            yield here
            pending += reversed(here.bases) if isinstance(here, ClassObj) else ()


def class_attribute(cls: ClassObj, name: str) -> PyValue | None:
    """Find an attribute in a class and its bases, as written."""
    if name in cls.attributes or not cls.bases:
        return cls.attributes.get(name)
    return next(
        (each.attributes[name] for each in lineage(cls) if isinstance(each, ClassObj) and name in each.attributes), None
    )


def library_base(cls: ClassObj) -> External | None:
    """Give the first base that is a class of a library."""
    return next((each for each in lineage(cls) if isinstance(each, External)), None)


def bind(machine: Machine, found: PyValue, instance: PyValue | None, cls: ClassObj, node: cst.CSTNode) -> PyValue:
    """Give an attribute of a class as seen from an instance, or from the class."""
    if isinstance(found, Wrapped):
        if found.kind == "staticmethod":
            return found.function
        if found.kind == "classmethod":
            return BoundMethod(found.function, cls)
        if found.kind == "partialmethod" and isinstance(found.function, Partial) and instance is not None:
            part = found.function
            return Partial(part.function, (instance, *part.args), part.kwargs)
        return found if instance is None else machine.call(found.function, Arguments((instance,)), node)
    if isinstance(found, FunctionObj):
        return found if instance is None else BoundMethod(found, instance)
    if isinstance(found, InstanceObj) and class_attribute(found.cls, "__get__") is not None:
        getter = bind(machine, class_attribute(found.cls, "__get__") or found, found, found.cls, node)
        return machine.call(getter, Arguments((instance or Known(None), cls)), node)
    return found


def instance_attribute(machine: Machine, value: InstanceObj, name: str, node: cst.CSTNode) -> PyValue:
    """Give an attribute of an instance: its own, its class's, or what `__getattr__` makes of the name."""
    if name in value.attributes:
        return value.attributes[name]
    if name == "__dict__":
        return NamespaceObj(value)
    if name == "__class__":
        return value.cls
    found = class_attribute(value.cls, name)
    if found is not None:
        if value.cls.is_enum and name not in ("value", "name"):
            return found
        return bind(machine, found, value, value.cls, node)
    if name == "__doc__":
        return Known(None)
    for special in ("__getattr__", "__getattribute__"):
        getter = class_attribute(value.cls, special)
        if isinstance(getter, FunctionObj):
            return machine.call(BoundMethod(getter, value), Arguments((Known(name),)), node)
    base = library_base(value.cls)
    if base is not None and name in _FROM_PEERS and base.path.startswith(("socketserver.", "http.server.")):
        kind = "socket.socket()" if name == "request" else "socket.socket().makefile()"
        value.attributes[name] = External(kind, hole=machine.evaluation.fresh(Source.NETWORK).hole)
        return value.attributes[name]
    if name == "__setattr__":
        return Partial(External("object.__setattr__"), (value,), {})
    if value.is_open and (base is None or machine.tables.method_api(name) is None):
        value.attributes[name] = machine.evaluation.fresh(Source.ARGUMENT)
        return value.attributes[name]
    if base is not None:
        return External(f"{base.path}().{name}", External(f"{base.path}()", state={"instance": value}))
    return unknown(Source.UNKNOWN)


def instantiate(machine: Machine, cls: ClassObj, arguments: Arguments, node: cst.CSTNode) -> PyValue:
    """Make an instance: `__new__` where the script wrote one, then `__init__`, or the fields of a data class."""
    if cls.is_enum:
        for member in cls.attributes.values():
            if (
                isinstance(member, InstanceObj)
                and arguments.args
                and member.attributes.get("value") == arguments.args[0]
            ):
                return member
        hook = class_attribute(cls, "_missing_")
        if hook is not None and arguments.args:
            return machine.call(bind(machine, hook, None, cls, node), Arguments(arguments.args[:1]), node)
        return arguments.args[0] if arguments.args else unknown(Source.UNKNOWN)
    instance = InstanceObj(cls, {})
    maker = class_attribute(cls, "__new__")
    if isinstance(maker, Wrapped):
        maker = maker.function
    if isinstance(maker, FunctionObj):
        made = machine.call(maker, Arguments((cls, *arguments.args), arguments.kwargs), node)
        if isinstance(made, InstanceObj):
            instance = made
    _note_made(machine, instance)
    start = class_attribute(cls, "__init__")
    if isinstance(start, FunctionObj):
        machine.call(BoundMethod(start, instance), arguments, node)
    elif cls.fields:
        _fill(machine, instance, arguments, node)
        after = class_attribute(cls, "__post_init__")
        if isinstance(after, FunctionObj):
            _after(machine, instance, after, node)
    else:
        base = library_base(cls)
        if base is not None and base.path == "string.Template":
            return _template(machine, cls, arguments)
        if base is not None:
            instance.attributes.update(arguments.kwargs)
            instance.attributes.setdefault("args", TupleObj(arguments.args))
            if machine.tables.api(base.path) is not None:
                machine.call(base, arguments, node)
    return instance


def _note_made(machine: Machine, instance: InstanceObj) -> None:
    """Remember an instance for the methods that the language calls of it."""
    made = machine.made.setdefault(instance.cls, [])
    if len(made) < MOST_MADE:
        made.append(instance)
    elif len(made) == MOST_MADE:
        made.append(InstanceObj(instance.cls, {}))  # one more stands for any number


_FIELDS = ("dataclasses.field()", "attr.ib()", "attrs.field()", "attr.field()", "pydantic.Field()")


def _is_field(value: PyValue | None) -> TypeGuard[External]:
    return isinstance(value, External) and value.path in _FIELDS


def _is_given(instance: InstanceObj, name: str) -> bool:
    """Whether a field is an argument of the class: not where it says `init=False`."""
    found = class_attribute(instance.cls, name)
    told = found.kwargs.get("init") if _is_field(found) else None
    return not (isinstance(told, Known) and told.value is False)


def _field_default(machine: Machine, declared: PyValue | None, node: cst.CSTNode) -> PyValue:
    if not isinstance(declared, External):
        return unknown(Source.ARGUMENT)
    factory = declared.kwargs.get("default_factory", declared.kwargs.get("factory"))
    if factory is not None:
        return machine.call(factory, Arguments(), node)
    return declared.kwargs.get("default", unknown(Source.ARGUMENT))


def _after(machine: Machine, instance: InstanceObj, method: FunctionObj, node: cst.CSTNode) -> None:
    """Call `__post_init__` with the fields that it takes by name (`InitVar`)."""
    names = [each.name.value for each in method.parameters.params[1:]]
    given = {name: instance.attributes[name] for name in names if name in instance.attributes}
    machine.call(BoundMethod(method, instance), Arguments((), given), node)


def _fill(machine: Machine, instance: InstanceObj, arguments: Arguments, node: cst.CSTNode) -> None:
    names = [name for name in instance.cls.fields if _is_given(instance, name)]
    for name, value in zip(names, arguments.args, strict=False):
        instance.attributes[name] = value
    for name in instance.cls.fields:
        if name in arguments.kwargs:
            instance.attributes[name] = arguments.kwargs[name]
        elif name not in instance.attributes and _is_field(class_attribute(instance.cls, name)):
            instance.attributes[name] = _field_default(machine, class_attribute(instance.cls, name), node)
        elif name not in instance.attributes and class_attribute(instance.cls, name) is None:
            instance.attributes[name] = unknown(Source.ARGUMENT)


def _template(machine: Machine, cls: ClassObj, arguments: Arguments) -> PyValue:
    """Make a template whose class has a delimiter of its own."""
    text = machine.known(arguments.args[0]) if arguments.args else None
    mark = machine.known(class_attribute(cls, "delimiter") or Known("$"))
    is_other = any(
        class_attribute(cls, name) is not None for name in ("pattern", "idpattern", "braceidpattern", "flags")
    )
    if not isinstance(text, str) or not isinstance(mark, str) or len(mark) != 1 or is_other:
        return unknown(Source.UNKNOWN)
    return NativeObj(string.Template(text.replace("$", "$$").replace(mark, "$") if mark != "$" else text))


def open_instance(machine: Machine, cls: ClassObj, node: cst.CSTNode) -> InstanceObj:
    """Make an instance for reading methods that nobody calls: `__init__` runs with unknown arguments."""
    instance = InstanceObj(cls, {}, is_open=True)
    start = class_attribute(cls, "__init__")
    if isinstance(start, FunctionObj):
        from auditor.read.python.functions import call_unknown

        call_unknown(machine, start, instance, node)
    return instance
