"""Bandit's checks: our positions, no say for the text, and no silence where it cannot parse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.match.bandit import BanditHit, NotChecked, run_bandit
from auditor.match.bandit_pool import BanditPool
from auditor.match.engine import Problem
from auditor.model.gap import Why
from auditor.model.place import Span
from auditor.settings import DEFAULT_LIMITS
from tests.match.made import ruleset

CHECKS = ("B102", "B602")
SHELL = "import subprocess\né = '𝔘'; subprocess.call('ü' + é, shell=True)\n"


@pytest.fixture
def pool() -> Iterator[BanditPool]:
    bandit = BanditPool(ruleset().checks, DEFAULT_LIMITS)
    yield bandit
    bandit.close()


def test_positions_are_code_points() -> None:
    """Columns on a line with other letters are those that a reader counts."""
    (hit,) = run_bandit(SHELL, CHECKS)
    assert (hit.check, hit.span) == ("B602", Span(2, 10, 2, 46))
    assert SHELL.split("\n")[1][9:45] == "subprocess.call('ü' + é, shell=True)"


def test_only_the_adopted_checks_run() -> None:
    """A check that was not adopted says nothing."""
    assert [hit.check for hit in run_bandit("exec(x)\n" + SHELL, ("B102",))] == ["B102"]
    assert run_bandit("import pickle\npickle.loads(x)\nassert x\n", CHECKS) == []


def test_a_check_of_the_blacklist_brings_no_other() -> None:
    """Bandit's blacklist reports all of its calls and imports when one of them was asked for."""
    text = "import telnetlib\nimport pickle\npickle.loads(x)\n"
    assert [hit.check for hit in run_bandit(text, ("B301",))] == ["B301"]


def test_suppressions_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither nosec nor a configuration in the working directory takes a finding away."""
    (tmp_path / ".bandit").write_text("[bandit]\nskips: B102\n")
    (tmp_path / "pyproject.toml").write_text('[tool.bandit]\nskips = ["B102"]\n')
    monkeypatch.chdir(tmp_path)
    assert [hit.check for hit in run_bandit("exec(x)  # nosec\nexec(y)  # nosec B102\n", CHECKS)] == ["B102", "B102"]


@pytest.mark.parametrize("text", ["exec(", "exec(x)\nx = (\n", "exec x", "exec(x)\0", "(" * 300 + "exec" + ")" * 300])
def test_what_does_not_parse_is_not_silent(text: str) -> None:
    """Bandit itself ends well on a text that it could not parse; here it raises."""
    with pytest.raises(NotChecked):
        run_bandit(text, CHECKS)


@pytest.mark.parametrize("text", ["exec(x)\r\nexec(y)\r\n", "\ufeffexec(x)\nexec(y)", "exec(x)\n\x0cexec(y)\n"])
def test_line_ends_and_marks(text: str) -> None:
    """A byte order mark, a form feed and carriage returns are no obstacle."""
    assert [hit.span.line for hit in run_bandit(text, CHECKS)] == [1, 2]


def test_a_pool_gives_what_the_function_gives(pool: BanditPool) -> None:
    """A worker's answer is the function's, and a text without an anchor is not sent."""
    assert pool.check(SHELL, 20) == tuple(run_bandit(SHELL, CHECKS))
    assert pool.check("import os\n", 20) == ()
    assert not pool.concerns("import os\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("exec(", {Why.NOT_PARSED}),
        ("exec(" + "(" * 20_000 + "1" + ")" * 20_000 + ")", {Why.NOT_PARSED, Why.ENGINE_FAILED}),
        ("exec(" + "-" * 100_000 + "1)", {Why.NOT_PARSED, Why.ENGINE_FAILED}),
        ("exec(x)\n" + "a" + ".a" * 200_000, {Why.NOT_PARSED, Why.ENGINE_FAILED, Why.TIMED_OUT}),
        ("exec(x)\nx = " + "+".join(["1"] * 50_000), {Why.NOT_PARSED, Why.ENGINE_FAILED, Why.TIMED_OUT}),
    ],
)
def test_hostile_texts_cost_a_problem_and_nothing_else(pool: BanditPool, text: str, why: set[Why]) -> None:
    """Whatever a text does to Bandit, the caller is told, and the next text has its hits."""
    found = pool.check(text, 10)
    if isinstance(found, Problem):
        assert found.why in why
    else:
        assert [hit.check for hit in found] == ["B102"]
    assert pool.check("exec(x)\n", 20) == (BanditHit("B102", Span(1, 1, 1, 8), "Use of exec detected."),)


def test_a_lone_surrogate_is_no_obstacle(pool: BanditPool) -> None:
    """Text that has no bytes is checked with a stand-in for the character."""
    found = pool.check("x = '\ud800'; exec(x)\n", 20)
    assert not isinstance(found, Problem)
    assert [hit.span for hit in found] == [Span(1, 10, 1, 17)]
