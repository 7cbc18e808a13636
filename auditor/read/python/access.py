"""Names, attributes and subscripts: how a value is reached.

A library thing reached through a computed name is marked, so that a sink found that way can say so.
"""

from __future__ import annotations

import builtins
import unicodedata
from dataclasses import replace

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.classes import bind, class_attribute, instance_attribute
from auditor.read.python.constants import SPECIAL
from auditor.read.python.docstrings import docstring
from auditor.read.python.fold import Pure, fold
from auditor.read.python.machine import Machine
from auditor.read.python.modules import external
from auditor.read.python.objects import (
    NONE,
    Arguments,
    BoundMethod,
    Choice,
    ClassObj,
    DictObj,
    External,
    FileObj,
    FunctionObj,
    InstanceObj,
    ListObj,
    Method,
    ModuleObj,
    NamespaceObj,
    PathObj,
    PyValue,
    Scope,
    SuperObj,
    TupleObj,
    keyed,
)
from auditor.read.python.protocols import of_metaclass
from auditor.read.values import Known, OneOf, Text, Unknown, unknown

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {
    "__import__",
    "__build_class__",
    "get_ipython",
    "reload",
    "execfile",
    "raw_input",
    "unicode",
    "xrange",
}


_RAISED = ("Error()", "Exception()", "Exit()", "Interrupt()", "Iteration()", "Warning()")


