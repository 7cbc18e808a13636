"""What the machine is made of: frames, loops, steps whose place is found late, and the tables that it dispatches to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import libcst as cst

from auditor.model.place import Step
from auditor.read.evaluation import Context
from auditor.read.python.journal import Changes
from auditor.read.python.objects import Arguments, FunctionObj, PyValue, Scope
from auditor.read.python.source import Text as SourceText
from auditor.read.values import Known, Text, Value, alternatives, trail_of

if TYPE_CHECKING:
    from auditor.read.python.machine import Machine

NEXT, BREAK, CONTINUE, RETURN = 1, 2, 4, 8  # how a block may end, as a set of bits
DECODERS = frozenset(
    "base64 base32 base16 base85 hex zlib gzip bz2 lzma rot13 xor marshal pickle unquote unescape uu quopri "
    "unicode_escape reverse chr codec decode_int translate".split()
)


@dataclass(frozen=True, slots=True)
class LateStep(Step):
    """A step whose span is looked up only if something reports it."""

    source: SourceText | None = None
    node: cst.CSTNode | None = None
    statement: int = 0


class Suspended(Exception):
    """A generator's body has come to the yield at which it waits; raised there, caught where a value was given."""

    def __init__(self, value: PyValue) -> None:
        super().__init__()
        self.value = value


class Thrown(Exception):
    """A value was thrown into a generator at a yield; caught by the `try` around it."""

    def __init__(self, value: PyValue) -> None:
        super().__init__()
        self.value = value


@dataclass(slots=True)
class Loop:
    """A loop that runs: the changes of the paths that left its body early."""

    exits: list[Changes] = field(default_factory=list)


@dataclass(slots=True)
class Frame:
    """A call that runs."""

    function: FunctionObj | None
    scope: Scope
    returns: list[PyValue] = field(default_factory=list)
    yields: list[PyValue] = field(default_factory=list)
    exits: list[Changes] = field(default_factory=list)
    mark: int = 0
    """How many of the exits are those of paths that left before the innermost block that asks."""
    loops: list[Loop] = field(default_factory=list)
    receiver: PyValue | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """What the machine dispatches to."""

    expressions: Mapping[type, Callable[..., PyValue]]
    statements: Mapping[type, Callable[..., int]]
    call: Callable[[Machine, PyValue, Arguments, cst.CSTNode], PyValue]
    attribute: Callable[[Machine, PyValue, str, cst.CSTNode], PyValue]
    subscript: Callable[[Machine, PyValue, PyValue, cst.CSTNode], PyValue]
    iterate: Callable[[Machine, PyValue, cst.CSTNode], list[PyValue]]
    assign: Callable[[Machine, cst.BaseExpression, PyValue], None]
    text_of: Callable[[Machine, PyValue, cst.CSTNode], Value]
    api: Callable[[str], Callable[..., PyValue] | None]
    method_api: Callable[[str], Callable[..., PyValue] | None]


def with_trail(context: Context, *values: Value) -> Context:
    """Give the context of code or a program with what is known of how its text came about."""
    trail = trail_of(Known(None, context.place.trail), *values)
    return replace(context, place=replace(context.place, trail=trail)) if trail else context


def shape(value: Value) -> object:
    """Give what a value shows, whichever unknown stands in it."""
    shown: list[object] = []
    for single in alternatives(value):
        if isinstance(single, Known):
            shown.append((type(single.value), single.value))
        elif isinstance(single, Text):
            shown.append(tuple(part if isinstance(part, str) else part.source for part in single.parts))
        else:
            shown.append(single.hole.source)
    return tuple(shown)
