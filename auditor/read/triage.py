"""Triage: which scripts reach nothing that matters, told by a cheap pass before any reader sees them."""

from __future__ import annotations

from auditor.model.reading import Reading
from auditor.model.surroundings import Surroundings
from auditor.model.unit import Language, Script, Unit
from auditor.read.python.clearing import is_cleared as is_python_cleared
from auditor.read.shell.clearing import is_cleared as is_shell_cleared
from auditor.settings import Limits


def cleared(script: Script, limits: Limits, surroundings: Surroundings) -> Reading | None:
    """Give the reading of a script that is cleared; None for one that must be read."""
    if script.language is Language.PYTHON:
        is_cleared = is_python_cleared(script.text, limits, surroundings)
    elif script.language is Language.BASH:
        is_cleared = is_shell_cleared(script.text, limits)
    else:
        is_cleared = False
    return Reading((Unit(0, script.language, script.text),), (), (), is_cleared=True) if is_cleared else None
