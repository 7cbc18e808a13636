"""Harmful scripts, each with a harmless twin: all are judged as they say.

`thin-families.jsonl` holds families that are seldom written about, `new-styles.jsonl` known techniques as other
people write them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor.intake import take_bytes
from auditor.intake.languages import language_named
from auditor.model.report import Report
from tests.corpus import CORPUS

if TYPE_CHECKING:
    from auditor import Auditor

FILES = {"thin-families.jsonl": 40, "new-styles.jsonl": 33}
"""Each file, and how many pairs it holds at least."""
TWIN = "-harmless"


def rows(name: str) -> list[dict[str, object]]:
    """Give the rows of a file, harmful ones each before its twin."""
    return [json.loads(line) for line in (CORPUS / "pairs" / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", FILES)
def test_each_harmful_script_has_a_twin(name: str) -> None:
    """There are enough of them, each is followed by its twin, and only twins are allowed."""
    ids = [str(row["id"]) for row in rows(name)]
    assert len(ids) >= 2 * FILES[name]
    assert len(ids) == len(set(ids))
    assert ids[1::2] == [name + TWIN for name in ids[::2]]
    assert all((row["expected"] == "allow") == str(row["id"]).endswith(TWIN) for row in rows(name))
    assert {row["language"] for row in rows(name)} == {"python", "bash"}


@pytest.mark.parametrize("name", FILES)
def test_each_is_judged_as_it_says(warm: Auditor, name: str) -> None:
    """The verdict and the rules that the policy minds are those of the row, and nothing was left unexamined."""
    taken = [
        take_bytes(
            str(row["text"]).encode(), str(row["id"]), origin="text", language=language_named(str(row["language"]))
        )
        for row in rows(name)
    ]
    wrong = {}
    for row, report in zip(rows(name), warm.audit_many(taken), strict=True):
        assert isinstance(report, Report)
        minded = sorted({finding.rule.id for finding in report.findings if finding.rule.family != "code-quality"})
        found = (report.verdict.value, minded, [gap.what for gap in report.gaps])
        if found != (row["expected"], row["rules"], []):
            wrong[row["id"]] = found
    assert wrong == {}
