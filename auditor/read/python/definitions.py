"""Definitions: functions, lambdas and classes with their decorators; imports; `yield` and `await`."""

from __future__ import annotations

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.bounds import within
from auditor.read.python.access import identifier
from auditor.read.python.annotations import annotations_of, run_annotations
from auditor.read.python.assign import set_name
from auditor.read.python.classes import MOST_BASES, lineage
from auditor.read.python.docstrings import docstring
from auditor.read.python.frames import NEXT
from auditor.read.python.generators import at_yield
from auditor.read.python.later import COROUTINE
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    Arguments,
    BoundMethod,
    ClassObj,
    External,
    FunctionObj,
    Method,
    PyValue,
    Scope,
    Wrapped,
)
from auditor.read.python.protocols import announce
from auditor.read.values import Known, Unknown, unknown

_WRAPPERS = {
    "staticmethod": "staticmethod",
    "classmethod": "classmethod",
    "property": "property",
    "functools.cached_property": "property",
    "cached_property": "property",
    "abc.abstractproperty": "property",
}
_CONTEXTS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_APPLIED = ("functools.singledispatch", "functools.singledispatchmethod", "click.option()", "click.argument()")
_DATACLASSES = (
    "dataclasses.dataclass",
    "dataclasses.dataclass()",
    "attr.s",
    "attr.s()",
    "attrs.define",
    "attr.dataclass",
)


def function_definition(machine: Machine, node: cst.FunctionDef) -> int:
    """Define a function, and apply its decorators."""
    function = make_function(machine, identifier(node.name.value), node.params, node.body)
    run_annotations(machine, *annotations_of(node.params), node.returns)
    if machine.source.may_yield:
        function.is_generator, function.takes_values = _yields(node.body)
    if node.asynchronous is not None:
        function.attributes[COROUTINE] = Known(True)
    value: PyValue = function
    for decorator in reversed(node.decorators):
        value = _decorate(machine, machine.evaluate(decorator.decorator), value, node)
    set_name(machine, function.name, value)
    return NEXT


def make_function(
    machine: Machine, name: str, parameters: cst.Parameters, body: cst.BaseSuite | cst.BaseExpression
) -> FunctionObj:
    """Make a function of the script; one that nobody calls is read at the end."""
    defaults: dict[str, PyValue] = {}
    for parameter in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        if parameter.default is not None:
            default = machine.evaluate(parameter.default)
            if isinstance(default, External) and default.path.startswith("typer."):
                from auditor.read.apis.options import typer_default

                default = typer_default(default, machine.joined, unknown(Source.ARGUMENT))
            defaults[parameter.name.value] = default
    scope = machine.scope
    while scope.is_class and scope.parent is not None:
        scope = scope.parent
    function = FunctionObj(name, parameters, body, scope, machine.source, defaults, machine.statement)
    if len(machine.functions) < machine.limits.collection_items:
        machine.functions.append(function)
    else:
        machine.evaluation.gap(Why.TOO_MANY, "more functions than are read", None)
    return function


def lambda_expression(machine: Machine, node: cst.Lambda) -> PyValue:
    """Make a lambda."""
    return make_function(machine, "<lambda>", node.params, node.body)


def _decorate(machine: Machine, decorator: PyValue, value: PyValue, node: cst.CSTNode) -> PyValue:
    if isinstance(decorator, External):
        path = decorator.path
        if path in _WRAPPERS:
            return Wrapped(_WRAPPERS[path], value)
        if path in _CONTEXTS and isinstance(value, FunctionObj):
            value.is_context = True
            return value
        if path in _APPLIED:
            return machine.call(decorator, Arguments((value,)), node)
        if path in ("atexit.register", "atexit.register()"):
            machine.call(External("atexit.register"), Arguments((value,)), node)
        return value
    if isinstance(decorator, Method) and isinstance(decorator.receiver, Wrapped):  # `@name.setter`
        made = decorator.receiver
        return Wrapped(made.kind, made.function, value if decorator.name == "setter" else made.setter)
    if isinstance(decorator, Wrapped):
        return value
    if isinstance(decorator, BoundMethod) and isinstance(decorator.receiver, Wrapped):
        return value
    if isinstance(decorator, Unknown) or (isinstance(decorator, Known) and decorator.value is None):
        return value
    result = machine.call(decorator, Arguments((value,)), node)
    if isinstance(result, Known) and result.value is None and not isinstance(decorator, FunctionObj | BoundMethod):
        return value
    return value if isinstance(result, Unknown) else result


