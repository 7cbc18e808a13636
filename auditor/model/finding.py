"""Matches, what an engine hit; findings, what we claim; evidence, what a trial saw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from auditor.model.effect import Effect
from auditor.model.place import Place
from auditor.model.rule import Rule


class Status(Enum):
    """What is known of a finding beyond the prediction. No status clears a finding."""

    PREDICTED = "predicted"
    CONFIRMED = "confirmed"
    ATTEMPTED = "attempted"
    NOT_OBSERVED = "not-observed"
    NOT_REACHED = "not-reached"
    INCONCLUSIVE = "inconclusive"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Match:
    """An engine's hit: a rule at a place, and the effect where the rule reads effects."""

    rule: Rule
    place: Place
    message: str
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a trial saw, quoted: the event, its arguments, when and by whom."""

    source: str  # "strace", "sinkhole", "files"
    event: str
    detail: str
    moment_ms: float
    pid: int | None = None
    program: str = ""
    """The argv of the process that did it, as it was started; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Our claim that a rule applies.

    `effect` is the effect's transcript line, None for findings about source text.
    `place` is in the unit that holds the code; the renderers show the place in the script and the
    trail inward. `fingerprint` survives line moves: rule, normalised effect or snippet, and the
    how-many-th of its kind. `related` are the other places of a finding that has more than one.
    """

    rule: Rule
    status: Status
    message: str
    place: Place
    effect: str | None
    fingerprint: str
    engines: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Place, ...] = ()
