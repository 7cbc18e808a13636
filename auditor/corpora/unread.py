"""Results of scripts that no stage has audited: the policy says what a gap means, as everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.corpora.audited import Audited, GapRow
from auditor.judge import Case, Policy, Terms, decide
from auditor.model.gap import Gap
from auditor.model.reading import Reading
from auditor.model.unit import Language, Script, Unit
from auditor.render.redact import redact


def unread(language: Language, gaps: Sequence[Gap], policy: Policy) -> Audited:
    """Give the result of a script of which nothing was read."""
    script = Script.of("", language)
    reading = Reading((Unit(0, language, ""),), (), ())
    decision = decide(Case(script, reading, (), tuple(gaps)), Terms(policy))
    return Audited(
        language=language.value,
        verdict=decision.verdict.value,
        would_be=decision.would_be.value,
        reasons=tuple(clean_text(reason.text) for reason in decision.reasons),
        gaps=tuple(GapRow(gap.stage.value, gap.why.value, clean_text(gap.what)) for gap in gaps),
    )


def clean_text(text: str) -> str:
    """Redact a text, and replace what UTF-8 cannot hold."""
    return redact(text).encode("utf-8", "backslashreplace").decode("utf-8")
