"""Assignments of JavaScript: to names, members and patterns."""

from __future__ import annotations

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import set_member
from auditor.read.javascript.objects import JsValue, Scope, Undefined, like
from auditor.read.javascript.operators import arithmetic
from auditor.read.javascript.patterns import bind
from auditor.read.javascript.source import Node
from auditor.read.values import Known, unknown


def assign(machine: Machine, target: Node, value: JsValue, scope: Scope) -> None:
    """Assign to a name, a member, or a pattern."""
    from auditor.read.javascript.expressions import evaluate, key_of, key_text

    kind = target.type
    if kind in {"array_pattern", "object_pattern", "array", "object", "assignment_pattern"}:
        bind(machine, target, value, scope, is_new=False)
    elif kind in {"identifier", "undefined"}:
        name = target.text
        here: Scope | None = scope
        while here is not None and name not in here.names:
            here = here.parent
        here = here or machine.globals
        machine.put(here.names, name, value, here.born)
    elif kind in {"member_expression", "subscript_expression"}:
        place, index = target.get("object"), target.get("property") or target.get("index")
        if place is not None and index is not None:
            key = key_of(machine, index, scope)
            set_member(machine, evaluate(machine, place, scope), key_text(key), value, target)
    elif target.children:
        assign(machine, target.children[0], value, scope)


def update(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give `x++` and its like."""
    from auditor.read.javascript.expressions import evaluate

    operator, argument = node.get("operator"), node.get("argument")
    if operator is None or argument is None:
        return unknown(Source.UNKNOWN)
    old = evaluate(machine, argument, scope)
    new = arithmetic(machine, operator.text[:1] or "+", old, Known(1))  # a sign is empty where it was missing
    assign(machine, argument, new, scope)
    return new if operator.start < argument.start else old


def assignment(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give `x = value`."""
    from auditor.read.javascript.expressions import evaluate

    left, right = node.get("left"), node.get("right")
    if left is None or right is None:
        return unknown(Source.UNKNOWN)
    value = evaluate(machine, right, scope)
    assign(machine, left, value, scope)
    return value


def augmented(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give `x += value` and its like."""
    from auditor.read.javascript.expressions import evaluate, logical

    left, right, operator = node.get("left"), node.get("right"), node.get("operator")
    if left is None or right is None or operator is None:
        return unknown(Source.UNKNOWN)
    old = evaluate(machine, left, scope)
    mark = operator.text[:-1]
    if mark in {"&&", "||", "??"}:
        value = logical(machine, mark, old, right, scope)
    elif isinstance(old, Undefined) and mark == "+":
        value = like(evaluate(machine, right, scope))
    else:
        value = arithmetic(machine, mark, old, evaluate(machine, right, scope))
    assign(machine, left, value, scope)
    return value
