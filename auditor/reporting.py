"""Reports: matches become findings, findings and gaps a decision, and all of it a Report."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from auditor.intake import Taken
from auditor.judge import Case, Terms, decide, findings_of, incidents_of, minded
from auditor.judge.confirm import Judged, confirm
from auditor.match import MatchResult
from auditor.model.finding import Finding
from auditor.model.gap import Gap
from auditor.model.incident import Incident
from auditor.model.reading import Reading
from auditor.model.report import Report, Tool
from auditor.model.rule import Reads
from auditor.model.trial import Trial
from auditor.model.unit import Script
from auditor.model.verdict import Decision


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes reports by one policy, with the versions that they name."""

    tool: Tool
    terms: Terms
    incidents: tuple[Incident, ...] = ()

    def report(
        self, taken: Taken, reading: Reading, matched: MatchResult, timings: tuple[tuple[str, float], ...]
    ) -> Report:
        """Give the report of a script that was read and matched; `timings` are seconds by stage."""
        begin = time.monotonic()
        findings = self._with_incidents(taken.script, reading, findings_of(reading, matched.matches))
        gaps = _distinct((*taken.gaps, *reading.gaps, *matched.gaps))
        decision = self._decide(taken.script, reading, findings, gaps)
        timings = (*timings, ("judge", time.monotonic() - begin))
        return Report(
            script=taken.script,
            reading=reading,
            findings=findings,
            gaps=gaps,
            decision=decision,
            tool=self.tool,
            timings_ms=tuple((stage, round(seconds * 1000, 3)) for stage, seconds in timings),
        )

    def tried(self, report: Report, trial: Trial, judged: Judged, gaps: Iterable[Gap], begin: float) -> Report:
        """Give a report with what a trial saw; the trial's time is counted from `begin`, monotonic seconds."""
        # an incident is what the others mean together, so that it is found anew
        alone = [finding for finding in report.findings if finding.rule.reads is not Reads.FINDINGS]
        findings = confirm(report.reading, alone, trial, judged)
        findings = self._with_incidents(report.script, report.reading, findings)
        every = _distinct((*report.gaps, *gaps))
        return replace(
            report,
            findings=findings,
            gaps=every,
            decision=self._decide(report.script, report.reading, findings, every),
            timings_ms=(*report.timings_ms, ("trial", round((time.monotonic() - begin) * 1000, 3))),
            trial=trial,
        )

    def with_gap(self, report: Report, gap: Gap) -> Report:
        """Give a report with one more gap, decided anew."""
        gaps = _distinct((*report.gaps, gap))
        return replace(report, gaps=gaps, decision=self._decide(report.script, report.reading, report.findings, gaps))

    def _with_incidents(self, script: Script, reading: Reading, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Put before the findings what they mean together."""
        together = minded(script, findings, self.terms)
        return (*incidents_of(reading, together, self.incidents), *findings)

    def _decide(
        self, script: Script, reading: Reading, findings: tuple[Finding, ...], gaps: tuple[Gap, ...]
    ) -> Decision:
        return decide(Case(script=script, reading=reading, findings=findings, gaps=gaps), self.terms)


def _distinct(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(dict.fromkeys(gaps))
