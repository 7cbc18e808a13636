"""Deciding: what the policy makes of a script's findings and gaps, with the reasons.

Takes a case (script, reading, findings, gaps) and the operator's terms (policy, baseline, day),
gives a Decision. Nothing lowers a verdict but a grant or a baseline entry that covers the very
finding; a gap never makes it milder; hiding is told beside the findings that it hid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from auditor.judge.authorisation import approval_of
from auditor.judge.baseline import Baseline
from auditor.judge.policy import Mode, Policy
from auditor.model.finding import Finding, Status
from auditor.model.gap import Gap
from auditor.model.reading import Reading, route
from auditor.model.unit import Script
from auditor.model.verdict import Decision, Reason, Verdict

HIDING = "hiding"


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged."""

    script: Script
    reading: Reading
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What it is judged by. The day decides which grants have expired: the day of the decision, unless one is given."""

    policy: Policy
    baseline: Baseline = field(default_factory=Baseline)
    day: date | None = None

    @property
    def today(self) -> date:
        """The day by which grants expire."""
        return self.day or date.today()


def decide(case: Case, terms: Terms) -> Decision:
    """Give the verdict: the strictest outcome of any finding or gap; `allow` where there is none."""
    hidden = _hidden_lines(case)
    judged = [_judge(case, terms, finding, hidden) for finding in case.findings]
    gaps = [_judge_gap(case, terms.policy, gap) for gap in case.gaps]
    verdict = max(
        [*(outcome for outcome, _ in judged), *(gap.verdict for gap in gaps)], key=_order, default=Verdict.ALLOW
    )
    reasons = [reason for _, reason in judged if reason is not None]
    reasons = sorted([*reasons, *gaps], key=lambda reason: -reason.verdict.order)
    outcomes = tuple(
        (finding.fingerprint, outcome) for finding, (outcome, _) in zip(case.findings, judged, strict=True)
    )
    shown = Verdict.ALLOW if terms.policy.mode is Mode.OBSERVE else verdict
    return Decision(verdict=shown, reasons=tuple(reasons), would_be=verdict, outcomes=outcomes)


def minded(script: Script, findings: Iterable[Finding], terms: Terms) -> tuple[Finding, ...]:
    """Give the findings that neither a valid grant nor the baseline covers: those that can be part of an incident."""
    return tuple(
        finding
        for finding in findings
        if terms.baseline.entry_for(finding, script.path) is None
        and approval_of(terms.policy.compute, finding.effect) is None
        and not any(
            grant.covers(finding.rule.id, finding.effect) and not grant.is_expired(terms.today)
            for grant in terms.policy.grants
        )
    )


def _judge(case: Case, terms: Terms, finding: Finding, hidden: frozenset[int]) -> tuple[Verdict, Reason | None]:
    """Give a finding's outcome, and the reason where it has a part in the verdict or would have had one."""
    line = _line_of(case, finding)
    rule = finding.rule
    outcome = terms.policy.outcome_of(finding)
    if outcome is Verdict.ALLOW:
        return outcome, None
    accepted = terms.baseline.entry_for(finding, case.script.path)
    if accepted is not None:
        text = f"{rule.title}: accepted on {accepted.date.isoformat()}: {accepted.reason}"
        return Verdict.ALLOW, Reason(Verdict.ALLOW, "baseline", text, rule.id, line)
    approved = approval_of(terms.policy.compute, finding.effect)
    if approved is not None:
        text = f"{rule.title}: approved compute: {approved.reason}"
        return Verdict.ALLOW, Reason(Verdict.ALLOW, "grant", text, rule.id, line)
    grants = [grant for grant in terms.policy.grants if grant.covers(rule.id, finding.effect)]
    valid = next((grant for grant in grants if not grant.is_expired(terms.today)), None)
    if valid is not None:
        text = f"{rule.title}: granted until {valid.expires.isoformat()}: {valid.reason}"
        return Verdict.ALLOW, Reason(Verdict.ALLOW, "grant", text, rule.id, line)
    notes = [f"the grant for it expired on {grant.expires.isoformat()}" for grant in grants[:1]]
    if finding.status is not Status.PREDICTED:
        notes.append(finding.status.value)
    if rule.family != HIDING and line in hidden:
        notes.append("reached through hiding on the same line")
    text = "; ".join([rule.title, *notes])
    return outcome, Reason(outcome, "finding", text, rule.id, line)


def _hidden_lines(case: Case) -> frozenset[int]:
    return frozenset(_line_of(case, finding) for finding in case.findings if finding.rule.family == HIDING)


def _line_of(case: Case, finding: Finding) -> int:
    return route(case.reading.units, finding.place)[0].span.line


def _judge_gap(case: Case, policy: Policy, gap: Gap) -> Reason:
    line = route(case.reading.units, gap.place)[0].span.line if gap.place is not None else None
    return Reason(policy.outcome_of_gap(gap), "gap", f"not examined: {gap.what} ({gap.why.value})", None, line)


def _order(verdict: Verdict) -> int:
    return verdict.order
