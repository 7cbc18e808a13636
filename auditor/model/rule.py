"""Rules: what a rule's card says; the patterns stay in the rule's file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad it is if the finding is true."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def order(self) -> int:
        """A number to sort by: the worse, the larger."""
        return {"critical": 3, "high": 2, "medium": 1, "low": 0}[self.value]


class Confidence(Enum):
    """How sure the finding is to be what its rule says."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def order(self) -> int:
        """A number to sort by: the surer, the larger."""
        return {"high": 2, "medium": 1, "low": 0}[self.value]


class Reads(Enum):
    """What a rule is matched against."""

    EFFECTS = "effects"
    SOURCE = "source"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's card. `attack` holds ATT&CK technique ids as of v18, `attack_v19` those that v19 renamed.

    `anchors` are literals without one of which (any, case-insensitive) the rule cannot match; with
    none given, the rule is always run. `engine` is `semgrep` or `bandit`.
    """

    id: str
    title: str
    family: str
    reads: Reads
    severity: Severity
    confidence: Confidence
    attack: tuple[str, ...]
    what: str
    why: str
    instead: str
    references: tuple[str, ...]
    anchors: tuple[str, ...]
    since: str
    attack_v19: tuple[str, ...] = ()
    engine: str = "semgrep"
