"""Writing down a program start: as an effect, or as a pipeline's stage.

Takes the words of a command, records them or gives them back. Everything that a launch reports
goes through here, so that stages are never reported twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from auditor.model.gap import Why
from auditor.model.word import Hole, Source, Word
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.programs.normal import Normal
from auditor.read.values import Known, Value, as_text, one_of, words_of

Stages = tuple[tuple[Word, ...], ...]
_MOST_STAGES = 64
_NUMBER = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\d+")
_ADDRESS_DIGITS = 8
"""Numbers as long as this may be addresses, as dotted ones are."""


def report(evaluation: Evaluation, words: Sequence[Value | str], context: Context) -> Stages:
    """Record a command as an effect; in a pipeline give it back instead, one row of words per alternative."""
    if not context.is_stage:
        evaluation.emit(*words, place=context.place)
        return ()
    return rows_of(words, evaluation.limits.alternatives)


def report_normal(evaluation: Evaluation, normal: Normal, context: Context) -> Stages:
    """Record a command in normal form, and what its arguments alone say."""
    for effect in normal.effects:
        evaluation.emit(*effect, place=context.place)
    return report(evaluation, normal.words, context)


def rows_of(words: Sequence[Value | str], limit: int) -> Stages:
    """Give the words as rows, one per combination of alternatives; past the limit the widest become unknown."""
    choices = [words_of(Known(word) if isinstance(word, str) else word) for word in words]
    while _count(choices) > limit:
        widest = max(range(len(choices)), key=lambda index: len(choices[index]))
        choices[widest] = (Word((Hole(Source.LIMIT),)),)
    return tuple(product(*choices))


def merged(evaluation: Evaluation, outcomes: Sequence[Outcome], context: Context) -> Outcome:
    """Join the outcomes of alternatives."""
    if len(outcomes) == 1:
        return outcomes[0]
    if not outcomes:
        return Outcome()
    statuses = {outcome.status for outcome in outcomes}
    return Outcome(
        stdout=one_of((as_text(outcome.stdout) for outcome in outcomes), evaluation.limits.alternatives),
        status=statuses.pop() if len(statuses) == 1 else None,
        commands=bounded(evaluation, (words for outcome in outcomes for words in outcome.commands), context),
    )


def bounded(evaluation: Evaluation, commands: Iterable[tuple[Word, ...]], context: Context) -> Stages:
    """Give the commands of a pipeline's stage, each once; a gap says so where there are too many to tell."""
    distinct = tuple(dict.fromkeys(commands))
    told, rest = distinct[:_MOST_STAGES], distinct[_MOST_STAGES:]
    if rest and not are_like(rest, told):
        evaluation.gap(Why.TOO_MANY, f"more than {_MOST_STAGES} commands that one stage may be", context.place)
    return told


def are_like(rows: Iterable[tuple[Word, ...]], others: Iterable[tuple[Word, ...]]) -> bool:
    """Whether each row of words differs from one of the others by its numbers only (`part-1`, `part-2`).

    Addresses are alike within their last part.
    """
    return {_numberless(row) for row in rows} <= {_numberless(row) for row in others}


def _numberless(row: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(_NUMBER.sub(_without_value, str(word)) for word in row)


def _without_value(found: re.Match[str]) -> str:
    if "." in found[0]:
        return found[0].rpartition(".")[0]
    return found[0] if len(found[0]) >= _ADDRESS_DIGITS else "0"


def silent(status: int | None = 0) -> Outcome:
    """Give the outcome of a program that prints nothing."""
    return Outcome(stdout=Known(""), status=status)


def _count(choices: Sequence[Sequence[Word]]) -> int:
    total = 1
    for choice in choices:
        total *= len(choice)
    return total
