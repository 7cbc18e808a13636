"""Deciding on a tool call: each of its acts is audited, and the strictest verdict is the answer.

Takes a Call and its Session; gives a Ruling. What is not denied is remembered for the calls that follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from auditor.gate.calls import Act, Call, Cell, Code, Run
from auditor.gate.reasons import Minded, reason_for
from auditor.gate.sessions import Cells, Session
from auditor.gate.tamper import protected, tampering
from auditor.gate.writes import results
from auditor.intake import recognise, take_bytes
from auditor.model.gap import Why
from auditor.model.line import line_of
from auditor.model.report import Report
from auditor.model.surroundings import Surroundings
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor, Clock
from auditor.settings import DEFAULT_LIMITS

_RETRY_SECONDS = 2 * DEFAULT_LIMITS.read_seconds
_REMEMBERED_ONLY = frozenset({Language.DATA, Language.MARKDOWN, Language.BINARY})
_LANGUAGES = {
    "python": Language.PYTHON, "python3": Language.PYTHON, "py": Language.PYTHON, "ipython": Language.PYTHON,
    "bash": Language.BASH, "sh": Language.BASH, "shell": Language.BASH, "zsh": Language.BASH,
    "javascript": Language.JAVASCRIPT, "js": Language.JAVASCRIPT, "node": Language.JAVASCRIPT,
    "typescript": Language.TYPESCRIPT, "ts": Language.TYPESCRIPT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate says of a call. `id` is the same for the same call of the same session that does the same.

    `would_be` is the verdict that was not enforced: by `mode: observe`, or by a person's approval.
    """

    verdict: Verdict
    reason: str
    rules: tuple[str, ...] = ()
    would_be: Verdict | None = None
    id: str = ""

    @property
    def order(self) -> tuple[int, int]:
        """By what the strictest of several rulings is told."""
        return self.verdict.order, (self.would_be or self.verdict).order


@dataclass(frozen=True, slots=True)
class Desk:
    """What rulings on one call share. `seen` is what was judged besides the call: scripts that it runs, and effects."""

    call: Call
    session: Session
    auditor: Auditor
    clock: Clock
    seen: set[str] = field(default_factory=set)

    @property
    def is_observing(self) -> bool:
        """Whether nothing is held back, only told."""
        return self.auditor.policy.mode.value == "observe"

    def allow(self) -> Ruling:
        """Allow."""
        return Ruling(Verdict.ALLOW, "")

    def rule(self, verdict: Verdict, reason: str, rules: tuple[str, ...] = ()) -> Ruling:
        """Rule as the policy's mode has it."""
        if self.is_observing and verdict is not Verdict.ALLOW:
            return Ruling(Verdict.ALLOW, reason, rules, verdict)
        return Ruling(verdict, reason, rules)

    def audit(self, text: str, language: Language, path: str, surroundings: Surroundings) -> Report:
        """Audit a text in a surrounding; once more where an engine died, or time was too short, of something else than
        the text, perhaps: a busy machine must not be a way past a rule.
        """
        taken = take_bytes(text.encode("utf-8", "surrogatepass"), path, origin="tool call", language=language)
        report = self.auditor.audit_taken(taken, self.clock, surroundings)
        if _is_broken(report) or (_is_late(report) and (self.clock.left() or _RETRY_SECONDS) >= _RETRY_SECONDS):
            report = self.auditor.audit_taken(taken, self.clock, surroundings)
        self.seen.update(unit.text for unit in report.reading.units[1:])
        self.seen.update(line_of(effect) for effect in report.reading.effects)
        return report


def rule_on(call: Call, session: Session, auditor: Auditor, clock: Clock) -> Ruling:
    """Audit a call's acts in order and give the strictest ruling; raises Unclear for a patch that names no file."""
    desk = Desk(call, session, auditor, clock)
    rulings = [_on_program(desk, act) if isinstance(act, Run | Code) else _on_writing(desk, act) for act in call.acts]
    if call.is_unsandboxed:
        said = "the call asks to run without the host's sandbox. Run it inside"
        rulings.append(desk.rule(Verdict.REVIEW, said, ("sandbox-off",)))
    strictest = max(rulings, key=lambda ruling: ruling.order, default=desk.allow())
    return replace(strictest, id=_id(call, desk.seen))


