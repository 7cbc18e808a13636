"""Texts on their way through an engine: with a canary, asked again when in doubt, and back as hits.

Takes transcripts' lines and source texts; gives each its trustworthy hits, or the Why it has none.
A text whose canary is not reported was not matched to its end, whatever the engine said: lines are
asked again in halves, down to the single line, and source once more as it is. Refuses to go on past
its time: what is left then is a problem, not silence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditor.match.engine import Answer, Engine, Hit, Problem, Target
from auditor.match.kinds import CANARY_PREFIX, canary_line, nonce
from auditor.model.gap import Why

_ROUNDS: Final = 12
_LOST: Final = Problem(Why.NOT_PARSED, "Semgrep did not match all of it")


@dataclass(frozen=True, slots=True)
class Text:
    """A text to match. `lines` stand on their own in a transcript and may be asked apart; source may not."""

    suffix: str
    lines: tuple[str, ...]
    is_divisible: bool
    first: int = 0
    """The number of the first line in the text that this one is a part of, from 0."""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How long one text may take at most, and the moment on the monotonic clock when all must be done."""

    each: float
    end: float


@dataclass(slots=True)
class Outcome:
    """What is known of one text: hits by line of the whole text, and what could not be matched, by its lines."""

    hits: list[Hit] = field(default_factory=list)
    problems: list[tuple[range, Problem]] = field(default_factory=list)


def match_texts(
    engine: Engine, texts: Sequence[Text], canaries: Callable[[str], frozenset[str]], time_left: TimeLeft
) -> list[Outcome]:
    """Match texts within a time; `canaries` names the canary rules that must answer for a kind of text."""
    outcomes = [Outcome() for _ in texts]
    waiting = list(enumerate(texts))
    end = time_left.end
    for _ in range(_ROUNDS):
        if not waiting:
            break
        again: list[tuple[int, Text]] = []
        for (index, text), answer, number in _ask(engine, waiting, time_left):
            problem = answer.problem
            if not _sang(answer, number, canaries(text.suffix)):
                problem = problem or _LOST
            elif problem is None:
                outcomes[index].hits += _own_hits(answer, text)
                continue
            parts = _parts(text, problem)
            if parts and time.monotonic() < end:
                again += [(index, part) for part in parts]
                continue
            outcomes[index].problems.append((range(text.first, text.first + len(text.lines)), problem))
            if not text.is_divisible or _sang(answer, number, canaries(text.suffix)):
                outcomes[index].hits += _own_hits(answer, text)
        waiting = again
    for index, text in waiting:
        problem = Problem(Why.TIMED_OUT, "there was no time left to match it")
        outcomes[index].problems.append((range(text.first, text.first + len(text.lines)), problem))
    return outcomes


def _ask(
    engine: Engine, waiting: Sequence[tuple[int, Text]], time_left: TimeLeft
) -> list[tuple[tuple[int, Text], Answer, str]]:
    numbers = [nonce() for _ in waiting]
    targets = [
        Target(text.suffix, "\n".join((*text.lines, "", canary_line(text.suffix, number), "")))
        for (_, text), number in zip(waiting, numbers, strict=True)
    ]
    return list(zip(waiting, engine.scan(targets, time_left.each, time_left.end), numbers, strict=True))


def _sang(answer: Answer, number: str, wanted: frozenset[str]) -> bool:
    """Say whether every canary rule reported this text's own canary."""
    return wanted <= {hit.rule for hit in answer.hits if hit.message.strip("\"'") == number}


def _own_hits(answer: Answer, text: Text) -> list[Hit]:
    """Keep the hits on the text itself, numbered by the lines of the whole."""
    kept = []
    for hit in answer.hits:
        if hit.rule.startswith(CANARY_PREFIX) or hit.line > len(text.lines):
            continue
        shift = text.first
        kept.append(Hit(hit.rule, hit.line + shift, hit.column, hit.end_line + shift, hit.end_column, hit.message))
    return kept


def _parts(text: Text, problem: Problem) -> tuple[Text, ...]:
    """Give what to ask instead: halves of a transcript, a source text once more, nothing when that was tried."""
    count = len(text.lines)
    if text.is_divisible and count > 1:
        middle = count // 2
        return (
            Text(text.suffix, text.lines[:middle], True, text.first),
            Text(text.suffix, text.lines[middle:], True, text.first + middle),
        )
    if text.tries == 0 and problem.why is not Why.TIMED_OUT:
        return (Text(text.suffix, text.lines, text.is_divisible, text.first, tries=1),)
    return ()
