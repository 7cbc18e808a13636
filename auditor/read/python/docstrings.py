"""Docstrings: the text that a body begins with, which code can read back and run."""

from __future__ import annotations

import libcst as cst

from auditor.read.python.machine import Machine
from auditor.read.python.objects import PyValue


def docstring(machine: Machine, body: cst.BaseSuite | cst.BaseExpression) -> PyValue | None:
    """Give the docstring of a function's or a class' body, None where it has none."""
    first = body.body[0] if isinstance(body, cst.BaseSuite) and body.body else None
    inner = first.body[0] if isinstance(first, cst.SimpleStatementLine) and first.body else first
    if isinstance(inner, cst.Expr) and isinstance(inner.value, cst.SimpleString | cst.ConcatenatedString):
        return machine.evaluate(inner.value)
    return None
