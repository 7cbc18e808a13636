"""The two tools: `audit_code` and `explain_rule`.

Takes a tool's arguments and an Auditor; gives MCP's result object. What a script says never reaches the model through
it but for an effect's program, options and addresses, as in the gate's own reasons.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from auditor.clock import Clock
from auditor.errors import AuditorError
from auditor.gate.reasons import Minded, reason_for, shown
from auditor.intake import take_bytes
from auditor.match import load_ruleset
from auditor.model.finding import Finding
from auditor.model.reading import route
from auditor.model.report import Report
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor

Object = Mapping[str, object]

ADVISORY = (
    "Advice, no gate: nothing obliges a model to ask, and an answer holds nothing back. "
    "What holds a command back is the host's hook; `auditor install` writes it."
)
AUDIT_SECONDS = 60.0
_MOST_FINDINGS = 50
_LANGUAGES = (Language.BASH, Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT)
_ANNOTATIONS = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
_TEXT = {"type": "string"}

TOOLS: tuple[Object, ...] = (
    {
        "name": "audit_code",
        "title": "Audit code before it runs",
        "description": (
            "Predicts what a script would do, without running it, and says whether the operator's policy allows that, "
            f"wants a person's review, or denies it. {ADVISORY}"
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "code": {**_TEXT, "description": "the whole script, or one command line"},
                "language": {**_TEXT, "enum": [language.value for language in _LANGUAGES]},
            },
            "required": ["code", "language"],
            "additionalProperties": False,
        },
        "outputSchema": {
            "type": "object",
            "properties": {
                "verdict": {**_TEXT, "enum": [verdict.value for verdict in Verdict]},
                "summary": _TEXT,
                "findings": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "rule": _TEXT, "title": _TEXT, "severity": _TEXT, "outcome": _TEXT, "instead": _TEXT,
                            "line": {"type": "integer", "minimum": 1}, "effect": _TEXT,
                        },
                        "required": ["rule", "title", "severity", "outcome", "line", "instead"],
                    },
                },
                "not_examined": {"type": "array", "items": _TEXT},
                "advisory": _TEXT,
            },
            "required": ["verdict", "summary", "findings", "not_examined", "advisory"],
        },
        "annotations": _ANNOTATIONS,
    },
    {
        "name": "explain_rule",
        "title": "Explain a rule of the auditor",
        "description": f"Says what a rule looks for, why, and what to do instead. {ADVISORY}",
        "inputSchema": {
            "type": "object",
            "properties": {"rule": {**_TEXT, "description": "a rule's id, as `audit_code` and denials name it"}},
            "required": ["rule"],
            "additionalProperties": False,
        },
        "annotations": _ANNOTATIONS,
    },
)  # fmt: skip


class Unfit(Exception):
    """Arguments that a tool cannot take; the text says what it takes."""


def call(name: str, arguments: Object, auditor: Auditor) -> Object | None:
    """Call a tool; None for one that does not exist. What a model can mend is told in the result, as MCP asks."""
    tool = {"audit_code": _audit_code, "explain_rule": _explain_rule}.get(name)
    if tool is None:
        return None
    try:
        return tool(arguments, auditor)
    except Unfit as unfit:
        return failed(str(unfit))
    except AuditorError as error:
        return failed(f"no verdict was reached ({type(error).__name__})")


def failed(why: str) -> Object:
    """Give the result of a call that came to nothing, which is no verdict."""
    return {"content": [{"type": "text", "text": f"{why}. This is no verdict: nothing was found to be safe."}],
            "isError": True}  # fmt: skip


def _audit_code(arguments: Object, auditor: Auditor) -> Object:
    code, language = _texts(arguments, "code", "language")
    known = {each.value: each for each in _LANGUAGES}
    if language not in known:
        raise Unfit(f"language is one of: {', '.join(known)}")
    taken = take_bytes(code.encode("utf-8", "surrogatepass"), "<code>", origin="mcp", language=known[language])
    report = auditor.audit_taken(taken, Clock.of(AUDIT_SECONDS))
    value = {
        "verdict": report.decision.would_be.value,
        "summary": _summary(report),
        "findings": [_finding(report, finding) for finding in report.findings[:_MOST_FINDINGS]],
        "not_examined": sorted({gap.why.value for gap in report.gaps}),
        "advisory": ADVISORY,
    }
    text = json.dumps(value, ensure_ascii=True, indent=1)
    return {"content": [{"type": "text", "text": text}], "structuredContent": value, "isError": False}


def _summary(report: Report) -> str:
    minded = Minded.of(report, frozenset())
    if minded.verdict is Verdict.ALLOW:
        return "nothing was predicted that the operator's policy minds"
    return reason_for(report, minded, "running it", 0)


def _finding(report: Report, finding: Finding) -> Object:
    value = {
        "rule": finding.rule.id,
        "title": finding.rule.title,
        "severity": finding.rule.severity.value,
        "outcome": report.decision.outcome_of(finding.fingerprint).value,
        "line": route(report.reading.units, finding.place)[0].span.line,
        "instead": finding.rule.instead,
    }
    return {**value, "effect": shown(finding.effect)} if finding.effect else value


def _explain_rule(arguments: Object, auditor: Auditor) -> Object:
    (wanted,) = _texts(arguments, "rule")
    card = next((card for card in load_ruleset().cards if card.id == wanted), None)
    if card is None:
        raise Unfit("there is no such rule; `audit_code` and denials name those that there are")
    outcome = auditor.policy.outcome_of_rule(card).value
    text = (
        f"{card.title} [{card.id}]\nfamily {card.family}, severity {card.severity.value}, "
        f"confidence {card.confidence.value}; the operator's policy: {outcome}\n\n"
        f"What: {card.what}\n\nWhy: {card.why}\n\nInstead: {card.instead}\n\n"
        + "".join(f"See {reference}\n" for reference in card.references)
        + ADVISORY
    )
    return {"content": [{"type": "text", "text": text}], "isError": False}


def _texts(arguments: Object, *names: str) -> tuple[str, ...]:
    """Give the arguments by name: all of them, texts, and no others."""
    values = [arguments.get(name) for name in names]
    if set(arguments) != set(names) or not all(isinstance(value, str) for value in values):
        raise Unfit(f"the arguments are {' and '.join(names)}, each a text")
    return tuple(value for value in values if isinstance(value, str))
