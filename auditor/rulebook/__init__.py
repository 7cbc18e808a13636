"""The rulebook: what rule files, their examples and the indicator lists must be, checked and tested."""

from __future__ import annotations

from pathlib import Path

from auditor.rulebook.checking import check
from auditor.rulebook.problems import Problem
from auditor.rulebook.updating import Update, update

__all__ = ["Problem", "Update", "check", "test", "update"]


def test(rulesets: Path | str | None = None) -> tuple[Problem, ...]:
    """Test a folder of rules over their examples, by default those that ship; give what is wrong."""
    from auditor.rulebook.testing import run  # it loads the engines, which checking the form does without

    return run(rulesets)


test.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test
