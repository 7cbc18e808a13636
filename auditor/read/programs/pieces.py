"""Cutting values at their known text: an argument of which only a part is known is still split where it can be.

Takes values, gives values; trails stay. Alternatives are searched one by one, and never split.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model.word import Hole, Word
from auditor.read.values import Known, OneOf, Text, Unknown, Value, alternatives, as_text, one_of, trail_of, value_of

_FIRST = 0x100000


def head_of(value: Value) -> str:
    """Give the known text that a value begins with; empty where nothing is known."""
    text = as_text(value)
    if isinstance(text, Known):
        return str(text.value)
    if isinstance(text, Text) and text.parts and isinstance(text.parts[0], str):
        return text.parts[0]
    return ""


def is_whole(value: Value) -> bool:
    """Whether a value is one known text."""
    return isinstance(value, Known)


def drop(value: Value, count: int) -> Value:
    """Give a value without the first `count` characters of its known head."""
    text = as_text(value)
    if isinstance(text, Known):
        return Known(str(text.value)[count:], text.trail)
    if isinstance(text, Text) and text.parts and isinstance(text.parts[0], str):
        return _made((text.parts[0][count:], *text.parts[1:]), text)
    return text


def masked(value: Known | Text | Unknown) -> tuple[str, tuple[Hole, ...]]:
    """Give a value as text in which each unknown part is one private character, and the parts these stand for."""
    text = as_text(value)
    if isinstance(text, Known):
        return str(text.value), ()
    parts = text.parts if isinstance(text, Text) else (text.hole,) if isinstance(text, Unknown) else ()
    holes = tuple(part for part in parts if isinstance(part, Hole))
    index = iter(range(len(holes)))
    return "".join(part if isinstance(part, str) else chr(_FIRST + next(index) % 0xFFFF) for part in parts), holes


def unmasked(text: str, holes: Sequence[Hole], like: Value) -> Value:
    """Turn a piece of masked text back into a value, with the trail of the value that it was cut from."""
    if not holes:
        return Known(text, trail_of(like))
    parts: list[str | Hole] = []
    for letter in re.split(r"([\U00100000-\U0010ffff])", text):
        index = ord(letter) - _FIRST if len(letter) == 1 else -1
        parts.append(holes[index] if 0 <= index < len(holes) else letter)
    return _made(parts, like)


def split(value: Value, pattern: str, limit: int = 0) -> tuple[Value, ...]:
    """Split a value's known text by a regular expression; unknown parts are never separators."""
    if isinstance(value, OneOf):
        return (value,)
    text, holes = masked(value)
    return tuple(unmasked(piece, holes, value) for piece in re.split(pattern, text, maxsplit=limit))


def search(value: Value, pattern: str) -> Value | None:
    """Give the first group of a regular expression's first match in each alternative's text, or None."""
    groups: list[Value] = []
    for single in alternatives(value):
        text, holes = masked(single)
        found = re.search(pattern, text)
        if found and found[1] is not None:
            groups.append(unmasked(found[1], holes, single))
    return one_of(groups) if groups else None


def _made(parts: Sequence[str | Hole], like: Value) -> Value:
    value = value_of(Word.of(*parts))
    trail = trail_of(like)
    if isinstance(value, Known):
        return Known(value.value, trail)
    return Text(value.parts, trail) if isinstance(value, Text) else Unknown(value.hole, trail)
