"""Program starts: from an argv of abstract values to the effect in normal form, and to the code it hands on."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Value


def launch(evaluation: Evaluation, argv: Sequence[Value], context: Context) -> Outcome:
    """Emit a program start."""
    evaluation.emit(*argv, place=context.place)
    return Outcome()