def _id(call: Call, seen: Iterable[str]) -> str:
    """Give a short id by which a person can approve a call once, as long as it does what it was judged for."""
    does = sorted(seen)
    text = repr((call.agent, call.session, call.directory, call.tool, call.acts, call.is_unsandboxed, does))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _on_program(desk: Desk, act: Run | Code) -> Ruling:
    """Rule on what is about to run, in every surrounding that may be the true one."""
    is_command = isinstance(act, Run)
    language = Language.BASH if isinstance(act, Run) else _language(act.language)
    text = act.command if isinstance(act, Run) else act.text
    cells = Cells() if is_command or language is not Language.PYTHON else desk.session.cells.get(desk.call.tool)
    before = cells or Cells()
    rulings = []
    for surroundings in desk.session.surroundings():
        report = desk.audit(before.source + text, language, "<command>" if is_command else "<code>", surroundings)
        touched = tampering(report.reading, surroundings.directory)
        if touched is not None:
            return _tampered(desk, f"change {touched}")
        rulings.append((_ruling(desk, report, "running it", before), report))
    ruling = max((ruling for ruling, _ in rulings), key=lambda ruling: ruling.order)
    if ruling.verdict is not Verdict.DENY and not desk.session.has_room(rulings[0][1].reading.left):
        ruling = desk.rule(Verdict.DENY, "it sets more variables than are remembered. Keep what is large in a file")
    if ruling.verdict is not Verdict.DENY:
        report = rulings[0][1]
        desk.session.follow(report.reading.left)
        if isinstance(act, Code) and language is Language.PYTHON:
            known = frozenset(finding.fingerprint for finding in report.findings)
            desk.session.learn(desk.call.tool, text, known)
    return ruling


def _language(name: str) -> Language:
    """Give the language that a call names, Python where it names none; one that is not known has no reader."""
    if not name:
        return Language.PYTHON
    found = _LANGUAGES.get(name.lower())
    if found is not None:
        return found
    return next((language for language in Language if language.value == name.lower()), Language.OTHER)


def _on_writing(desk: Desk, act: Act) -> Ruling:
    """Rule on what is about to be written: denied when running it would be; data is only remembered."""
    assert not isinstance(act, Run | Code)
    worst = desk.allow()
    for path, content in results(desk.session, act):
        desk.seen.add(content)
        touched = protected(path)
        if touched is not None:
            return _tampered(desk, f"write {touched}")
        language = Language.PYTHON if isinstance(act, Cell) else recognise(path, content)
        if language in _REMEMBERED_ONLY:
            desk.session.remember(path, content)
            continue
        before = (desk.session.cells.get(path) if isinstance(act, Cell) else None) or Cells()
        report = desk.audit(before.source + content, language, path, desk.session.surroundings()[0])
        ruling = _ruling(desk, report, "running this file", before)
        is_denied = (ruling.would_be or ruling.verdict) is Verdict.DENY
        if _is_late(report) and not is_denied and desk.auditor.policy.on_error is Verdict.DENY:
            # nobody is asked about a file that is written, so what time was too short for would go in unseen
            ruling = desk.rule(Verdict.DENY, "there was no time to examine this file. Write it in smaller pieces")
        if (ruling.would_be or ruling.verdict) is Verdict.DENY:
            worst = ruling
        if ruling.verdict is Verdict.DENY:
            continue
        if isinstance(act, Cell):
            known = frozenset(finding.fingerprint for finding in report.findings)
            desk.session.learn(path, content, known)
        else:
            desk.session.remember(path, content)
    return worst


def _tampered(desk: Desk, act: str) -> Ruling:
    """Deny tampering; in `mode: observe` too, since it would end the observing."""
    return Ruling(Verdict.DENY, f"it would {act}. Leave that to the operator", ("tampering",))


def _is_broken(report: Report) -> bool:
    """Whether the auditor itself failed, so that a call which it would deny may look like one that is asked about."""
    return any(gap.why is Why.ENGINE_FAILED for gap in report.gaps)


def _is_late(report: Report) -> bool:
    return any(gap.why is Why.TIMED_OUT for gap in report.gaps)


def _ruling(desk: Desk, report: Report, act: str, before: Cells) -> Ruling:
    minded = Minded.of(report, before.known)
    if minded.verdict is not Verdict.DENY and desk.auditor.policy.on_error is Verdict.DENY and _is_broken(report):
        said = "no verdict was reached (an engine failed twice). Try again, or ask the operator to run `auditor doctor`"
        return desk.rule(Verdict.DENY, said)
    if minded.verdict is Verdict.ALLOW:
        return desk.allow()
    rules = tuple(dict.fromkeys(finding.rule.id for finding in minded.findings))
    return desk.rule(minded.verdict, reason_for(report, minded, act, before.source.count("\n")), rules)
