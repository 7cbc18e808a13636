"""SARIF 2.1.0, for code scanning services and editors.

Takes reports, gives one run: a rule for each rule that was found, a result for each finding with
its trail as a code flow, a notification for each gap. What a grant or the baseline covers is a
suppressed result. Paths are relative to a root where they lie below it.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import quote

from auditor.model.finding import Finding
from auditor.model.gap import Gap
from auditor.model.place import Span
from auditor.model.report import Report
from auditor.model.rule import Confidence, Rule, Severity
from auditor.model.trial import Trial
from auditor.model.verdict import Verdict
from auditor.render.escape import cut, safe_json, visible
from auditor.render.redact import redact
from auditor.render.summary import Summary
from auditor.render.trail import root_of, trail_of
from auditor.render.trial import said

# A name and no address: which page describes an installed copy is not ours to know.
INFORMATION_URI = "urn:auditor:tool"

Object = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub: above 9.0 critical, from 7.0 high, from 4.0 medium, below low.
_SECURITY_SEVERITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_LEVELS = {Verdict.DENY: "error", Verdict.REVIEW: "warning", Verdict.ALLOW: "note"}
_PROBLEM = {Verdict.DENY: "error", Verdict.REVIEW: "warning", Verdict.ALLOW: "recommendation"}
_FULL_TEXT = 1_000  # GitHub takes 1,024 characters of a full description
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


class SarifRenderer:
    """One SARIF log of one run; it is written when all reports are there."""

    def __init__(self, *, root: str) -> None:
        self._root = root
        self._rules: dict[str, tuple[int, Rule, Verdict]] = {}
        self._results: list[Object] = []
        self._notifications: list[Object] = []
        self._artifacts: dict[str, Object] = {}
        self._version = ""

    def start(self) -> str:
        """Nothing comes first."""
        return ""

    def report(self, report: Report) -> str:
        """Keep a report for the end."""
        self._version = report.tool.version
        uri = self._uri(report.script.path)
        outcomes = dict(report.decision.outcomes)
        self._artifacts[uri] = _artifact(report, uri)
        covered = {
            (reason.rule, reason.line): visible(redact(reason.text))
            for reason in report.reasons
            if reason.kind in {"grant", "baseline"}
        }
        for finding in report.findings:
            outcome = outcomes.get(finding.fingerprint, report.decision.would_be)
            line = root_of(report.reading, finding.place).line
            cover = covered.get((finding.rule.id, line)) if outcome is Verdict.ALLOW else None
            self._results.append(self._result(report, finding, outcome, cover, uri))
        self._notifications += [_notification(report, gap, uri) for gap in report.gaps]
        return ""

    def finish(self, summary: Summary) -> str:
        """Give the log."""
        driver: Object = {
            "name": "auditor",
            "informationUri": INFORMATION_URI,
            "rules": [_rule(rule, outcome) for _, rule, outcome in self._rules.values()],
        }
        if self._version:
            driver |= {"version": self._version, "semanticVersion": self._version}
        if self._notifications:
            driver["notifications"] = _descriptors(self._notifications)
        invocation: Object = {"executionSuccessful": not summary.interrupted}
        if self._notifications:
            invocation["toolExecutionNotifications"] = self._notifications
        run: Object = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "artifacts": list(self._artifacts.values()),
            "results": self._results,
        }
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        return safe_json(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"

    def _result(self, report: Report, finding: Finding, outcome: Verdict, cover: str | None, uri: str) -> Object:
        rule = finding.rule
        self._rules.setdefault(rule.id, (len(self._rules), rule, outcome))
        says = rule.title if finding.effect is None else f"{rule.title}: {cut(redact(finding.effect), 600)}"
        result: Object = {
            "ruleId": rule.id,
            "ruleIndex": self._rules[rule.id][0],
            "level": _LEVELS[outcome],
            "message": {"text": _message(says)},
            "locations": [_location(uri, root_of(report.reading, finding.place))],
            "partialFingerprints": {
                "primaryLocationLineHash": f"{finding.fingerprint[:16]}:1",
                "auditor/v1": finding.fingerprint,
            },
            "properties": {
                "family": rule.family,
                "severity": rule.severity.value,
                "confidence": rule.confidence.value,
                "status": finding.status.value,
                "outcome": outcome.value,
            },
        }
        if report.trial is not None:
            result["kind"] = "fail"
            result["properties"] = _with_trial(result["properties"], finding, report.trial)
        if finding.related:
            spots = dict.fromkeys(root_of(report.reading, place) for place in finding.related)
            result["relatedLocations"] = [
                {"id": number, **_location(uri, spot)} for number, spot in enumerate(spots, start=1)
            ]
        flow = _flow(report, finding, uri)
        if flow:
            result["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
        if cover is not None:
            result["suppressions"] = [{"kind": "external", "justification": cover}]
        return result

    def _uri(self, path: str) -> str:
        """Give a path below the root as a relative reference, any other as a file URI."""
        normal = normpath(path)
        if normal.startswith("/"):
            pure = PurePosixPath(normal)
            if not pure.is_relative_to(self._root):
                return "file://" + _quoted(normal)
            normal = str(pure.relative_to(self._root))
        # A colon in the first part would read as a scheme; quoting takes care of it.
        return _quoted(normal)


def _with_trial(properties: object, finding: Finding, trial: Trial) -> Object:
    """Add what a trial says of a finding: how the run went, and the evidence, quoted."""
    known = properties if isinstance(properties, dict) else {}
    return known | {
        "trial": {"level": trial.level, "passes": trial.passes, "ended": trial.ended, "isComplete": trial.is_complete},
        "evidence": [visible(said(evidence)) for evidence in finding.evidence],
    }


def _quoted(path: str) -> str:
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "replace")
    return quote(data, safe="/")


def _rule(rule: Rule, outcome: Verdict) -> Object:
    references = "\n".join(f"- <{reference}>" for reference in rule.references)
    markdown = f"{rule.what}\n\n**Why it matters.** {rule.why}\n\n**Instead.** {rule.instead}"
    tags = ["security", rule.family, *(f"external/attack/{technique}" for technique in rule.attack)]
    name = "".join(part.capitalize() for part in rule.id.split("-"))
    return {
        "id": rule.id,
        "name": name if name.lower() != rule.id else f"{name}Rule",
        "shortDescription": {"text": _message(_sentence(rule.title))},
        "fullDescription": {"text": _message(_sentence(cut(rule.what or rule.title, _FULL_TEXT)))},
        "help": {
            "text": _message(f"{rule.what}\n\nWhy it matters: {rule.why}\n\nInstead: {rule.instead}"),
            "markdown": _message(f"{markdown}\n\n{references}".rstrip()),
        },
        "defaultConfiguration": {"level": _LEVELS[outcome]},
        "properties": {
            "tags": tags[:10],
            "precision": _PRECISION[rule.confidence],
            "problem.severity": _PROBLEM[outcome],
            "security-severity": _SECURITY_SEVERITY[rule.severity],
        },
    }


def _artifact(report: Report, uri: str) -> Object:
    artifact: Object = {"location": {"uri": uri}, "hashes": {"sha-256": report.script.sha256}}
    artifact["sourceLanguage"] = report.script.language.value
    return artifact


def _location(uri: str, span: Span) -> Object:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _flow(report: Report, finding: Finding, uri: str) -> list[Object]:
    """Give the trail; a step inside another unit has the place in the script that leads to it, and says the rest."""
    steps = trail_of(report.reading, finding.place)
    if len(steps) < 2:
        return []
    flow: list[Object] = []
    root = root_of(report.reading, finding.place)
    for depth, step in enumerate(steps):
        label = cut(redact(step.label(report.script.path)), 200)
        location = _location(uri, step.span if step.unit == 0 else root) | {"message": {"text": _message(label)}}
        flow.append({"location": location, "nestingLevel": depth})
    return flow


def _notification(report: Report, gap: Gap, uri: str) -> Object:
    span = None if gap.place is None else root_of(report.reading, gap.place)
    location: Object = (
        {"physicalLocation": {"artifactLocation": {"uri": uri}}} if span is None else _location(uri, span)
    )
    return {
        "descriptor": {"id": gap.why.name.lower().replace("_", "-")},
        "level": "warning",
        "message": {"text": _message(f"Not examined: {cut(redact(gap.what), 600)} ({gap.why.value}).")},
        "locations": [location],
        "properties": {"stage": gap.stage.value},
    }


def _descriptors(notifications: list[Object]) -> list[Object]:
    names: dict[str, None] = {}
    for notification in notifications:
        descriptor = notification["descriptor"]
        if isinstance(descriptor, dict):
            names.setdefault(str(descriptor["id"]))
    return [_descriptor(name) for name in names]


def _descriptor(name: str) -> Object:
    why = name.replace("-", " ")
    return {
        "id": name,
        "shortDescription": {"text": f"Text was not examined: {why}."},
        "fullDescription": {"text": f"A part of a script that the auditor holds was not examined: {why}."},
        "help": {"text": "What was not examined is never called clean. Read it yourself, or make it readable."},
    }


def _message(text: str) -> str:
    """Write a message: SARIF reads braces as placeholders and brackets before parentheses as links."""
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return _LINK.sub(r"\\[", shown.replace("{", "{{").replace("}", "}}"))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else text + "."
