"""Cutting values at their known text: an argument of which only a part is known is still split where it can be.

Takes values, gives values; trails stay. Refuses to look into alternatives: those are taken whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model.word import Hole, Word
from auditor.read.values import Known, Text, Unknown, Value, as_text, trail_of, value_of

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


def masked(value: Value) -> tuple[str, tuple[Hole, ...]]:
    """Give a value as text in which each unknown part is one private character, and the parts these stand for.

    Alternatives count as unknown here only by their first one's text; callers expand them before.
    """
    text = as_text(value)
    if isinstance(text, Known):
        return str(text.value), ()
    single = text if not hasattr(text, "values") else text.values[0]
    parts = single.parts if isinstance(single, Text) else (single.hole,) if isinstance(single, Unknown) else ()
    if isinstance(single, Known):
        return str(single.value), ()
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
    text, holes = masked(value)
    return tuple(unmasked(piece, holes, value) for piece in re.split(pattern, text, maxsplit=limit))


def search(value: Value, pattern: str) -> Value | None:
    """Give the first group of a regular expression's first match in a value's text, or None."""
    text, holes = masked(value)
    found = re.search(pattern, text)
    return unmasked(found[1], holes, value) if found and found[1] is not None else None


def _made(parts: Sequence[str | Hole], like: Value) -> Value:
    value = value_of(Word.of(*parts))
    trail = trail_of(like)
    if isinstance(value, Known):
        return Known(value.value, trail)
    return Text(value.parts, trail) if isinstance(value, Text) else Unknown(value.hole, trail)
