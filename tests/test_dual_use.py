"""Harmless scripts that do what attacks are made of: all are allowed; and floors for the figures of the corpus."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
import yaml

from auditor.corpora.floors import broken, load_floors
from auditor.corpora.rows import Row, read_rows
from auditor.corpora.score import Outcome, Score, is_dual_use, score
from auditor.intake import take_bytes
from auditor.model.report import Report
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from tests.corpus import CORPUS, collections, samples

if TYPE_CHECKING:
    from auditor import Auditor

FLOORS = CORPUS / "floors.yaml"
LANGUAGES = {"python": Language.PYTHON, "bash": Language.BASH}
FEWEST = 400
LOWEST = {"flagged": 1.0, "denied": 0.95, "benign_denied": 0.0, "benign_reviewed": 0.0}
"""What the floors may never be lowered to; they may rise."""


@cache
def dual_use_rows() -> tuple[Row, ...]:
    return tuple(row for each in collections() for row in read_rows(each.file))


def judged(rows: tuple[Row, ...], auditor: Auditor) -> list[Outcome]:
    taken = [take_bytes(row.text.encode(), row.id, origin="text", language=LANGUAGES[row.language]) for row in rows]
    found = []
    for row, report in zip(rows, auditor.audit_many(taken), strict=True):
        assert isinstance(report, Report)
        names = tuple(sorted({finding.rule.id for finding in report.findings}))
        found.append(Outcome(row, report.verdict, names, tuple(gap.what for gap in report.gaps)))
    return found


def test_there_are_scripts_enough() -> None:
    rows = dual_use_rows()
    assert len(rows) >= FEWEST
    assert len({row.id for row in rows}) == len({row.text for row in rows}) == len(rows)
    assert {row.language for row in rows} == set(LANGUAGES)
    assert sum(is_dual_use(row.text) for row in rows) > 0.5 * len(rows)
    assert [(each.path, each.rows) for each in collections()] == [
        (each.path, len(tuple(read_rows(each.file)))) for each in collections()
    ]


def test_every_dual_use_script_is_allowed(warm: Auditor) -> None:
    """None is denied or held for review, and nothing of any was left unexamined."""
    outcomes = judged(dual_use_rows(), warm)
    wrong = {each.row.id: (each.verdict.value, each.rules, each.gaps) for each in outcomes if each.is_flagged}
    assert wrong == {}


@pytest.fixture(scope="module")
def whole(warm: Auditor) -> Score:
    """The figures of the whole corpus, hostile, harmless and dual use."""
    own = tuple(
        Row(
            sample.id, sample.language, Verdict(sample.verdict), sample.file.read_text(encoding="utf-8"),
            sample.family, sample.label == "hostile", "ours",
        )
        for sample in samples()
    )  # fmt: skip
    return score(judged((*own, *dual_use_rows()), warm))


def test_the_floors_hold(whole: Score) -> None:
    assert broken(load_floors(FLOORS), whole) == ()


def test_the_floors_only_rise() -> None:
    """A floor is never loosened: what is committed is at least what was reached when it was first written."""
    committed = yaml.safe_load(FLOORS.read_text(encoding="utf-8"))
    for figure, bound in LOWEST.items():
        if figure.startswith("benign"):
            assert committed["all"][figure] <= bound, figure
        else:
            assert committed["core"][figure] >= bound, figure
