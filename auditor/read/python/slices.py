"""Slices of text, lists and tuples, and of text with unknown parts where the bounds fall into known ends."""

from __future__ import annotations

import libcst as cst

from auditor.model.word import Hole, Source
from auditor.read.python.fold import Pure, fold
from auditor.read.python.machine import Machine
from auditor.read.python.native import first_hole
from auditor.read.python.objects import (
    ListObj,
    PyValue,
    TupleObj,
)
from auditor.read.values import Known, Text, Unknown, concat, unknown


def is_reversal(value: PyValue) -> bool:
    """Whether a step of a slice reads backwards."""
    return isinstance(value, Known) and isinstance(value.value, int) and value.value < 0


def sliced(machine: Machine, value: PyValue, bounds: tuple[PyValue, PyValue, PyValue], node: cst.CSTNode) -> PyValue:
    """Give `value[start:stop:step]`."""
    step = "reverse" if is_reversal(bounds[2]) else "slice"
    if isinstance(value, Unknown):
        return machine.derive(value.hole, "slice")
    if isinstance(value, ListObj | TupleObj):
        if not all(isinstance(bound, Known) for bound in bounds):
            return unknown(Source.UNKNOWN)
        cut = cut_of(*(machine.known(bound) for bound in bounds))
        try:
            if isinstance(value, TupleObj):
                return TupleObj(value.items[cut])
            return ListObj([variant[cut] for variant in value.variants], value.kind)
        except ValueError:
            return unknown(Source.UNKNOWN)
    if isinstance(value, Text):
        return _sliced_text(machine, value, bounds)
    return fold(machine, Pure(_slice, step), (value, *bounds), {}, node)


def _slice(value: object, start: object, stop: object, step: object) -> object:
    if not isinstance(value, str | bytes | list | tuple):
        raise TypeError
    return value[cut_of(start, stop, step)]


def cut_of(start: object, stop: object, step: object) -> slice:
    """Make a slice of native bounds; what is not a number is left out."""
    bounds = [bound if isinstance(bound, int) else None for bound in (start, stop, step)]
    return slice(*bounds)


def _sliced_text(machine: Machine, value: Text, bounds: tuple[PyValue, PyValue, PyValue]) -> PyValue:
    """Slice text with unknown parts where the bounds fall into the known ends."""
    start, stop, step = (machine.known(bound) for bound in bounds)
    first, last = value.parts[0], value.parts[-1]
    if step not in (None, 1):
        return machine.derive(first_hole([value]) or Hole(Source.UNKNOWN), "slice")
    begin = start if isinstance(start, int) else 0
    if isinstance(first, str) and 0 <= begin <= len(first):
        if stop is None:
            return concat((Known(first[begin:]), *_pieces(value.parts[1:])))
        if isinstance(stop, int) and 0 <= stop <= len(first):
            return Known(first[begin:stop], value.trail)
        if isinstance(stop, int) and stop < 0 and isinstance(last, str) and -stop <= len(last) and len(value.parts) > 1:
            return concat((Known(first[begin:]), *_pieces(value.parts[1:-1]), Known(last[:stop])))
    return machine.derive(first_hole([value]) or Hole(Source.UNKNOWN), "slice")


def _pieces(parts: tuple[str | Hole, ...]) -> list[Known | Unknown]:
    return [Known(part) if isinstance(part, str) else Unknown(part) for part in parts]
