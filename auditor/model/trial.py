"""What a trial saw: effects in the same normal form as predicted ones, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.effect import Effect
from auditor.model.finding import Evidence


@dataclass(frozen=True, slots=True)
class Observation:
    """One effect that was observed. `succeeded` is False where it was refused, blocked or missing."""

    effect: Effect
    evidence: Evidence
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One script's trial, over all its passes.

    `level` is how isolated it was (`full`, `attempts`). `ended` says how the last pass ended.
    `reached` holds the script's own lines that ran, None where that could not be told.
    `is_complete` is False where a limit, a lost tracer or weaker isolation may have hidden something.
    """

    level: str
    passes: int
    wall_ms: float
    ended: str
    observed: tuple[Observation, ...]
    reached: frozenset[int] | None
    is_complete: bool
    notes: tuple[str, ...] = ()

    @property
    def can_confirm(self) -> bool:
        """Whether what was seen to succeed did: without namespaces of its own, everything ends in a refusal."""
        return self.level == "full"
