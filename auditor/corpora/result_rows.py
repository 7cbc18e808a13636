"""Inputs and what was said of them, as rows of the three tables, and what they add to the summary."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.corpora.audited import Audited, FindingRow
from auditor.corpora.schema import TABLES
from auditor.corpora.unread import clean_text
from auditor.intake.datasets.input import Input
from auditor.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Done:
    """One input with its result: its row, and the first row with the same text and surroundings."""

    row: int
    input: Input
    audited: Audited
    first: tuple[int, str]

    @property
    def is_duplicate(self) -> bool:
        """Whether an earlier input was the same."""
        return self.first[0] != self.row


def rows_of(done: Sequence[Done]) -> dict[str, list[Mapping[str, object]]]:
    """Give the rows of all tables."""
    rows: dict[str, list[Mapping[str, object]]] = {table: [] for table in TABLES}
    for each in done:
        made, audited = each.input, each.audited
        rows["scripts"].append(_script(each))
        for finding in audited.findings:
            rows["findings"].append(
                {
                    "row": each.row,
                    "id": made.id,
                    **{name: getattr(finding, name) for name in finding.__struct_fields__},
                }
            )
        for gap in audited.gaps:
            rows["gaps"].append(
                {"row": each.row, "id": made.id, "stage": gap.stage, "why": gap.why, "what": gap.what, "line": gap.line}
            )
    return rows


def counts_of(done: Sequence[Done]) -> dict[str, dict[str, int]]:
    """Count what the summary says."""
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("total", "verdicts", "languages", "families", "rules", "gaps")
    }
    for each in done:
        audited = each.audited
        counts["verdicts"][audited.verdict] += 1
        counts["languages"][audited.language] += 1
        counts["families"].update({finding.family for finding in _minded(audited)})
        counts["rules"].update({finding.rule for finding in _minded(audited)})
        counts["gaps"].update({gap.why for gap in audited.gaps})
        counts["total"].update(
            inputs=1,
            rows=1,
            duplicates=int(each.is_duplicate),
            findings=len(audited.findings),
            gaps=len(audited.gaps),
            cleared=int(audited.is_cleared),
            rows_with_gaps=int(bool(audited.gaps)),
            text_bytes=each.input.size,
        )
    return {name: dict(sorted(counter.items())) for name, counter in counts.items()}


def digest_of(inputs: Sequence[Input], keys: Sequence[str]) -> str:
    """Give a digest by which a run that goes on knows its inputs again."""
    digest = hashlib.sha256()
    for made, key in zip(inputs, keys, strict=True):
        digest.update(made.id.encode("utf-8") + b"\0" + key.encode() + b"\n")
    return digest.hexdigest()


def _minded(audited: Audited) -> list[FindingRow]:
    return [finding for finding in audited.findings if finding.outcome != Verdict.ALLOW.value]


def _script(each: Done) -> Mapping[str, object]:
    made, audited, moment = each.input, each.audited, each.input.moment
    minded = _minded(audited)
    return {
        "row": each.row,
        "id": made.id,
        "verdict": audited.verdict,
        "would_be": audited.would_be,
        "language": audited.language,
        "source": made.source,
        "path": made.path,
        "sha256": hashlib.sha256(made.data).hexdigest(),
        "text_bytes": made.size,
        "rules": sorted({finding.rule for finding in minded}),
        "families": sorted({finding.family for finding in minded}),
        "findings": len(audited.findings),
        "gaps": len(audited.gaps),
        "reasons": [clean_text(reason) for reason in audited.reasons],
        "duplicate_of": each.first[1] if each.is_duplicate else None,
        "trajectory": moment.trajectory if moment else None,
        "step": moment.step if moment else None,
        "time": moment.time_ns if moment else None,
        "time_zone_assumed": bool(moment and moment.is_zone_assumed),
        "call": moment.call if moment else None,
        "tool": moment.tool if moment else None,
        "text": None if each.is_duplicate else audited.text,
    }
