"""Reading a piece of JavaScript in a test, and its effects as plain lines."""

from __future__ import annotations

import textwrap

from auditor.model.reading import Reading
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from auditor.settings import DEFAULT_LIMITS, Limits

TUNNEL = "ssh -N -R 2222:localhost:22 agent@203.0.113.7"


def read(code: str, language: Language = Language.JAVASCRIPT, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read some JavaScript as a script."""
    return Evaluation(Script.of(textwrap.dedent(code), language, "script.js"), limits).read_script()


def lines_of(reading: Reading) -> list[str]:
    """Give each effect as its words, with pipelines joined by bars."""
    return [" | ".join(" ".join(map(str, stage)) for stage in effect.stages) for effect in reading.effects]


def effects_of(code: str, language: Language = Language.JAVASCRIPT) -> list[str]:
    """Read some JavaScript that has no gap, and give its effects as lines."""
    reading = read(code, language)
    assert reading.gaps == ()
    return lines_of(reading)
