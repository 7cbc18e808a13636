"""The rulebook: what rule files, their examples and the indicator lists must be, checked and tested."""

from __future__ import annotations

from auditor.rulebook.checking import Problem, check
from auditor.rulebook.testing import test

__all__ = ["Problem", "check", "test"]
