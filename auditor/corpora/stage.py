"""The stage: some scripts in, what was said of each out. The same function runs in every engine.

Takes a request as msgpack and gives an answer as msgpack, in the order of the scripts, so that
`auditor.workers`, a thread and a Ray actor can all run it. The auditor it keeps stays warm between
requests. Text that resists is a gap in its row; an error means that the stage itself failed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from auditor.corpora.audited import Audited, FindingRow, GapRow, Item, StageSettings, decode_request, encode
from auditor.corpora.hosts import hosts_of
from auditor.errors import AuditorError
from auditor.intake import Taken, take_bytes
from auditor.model.gap import Why
from auditor.model.report import Report
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor
from auditor.render.document import report_object
from auditor.render.format import FindingObject
from auditor.render.redact import redact

ORIGIN = "data set"
_KEPT_TEXT = 200_000
_REASONS = 20


def handle(body: bytes) -> bytes:
    """Audit the scripts of a request."""
    request = decode_request(body)
    return encode(audit_items(request.items, request.settings))


def audit_items(items: tuple[Item, ...], settings: StageSettings) -> tuple[Audited, ...]:
    """Audit some scripts with the warm auditor of these settings."""
    auditor = _auditor(settings.policy, settings.rulesets, settings.is_triaging)
    taken = [_take(item) for item in items]
    reports = list(auditor.audit_many(taken, surroundings=[_surroundings(item) for item in items]))
    if len(reports) != len(items):
        raise AuditorError("the stage lost a script")
    return tuple(_audited(report, settings.texts) for report in reports if isinstance(report, Report))


@lru_cache(maxsize=1)
def _auditor(policy: str, rulesets: str, is_triaging: bool) -> Auditor:
    return Auditor(policy=policy or None, rulesets=rulesets or None, follow=False, is_triaging=is_triaging)


def _take(item: Item) -> Taken:
    language = None if item.language is None else Language(item.language)
    return take_bytes(item.data, item.path, origin=ORIGIN, language=language)


def _surroundings(item: Item) -> Surroundings:
    if not item.directory and not item.files:
        return NOTHING
    return Surroundings(directory=item.directory, files=item.files)


def _audited(report: Report, texts: str) -> Audited:
    written = report_object(report)
    is_flagged = report.verdict is not Verdict.ALLOW or bool(report.gaps)
    keeps = texts == "all" or (texts == "flagged" and is_flagged)
    is_unread = any(
        gap.why is Why.NO_READER
        and (gap.place is None or gap.place.unit == 0)
        and gap.what == report.script.language.value
        for gap in report.gaps
    )
    return Audited(
        language=report.script.language.value,
        verdict=report.verdict.value,
        would_be=report.decision.would_be.value,
        reasons=tuple(_clean(reason.text) for reason in written.reasons[:_REASONS]),
        findings=tuple(_finding(finding) for finding in written.findings),
        gaps=tuple(
            GapRow(gap.stage.value, gap.why.value, _clean(gap.what), gap.place.line if gap.place else None)
            for gap in written.gaps
        ),
        text=_clean(redact(report.script.text[:_KEPT_TEXT])) if keeps else None,
        is_unread=is_unread,
        is_cleared=report.reading.is_cleared,
    )


def _finding(finding: FindingObject) -> FindingRow:
    place = finding.place
    return FindingRow(
        rule=finding.rule,
        title=finding.title,
        family=finding.family,
        severity=finding.severity.value,
        confidence=finding.confidence.value,
        status=finding.status.value,
        outcome=finding.outcome.value,
        message=_clean(finding.message),
        effect=None if finding.effect is None else _clean(finding.effect),
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        hosts=hosts_of(finding.effect) if finding.effect else (),
        trail=_json(place.trail),
        evidence=_json(finding.evidence),
        engines=tuple(finding.engines),
        fingerprint=finding.fingerprint,
    )


def _json(values: Sequence[msgspec.Struct]) -> str:
    return json.dumps(msgspec.to_builtins(values), ensure_ascii=True, separators=(",", ":")) if values else "[]"


def _clean(text: str) -> str:
    """Replace what UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
