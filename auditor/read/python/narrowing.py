"""What a condition says of a variable on the path where it holds, and on the one where it does not.

Takes a condition; sets the variables that it compares with literals, or whose truth it asks, to those of their
alternatives that it leaves. A value that nobody knows becomes one of the literals it is said to be in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Set as AbstractSet

import libcst as cst

from auditor.read.python.machine import Machine
from auditor.read.values import Known, OneOf, Text, Unknown, Value, is_assumed, one_of

_DEEPEST = 8
_MOST_LITERALS = 8
_NAME_BYTES = 4_000


def narrow(
    machine: Machine, test: cst.BaseExpression, spoiled: AbstractSet[str], *, holds: bool | None, depth: int = 0
) -> None:
    """Set variables to what a condition leaves of them; where it is not known to hold, they are set to what they are.

    Every path sets the same variables, so that one which is left early is told from those that go on.
    Of the `spoiled`, which were set while conditions were evaluated, a condition says nothing.
    """
    if depth > _DEEPEST:
        return
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            narrow(machine, inner, spoiled, holds=None if holds is None else not holds, depth=depth + 1)
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            both = holds if isinstance(operator, cst.And) is holds else None
            narrow(machine, left, spoiled, holds=both, depth=depth + 1)
            narrow(machine, right, spoiled, holds=both, depth=depth + 1)
        case cst.Name(value=name) if name not in spoiled:
            _filter(machine, test, lambda value: holds is None or machine.truth(value) in (holds, None))
        case cst.Comparison(left=cst.Name() as left, comparisons=[cst.ComparisonTarget(operator, comparator)]):
            if left.value not in spoiled:
                _compared(machine, left, operator, comparator, holds)


def _compared(
    machine: Machine, name: cst.Name, operator: cst.BaseCompOp, comparator: cst.BaseExpression, holds: bool | None
) -> None:
    if not isinstance(operator, cst.Equal | cst.NotEqual | cst.In | cst.NotIn):
        return
    text = written_text(comparator)
    is_among = isinstance(operator, cst.In | cst.NotIn)
    literals = _literals(comparator) if is_among else [text] if text is not None else []
    if not literals:
        return
    is_equal = None if holds is None else isinstance(operator, cst.Equal | cst.In) is holds
    if is_equal and isinstance(_value(machine, name), Unknown):
        machine.tables.assign(machine, name, one_of(map(Known, literals), machine.limits.alternatives))
        return

    def may_be(value: Known | Text | Unknown) -> bool:
        if is_equal is None or not isinstance(value, Known) or is_assumed(value):
            return True
        return (value.value in literals) is is_equal

    _filter(machine, name, may_be)


def _filter(machine: Machine, name: cst.Name, may_be: Callable[[Known | Text | Unknown], bool]) -> None:
    value = _value(machine, name)
    if value is None:
        return
    choices = value.values if isinstance(value, OneOf) else (value,)
    left = [single for single in choices if may_be(single)]
    is_less = 0 < len(left) < len(choices)
    machine.tables.assign(machine, name, one_of(left, machine.limits.alternatives) if is_less else value)


def _value(machine: Machine, name: cst.Name) -> Value | None:
    """Give a variable of the scope itself: one of another scope may be set there by whoever is called."""
    if name.value not in machine.scope.names:
        return None
    found = machine.evaluate(name)
    return found if isinstance(found, Known | Text | Unknown | OneOf) else None


def written_text(node: cst.BaseExpression) -> str | None:
    """Give the text that a plain string literal stands for."""
    if not isinstance(node, cst.SimpleString) or len(node.value) > _NAME_BYTES:
        return None
    try:
        text = ast.literal_eval(node.value)
    except (ValueError, SyntaxError):
        return None
    return text if isinstance(text, str) else None


def _literals(node: cst.BaseExpression) -> list[str]:
    """Give the texts of a display that holds nothing else."""
    if not isinstance(node, cst.Tuple | cst.List | cst.Set) or not 0 < len(node.elements) <= _MOST_LITERALS:
        return []
    texts = [written_text(element.value) for element in node.elements]
    known = [text for text in texts if text is not None]
    return known if len(known) == len(texts) else []
