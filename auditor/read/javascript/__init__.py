"""The JavaScript interpreter: reads a unit of JavaScript or TypeScript and predicts what running it would do.

Takes a unit, its context and its argv; gives its output, and effects, child units and gaps through
the evaluation. Executes nothing of what it reads. tree-sitter is imported when first needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.unit import Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Value


def read_javascript(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a unit of JavaScript or TypeScript."""
    from auditor.read.javascript.reader import read

    return read(evaluation, unit, context, argv)