def identifier(name: str) -> str:
    """Give an identifier as Python compares it (PEP 3131)."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def name(machine: Machine, node: cst.Name) -> PyValue:
    """Look a name up."""
    return lookup(machine, identifier(node.value))


def lookup(machine: Machine, wanted: str, scope: Scope | None = None) -> PyValue:
    """Look a name up from a scope outwards, then among the built-ins."""
    here: Scope | None = scope or machine.scope
    if here is not None and wanted in here.global_names:
        here = here.root()
    first = here
    while here is not None:
        if wanted in here.names and (here is first or not here.is_class):
            return here.names[wanted]
        if here.parent is None and here is not machine.module and wanted in here.names:
            return here.names[wanted]
        here = here.parent
    if wanted.startswith("_hole_"):
        return machine.evaluation.restore(wanted)
    return _implicit(machine, wanted)


def _implicit(machine: Machine, wanted: str) -> PyValue:
    if wanted in ("True", "False", "None"):
        return Known({"True": True, "False": False, "None": None}[wanted])
    if wanted == "__name__":
        return Known("__main__")
    if wanted == "__file__":
        return machine.script
    if wanted == "__builtins__":
        return External("builtins")
    if wanted in ("__doc__", "__spec__", "__package__", "__loader__"):
        return NONE
    if wanted in _BUILTINS:
        return External(wanted)
    return unknown(Source.UNKNOWN)


def attribute_node(machine: Machine, node: cst.Attribute) -> PyValue:
    """Evaluate `value.name`; long chains without recursion."""
    chain: list[cst.Attribute] = []
    here: cst.BaseExpression = node
    while isinstance(here, cst.Attribute):
        chain.append(here)
        here = here.value
    value = machine.evaluate(here)
    for step in reversed(chain):
        value = attribute(machine, value, identifier(step.attr.value), step)
    return value


def attribute(machine: Machine, value: PyValue, wanted: str, node: cst.CSTNode) -> PyValue:
    """Give an attribute of a value, whatever it is."""
    if isinstance(value, Choice | OneOf):
        if isinstance(value, OneOf) and all(isinstance(single, Known) for single in value.values):
            return Method(value, wanted)
        return machine.joined([attribute(machine, single, wanted, node) for single in value.values])
    if isinstance(value, External):
        return external_attribute(machine, value, wanted)
    if isinstance(value, InstanceObj):
        return instance_attribute(machine, value, wanted, node)
    if isinstance(value, ModuleObj):
        return _of_module(machine, value, wanted, node)
    if isinstance(value, ClassObj | FunctionObj | SuperObj | BoundMethod):
        return _of_code(machine, value, wanted, node)
    if wanted == "__class__":
        return External(type_name(value))
    if wanted in ("__getattribute__", "__dict__"):
        return NamespaceObj(value) if wanted == "__dict__" else Method(value, wanted)
    if isinstance(value, Unknown):
        return External(f"?.{wanted}", hole=machine.derive(value.hole, wanted).hole)
    if isinstance(value, FileObj) and wanted == "name":
        return value.path
    if isinstance(value, PathObj):
        from auditor.read.python.paths import path_attribute

        return path_attribute(machine, value, wanted, node)
    if isinstance(value, Known) and wanted in ("value", "_value_"):
        return value  # a member of an enumeration is kept as its value
    if isinstance(value, Known) and isinstance(value.value, int | float | complex) and wanted in ("real", "imag"):
        return fold(machine, Pure(getattr, ""), (value, Known(wanted)), {}, node)
    return Method(value, wanted)


def external_attribute(machine: Machine, value: External, wanted: str) -> PyValue:
    """Give an attribute of a library thing: what the script stored there, or the longer path."""
    if wanted in value.state and wanted != "items":  # which stands for what subscripts give
        return value.state[wanted]
    if wanted == "__dict__":
        return NamespaceObj(value)
    maker = value.state.get("__getattr__")
    if isinstance(maker, FunctionObj):
        return machine.call(maker, Arguments((Known(wanted),)), cst.Pass())
    if wanted == "args" and value.path.endswith(_RAISED):
        return TupleObj(value.args)
    if wanted in ("__name__", "__qualname__", "__class__") and value.path.startswith("?"):
        return unknown(Source.UNKNOWN)
    if wanted in ("__name__", "__qualname__"):
        return Known(value.path.rpartition(".")[2])
    if wanted == "__class__":
        return External(value.path.removesuffix("()")) if value.path.endswith("()") else External("type")
    if wanted in ("__base__", "__bases__", "__mro__"):
        base = External("object", is_hidden=True)
        return base if wanted == "__base__" else TupleObj((base,))
    if wanted == "__globals__":
        return NamespaceObj(External(value.path.split(".")[0], is_hidden=True))
    if wanted == "f_builtins":
        return External("builtins", is_hidden=True)
    if wanted == "f_globals":
        return NamespaceObj(machine.scope.root())
    if wanted == "__self__" and "(" not in value.path:
        return External(value.path.rpartition(".")[0] or "builtins", is_hidden=value.is_hidden)
    result = external(f"{value.path}.{wanted}", value)
    if isinstance(result, External) and result.path in SPECIAL:
        return SPECIAL[result.path](machine)
    if isinstance(result, External) and value.hole.source is not Source.UNKNOWN:
        result.hole = machine.derive(value.hole, wanted).hole
    return result


def _of_module(machine: Machine, value: ModuleObj, wanted: str, node: cst.CSTNode) -> PyValue:
    names = value.scope.names
    maker = names.get("__getattr__") if wanted not in names else None
    if isinstance(maker, FunctionObj):
        return machine.call(maker, Arguments((Known(wanted),)), node)
    return names.get(wanted, unknown(Source.UNKNOWN))


def _of_code(
    machine: Machine, value: ClassObj | FunctionObj | SuperObj | BoundMethod, wanted: str, node: cst.CSTNode
) -> PyValue:
    if isinstance(value, ClassObj):
        if wanted in ("__name__", "__qualname__"):
            return Known(value.name)
        if wanted == "__dict__":
            return NamespaceObj(value)
        if wanted in ("__bases__", "__mro__"):
            return TupleObj(value.bases)
        found = class_attribute(value, wanted)
        if found is not None:
            return bind(machine, found, None, value, node)
        if value.is_enum and wanted == "__members__":
            return DictObj(keyed(value.attributes))
        of_meta = of_metaclass(machine, value, wanted, node)
        if of_meta is not None:
            return of_meta
        return _inherited(machine, value.bases, wanted, node)
    if isinstance(value, SuperObj):
        for base in value.cls.bases:
            if isinstance(base, ClassObj):
                found = class_attribute(base, wanted)
                if found is not None:
                    return bind(machine, found, value.instance, base, node)
        return _inherited(machine, value.cls.bases, wanted, node)
    if isinstance(value, BoundMethod):
        return value.receiver if wanted == "__self__" else attribute(machine, value.function, wanted, node)
    if wanted in value.attributes:
        return value.attributes[wanted]
    special: dict[str, PyValue] = {
        "__name__": Known(value.name),
        "__qualname__": Known(value.name),
        "__globals__": NamespaceObj(machine.module),
        "__defaults__": TupleObj(tuple(value.defaults.values())),
        "__kwdefaults__": DictObj(keyed(value.defaults)),
    }
    if wanted == "__dict__":
        return NamespaceObj(value)
    if wanted in ("__call__", "__wrapped__"):
        return value
    if wanted == "__doc__":
        return docstring(machine, value.body) or Known(None)
    return special.get(wanted, unknown(Source.UNKNOWN))


def _inherited(machine: Machine, bases: tuple[PyValue, ...], wanted: str, node: cst.CSTNode) -> PyValue:
    for base in bases:
        if isinstance(base, External):
            return External(f"{base.path}().{wanted}", External(f"{base.path}()"))
    return unknown(Source.UNKNOWN)


def type_name(value: PyValue) -> str:
    """Give the name of a value's type, as the built-ins call it."""
    if isinstance(value, Known):
        return type(value.value).__name__
    if isinstance(value, ListObj):
        return value.kind
    names = {TupleObj: "tuple", DictObj: "dict", Text: "str", FunctionObj: "function", PathObj: "pathlib.Path"}
    return names.get(type(value), "object")


def hidden(value: PyValue) -> PyValue:
    """Mark a library thing as reached through a computed name."""
    if isinstance(value, External) and not value.is_hidden:
        return replace(value, is_hidden=True)
    if isinstance(value, Choice):
        return Choice(tuple(hidden(single) for single in value.values))
    return value
