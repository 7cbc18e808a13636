"""Trails: how a finding's code was reached, from the script inward.

Takes a reading and a place, gives the operations in order, each in its unit: values first, then
what handed the code on, the place itself last.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from auditor.model.place import Place, Span, Step
from auditor.model.reading import Reading, route
from auditor.model.unit import Language


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step: in which unit, in which language, where, and what is done; the last step has no operation."""

    unit: int
    language: Language
    span: Span
    operation: str

    def label(self, path: str) -> str:
        """Say it in a few words; `path` is the script's, of which the last part is shown."""
        name = PurePosixPath(path).name or path
        where = f"{name}:{self.span.line}" if self.unit == 0 else f"{self.language.value} {_spot(self.span)}"
        return f"{where} {self.operation}".rstrip()


def root_of(reading: Reading, place: Place) -> Span:
    """Give the span of the script itself from which a place is reached."""
    return route(reading.units, place)[0].span


def trail_of(reading: Reading, place: Place) -> tuple[TrailStep, ...]:
    """Give the whole trail; one step where the code stands in the script and nothing led there."""
    handed = route(reading.units, place)
    on_route = {step.unit for step in handed}
    steps = [step for step in place.trail if step.unit not in on_route]
    for step in handed:
        steps += [earlier for earlier in place.trail if earlier.unit == step.unit]
        steps.append(step)
    kept: list[Step] = []
    for step in steps:
        if (
            kept
            and kept[-1].unit == step.unit
            and kept[-1].span == step.span
            and step.operation in {kept[-1].operation, ""}
        ):
            continue
        kept.append(step)
    return tuple(TrailStep(step.unit, reading.units[step.unit].language, step.span, step.operation) for step in kept)


def _spot(span: Span) -> str:
    return f"{span.line}:{span.column}"
