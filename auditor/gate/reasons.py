"""The reason that an agent is given: which line has which effect, and what would be allowed instead.

Short, and no carrier for the script's own words: of an effect it keeps the program, its options and
what looks like an address or a path, and nothing that could be read as a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.model.finding import Finding
from auditor.model.gap import Gap, Why
from auditor.model.reading import route
from auditor.model.report import Report
from auditor.model.verdict import Verdict

_EFFECT_CHARACTERS = 120
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_+-]{1,24}\Z")
_ADDRESS = re.compile(r"(?=[^\s]{1,60}\Z)[A-Za-z0-9@%{}._~/+:=,-]*[0-9@/:][A-Za-z0-9@%{}._~/+:=,-]*\Z")
_PLAIN_WORDS = 3
_INSTEAD = {
    Why.NO_READER: "Only Python, shell, JavaScript and TypeScript can be examined",
    Why.NOT_PARSED: "Correct its syntax",
    Why.TOO_LARGE: "Write it in smaller pieces",
    Why.TIMED_OUT: "Write it in smaller pieces",
    Why.ENGINE_FAILED: "Ask the operator to run `auditor doctor`",
}


@dataclass(frozen=True, slots=True)
class Minded:
    """What of a report the policy minds: the findings at the verdict's level, or the gap."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    gap: Gap | None = None

    @staticmethod
    def of(report: Report, known: frozenset[str]) -> Minded:
        """Leave out findings that earlier code of the same interpreter had already."""
        if not known:
            verdict = report.decision.would_be
        else:
            outcomes = [outcome for fingerprint, outcome in report.decision.outcomes if fingerprint not in known]
            gaps = [reason.verdict for reason in report.decision.reasons if reason.kind == "gap"]
            verdict = max([*outcomes, *gaps], key=lambda each: each.order, default=Verdict.ALLOW)
        minded = tuple(
            finding
            for finding in report.findings
            if finding.fingerprint not in known and report.decision.outcome_of(finding.fingerprint) is verdict
        )
        return Minded(verdict, minded, report.gaps[0] if report.gaps and not minded else None)


def reason_for(report: Report, minded: Minded, act: str, lines_before: int) -> str:
    """Say why, in one or two sentences."""
    held = "is not allowed" if minded.verdict is Verdict.DENY else "needs a person's review"
    if not minded.findings:
        why = minded.gap.why.value if minded.gap is not None else "as the policy has it"
        hint = _INSTEAD.get(minded.gap.why, "Write it plainly, in smaller pieces") if minded.gap is not None else ""
        return f"{act} {held}: part of it could not be examined ({why}). {hint}".rstrip(". ")
    worst = minded.findings[0]
    line = route(report.reading.units, worst.place)[0].span.line - lines_before
    where = f"line {line}" if line > 0 else "code that ran before"
    more = f", and {len(minded.findings) - 1} more" if len(minded.findings) > 1 else ""
    effect = f": `{shown(worst.effect)}`" if worst.effect else ""
    return f"{act} {held}: {worst.rule.title} [{worst.rule.id}], {where}{effect}{more}. {worst.rule.instead}".rstrip(
        ". "
    )


def shown(effect: str) -> str:
    """Give an effect in normal form without what could be read as a sentence."""
    words = effect.split(" ")
    kept: list[str] = []
    plain = 0
    for word in words:
        is_plain = _PLAIN_WORD.match(word) is not None and not word.startswith("-")
        plain += is_plain
        is_kept = (
            (is_plain and plain <= _PLAIN_WORDS)
            or (word.startswith("-") and _PLAIN_WORD.match(word))
            or (not is_plain and _ADDRESS.match(word.strip('"')))
        )
        if is_kept:
            kept.append(word)
        elif kept[-1:] != ["…"]:
            kept.append("…")
    text = " ".join(kept)
    return text if len(text) <= _EFFECT_CHARACTERS else text[:_EFFECT_CHARACTERS] + "…"
