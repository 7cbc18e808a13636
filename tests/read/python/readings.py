"""Reading a piece of Python in a test, and its effects as plain lines."""

from __future__ import annotations

import textwrap

from auditor.model.reading import Reading
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from auditor.settings import DEFAULT_LIMITS, Limits


def read(code: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read some Python as a script."""
    return Evaluation(Script.of(textwrap.dedent(code), Language.PYTHON, "script.py"), limits).read_script()


def lines_of(reading: Reading) -> list[str]:
    """Give each effect as its words, with pipelines joined by bars."""
    return [" | ".join(" ".join(map(str, stage)) for stage in effect.stages) for effect in reading.effects]


def effects_of(code: str) -> list[str]:
    """Read some Python and give its effects as lines."""
    return lines_of(read(code))
