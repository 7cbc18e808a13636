"""Pure functions applied to abstract values: alternatives spread, sizes checked, failures unknown.

Takes a `Pure` of the registry and abstract arguments, gives an abstract result with its trail.
Runs nothing but the registry's own functions, on native values made by `native.Lowering`.
"""

from __future__ import annotations

import lzma
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import libcst as cst

from auditor.model.word import Hole, Source
from auditor.read.python.frames import DECODERS
from auditor.read.python.machine import Machine
from auditor.read.python.native import Lowering, Many, Unfit, first_hole, spread
from auditor.read.python.objects import PyValue
from auditor.read.values import Known, Unknown, unknown

FOLD_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
    MemoryError,
    AssertionError,
    SyntaxError,
    StopIteration,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    re.error,
)


@dataclass(frozen=True, slots=True)
class Pure:
    """A function of our own that may run on known values.

    `step` names the operation in trails, `through` says that unknown characters may pass through
    it. Where a `step` is a decoder, an argument that is not known makes a hole of that origin.
    """

    function: Callable[..., object]
    step: str = ""
    through: bool = False


def fold(
    machine: Machine, pure: Pure, args: Sequence[PyValue], kwargs: dict[str, PyValue], node: cst.CSTNode
) -> PyValue:
    """Apply a pure function to abstract arguments."""
    names = tuple(kwargs)
    values = (*args, *kwargs.values())
    try:
        return _fold_one(machine, pure, values, names, node)
    except Unfit as unfit:
        return _unfit(machine, pure, values, unfit.hole)
    except Many:
        pass
    try:
        rows = list(product(*(spread(value, machine.limits.alternatives) for value in values)))
    except Unfit as unfit:
        return _unfit(machine, pure, values, unfit.hole)
    if len(rows) > machine.limits.alternatives:
        return unknown(Source.LIMIT)
    results: list[PyValue] = []
    for row in rows:
        try:
            results.append(_fold_one(machine, pure, row, names, node))
        except Unfit as unfit:
            results.append(_unfit(machine, pure, values, unfit.hole))
        except Many:
            results.append(unknown(Source.UNKNOWN))
    return machine.joined(results)


def _fold_one(
    machine: Machine, pure: Pure, values: Sequence[PyValue], names: tuple[str, ...], node: cst.CSTNode
) -> PyValue:
    lowering = Lowering(allows_holes=pure.through)
    natives = [lowering.lower(value) for value in values]
    count = len(natives) - len(names)
    positional, keywords = natives[:count], dict(zip(names, natives[count:], strict=True))
    if too_large(natives, machine.limits.text_bytes):
        return unknown(Source.LIMIT)
    try:
        native = pure.function(*positional, **keywords)
        if pure.step:
            lowering.steps.setdefault(machine.step(node, pure.step))
        return lowering.lift(native, machine.limits)
    except TooLong:
        return unknown(Source.LIMIT)
    except FOLD_ERRORS:
        raise Unfit(first_hole(list(values)) or Hole(Source.UNKNOWN)) from None


class TooLong(Exception):
    """A result would be larger than the limits allow."""


def too_large(natives: Sequence[object], most: int) -> bool:
    """Whether arguments are larger than what a pure function is given."""
    return any(isinstance(native, str | bytes | list | dict) and len(native) > most for native in natives)


def _unfit(machine: Machine, pure: Pure, values: Sequence[PyValue], hole: Hole) -> PyValue:
    best = first_hole(list(values)) or hole
    if pure.step in DECODERS and best.source is not Source.NETWORK:
        return Unknown(Hole(Source.DECODER, best.number, best.detail))
    return machine.derive(best, "fold")


def is_known(value: PyValue) -> bool:
    """Whether a value is one known scalar."""
    return isinstance(value, Known)
