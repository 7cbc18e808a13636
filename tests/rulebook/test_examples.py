"""Marks in examples: what they say, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import RulesetError
from auditor.rulebook.examples import Expectation, read_example


def read(tmp_path: Path, text: str) -> list[tuple[int, str, bool, str]]:
    path = tmp_path / "x.sh"
    path.write_text(text)
    return [(each.line, each.rule, each.fires, each.why) for each in read_example(path)]


def test_a_mark_speaks_of_the_line_below(tmp_path: Path) -> None:
    found = read(tmp_path, "true\n# ruleid: a-b\nssh x\n    # ok: a-b\n    ls\n")
    assert found == [(3, "a-b", True, ""), (5, "a-b", False, "")]


def test_several_marks_may_speak_of_one_line(tmp_path: Path) -> None:
    assert read(tmp_path, "# ruleid: a-b\n# ok: c-d\nssh x\n") == [(3, "a-b", True, ""), (3, "c-d", False, "")]


def test_known_misses_state_what_happens_today(tmp_path: Path) -> None:
    found = read(tmp_path, "# todoruleid: a-b - not yet\nssh x\n# todook: a-b - too much\nls\n")
    assert found == [(2, "a-b", False, "not yet"), (4, "a-b", True, "too much")]


@pytest.mark.parametrize(
    "text",
    [
        "# ruleid: a-b\n",
        "# ruleid: a-b\n\nssh x\n",
        "# ruleid:a-b\nssh x\n",
        "#ruleid: a-b\nssh x\n",
        "# ruleid: A_B\nssh x\n",
        "# todoruleid: a-b\nssh x\n",
        "# ruleid: a-b - because\nssh x\n",
    ],
)
def test_marks_that_say_nothing_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RulesetError):
        read(tmp_path, text)


def test_other_comments_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, "# ruleid: a-b\n# a comment\nssh x\n") == [(2, "a-b", True, "")]
    assert read_example(tmp_path / "x.sh")[0] == Expectation(tmp_path / "x.sh", 2, "a-b", True)
