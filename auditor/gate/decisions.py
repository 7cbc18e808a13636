"""Deciding on a tool call: each of its acts is audited, and the strictest verdict is the answer.

Takes a Call and its Session; gives a Ruling with a reason that names the line and the effect, says
what would be allowed instead, and quotes no more of the script than the effect in normal form.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from auditor.gate.calls import Act, Call, Cell, Code, Run
from auditor.gate.sessions import Session, results
from auditor.gate.tamper import protected, tampering
from auditor.intake import recognise, take_bytes
from auditor.model.finding import Finding
from auditor.model.reading import route
from auditor.model.report import Report
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor, Clock

_REMEMBERED_ONLY = frozenset({Language.DATA, Language.MARKDOWN, Language.BINARY})
_LANGUAGES = {
    "python": Language.PYTHON, "python3": Language.PYTHON, "py": Language.PYTHON, "ipython": Language.PYTHON,
    "bash": Language.BASH, "sh": Language.BASH, "shell": Language.BASH, "zsh": Language.BASH,
    "javascript": Language.JAVASCRIPT, "js": Language.JAVASCRIPT, "node": Language.JAVASCRIPT,
    "typescript": Language.TYPESCRIPT, "ts": Language.TYPESCRIPT,
}  # fmt: skip
_EFFECT_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate says of a call. `id` is the same for the same call of the same session."""

    id: str
    verdict: Verdict
    reason: str
    rules: tuple[str, ...] = ()
    would_be: Verdict | None = None


def rule_on(call: Call, session: Session, auditor: Auditor, clock: Clock) -> Ruling:
    """Audit a call's acts in order; what is allowed is remembered for the calls that follow."""
    identity = call_id(call)
    if not call.is_understood:
        return Ruling(identity, Verdict.DENY, "the tool call has a shape that the gate does not know")
    worst = Ruling(identity, Verdict.ALLOW, "")
    for act in call.acts:
        ruling = _rule_on_act(identity, call, act, session, auditor, clock)
        if ruling.verdict.order > worst.verdict.order or (worst.would_be is None and ruling.would_be is not None):
            worst = ruling
    if call.is_unsandboxed and worst.verdict is Verdict.ALLOW:
        return Ruling(identity, Verdict.REVIEW, "the call asks to run without the host's sandbox; run it inside")
    return worst


def call_id(call: Call) -> str:
    """Give a short id by which a person can approve a call once."""
    text = repr((call.agent, call.session, call.tool, call.acts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _rule_on_act(identity: str, call: Call, act: Act, session: Session, auditor: Auditor, clock: Clock) -> Ruling:
    if isinstance(act, Run | Code):
        language = Language.BASH if isinstance(act, Run) else _LANGUAGES.get(act.language.lower(), Language.PYTHON)
        text = act.command if isinstance(act, Run) else act.text
        report = _audit(text, language, "<command>" if isinstance(act, Run) else "<code>", session, auditor, clock)
        touched = tampering(report.reading.effects)
        if touched is not None:
            return _tampered(identity, f"change {touched}")
        ruling = _ruling(identity, report, "run")
        if ruling.verdict is not Verdict.DENY:
            session.follow(report.reading.left)
        return ruling
    worst = Ruling(identity, Verdict.ALLOW, "")
    for path, content in results(session, act):
        touched = protected(path)
        if touched is not None:
            return _tampered(identity, f"write {touched}")
        language = Language.PYTHON if isinstance(act, Cell) else recognise(path, content)
        if language in _REMEMBERED_ONLY:
            session.remember(path, content)
            continue
        ruling = _ruling(identity, _audit(content, language, path, session, auditor, clock), "write")
        if ruling.verdict is Verdict.DENY or ruling.would_be is Verdict.DENY:
            worst = ruling
        if ruling.verdict is not Verdict.DENY:
            session.remember(path, content)
    return worst


def _tampered(identity: str, act: str) -> Ruling:
    return Ruling(identity, Verdict.DENY, f"it would {act}; leave that to the operator", ("tampering",))


def _audit(text: str, language: Language, path: str, session: Session, auditor: Auditor, clock: Clock) -> Report:
    taken = take_bytes(text.encode("utf-8", "surrogatepass"), path, origin="tool call", language=language)
    return auditor.audit_taken(taken, clock, session.surroundings())


def _ruling(identity: str, report: Report, what: str) -> Ruling:
    decision = report.decision
    verdict = decision.verdict
    strict = decision.would_be
    if strict is Verdict.ALLOW:
        return Ruling(identity, verdict, "")
    rules = tuple(dict.fromkeys(finding.rule.id for finding in report.findings))
    return Ruling(identity, verdict, _reason(report, strict, what), rules, strict if strict is not verdict else None)


def _reason(report: Report, verdict: Verdict, what: str) -> str:
    worst = next((each for each in report.findings if report.decision.outcome_of(each.fingerprint) is verdict), None)
    act = "running it" if what == "run" else "running this file"
    if worst is None:
        gap = report.gaps[0] if report.gaps else None
        why = f"{gap.why.value}: {gap.what}" if gap is not None else "the policy"
        return f"{act} needs a person's review, since part of it was not examined ({_plain(why)})"
    line = route(report.reading.units, worst.place)[0].span.line
    held = "is not allowed" if verdict is Verdict.DENY else "needs a person's review"
    return f"{act} {held}: {worst.rule.title} [{worst.rule.id}], line {line}{_effect(worst)}. {worst.rule.instead}"


def _effect(finding: Finding) -> str:
    return f": `{_plain(finding.effect)[:_EFFECT_CHARACTERS]}`" if finding.effect else ""


def _plain(text: str) -> str:
    """Give text that cannot be mistaken for instructions or control a terminal: one line, printable, no backticks."""
    return "".join(character if character.isprintable() and character != "`" else "?" for character in text)
