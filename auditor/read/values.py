"""Abstract values that both interpreters share: known, partly known, one of a few, unknown.

Every value carries a trail: the operations that made it, so that a report can say how a command
was recovered. Only operations that hide or change something are recorded (decoders, joins,
replacements), not plain assignments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from auditor.model.place import START, Step, Trail
from auditor.model.word import Hole, Source, Word

Scalar = str | bytes | int | float | complex | bool | None
TRAIL_STEPS = 8


@dataclass(frozen=True, slots=True)
class Known:
    """A value known completely."""

    value: Scalar
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A string with unknown parts."""

    parts: tuple[str | Hole, ...]
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value of which only the origin is known."""

    hole: Hole
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of two to sixteen values; branches joined make these. Never nested."""

    values: tuple[Known | Text | Unknown, ...]


ASSUMED = Step(-1, START, "assumed")
"""Marks what is only supposed of the machine (a home, a path): it serves as a value, and decides nothing."""
Value = Known | Text | Unknown | OneOf
EMPTY = Known("")


def unknown(source: Source, number: int = 0, detail: str = "") -> Unknown:
    """Make a value of which only the origin is known."""
    return Unknown(Hole(source, number, detail))


def alternatives(value: Value) -> tuple[Known | Text | Unknown, ...]:
    """Give the values that a value may be; one, unless it is a OneOf."""
    return value.values if isinstance(value, OneOf) else (value,)


def one_of(values: Iterable[Value], limit: int = 16) -> Value:
    """Join values: equal ones once (trails do not count); past `limit` the result is unknown."""
    distinct: dict[object, Known | Text | Unknown] = {}
    for value in values:
        for single in alternatives(value):
            distinct.setdefault(_identity(single), single)
        if len(distinct) > limit:
            return unknown(Source.LIMIT)
    if not distinct:
        return unknown(Source.UNKNOWN)
    singles = tuple(distinct.values())
    return singles[0] if len(singles) == 1 else OneOf(singles)


def as_text(value: Value) -> Value:
    """Give the value as a string would show it (`str(value)`); bytes are read as UTF-8, with bad bytes replaced."""
    if isinstance(value, OneOf):
        return one_of(as_text(single) for single in value.values)
    if isinstance(value, Known):
        if isinstance(value.value, str):
            return value
        if isinstance(value.value, bytes):
            return Known(value.value.decode("utf-8", "replace"), value.trail)
        return Known(str(value.value), value.trail)
    return value


def concat(values: Sequence[Value], limit: int = 16) -> Value:
    """Join values as strings, spreading alternatives (at most `limit` of them)."""
    plain = [value.value for value in values if isinstance(value, Known) and not value.trail]
    if len(plain) == len(values) and all(isinstance(text, str) for text in plain):
        return Known("".join(str(text) for text in plain))
    count = 1
    for value in values:
        count *= len(alternatives(value))
        if count > limit:
            return unknown(Source.LIMIT)
    return one_of((_concat_singles(row) for row in product(*(alternatives(value) for value in values))), limit)


def words_of(value: Value) -> tuple[Word, ...]:
    """Give the words that a value may be, one per alternative."""
    words = []
    for single in alternatives(as_text(value)):
        if isinstance(single, Known):
            words.append(Word.of(str(single.value)))
        elif isinstance(single, Text):
            words.append(Word.of(*single.parts))
        else:
            words.append(Word((single.hole,)))
    return tuple(words)


def combinations(values: Sequence[Value], limit: int) -> list[tuple[Word, ...]]:
    """Give each row of words that some values may be; past the limit, the widest become unknown."""
    choices = [words_of(value) for value in values]
    while prod(map(len, choices)) > limit:
        widest = max(range(len(choices)), key=lambda index: len(choices[index]))
        choices[widest] = (Word((Hole(Source.LIMIT),)),)
    return list(product(*choices))


def value_of(word: Word) -> Known | Text | Unknown:
    """Give a word back as a value, without a trail."""
    if word.text is not None:
        return Known(word.text)
    if len(word.parts) == 1 and isinstance(word.parts[0], Hole):
        return Unknown(word.parts[0])
    return Text(word.parts)


def known_text(value: Value) -> str | None:
    """Give the string where the value is known completely (bytes read as UTF-8), else None."""
    text = as_text(value)
    return text.value if isinstance(text, Known) and isinstance(text.value, str) else None


def assumed(value: Value) -> Value:
    """Give a value that is only supposed of the machine on which the script runs."""
    if isinstance(value, OneOf):
        return OneOf(tuple(replace(single, trail=kept((ASSUMED, *single.trail))) for single in value.values))
    return replace(value, trail=kept((ASSUMED, *value.trail)))


def is_assumed(*values: object) -> bool:
    """Whether one of some values rests on what is only supposed."""
    return any(
        step.operation == ASSUMED.operation
        for value in values
        if isinstance(value, Known | Text | Unknown | OneOf)
        for single in alternatives(value)
        for step in single.trail
    )


def kept(steps: Sequence[Step]) -> Trail:
    """Give the last steps of a trail; that something is only supposed is never forgotten."""
    last = tuple(steps[-TRAIL_STEPS:])
    if len(last) == len(steps) or all(step.operation != ASSUMED.operation for step in steps[:-TRAIL_STEPS]):
        return last
    return last if any(step.operation == ASSUMED.operation for step in last) else (ASSUMED, *last[1:])


def told(steps: Iterable[Step]) -> Trail:
    """Give the steps of a trail that a report shows."""
    return tuple(step for step in dict.fromkeys(steps) if step.operation != ASSUMED.operation)


def trail_of(*values: Value) -> Trail:
    """Give the steps behind some values, in order, each once, at most eight."""
    steps: dict[Step, None] = {}
    for value in values:
        for single in alternatives(value):
            for step in single.trail:
                steps.setdefault(step)
    return kept(tuple(steps))


def stepped(value: Value, step: Step, *origins: Value) -> Value:
    """Give the value with the trails of what it was made from, and one more step."""
    trail = kept((*trail_of(*origins, value), step))
    if isinstance(value, OneOf):
        return OneOf(tuple(replace(single, trail=trail) for single in value.values))
    return replace(value, trail=trail)


def _identity(value: Known | Text | Unknown) -> object:
    if isinstance(value, Known):
        return (type(value.value), value.value)
    return value.parts if isinstance(value, Text) else value.hole


def _concat_singles(values: Sequence[Known | Text | Unknown]) -> Known | Text | Unknown:
    parts: list[str | Hole] = []
    for value in values:
        text = as_text(value)
        if isinstance(text, Known):
            parts.append(str(text.value))
        elif isinstance(text, Text):
            parts.extend(text.parts)
        elif isinstance(text, Unknown):
            parts.append(text.hole)
    word = Word.of(*parts)
    return replace(value_of(word), trail=trail_of(*values))
