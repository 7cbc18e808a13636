"""Annotations: expressions that run where they stand, and texts that some libraries run later.

Takes the annotations of a definition or an assignment; evaluates those that do more than name a type. Refuses
nothing: what a text puts off (`from __future__ import annotations`) is read where something resolves it.
"""

from __future__ import annotations

import re

import libcst as cst

from auditor.read.python.access import identifier
from auditor.read.python.call import Call
from auditor.read.python.dynamic import run_text
from auditor.read.python.machine import Machine
from auditor.read.python.narrowing import written_text
from auditor.read.python.objects import ClassObj, External, InstanceObj
from auditor.read.values import Known

RESOLVING = frozenset(
    "get_type_hints get_annotations ForwardRef evaluate_forward_ref singledispatch singledispatchmethod resolve_types "
    "_eval_type pydantic typer fastapi beartype typeguard".split()
)
"""Names of what evaluates annotations that are text."""
_RESOLVES = re.compile("|".join(sorted(RESOLVING)))
_CALLS = re.compile(r"\w\s*\(")


def run_annotations(machine: Machine, *annotations: cst.Annotation | None) -> None:
    """Evaluate annotations as far as they are evaluated, in order."""
    for each in annotations:
        if each is None:
            continue
        text = written_text(each.annotation)
        is_put_off = text is not None or machine.source.puts_off_annotations
        if is_put_off and not _RESOLVES.search(machine.source.text):
            continue
        if text is None and _acts(machine, each.annotation):
            machine.evaluate(each.annotation)
        elif text is not None and _CALLS.search(text):
            call = Call(machine, External("typing.get_type_hints"), (), {}, None, each)
            run_text(call, Known(text), machine.scope, "annotation")


def is_evaluated(machine: Machine) -> bool:
    """Whether annotations of variables are evaluated here: those of a function's own variables are not."""
    function = machine.frame.function
    return function is None or machine.scope.is_class or machine.source is not function.source


def annotations_of(node: cst.Parameters) -> list[cst.Annotation | None]:
    """Give the annotations of all parameters."""
    stars = [each for each in (node.star_arg, node.star_kwarg) if isinstance(each, cst.Param)]
    return [each.annotation for each in (*node.posonly_params, *node.params, *node.kwonly_params, *stars)]


def _acts(machine: Machine, expression: cst.BaseExpression) -> bool:
    """Whether evaluating an expression may do more than name a type: it calls, or asks a class of the script."""
    if isinstance(expression, cst.Name):
        return False
    pending: list[cst.CSTNode] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Call | cst.NamedExpr | cst.Await | cst.Yield | cst.BaseComp):
            return True
        base = node.value if isinstance(node, cst.Subscript | cst.Attribute) else None
        bases = [base] if base is not None else [node.left, node.right] if isinstance(node, cst.BinaryOperation) else []
        if any(isinstance(each, cst.Name) and _is_own(machine, each) for each in bases):
            return True
        pending += [child for child in node.children if isinstance(child, cst.CSTNode)]
    return False


def _is_own(machine: Machine, name: cst.Name) -> bool:
    """Whether a name is of a class of the script that does something when asked, or of an instance."""
    scope = machine.scope
    value = scope.names.get(identifier(name.value)) or scope.root().names.get(identifier(name.value))
    if isinstance(value, ClassObj):
        return value.meta is not None or "__class_getitem__" in value.attributes
    return isinstance(value, InstanceObj)
