"""Score a labelled data set: every row through the stage, and its verdict held against its label.

Takes rows and an engine, gives outcomes in the order of the rows; rows in a language that has no
reader are told apart, since their verdict says nothing about the rules.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from auditor.corpora.audited import Audited, Item
from auditor.corpora.pool import Engine
from auditor.corpora.rows import Row
from auditor.corpora.score import Outcome, Score, score
from auditor.intake import language_named
from auditor.model.verdict import Verdict

_Each = TypeVar("_Each")
BATCH = 200
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Scored:
    """The figures of a data set, and how many rows of which language were not read at all."""

    score: Score
    unread: tuple[tuple[str, int], ...]


def score_rows(rows: Iterable[Row], engine: Engine, progress: Callable[[int], None] = lambda _: None) -> Scored:
    """Audit rows and score them; `progress` is told how many are done."""
    outcomes: list[Outcome] = []
    unread: Counter[str] = Counter()
    for row, audited in _audited(rows, engine):
        if audited.is_unread:
            unread[row.language] += 1
        else:
            outcomes.append(_outcome(row, audited))
        progress(len(outcomes) + unread.total())
    return Scored(score(outcomes), tuple(sorted(unread.items())))


def item_of(row: Row) -> Item:
    """Give the script of a row; its language is the label's, or told by a file name of the label's format."""
    data = row.text.encode("utf-8", "surrogatepass")
    if row.path:
        return Item(data, row.path)
    return Item(data, row.id, language_named(row.language).value)


def _audited(rows: Iterable[Row], engine: Engine) -> Iterator[tuple[Row, Audited]]:
    waiting: deque[tuple[list[Row], Future[tuple[Audited, ...]]]] = deque()
    for batch in in_batches(rows, BATCH):
        waiting.append((batch, engine.submit([item_of(row) for row in batch])))
        if len(waiting) > engine.parallel * _AHEAD:
            done, future = waiting.popleft()
            yield from zip(done, future.result(), strict=True)
    while waiting:
        done, future = waiting.popleft()
        yield from zip(done, future.result(), strict=True)


def in_batches(values: Iterable[_Each], size: int) -> Iterator[list[_Each]]:
    """Give values in lists of a size; the last may be shorter."""
    batch: list[_Each] = []
    for value in values:
        batch.append(value)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _outcome(row: Row, audited: Audited) -> Outcome:
    rules = tuple(dict.fromkeys(finding.rule for finding in audited.findings if finding.outcome != "allow"))
    gaps = tuple(dict.fromkeys(f"{gap.why}: {gap.what}" for gap in audited.gaps))
    return Outcome(row, Verdict(audited.verdict), rules, gaps)
