"""Trace files become Steps: a file is told by its first lines, and whatever is no trace of ours goes to the intake.

Takes files, directories and globs as `auditor corpus scan` does. Steps without a time are counted
and left out, since nothing can be said of when they ran.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec

from auditor.correlate.records import Code, Step
from auditor.correlate.traces.native import is_native, native_step
from auditor.correlate.traces.roll import is_roll, roll_steps
from auditor.correlate.traces.rough import LONGEST_SECONDS, Untimed, ended
from auditor.correlate.traces.spans import Span, is_span, spans_of, steps_of
from auditor.intake.datasets.documents import read_document
from auditor.intake.datasets.input import Input
from auditor.intake.datasets.lines import decoded_lines, decompressed, plain_name
from auditor.intake.datasets.sources import Sources
from auditor.intake.datasets.zips import BROKEN
from auditor.intake.trajectories.calls import mapping_of, mappings
from auditor.intake.trajectories.episode import bare_calls

_HEAD = 1_000_000
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Traces:
    """What traces hold: steps by trajectory and time, steps that have no time, and lines that could not be read."""

    steps: tuple[Step, ...]
    untimed: int = 0
    unread: int = 0
    repeated: int = 0
    """Calls that stood there before, and count once."""


def read_traces(names: Sequence[str], longest: float = LONGEST_SECONDS) -> Traces:
    """Read traces; raises UsageError for what is not there."""
    left = Untimed()
    found: list[Step] = []
    others: list[str] = []
    for name in names:
        own, rest = _own_of(name)
        for path in own:
            found += _own_steps(path, left)
        others += rest
    with bare_calls():
        found += _of_intake(others, left)
    steps = ended(found, longest)
    return Traces(steps, left.steps, left.unread, len(found) - len(steps))


def _own_of(name: str) -> tuple[list[Path], list[str]]:
    """Tell the files of one name that are traces of ours from the rest."""
    path = Path(name)
    if path.is_file():
        return ([path], []) if _is_own(path) else ([], [name])
    if not path.is_dir():
        return [], [name]
    files = sorted(each for each in path.rglob("*.json*") if each.is_file())
    own = [each for each in files if _is_own(each)]
    return (own, [str(each) for each in files if each not in set(own)]) if own else ([], [name])


def _is_own(path: Path) -> bool:
    plain = plain_name(path.name)
    if not plain.endswith((".jsonl", ".ndjson", ".json")):
        return False
    try:
        with path.open("rb") as raw, decompressed(path.name, raw) as stream:
            line = stream.readline(_HEAD).removeprefix(_MARK)
    except BROKEN:
        return False
    try:
        value = msgspec.json.decode(line)
        first = mapping_of(value[0] if isinstance(value, list) and value else value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b"resourceSpans" in line or (not plain.endswith("l") and _is_document_of_ours(path))
    return is_native(first) or is_span(first) or is_roll(first)


def _is_document_of_ours(path: Path) -> bool:
    """Whether the beginning of a document over several lines looks like spans, or like records of one's own."""
    try:
        with path.open("rb") as raw, decompressed(path.name, raw) as stream:
            head = stream.read(4_096)
    except BROKEN:
        return False
    return (
        (b'"traj_id"' in head and b'"t_start"' in head)
        or b'"resourceSpans"' in head
        or b'"startTimeUnixNano"' in head
        or (b'"context"' in head and b"trace_id" in head)
    )


def _own_steps(path: Path, left: Untimed) -> Iterator[Step]:
    spans: list[Span] = []
    of_roll: list[Mapping[str, object]] = []
    for line in _lines(path, left):
        if is_native(line):
            step = native_step(line)
            if step is None:
                left.steps += 1
            else:
                yield step
        elif is_roll(line):
            of_roll.append(line)
        elif is_span(line):
            spans += spans_of(line)
        else:
            left.unread += 1
    for step in chain(steps_of(spans), roll_steps(of_roll)):
        if step is None:
            left.steps += 1
        else:
            yield step


def _lines(path: Path, left: Untimed) -> Iterator[Mapping[str, object]]:
    with path.open("rb") as raw, decompressed(path.name, raw) as stream:
        if not plain_name(path.name).endswith((".jsonl", ".ndjson")):
            document = read_document(stream)
            if document is not None:
                yield from mappings(document) if isinstance(document, list) else mappings([document])
                return
            stream.seek(0)
        for line in decoded_lines(stream):
            if isinstance(line, tuple):
                yield line[1]
            else:
                left.unread += 1


def _of_intake(names: Sequence[str], left: Untimed) -> Iterator[Step]:
    """Give a step for each call that the intake finds code in; the pieces of one call are one step."""
    if not names:
        return
    pending: list[Input] = []
    for made in Sources(names).inputs():
        if not isinstance(made, Input) or made.moment is None:
            continue
        if made.gaps:
            left.unread += 1
            continue
        if pending and _key(pending[0]) != _key(made):
            yield from _joined(pending, left)
            pending = []
        pending.append(made)
    if pending:
        yield from _joined(pending, left)


def _key(made: Input) -> tuple[str, int, str]:
    moment = made.moment
    assert moment is not None
    return moment.trajectory, moment.step, moment.call or made.id.partition(".")[0]


def _joined(pieces: Sequence[Input], left: Untimed) -> Iterator[Step]:
    moment = pieces[0].moment
    assert moment is not None
    if moment.time_ns is None:
        left.steps += 1
        return
    start = moment.time_ns / 1e9
    asked = pieces[0].data.decode("utf-8", "replace") if pieces[0].is_bare else ""
    codes = tuple(Code(each.data, each.path, each.language, each.surroundings) for each in pieces if not each.is_bare)
    yield Step(
        trajectory=moment.trajectory, step=moment.step, call_id=moment.call, tool=moment.tool, start=start, end=start,
        has_end=False, codes=codes, is_zone_assumed=moment.is_zone_assumed, asked=asked,
    )  # fmt: skip
