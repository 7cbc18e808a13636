"""Binding names: parameters, declarations and assignments, destructured or not."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import UNDEFINED, Array, JsValue, Record, Scope, Undefined, like
from auditor.read.javascript.source import Node
from auditor.read.values import Known


def bind(machine: Machine, target: Node, value: JsValue, scope: Scope, *, is_new: bool = True) -> None:
    """Bind what a pattern names to a value; an assignment (`is_new` False) looks for the variable outward."""
    from auditor.read.javascript.assignments import assign
    from auditor.read.javascript.expressions import evaluate

    kind = target.type
    if kind in {"identifier", "shorthand_property_identifier_pattern", "type_identifier"}:
        if is_new:
            machine.put(scope.names, target.text, value, scope.born)
        else:
            assign(machine, target, value, scope)
    elif kind in {"array_pattern", "array"}:
        _bind_items(machine, target, value, scope, is_new=is_new)
    elif kind in {"object_pattern", "object"}:
        _bind_entries(machine, target.children, value, scope, is_new=is_new)
    elif kind in {"assignment_pattern", "object_assignment_pattern", "assignment_expression"}:
        left, right = target.get("left"), target.get("right")
        if isinstance(value, Undefined) and right is not None:
            value = evaluate(machine, right, scope)
        if left is not None:
            bind(machine, left, value, scope, is_new=is_new)
    elif kind in {"rest_pattern", "spread_element", "required_parameter", "optional_parameter"}:
        inner = target.get("pattern") or (target.children[0] if target.children else None)
        default = target.get("value")
        if isinstance(value, Undefined) and default is not None:
            value = evaluate(machine, default, scope)
        if inner is not None:
            bind(machine, inner, value, scope, is_new=is_new)
    elif kind in {"member_expression", "subscript_expression", "non_null_expression", "parenthesized_expression"}:
        assign(machine, target, value, scope)


def _bind_items(machine: Machine, target: Node, value: JsValue, scope: Scope, *, is_new: bool) -> None:
    from auditor.read.javascript.members import items_of

    items, rest = items_of(machine, value)
    for index, (position, child) in enumerate(_positions(target)):
        if child.type in {"rest_pattern", "spread_element"}:
            bind(
                machine,
                child,
                Array(list(items[position:]), like(rest) if rest is not None else None),
                scope,
                is_new=is_new,
            )
            return
        found = items[position] if position < len(items) else rest if rest is not None else UNDEFINED
        bind(machine, child, found, scope, is_new=is_new)
        if index > machine.evaluation.limits.collection_items:
            return


def _positions(target: Node) -> list[tuple[int, Node]]:
    """Give each item of a pattern with its position; commas between tell of items left out."""
    found: list[tuple[int, Node]] = []
    at = target.start + 1
    position = 0
    for child in target.children:
        between = target.source.data[at : child.start].decode("utf-8", "replace")
        position += between.count(",")
        found.append((position, child))
        at = child.end
    return found


def _bind_entries(machine: Machine, children: Sequence[Node], value: JsValue, scope: Scope, *, is_new: bool) -> None:
    from auditor.read.javascript.expressions import key_of
    from auditor.read.javascript.members import member

    taken: set[str] = set()
    for child in children:
        if child.type in {"pair_pattern", "pair"}:
            key, inner = child.get("key"), child.get("value")
            name = key_of(machine, key, scope) if key is not None else Known("")
            text = name.value if isinstance(name, Known) and isinstance(name.value, str) else None
            taken.add(text or "")
            if inner is not None:
                found = member(machine, value, text, child) if text is not None else like(value)
                bind(machine, inner, found, scope, is_new=is_new)
        elif child.type in {"rest_pattern", "spread_element"}:
            rest: JsValue = value
            if isinstance(value, Record):
                kept = {key: entry for key, entry in value.entries.items() if key not in taken}
                rest = Record(kept, is_open=value.is_open)
            bind(machine, child, rest, scope, is_new=is_new)
        else:
            left = child.get("left") if child.type == "object_assignment_pattern" else child
            name_text = left.text if left is not None else ""
            taken.add(name_text)
            bind(machine, child, member(machine, value, name_text, child), scope, is_new=is_new)
