"""`rules test`: it fails when a rule fires wrongly, not at all, or was not tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.model.word import Hole, Source
from auditor.rulebook.testing import run_scripts, run_transcripts
from auditor.rulebook.transcripts import effect_of
from tests.rulebook.test_checking import MARKS, RULE, folder


def said(problems: tuple[object, ...]) -> str:
    return "\n".join(str(problem) for problem in problems)


def test_good_examples_pass_line_by_line(tmp_path: Path) -> None:
    tested = run_transcripts(folder(tmp_path))
    assert tested.problems == ()
    assert [(each.expected.line, each.fired) for each in tested.outcomes] == [
        (2, True),
        (4, True),
        (6, False),
        (8, False),
    ]


def test_scripts_are_audited_whole(tmp_path: Path) -> None:
    tested = run_scripts(folder(tmp_path))
    assert tested.problems == ()
    assert sum(each.fired for each in tested.outcomes) == 2


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (MARKS + "# ruleid: thing-frobnicated\nls\n", ":10: thing-frobnicated does not fire"),
        (MARKS + "# ok: thing-frobnicated\nfrobnicate c\n", ":10: thing-frobnicated fires"),
        (MARKS + "frobnicate c\n", ":9: thing-frobnicated fires on a line without its mark"),
        (MARKS + "# todoruleid: thing-frobnicated - not yet\nfrobnicate c\n", "no longer missed here"),
        (MARKS + "# ok: thing-twisted\nls\n", "no rule is named thing-twisted"),
        (MARKS.replace("ruleid", "ok"), "thing-frobnicated fires"),
        ("ls\n", "no mark of it was tested"),
    ],
)
def test_what_goes_wrong_is_said(tmp_path: Path, marks: str, words: str) -> None:
    assert words in said(run_transcripts(folder(tmp_path, marks=marks)).problems)


def test_a_known_miss_is_counted_apart(tmp_path: Path) -> None:
    tested = run_transcripts(folder(tmp_path, marks=MARKS + "# todoruleid: thing-frobnicated - not yet\nls\n"))
    assert tested.problems == ()
    assert [each.expected.why for each in tested.known_misses] == ["not yet"]


def test_without_examples_nothing_passes(tmp_path: Path) -> None:
    root = folder(tmp_path)
    for file in root.glob("*/*.transcript"):
        file.unlink()
    assert "its examples were not examined" in said(run_transcripts(root).problems)


def test_a_rule_is_found_by_what_it_says_not_by_luck(tmp_path: Path) -> None:
    """A rule whose pattern is broken fails its own examples."""
    root = folder(tmp_path, RULE.replace("pattern: frobnicate $X ...", "pattern: frobnicate --hard $X ..."))
    assert said(run_transcripts(root).problems).count("does not fire") == 2


def test_holes_come_back_by_name() -> None:
    effect = effect_of('a "x%{network_2}%22" "%{unknown}" | b', 7)
    assert effect.place.span.line == 7
    assert effect.stages[0][1].parts == ("x", Hole(Source.NETWORK, 2), '"')
    assert effect.stages[0][2].parts == (Hole(Source.UNKNOWN),)
    assert [word.text for word in effect.stages[1]] == ["b"]
