"""Values of JavaScript beyond the scalars that all readers share: arrays, records, functions, and what is outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from auditor.model.word import Hole, Source
from auditor.read.javascript.source import Node
from auditor.read.values import Known, OneOf, Text, Unknown, Value, one_of, unknown

_MOST_CHOICES = 16
CLOCK: Final = count(1)
"""Tells what was made before what."""
HELD: Final = "@held"
"""What an object was given that has no key of its own."""


@dataclass(eq=False, slots=True)
class Array:
    """An array; `rest` is what more it may hold, `least` how many of its items there surely are (None: all)."""

    items: list[JsValue]
    rest: Value | None = None
    least: int | None = None
    born: int = field(default_factory=CLOCK.__next__)


@dataclass(eq=False, slots=True)
class Record:
    """An object made in the script, or an instance of `kind`; one that is open may hold other keys."""

    entries: dict[str, JsValue] = field(default_factory=dict)
    kind: Class | None = None
    is_open: bool = False
    outside: External | None = None  # what a class outside the script, which it extends, would be
    born: int = field(default_factory=CLOCK.__next__)


@dataclass(eq=False, slots=True)
class Function:
    """A function of the script; an arrow keeps the `this` of where it stands."""

    node: Node
    scope: Scope
    this: JsValue | None = None
    owner: Class | None = None
    bound: tuple[JsValue, ...] = ()
    reads: list[int] = field(default_factory=lambda: [0])
    entries: dict[str, JsValue] = field(default_factory=dict)
    active: list[object] = field(default_factory=list)  # what each call that is under way knows of its arguments
    given: list[Sequence[JsValue]] = field(default_factory=list)  # what each of them was given
    since: int = 0  # how many branches were open when it first called itself
    is_last: bool = False  # the reading for all further depths is under way
    lasts: set[object] = field(default_factory=set)
    born: int = field(default_factory=CLOCK.__next__)


@dataclass(eq=False, slots=True)
class Class:
    """A class of the script."""

    name: str
    methods: dict[str, Function] = field(default_factory=dict)
    getters: dict[str, Function] = field(default_factory=dict)
    fields: list[tuple[str, Node | None, Scope]] = field(default_factory=list)
    statics: dict[str, JsValue] = field(default_factory=dict)
    parent: JsValue | None = None
    born: int = field(default_factory=CLOCK.__next__)


@dataclass(eq=False, slots=True)
class External:
    """Something of the platform or of a package, named by how it was reached (`child_process.exec`, `net.Socket()`).

    `state` is what the models remember of it; `hole` stands for its content. `is_computed` says that the
    name was put together rather than written.
    """

    path: str
    parent: External | None = None
    args: tuple[JsValue, ...] = ()
    state: dict[str, JsValue] = field(default_factory=dict)
    hole: Hole | None = None
    is_computed: bool = False
    born: int = field(default_factory=CLOCK.__next__)


@dataclass(eq=False, slots=True)
class Method:
    """A method of a known value, not called yet."""

    receiver: JsValue
    name: str


@dataclass(eq=False, slots=True)
class Pattern:
    """A regular expression."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class Undefined:
    """The value of what has none."""


@dataclass(eq=False, slots=True)
class Choice:
    """One of several values of which some are no scalars."""

    values: tuple[JsValue, ...]


@dataclass(eq=False, slots=True)
class Scope:
    """A block's variables."""

    parent: Scope | None = None
    names: dict[str, JsValue] = field(default_factory=dict)
    is_function: bool = False
    born: int = field(default_factory=CLOCK.__next__)


UNDEFINED = Undefined()
JsValue = Value | Array | Record | Function | Class | External | Method | Pattern | Undefined | Choice
SCALARS = (Known, Text, Unknown, OneOf)


def join(values: Sequence[JsValue]) -> JsValue:
    """Join what a value may be."""
    distinct: dict[int, JsValue] = {}
    for value in values:
        for single in value.values if isinstance(value, Choice) else (value,):
            distinct.setdefault(id(single), single)
    flat = list(distinct.values())
    scalars = [value for value in flat if isinstance(value, SCALARS)]
    others = [value for value in flat if not isinstance(value, SCALARS)]
    if not others:
        return one_of(scalars) if scalars else UNDEFINED
    kept: list[JsValue] = [value for value in others if not isinstance(value, Undefined)]
    if len(kept) < len(others):
        kept.append(UNDEFINED)
    if scalars:
        kept.append(one_of(scalars))
    if len(kept) > _MOST_CHOICES:
        kept[_MOST_CHOICES - 1 :] = [unknown(Source.LIMIT)]
    return kept[0] if len(kept) == 1 else Choice(tuple(kept))


def choices(value: JsValue) -> tuple[JsValue, ...]:
    """Give the values that a value may be."""
    if isinstance(value, Choice):
        return value.values
    return value.values if isinstance(value, OneOf) else (value,)


def hole_of(value: JsValue) -> Hole | None:
    """Give the unknown part that a value is or holds, the most telling one."""
    found: list[Hole] = []
    for single in choices(value):
        if isinstance(single, Unknown):
            found.append(single.hole)
        elif isinstance(single, Text):
            found += [part for part in single.parts if isinstance(part, Hole)]
        elif isinstance(single, External) and single.hole is not None:
            found.append(single.hole)
        elif isinstance(single, Array) and isinstance(single.rest, Unknown):
            found.append(single.rest.hole)
    telling = [hole for hole in found if hole.source in {Source.NETWORK, Source.DECODER}]
    chosen = telling or found
    return chosen[0] if chosen else None


def like(value: JsValue) -> Value:
    """Give an unknown of the same origin."""
    hole = hole_of(value)
    return Unknown(hole) if hole is not None else unknown(Source.UNKNOWN)
