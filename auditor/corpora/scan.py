"""The scan: a stream of inputs through the stage, into shards, in order, with nothing lost and memory flat.

Takes sources, an engine and a folder; gives a summary. Shards are completed in the order of the
inputs, so a run that goes on reads its sources from the start, passes over what the journal names
after seeing that it is the same, and audits the rest. A text that came before is not audited again.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from auditor.corpora.audited import Audited, Item
from auditor.corpora.cache import Store
from auditor.corpora.pool import Engine
from auditor.corpora.result_rows import Done, counts_of, digest_of, rows_of
from auditor.corpora.shards import Head, Journal, Shard
from auditor.corpora.summary import Progress, Summary, summary_of, write_summary
from auditor.corpora.terms import Terms
from auditor.corpora.unread import unread
from auditor.errors import AuditorError, UsageError
from auditor.intake import Skipped, recognise
from auditor.intake.datasets.input import Input
from auditor.intake.datasets.sources import Sources
from auditor.judge import Policy, load_policy
from auditor.model.unit import Language

SHARD_ROWS = 1_000
_SHARD_BYTES = 32_000_000
_BATCH = 200
_BATCH_BYTES = 4_000_000
_MOST_WAITING = 24
_WORK = ".work"


@dataclass(frozen=True, slots=True)
class Request:
    """What to scan, where to, and on which terms."""

    sources: Sources
    out: Path
    terms: Terms
    cache: Path | None = None
    is_resumed: bool = False
    shard_rows: int = SHARD_ROWS

    @property
    def head(self) -> Head:
        """What a resumed run must have in common with this one."""
        reading = f"{self.sources.columns} {self.sources.format.value}"
        return Head("auditor.corpus/1", self.terms.text, tuple(self.sources.names), reading, self.shard_rows)


@dataclass(slots=True)
class _Waiting:
    """A shard whose results are still to come."""

    number: int
    start: int
    inputs: list[Input]
    keys: list[str]
    first: list[tuple[int, str]]
    known: dict[str, Audited]
    batches: list[tuple[list[str], Future[tuple[Audited, ...]]]] = field(default_factory=list)

    @property
    def open_batches(self) -> int:
        return sum(not future.done() for _, future in self.batches)


class Scan:
    """One run. `progress` is told after each shard."""

    def __init__(self, request: Request, engine: Engine, progress: Callable[[Progress], None] = lambda _: None) -> None:
        self._request = request
        self._engine = engine
        self._tell = progress
        self._journal = Journal(request.out)
        self._policy: Policy = load_policy(
            Path(request.terms.settings.policy) if request.terms.settings.policy else None
        )
        self._skipped: Counter[str] = Counter()
        self._fresh: Counter[str] = Counter()
        self._begin = time.monotonic()
        self._row = 0

    def run(self) -> Summary:
        """Scan everything; a run that is cut short leaves a summary that says so."""
        request = self._request
        total = request.sources.total_bytes()
        if not (request.is_resumed and self._journal.resume(request.head)):
            self._journal.begin(request.head)
            self._summarise(is_complete=False)
        work = request.out / _WORK
        is_complete = False
        try:
            with Store(work / "first.sqlite") as seen, Store(request.cache or work / "answers.sqlite") as cache:
                self._run(seen, cache, total)
            self._verify()
            is_complete = True
        finally:
            with contextlib.suppress(AuditorError) if not is_complete else contextlib.nullcontext():
                summary = self._summarise(is_complete=is_complete)
        shutil.rmtree(work, ignore_errors=True)
        return summary

    def _run(self, seen: Store, cache: Store, total: int) -> None:
        waiting: deque[_Waiting] = deque()
        for number, inputs in enumerate(self._shards()):
            keys = [_item(made).key(self._request.terms.text) for made in inputs]
            start = self._row
            first = seen.first_rows(keys, [made.id for made in inputs], start)
            self._row += len(inputs)
            if number < len(self._journal.digests):
                self._recognise(number, inputs, keys)
                continue
            waiting.append(self._submit(_Waiting(number, start, inputs, keys, first, {}), cache, waiting))
            while len(waiting) > 1 and (
                sum(each.open_batches for each in list(waiting)[1:]) >= 2 * self._engine.parallel
                or len(waiting) > _MOST_WAITING
            ):
                self._complete(waiting.popleft(), cache, total)
        while waiting:
            self._complete(waiting.popleft(), cache, total)

    def _shards(self) -> Iterator[list[Input]]:
        """Give the inputs in shards; where one ends depends on the inputs alone."""
        shard: list[Input] = []
        size = 0
        for made in self._request.sources.inputs():
            if isinstance(made, Skipped):
                self._skipped[made.why] += 1
                continue
            shard.append(made)
            size += len(made.data)
            if len(shard) >= self._request.shard_rows or size >= _SHARD_BYTES:
                yield shard
                shard, size = [], 0
        if shard:
            yield shard

    def _recognise(self, number: int, inputs: list[Input], keys: list[str]) -> None:
        if digest_of(inputs, keys) != self._journal.digests[number]:
            raise UsageError("the sources have changed since the run began", hint="give another --out")

    def _submit(self, shard: _Waiting, cache: Store, before: Iterable[_Waiting]) -> _Waiting:
        """Hand out what no answer is known or on its way for."""
        shard.known = cache.answers(dict.fromkeys(shard.keys))
        under_way = {key for each in before for keys, _ in each.batches for key in keys}
        items: dict[str, Item] = {}
        for made, key in zip(shard.inputs, shard.keys, strict=True):
            if made.gaps:
                language = made.language or (recognise(made.path, "") if made.path else Language.OTHER)
                shard.known[key] = unread(language, made.gaps, self._policy)
            elif key not in shard.known and key not in under_way:
                items[key] = _item(made)
        self._fresh.update(audited=len(items), known=sum(not made.gaps for made in shard.inputs) - len(items))
        for batch in _batches(items):
            shard.batches.append((list(batch), self._engine.submit(list(batch.values()))))
        return shard

    def _complete(self, shard: _Waiting, cache: Store, total: int) -> None:
        """Wait for a shard's results and write it."""
        for keys, future in shard.batches:
            found = dict(zip(keys, future.result(), strict=True))
            shard.known.update(found)
            cache.keep(found, is_lasting=self._request.cache is not None)
        missing = [key for key in shard.keys if key not in shard.known]
        if missing:
            shard.known.update(cache.answers(missing))
        left = {key: made for made, key in zip(shard.inputs, shard.keys, strict=True) if key not in shard.known}
        if left:  # an answer that came of a failure is in no lasting cache: ask again
            batch = {key: _item(made) for key, made in left.items()}
            shard.known.update(zip(batch, self._engine.submit(list(batch.values())).result(), strict=True))
        done = [
            Done(shard.start + index, made, shard.known[key], first)
            for index, (made, key, first) in enumerate(zip(shard.inputs, shard.keys, shard.first, strict=True))
        ]
        counts = counts_of(done)
        self._journal.write(Shard(shard.number, len(done), digest_of(shard.inputs, shard.keys), counts), rows_of(done))
        self._summarise(is_complete=False)
        self._fresh["written"] += len(done)
        seconds = time.monotonic() - self._begin
        self._tell(
            Progress(shard.start + len(done), self._fresh["written"], seconds, self._request.sources.read_bytes, total)
        )

    def _verify(self) -> None:
        """Hold the rows that are on disk against the inputs that came in."""
        found = self._journal.rows_on_disk()
        if found != self._row:
            raise AuditorError(f"{self._row:,} inputs came in and {found:,} rows are on disk", hint="report this")

    def _summarise(self, *, is_complete: bool) -> Summary:
        """Write the summary of what is complete so far; it is there also where the run is killed."""
        summary = summary_of(
            self._journal,
            is_complete=is_complete,
            skipped=dict(self._skipped),
            fresh=dict(self._fresh),
            seconds=time.monotonic() - self._begin,
            terms=self._request.terms,
            sources=tuple(self._request.sources.names),
        )
        write_summary(self._request.out, summary)
        return summary


def _item(made: Input) -> Item:
    around = made.surroundings
    language = made.language.value if made.language else None
    if made.gaps:  # nothing is known of the text: it is equal to none but itself
        return Item(made.id.encode("utf-8"), made.path, language)
    return Item(made.data, made.path, language, around.directory, around.files)


def _batches(items: dict[str, Item]) -> Iterator[dict[str, Item]]:
    batch: dict[str, Item] = {}
    size = 0
    for key, item in items.items():
        batch[key] = item
        size += len(item.data) + sum(len(text) for _, text in item.files)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch
