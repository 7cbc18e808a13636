"""From abstract values to our own Python values and back, so that pure functions can run on what is known.

`lower` refuses (Unfit) what is not fully known; with placeholders allowed, unknown parts of text
travel as private-use characters through functions that keep characters whole (`split`, `join`,
`shlex.split`), and `lift` turns them back into holes.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product

from auditor.model.place import Step, Trail
from auditor.model.word import Hole, Source, Word
from auditor.read.python.objects import (
    Choice,
    DictObj,
    EnvironObj,
    External,
    Key,
    ListObj,
    NativeObj,
    Obj,
    PathObj,
    PyValue,
    Rest,
    TupleObj,
    new_list,
)
from auditor.read.values import Known, OneOf, Scalar, Text, Unknown, is_assumed, kept, unknown, value_of
from auditor.settings import Limits

_FIRST = 0x100000
_LAST = 0x10FFFD
_PLACEHOLDER = re.compile("[\U00100000-\U0010fffd]")
_DEPTH = 20
_LONGEST = 200_000
_MOST_HOLES = 50  # one is enough to tell
NO_HOLE = Hole(Source.UNKNOWN)


class Unfit(Exception):
    """A value is not known well enough; `hole` says why."""

    def __init__(self, hole: Hole = NO_HOLE) -> None:
        super().__init__()
        self.hole = hole


class Many(Exception):
    """A value may be one of several; spread it first."""


@dataclass(slots=True)
class Lowering:
    """One passage to native values: collects the trails, and the holes behind placeholders where those are allowed."""

    allows_holes: bool = False
    steps: dict[Step, None] = field(default_factory=dict)
    holes: list[Hole] = field(default_factory=list)

    @property
    def trail(self) -> Trail:
        """The steps behind everything lowered so far."""
        return kept(tuple(self.steps))

    def placeholder(self, hole: Hole) -> str:
        """Give the character that stands for a hole."""
        if not self.allows_holes or len(self.holes) >= _LAST - _FIRST:
            raise Unfit(hole)
        if hole not in self.holes:
            self.holes.append(hole)
        return chr(_FIRST + self.holes.index(hole))

    def lower(self, value: PyValue, depth: int = 0) -> object:
        """Give the native value, or raise Unfit or Many."""
        if isinstance(value, Known):
            for step in value.trail:
                self.steps.setdefault(step)
            return value.value
        if isinstance(value, Text):
            for step in value.trail:
                self.steps.setdefault(step)
            return "".join(part if isinstance(part, str) else self.placeholder(part) for part in value.parts)
        if isinstance(value, Unknown):
            return self.placeholder(value.hole)
        if isinstance(value, OneOf | Choice):
            raise Many
        if depth > _DEPTH:
            raise Unfit
        return self._lower_object(value, depth + 1)

    def _lower_object(self, value: Obj, depth: int) -> object:
        if isinstance(value, ListObj):
            if len(value.variants) > 1:
                raise Many
            items = [self.lower(item, depth) for item in value.items]
            if value.kind == "bytearray":
                return _as_bytes(items)
            if value.kind in ("set", "frozenset"):
                return frozenset(items) if value.kind == "frozenset" else set(items)
            return items
        if isinstance(value, TupleObj):
            return tuple(self.lower(item, depth) for item in value.items)
        if isinstance(value, DictObj):
            if value.rest is not None:
                raise Unfit
            return {key: self.lower(item, depth) for key, item in value.entries.items()}
        if isinstance(value, PathObj):
            return self.lower(value.text, depth)
        if isinstance(value, NativeObj):
            return value.value
        if isinstance(value, External):
            return self.placeholder(value.hole)
        raise Unfit

    def lift(self, native: object, limits: Limits) -> PyValue:
        """Give the abstract value of a native one, with the trails of what went in."""
        return lift(native, self.trail, limits, self.holes)


def written(native: object, trail: Trail) -> Known | Unknown:
    """Give what `str` makes of a native value; one that is longer than any word is unknown."""
    text = str(native)
    return Known(text, trail) if len(text) <= _LONGEST else unknown(Source.LIMIT)


def _as_bytes(items: list[object]) -> bytes:
    numbers = [item for item in items if isinstance(item, int) and 0 <= item < 256]
    if len(numbers) != len(items):
        raise Unfit
    return bytes(numbers)


def lift(native: object, trail: Trail, limits: Limits, holes: list[Hole] | None = None) -> PyValue:
    """Give the abstract value of a native one; what is larger than the limits is unknown."""
    if isinstance(native, str):
        if len(native) > limits.text_bytes:
            return unknown(Source.LIMIT)
        return restore(native, trail, holes) if holes else Known(native, trail)
    if native is None or isinstance(native, bool | int | float | complex):
        return Known(native, trail)
    if isinstance(native, bytes | bytearray | memoryview):
        return Known(bytes(native), trail) if len(native) <= limits.text_bytes else unknown(Source.LIMIT)
    if isinstance(native, dict):
        if len(native) > limits.collection_items:
            return unknown(Source.LIMIT)
        return DictObj({as_key(key): lift(item, trail, limits, holes) for key, item in native.items()})
    if isinstance(native, re.Match | re.Pattern | string.Template):
        return NativeObj(native)
    if isinstance(native, list | tuple | set | frozenset | range | Iterator):
        return _lift_items(native, trail, limits, holes)
    return unknown(Source.UNKNOWN)


def _lift_items(
    native: list[object] | tuple[object, ...] | set[object] | frozenset[object] | range | Iterator[object],
    trail: Trail,
    limits: Limits,
    holes: list[Hole] | None,
) -> PyValue:
    items: list[PyValue] = []
    ordered = sorted(native, key=repr) if isinstance(native, set | frozenset) else native
    for item in ordered:
        if len(items) >= limits.collection_items:
            return unknown(Source.LIMIT)
        items.append(lift(item, trail, limits, holes))
    if isinstance(native, tuple):
        return TupleObj(tuple(items))
    kind = "set" if isinstance(native, set) else "frozenset" if isinstance(native, frozenset) else "list"
    return new_list(items, kind)


def as_key(value: object) -> Key:
    """Give a native value as a key of a dict, or raise Unfit."""
    if value is None or isinstance(value, str | bytes | int | float | complex | bool):
        return value
    if isinstance(value, tuple):
        return tuple(as_key(item) for item in value)
    raise Unfit


def key_of(value: PyValue) -> Key | Obj:
    """Give what a value is as a key: native where it is known, the object itself where it has an identity."""
    if is_assumed(value):
        raise Unfit
    if isinstance(value, Known):
        return value.value
    if isinstance(value, TupleObj):
        try:
            return as_key(Lowering().lower(value))
        except Many:
            raise Unfit from None
    if isinstance(value, Obj) and not isinstance(value, Choice):
        return value
    raise Unfit(value.hole if isinstance(value, Unknown) else Hole(Source.UNKNOWN))


def restore(text: str, trail: Trail, holes: list[Hole]) -> Known | Text | Unknown:
    """Turn the placeholders in a text back into holes."""
    parts: list[str | Hole] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        index = ord(match.group()) - _FIRST
        if index < len(holes):
            parts += [text[end : match.start()], holes[index]]
            end = match.end()
    if not parts:
        return Known(text, trail)
    value = value_of(Word.of(*parts, text[end:]))
    if isinstance(value, Known):
        return Known(value.value, trail)
    return Unknown(value.hole, trail) if isinstance(value, Unknown) else Text(value.parts, trail)


def scalar(value: object) -> Scalar:
    """Give a native value that is a scalar, or raise Unfit."""
    if value is None or isinstance(value, str | bytes | int | float | complex | bool):
        return value
    raise Unfit


def spread(value: PyValue, limit: int, depth: int = 0) -> list[PyValue]:
    """Give each fully determined form of a value that has alternatives somewhere inside; past the limit, Unfit."""
    if isinstance(value, OneOf | Choice):
        forms = [form for single in value.values for form in spread(single, limit, depth)]
    elif depth > _DEPTH:
        raise Unfit
    elif isinstance(value, ListObj):
        forms = [new_list(row, value.kind) for variant in value.variants for row in _rows(variant, limit, depth)]
    elif isinstance(value, TupleObj):
        forms = [TupleObj(tuple(row)) for row in _rows(value.items, limit, depth)]
    elif isinstance(value, DictObj) and value.rest is None:
        keys = list(value.entries)
        forms = [
            DictObj(dict(zip(keys, row, strict=True))) for row in _rows(list(value.entries.values()), limit, depth)
        ]
    else:
        return [value]
    if len(forms) > limit:
        raise Unfit(Hole(Source.LIMIT))
    return forms


def _rows(items: list[PyValue] | tuple[PyValue, ...], limit: int, depth: int) -> list[tuple[PyValue, ...]]:
    choices = [spread(item, limit, depth + 1) for item in items]
    count = 1
    for choice in choices:
        count *= len(choice)
        if count > limit:
            raise Unfit(Hole(Source.LIMIT))
    return list(product(*choices))


def first_hole(values: tuple[PyValue, ...] | list[PyValue], depth: int = 0) -> Hole | None:
    """Give the hole that matters most in some values: from the network, else from a decoder, else any."""
    best: Hole | None = None
    for value in values:
        for hole in _holes(value, depth):
            if hole.source is Source.NETWORK:
                return hole
            if best is None or (hole.source is Source.DECODER and best.source is not Source.DECODER):
                best = hole
    return best


def _not_known(values: Iterable[PyValue]) -> list[PyValue]:
    return list(islice((value for value in values if not isinstance(value, Known)), _MOST_HOLES))


def _holes(value: PyValue, depth: int) -> list[Hole]:
    if isinstance(value, Unknown):
        return [value.hole]
    if isinstance(value, Text):
        return [part for part in value.parts if isinstance(part, Hole)]
    if isinstance(value, External):
        return [value.hole] if value.hole.source is not Source.UNKNOWN else []
    if depth > 3 or isinstance(value, Known | EnvironObj):
        return []
    inner: list[PyValue] = []
    if isinstance(value, OneOf | Choice):
        inner = list(value.values)
    elif isinstance(value, ListObj | TupleObj):
        inner = _not_known(value.items)
    elif isinstance(value, DictObj):
        inner = [*_not_known(value.entries.values()), *([value.rest] if value.rest is not None else [])]
    elif isinstance(value, PathObj):
        inner = [value.text]
    elif isinstance(value, Rest):
        inner = [value.value]
    found = first_hole(inner, depth + 1) if inner else None
    return [found] if found else []