def _yields(block: cst.CSTNode) -> tuple[bool, bool]:
    """Whether a function's own body yields, and whether it uses what a yield gives."""
    pending: list[cst.CSTNode] = [block]
    has = is_caught = False
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Yield):
            return True, not isinstance(node.value, cst.From)
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.Yield):
            has = True
            inner = node.value.value
            pending += [inner] if isinstance(inner, cst.BaseExpression) else []
            continue
        if isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda) and node is not block:
            continue
        if isinstance(node, cst.Try) and node is not block and any(each.name for each in node.handlers):
            inside = _yields(node.body)[0]  # what is thrown there is caught under a name
            has, is_caught = has or inside, is_caught or inside
        for name in _INNER:
            child = getattr(node, name, None)
            if isinstance(child, cst.CSTNode):
                pending.append(child)
            elif isinstance(child, list | tuple):
                pending += [one for one in child if isinstance(one, cst.CSTNode)]
    return has, is_caught


_INNER = (
    "body",
    "orelse",
    "finalbody",
    "handlers",
    "cases",
    "value",
    "args",
    "func",
    "left",
    "right",
    "elements",
    "test",
    "iter",
    "item",
    "items",
    "slice",
    "comparisons",
    "comparator",
    "expression",
    "parts",
    "exc",
)


def class_definition(machine: Machine, node: cst.ClassDef) -> int:
    """Define a class: its body runs now, its methods when they are called."""
    bases = tuple(machine.evaluate(base.value) for base in node.bases if base.star == "")
    name = identifier(node.name.value)
    scope = Scope({"__name__": Known(name)}, machine.scope, is_class=True)
    outer = machine.scope
    machine.scope = scope
    try:
        text = docstring(machine, node.body)
        if text is not None:
            scope.names["__doc__"] = text
        machine.execute(node.body.body)
    finally:
        machine.scope = outer
    scope.names.pop("__name__", None)
    cls = ClassObj(name, bases, scope.names, _fields(node.body), is_enum=any(_is_enum(base) for base in bases))
    _own(machine, cls)
    if bases and sum(1 for _ in lineage(cls)) > MOST_BASES:
        machine.evaluation.gap(Why.TOO_DEEP, f"a class that extends more than {MOST_BASES} others", machine.place(node))
    value: PyValue = cls
    is_data = any(isinstance(base, External) and base.path == "typing.NamedTuple" for base in bases)
    for decorator in reversed(node.decorators):
        applied = machine.evaluate(decorator.decorator)
        if isinstance(applied, External):
            is_data = is_data or applied.path in _DATACLASSES
        else:
            value = _decorate(machine, applied, value, node)
    if not is_data:
        cls.fields = _inherited_fields(cls)
    set_name(machine, name, value)
    announce(machine, node, cls, bases)
    return NEXT


def _own(machine: Machine, cls: ClassObj) -> None:
    for value in list(cls.attributes.values()):
        inner = value.function if isinstance(value, Wrapped) else value
        if isinstance(inner, FunctionObj) and inner.owner is None:
            inner.owner = cls


def _is_enum(base: PyValue) -> bool:
    return (isinstance(base, External) and base.path.startswith("enum.")) or (
        isinstance(base, ClassObj) and base.is_enum
    )


def _fields(body: cst.BaseSuite) -> tuple[str, ...]:
    names: list[str] = []
    for line in body.body:
        if isinstance(line, cst.SimpleStatementLine):
            targets = [small.target for small in line.body if isinstance(small, cst.AnnAssign)]
            names += [target.value for target in targets if isinstance(target, cst.Name)]
    return tuple(names)


def _inherited_fields(cls: ClassObj) -> tuple[str, ...]:
    for base in cls.bases:
        if isinstance(base, ClassObj) and base.fields:
            return base.fields
        if isinstance(base, External) and base.path.startswith("pydantic."):
            return cls.fields
    return ()


def yield_expression(machine: Machine, node: cst.Yield) -> PyValue:
    """Evaluate `yield`: the value joins those that the generator gives."""
    frame = machine.frame
    if machine.is_stepping and machine.resume is not None:
        if isinstance(node.value, cst.From):
            for item in machine.iterate(machine.evaluate(node.value.item), node):
                at_yield(machine, machine.resume, item)
            return unknown(Source.UNKNOWN)
        return at_yield(machine, machine.resume, machine.evaluate(node.value) if node.value is not None else NONE)
    if isinstance(node.value, cst.From):
        items = machine.iterate(machine.evaluate(node.value.item), node)
    else:
        items = [machine.evaluate(node.value) if node.value is not None else NONE]
    most = machine.limits.collection_items
    frame.yields += within(machine.evaluation, items, most, "values of a generator", held=len(frame.yields))
    return unknown(Source.UNKNOWN)


def await_expression(machine: Machine, node: cst.Await) -> PyValue:
    """Evaluate `await`: a coroutine ran when it was made."""
    return machine.evaluate(node.expression)
