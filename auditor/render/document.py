"""The JSON document of a report, version 1: its shape and how a report is written in it.

The structures here are the published format; the JSON Schema is made from them. Fields may be
added to version 1, never changed or removed. Secrets in audited text are redacted.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from auditor.model.finding import Evidence, Finding, Status
from auditor.model.gap import Gap, Stage, Why
from auditor.model.line import line_of
from auditor.model.place import Place, Span
from auditor.model.report import Report
from auditor.model.rule import Confidence, Severity
from auditor.model.trial import Trial
from auditor.model.verdict import Verdict
from auditor.render.redact import redact
from auditor.render.summary import Summary
from auditor.render.trail import TrailStep, root_of, trail_of

REPORT_SCHEMA: Final = "auditor.report/1"
REPORTS_SCHEMA: Final = "auditor.reports/1"

Positive = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class ScriptObject(msgspec.Struct, frozen=True):
    """The script that was audited; `sha256` is of its bytes as they came."""

    path: str
    language: str
    sha256: Digest


class ReasonObject(msgspec.Struct, frozen=True):
    """One thing that the verdict rests on, with the rule and the line of the script where there is one."""

    verdict: Verdict
    kind: Literal["finding", "gap", "grant", "baseline"]
    text: str
    rule: str | None
    line: Positive | None


class StepObject(msgspec.Struct, frozen=True):
    """One step of a trail; the last is the place itself. `unit` 0 is the script, every other a piece of code in it."""

    unit: Count
    language: str
    line: Positive
    column: Positive
    end_line: Positive
    end_column: Positive
    operation: str


class PlaceObject(msgspec.Struct, frozen=True):
    """Where in the script. Lines and columns count from 1, columns in code points; the end column is one past the end.

    `trail` is empty where the code stands in the script itself and nothing led to it.
    """

    path: str
    line: Positive
    column: Positive
    end_line: Positive
    end_column: Positive
    trail: list[StepObject]


class EvidenceObject(msgspec.Struct, frozen=True):
    """What a trial run saw; `program` is the argv of the process that did it, empty where that is not known."""

    source: str
    event: str
    detail: str
    moment_ms: float
    pid: int | None
    program: str


class FindingObject(msgspec.Struct, frozen=True):
    """A rule that applies. `effect` is what the script does, in normal form; `outcome` what the policy says of it."""

    rule: str
    title: str
    family: str
    attack: list[str]
    severity: Severity
    confidence: Confidence
    status: Status
    outcome: Verdict
    message: str
    why: str
    instead: str
    effect: str | None
    place: PlaceObject
    evidence: list[EvidenceObject]
    engines: list[str]
    fingerprint: Digest


class GapObject(msgspec.Struct, frozen=True):
    """Text that was not examined."""

    stage: Stage
    what: str
    why: Why
    place: PlaceObject | None


class ObservationObject(msgspec.Struct, frozen=True):
    """An effect that a trial saw; `succeeded` is false where it was refused, blocked or missing."""

    effect: str
    succeeded: bool
    evidence: EvidenceObject


class TrialObject(msgspec.Struct, frozen=True):
    """A run in the sandbox, over all its passes.

    `reached` holds the script's lines that were watched and ran, null where that could not be told.
    `is_complete` is false where a limit, a lost tracer or weaker isolation may have hidden something.
    """

    level: str
    passes: Positive
    wall_ms: float
    ended: str
    is_complete: bool
    observed: list[ObservationObject]
    reached: list[Positive] | None
    notes: list[str]


class ToolObject(msgspec.Struct, frozen=True):
    """Versions and digests from which the verdict can be reproduced."""

    name: Literal["auditor"]
    version: str
    ruleset: str
    policy: str
    engines: dict[str, str]


class ReportObject(msgspec.Struct, frozen=True):
    """The audit of one script. `would_be` differs from `verdict` only where the policy observes, not enforces."""

    schema: Literal["auditor.report/1"]
    script: ScriptObject
    verdict: Verdict
    would_be: Verdict
    reasons: list[ReasonObject]
    findings: list[FindingObject]
    gaps: list[GapObject]
    tool: ToolObject
    timings_ms: dict[str, float]
    trial: TrialObject | None


class SummaryObject(msgspec.Struct, frozen=True):
    """Counts over all scripts; `skipped` counts files and folders left out, by kind."""

    scripts: Count
    verdicts: dict[str, int]
    findings: Count
    gaps: Count
    skipped: dict[str, int]
    seconds: float
    interrupted: bool


class ReportsObject(msgspec.Struct, frozen=True):
    """The audit of several scripts, in the order in which they were given."""

    schema: Literal["auditor.reports/1"]
    reports: list[ReportObject]
    summary: SummaryObject


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
