"""The rules that ship, end to end: every example script, read and matched."""

from __future__ import annotations

from auditor.rulebook.testing import run_scripts
from auditor.settings import shipped_rulesets


def test_every_example_script_behaves_as_marked() -> None:
    """Each rule fires where its scripts say, stays silent at the twins, and known misses are few and still missed."""
    run = run_scripts(shipped_rulesets())
    assert [str(problem) for problem in run.problems] == []
    assert len(run.outcomes) > 600
    assert sum(each.fired for each in run.outcomes) > 280
    assert len(run.known_misses) <= 8
