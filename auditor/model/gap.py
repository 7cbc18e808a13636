"""Gaps: text that we hold and did not examine, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from auditor.model.place import Place


class Stage(Enum):
    """The stage of the audit that had to leave something out."""

    INTAKE = "intake"
    READ = "read"
    MATCH = "match"
    TRIAL = "trial"


class Why(Enum):
    """Why text was not examined."""

    NOT_PARSED = "did not parse"
    TOO_LARGE = "too large"
    TOO_DEEP = "too deep"
    TOO_MANY = "too many"
    TIMED_OUT = "timed out"
    NO_READER = "no reader for this language"
    NOT_TEXT = "not text"
    ENGINE_FAILED = "engine failed"
    UNREADABLE = "could not be read"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something not examined: `what` names it in a few words, and whoever renders escapes it."""

    stage: Stage
    why: Why
    what: str
    place: Place | None = None
