"""Harmful scripts of families that are seldom written about, each with a harmless twin: all are judged as they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from auditor.intake import take_bytes
from auditor.intake.languages import language_named
from auditor.model.report import Report
from tests.corpus import CORPUS

if TYPE_CHECKING:
    from auditor import Auditor

FILE = CORPUS / "pairs" / "thin-families.jsonl"
FEWEST = 40
TWIN = "-harmless"


def rows() -> list[dict[str, object]]:
    """Give the rows, harmful ones each before its twin."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def test_each_harmful_script_has_a_twin() -> None:
    """There are enough of them, each is followed by its twin, and only twins are allowed."""
    ids = [str(row["id"]) for row in rows()]
    assert len(ids) >= 2 * FEWEST
    assert ids[1::2] == [name + TWIN for name in ids[::2]]
    assert all((row["expected"] == "allow") == str(row["id"]).endswith(TWIN) for row in rows())
    assert {row["language"] for row in rows()} == {"python", "bash"}


def test_each_is_judged_as_it_says(warm: Auditor) -> None:
    """The verdict and the rules that the policy minds are those of the row, and nothing was left unexamined."""
    taken = [
        take_bytes(
            str(row["text"]).encode(), str(row["id"]), origin="text", language=language_named(str(row["language"]))
        )
        for row in rows()
    ]
    wrong = {}
    for row, report in zip(rows(), warm.audit_many(taken), strict=True):
        assert isinstance(report, Report)
        minded = sorted({finding.rule.id for finding in report.findings if finding.rule.family != "code-quality"})
        found = (report.verdict.value, minded, [gap.what for gap in report.gaps])
        if found != (row["expected"], row["rules"], []):
            wrong[row["id"]] = found
    assert wrong == {}
