"""Verdicts and the reasons for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What the policy says of a script."""

    ALLOW = "allow"
    REVIEW = "review"
    DENY = "deny"

    @property
    def order(self) -> int:
        """A number to compare by: the stricter, the larger."""
        return {"allow": 0, "review": 1, "deny": 2}[self.value]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that the verdict rests on: a finding (rule, line), a gap, a grant that was used, a baseline entry."""

    verdict: Verdict
    kind: str  # "finding", "gap", "grant", "baseline"
    text: str
    rule: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The policy's answer. `would_be` is what `mode: observe` would have said when enforcing; else equal to `verdict`.

    `outcomes` holds what the policy says of each finding, by fingerprint; `reasons` holds what the
    verdict rests on, so a finding that is allowed and listed is in the first only.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    would_be: Verdict
    outcomes: tuple[tuple[str, Verdict], ...] = ()

    def outcome_of(self, fingerprint: str) -> Verdict:
        """What the policy says of one finding."""
        return dict(self.outcomes).get(fingerprint, self.would_be)
