"""The published format of reports, version 1: the JSON Schema is made from these structures.

Fields may be added to version 1, never changed or removed.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from auditor.model.finding import Status
from auditor.model.gap import Stage, Why
from auditor.model.rule import Confidence, Severity
from auditor.model.verdict import Verdict

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
    related: list[PlaceObject] = []


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
