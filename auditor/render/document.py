"""How a report is written in the published format. Secrets in audited text are redacted."""

from __future__ import annotations

from typing import Literal

from auditor.model.finding import Evidence, Finding
from auditor.model.gap import Gap
from auditor.model.line import line_of
from auditor.model.place import Place, Span
from auditor.model.report import Report
from auditor.model.trial import Trial
from auditor.model.verdict import Verdict
from auditor.render.format import (
    REPORT_SCHEMA,
    EvidenceObject,
    FindingObject,
    GapObject,
    ObservationObject,
    PlaceObject,
    ReasonObject,
    ReportObject,
    ScriptObject,
    StepObject,
    SummaryObject,
    ToolObject,
    TrialObject,
)
from auditor.render.redact import redact
from auditor.render.summary import Summary
from auditor.render.trail import TrailStep, root_of, trail_of


def report_object(report: Report) -> ReportObject:
    """Write a report."""
    outcomes = dict(report.decision.outcomes)
    return ReportObject(
        schema=REPORT_SCHEMA,
        script=ScriptObject(report.script.path, report.script.language.value, report.script.sha256),
        verdict=report.verdict,
        would_be=report.decision.would_be,
        reasons=[
            ReasonObject(reason.verdict, _kind(reason.kind), redact(reason.text), reason.rule, reason.line)
            for reason in report.reasons
        ],
        findings=[
            _finding(report, finding, outcomes.get(finding.fingerprint, report.decision.would_be))
            for finding in report.findings
        ],
        gaps=[_gap(report, gap) for gap in report.gaps],
        tool=ToolObject(
            "auditor", report.tool.version, report.tool.ruleset, report.tool.policy, dict(report.tool.engines)
        ),
        timings_ms=dict(report.timings_ms),
        trial=None if report.trial is None else trial_object(report.trial),
    )


def trial_object(trial: Trial) -> TrialObject:
    """Write a trial."""
    return TrialObject(
        level=trial.level,
        passes=trial.passes,
        wall_ms=trial.wall_ms,
        ended=trial.ended,
        is_complete=trial.is_complete,
        observed=[
            ObservationObject(redact(line_of(each.effect)), each.succeeded, _evidence(each.evidence))
            for each in trial.observed
        ],
        reached=None if trial.reached is None else sorted(trial.reached),
        notes=[redact(note) for note in trial.notes],
    )


def summary_object(summary: Summary) -> SummaryObject:
    """Write a summary."""
    return SummaryObject(
        scripts=summary.scripts,
        verdicts={verdict.value: count for verdict, count in summary.verdicts},
        findings=summary.findings,
        gaps=summary.gaps,
        skipped=dict(summary.skipped),
        seconds=round(summary.seconds, 3),
        interrupted=summary.interrupted,
    )


def _finding(report: Report, finding: Finding, outcome: Verdict) -> FindingObject:
    rule = finding.rule
    return FindingObject(
        rule=rule.id,
        title=rule.title,
        family=rule.family,
        attack=list(rule.attack),
        severity=rule.severity,
        confidence=rule.confidence,
        status=finding.status,
        outcome=outcome,
        message=redact(finding.message),
        why=rule.why,
        instead=rule.instead,
        effect=None if finding.effect is None else redact(finding.effect),
        place=_place(report, finding.place),
        evidence=[_evidence(evidence) for evidence in finding.evidence],
        engines=list(finding.engines),
        fingerprint=finding.fingerprint,
        related=[_place(report, place) for place in finding.related],
    )


def _evidence(evidence: Evidence) -> EvidenceObject:
    return EvidenceObject(
        evidence.source,
        evidence.event,
        redact(evidence.detail),
        evidence.moment_ms,
        evidence.pid,
        redact(evidence.program),
    )


def _gap(report: Report, gap: Gap) -> GapObject:
    return GapObject(gap.stage, redact(gap.what), gap.why, None if gap.place is None else _place(report, gap.place))


def _place(report: Report, place: Place) -> PlaceObject:
    root: Span = root_of(report.reading, place)
    trail = trail_of(report.reading, place)
    return PlaceObject(
        path=report.script.path,
        line=root.line,
        column=root.column,
        end_line=root.end_line,
        end_column=root.end_column,
        trail=[_step(step) for step in trail] if len(trail) > 1 else [],
    )


def _step(step: TrailStep) -> StepObject:
    span = step.span
    return StepObject(
        unit=step.unit,
        language=step.language.value,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        operation=redact(step.operation),
    )


def _kind(kind: str) -> Literal["finding", "gap", "grant", "baseline"]:
    match kind:
        case "finding" | "gap" | "grant" | "baseline":
            return kind
        case _:
            raise ValueError(f"not a kind of reason: {kind}")
