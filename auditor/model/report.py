"""The report: everything one audit has to say, complete at birth."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.finding import Finding
from auditor.model.gap import Gap
from auditor.model.reading import Reading
from auditor.model.trial import Trial
from auditor.model.unit import Script
from auditor.model.verdict import Decision, Reason, Verdict


@dataclass(frozen=True, slots=True)
class Tool:
    """Versions and digests from which a verdict can be reproduced."""

    version: str
    ruleset: str  # digest of the rules that ran
    policy: str  # digest of the policy
    engines: tuple[tuple[str, str], ...]  # name, version


@dataclass(frozen=True, slots=True)
class Report:
    """One script's audit. `findings` are sorted, worst first, then by place; `timings_ms` in order of the stages."""

    script: Script
    reading: Reading
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    decision: Decision
    tool: Tool
    timings_ms: tuple[tuple[str, float], ...]
    trial: Trial | None = None

    @property
    def verdict(self) -> Verdict:
        """The decision's verdict."""
        return self.decision.verdict

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The decision's reasons."""
        return self.decision.reasons
