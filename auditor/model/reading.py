"""What reading a script gives: units, predicted effects, gaps."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.effect import Effect
from auditor.model.gap import Gap
from auditor.model.place import Place, Span, Step
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import LINE_BY_LINE, Unit


@dataclass(frozen=True, slots=True)
class Reading:
    """The units of a script as a tree (unit 0 is the script), its predicted effects in order, and what was not read."""

    units: tuple[Unit, ...]
    effects: tuple[Effect, ...]
    gaps: tuple[Gap, ...]
    left: Surroundings = NOTHING
    """What the script leaves behind for the next command of its session, as far as it is known."""
    is_cleared: bool = False
    """Whether the script was found to reach nothing that matters before it was read; no effect is listed then."""


def route(units: tuple[Unit, ...], place: Place) -> tuple[Step, ...]:
    """Give the steps from the script to a place: the first lies in unit 0, the last is the place itself.

    The last step's operation is empty; each other names what handed the code on.
    """
    steps = [Step(place.unit, place.span, "")]
    unit = units[place.unit]
    while unit.parent is not None and unit.span is not None:
        parent = units[unit.parent]
        span = _line_in(unit.span, steps[-1].span) if (parent.language, unit.made_by) in LINE_BY_LINE else unit.span
        steps.append(Step(unit.parent, span, unit.made_by))
        unit = parent
    return tuple(reversed(steps))


def _line_in(whole: Span, inner: Span) -> Span:
    """Give the part of a stretch that holds a span of code whose first line is the stretch's first line."""
    if whole.line == whole.end_line:
        return whole
    line = min(whole.line + inner.line - 1, whole.end_line)
    return Span(line, 1, line, 1)
