"""Reading a carrier in a test, and its effects as plain lines."""

from __future__ import annotations

import textwrap

from auditor.model.reading import Reading, route
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from auditor.settings import DEFAULT_LIMITS, Limits

TUNNEL = "ssh -N -R 2222:localhost:22 agent@203.0.113.7"


def read(text: str, language: Language, path: str = "carrier", limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read a text as a script of a language."""
    return Evaluation(Script.of(textwrap.dedent(text), language, path), limits).read_script()


def lines_of(reading: Reading) -> list[str]:
    """Give each effect as its words, with pipelines joined by bars."""
    return [" | ".join(" ".join(map(str, stage)) for stage in effect.stages) for effect in reading.effects]


def effects_of(text: str, language: Language) -> list[str]:
    """Read a text that has no gap, and give its effects as lines."""
    reading = read(text, language)
    assert reading.gaps == ()
    return lines_of(reading)


def line_of(reading: Reading, line: str) -> int:
    """Give the line of the carrier from which an effect is reached."""
    places = [effect.place for effect, shown in zip(reading.effects, lines_of(reading), strict=True) if shown == line]
    assert places, f"no effect {line!r}"
    return route(reading.units, places[0])[0].span.line
