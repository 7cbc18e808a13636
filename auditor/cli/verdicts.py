"""From reports to an exit code and a summary."""

from __future__ import annotations

from collections import Counter
from enum import Enum

from auditor.model.report import Report
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from auditor.render.summary import Summary

_TRIED = frozenset({Language.PYTHON, Language.BASH})
_OPAQUE = ("code.fetch ", "code.load ")


class FailOn(Enum):
    """The mildest verdict that makes a check fail."""

    REVIEW = "review"
    DENY = "deny"


class WhenTried(Enum):
    """When `check` runs a script in the sandbox."""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"

    def wants(self, report: Report) -> bool:
        """Whether a script is tried: always, or where reading alone leaves its verdict or its code open."""
        if self is WhenTried.NEVER or report.script.language not in _TRIED:
            return False
        if self is WhenTried.ALWAYS:
            return True
        return report.decision.would_be is Verdict.REVIEW or any(
            (finding.effect or "").startswith(_OPAQUE) for finding in report.findings
        )


class Tally:
    """Counts what a run has seen, and knows whether it fails."""

    def __init__(self, fail_on: FailOn, *, allow_gaps: bool) -> None:
        self._threshold = Verdict(fail_on.value)
        self._allow_gaps = allow_gaps
        self._verdicts: Counter[Verdict] = Counter()
        self._skipped: Counter[str] = Counter()
        self._findings = 0
        self._gaps = 0
        self.is_failed = False

    def add(self, report: Report) -> None:
        """Count a report."""
        self._verdicts[report.verdict] += 1
        self._findings += len(report.findings)
        self._gaps += len(report.gaps)
        self.is_failed = self.is_failed or self._fails(report)

    def skip(self, why: str) -> None:
        """Count something that was left out by kind."""
        self._skipped[why] += 1

    @property
    def done(self) -> int:
        """How many scripts were counted."""
        return self._verdicts.total()

    def summary(self, seconds: float, *, interrupted: bool = False) -> Summary:
        """Give the counts."""
        return Summary(
            verdicts=tuple(
                (verdict, self._verdicts[verdict]) for verdict in (Verdict.DENY, Verdict.REVIEW, Verdict.ALLOW)
            ),
            findings=self._findings,
            gaps=self._gaps,
            skipped=tuple(sorted(self._skipped.items())),
            seconds=seconds,
            interrupted=interrupted,
        )

    def _fails(self, report: Report) -> bool:
        # A policy that observes, or that allows this kind of gap, has already said that nothing is held back.
        if report.verdict is Verdict.ALLOW:
            return False
        for reason in report.reasons:
            if reason.kind == "gap":
                if reason.verdict is not Verdict.ALLOW and not self._allow_gaps:
                    return True
            elif reason.verdict.order >= self._threshold.order:
                return True
        return False
