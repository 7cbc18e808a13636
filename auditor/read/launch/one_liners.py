"""Interpreters of languages that have no full reader: perl, ruby, php, lua, node and awk, and their one-liners."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.calls import Call
from auditor.read.launch.emission import report
from auditor.read.values import Known, Value


def run_one_liner(
    evaluation: Evaluation, program: str, call: Call, arguments: Sequence[Value], context: Context
) -> Outcome:
    """Run an interpreter of such a language."""
    commands = report(evaluation, (Known(program), *arguments), context)
    return Outcome(stdout=evaluation.fresh(Source.COMMAND, program), commands=commands)
