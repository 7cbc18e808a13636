"""Values inside variables: items, their order, and text that changes case or loses its last line ends."""

from __future__ import annotations

import re

from auditor.model.word import Hole
from auditor.read.shell.memory import Key, Variable
from auditor.read.values import Known, Text, Unknown, Value, known_text


def recased(value: Known | Text | Unknown, change: object) -> Value:
    """Change the case of what is known of a value."""
    apply = str.upper if change is str.upper else str.lower
    if isinstance(value, Known):
        return Known(apply(known_text(value) or ""), value.trail)
    if isinstance(value, Text):
        return Text(tuple(apply(part) if isinstance(part, str) else part for part in value.parts), value.trail)
    return value


def items_of(variable: Variable) -> dict[Key, Value]:
    """Give a variable's items; a scalar is the first one."""
    if variable.items is not None:
        return dict(variable.items)
    return {} if variable.value is None else {0: variable.value}


def order(key: Key) -> int:
    """Give the place of an item in an indexed array."""
    return key if isinstance(key, int) else 0


def position(text: str, items: dict[Key, Value]) -> int:
    """Give the place that an index names; a negative one counts from the end."""
    number = int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0
    return number + max((int(key) for key in items), default=-1) + 1 if number < 0 else number


def trimmed(value: Known | Text | Unknown) -> Value:
    """Give output without its last line ends, as a substitution does."""
    if isinstance(value, Known):
        return Known((known_text(value) or "").rstrip("\n").replace("\0", ""), value.trail)
    if isinstance(value, Text) and isinstance(value.parts[-1], str):
        last = value.parts[-1].rstrip("\n")
        parts = (*value.parts[:-1], last) if last else value.parts[:-1]
        if len(parts) == 1 and isinstance(parts[0], Hole):
            return Unknown(parts[0], value.trail)
        return Text(parts, value.trail)
    return value
