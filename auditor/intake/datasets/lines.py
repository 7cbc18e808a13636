"""JSON Lines, plain or compressed: rows of a data set, trajectories in rows, or one session line by line.

Takes a binary stream, gives inputs. What a file holds is told by its first lines. A line that is
too long or no JSON is an input with a gap.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, cast

import msgspec

from auditor.errors import UsageError
from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.input import Input, unreadable
from auditor.intake.datasets.zips import BROKEN
from auditor.intake.trajectories.episode import Episode
from auditor.intake.trajectories.formats import LINE_FORMATS, document_format, episode_name, line_format
from auditor.model.gap import Why

_LINE_BYTES = 64_000_000
_SNIFFED = 40
_SNIFFED_BYTES = 16_000_000
_MARK = b"\xef\xbb\xbf"
_COMPRESSIONS = (".gz", ".bz2", ".xz", ".zst")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no object."""

    number: int
    why: str
    size: int


Numbered = tuple[int, Mapping[str, object]]
_Raw = tuple[int, bytes]


def plain_name(name: str) -> str:
    """Give a file name without the ending of its compression."""
    lower = name.lower()
    return next((lower.removesuffix(ending) for ending in _COMPRESSIONS if lower.endswith(ending)), lower)


def decompressed(name: str, stream: BinaryIO) -> BinaryIO:
    """Give a stream of what is inside; the name says how it is compressed."""
    lower = name.lower()
    if lower.endswith(".gz"):
        return cast("BinaryIO", gzip.open(stream))
    if lower.endswith(".bz2"):
        return cast("BinaryIO", bz2.open(stream))
    if lower.endswith(".xz"):
        return cast("BinaryIO", lzma.open(stream))
    if lower.endswith(".zst"):
        try:
            import pyarrow as pa
        except ImportError as error:
            raise UsageError(f"{name}: needs pyarrow", hint="pip install 'auditor[corpus]'") from error
        return cast("BinaryIO", io.BufferedReader(pa.CompressedInputStream(stream, "zstd")))
    return stream


def inputs_of_lines(name: str, stream: BinaryIO, columns: Columns, chosen: str, *, is_given: bool) -> Iterator[Input]:
    """Give the inputs of a file of JSON Lines; `chosen` names the format instead of telling it."""
    raw = _raw_lines(stream)
    first: list[_Raw | BadLine] = []
    size = 0
    for line in raw:
        first.append(line)
        size += 0 if isinstance(line, BadLine) else len(line[1])
        if len(first) >= _SNIFFED or size >= _SNIFFED_BYTES:
            break
    head, lines = list(_decoded(first)), _decoded(raw)
    first.clear()
    rows = [line[1] for line in head if isinstance(line, tuple)]
    session = "" if columns.text or chosen == "rows" else chosen or line_format(rows) or ""
    if session in LINE_FORMATS:
        yield from _session(name, session, chain(head, lines))
        return
    is_known = any(columns.find(row) is not None or document_format(row) is not None for row in rows)
    if is_given and rows and not is_known:
        names = ", ".join(dict.fromkeys(key for row in rows for key in row))
        raise UsageError(f"{name}: no known column of text", hint=f"name it with --column; there are: {names[:400]}")
    episode = Episode(name)
    for each in chain(head, lines):
        yield from inputs_of_row(name, each, columns, chosen, episode)


def inputs_of_row(
    name: str, line: Numbered | BadLine, columns: Columns, chosen: str, episode: Episode
) -> Iterator[Input]:
    """Give the inputs of one row: its text, or the calls of the trajectory that it holds."""
    if isinstance(line, BadLine):
        made = Input(f"{name}:{line.number}", name, "", b"", text_bytes=line.size)
        yield unreadable(made, line.why, Why.TOO_LARGE if "longer" in line.why else Why.UNREADABLE)
        return
    number, row = line
    read = None if columns.text or chosen == "rows" else document_format(row)
    if read is None:
        yield columns.input_of(row, name, number)
        return
    is_empty = True
    for call in read(row, episode_name(row, f"{name}:{number}")):
        for made in episode.inputs(call):
            is_empty = False
            yield made
    if is_empty and columns.find(row) is not None:
        yield columns.input_of(row, name, number)


def decoded_lines(stream: BinaryIO) -> Iterator[Numbered | BadLine]:
    """Give the objects of a stream with their line numbers."""
    return _decoded(_raw_lines(stream))


def _raw_lines(stream: BinaryIO) -> Iterator[_Raw | BadLine]:
    """Give the lines of a stream with their numbers; what is left of one that cannot be read further is one too."""
    number = 0
    try:
        while line := stream.readline(_LINE_BYTES):
            number += 1
            if len(line) >= _LINE_BYTES and not line.endswith(b"\n"):
                size = len(line)
                while (rest := stream.readline(_LINE_BYTES)) and not rest.endswith(b"\n"):
                    size += len(rest)
                yield BadLine(number, f"a line longer than {_LINE_BYTES:,} bytes", size + len(rest))
            elif line.strip():
                yield number, line.removeprefix(_MARK) if number == 1 else line
    except BROKEN as error:
        yield BadLine(number + 1, f"the rest cannot be read: {error}", 0)


def _decoded(lines: Iterable[_Raw | BadLine]) -> Iterator[Numbered | BadLine]:
    """Give the objects of lines."""
    decoder = msgspec.json.Decoder()
    for each in lines:
        if isinstance(each, BadLine):
            yield each
            continue
        number, line = each
        try:
            value = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield BadLine(number, f"no JSON: {error}", len(line))
            continue
        yield (number, value) if isinstance(value, dict) else BadLine(number, "no JSON object", len(line))


def _session(name: str, session: str, lines: Iterator[Numbered | BadLine]) -> Iterator[Input]:
    episode = Episode(name)
    bad: list[BadLine] = []

    def rows() -> Iterator[Mapping[str, object]]:
        for line in lines:
            if isinstance(line, BadLine):
                bad.append(line)
            else:
                yield line[1]

    for call in LINE_FORMATS[session](rows(), name):
        yield from episode.inputs(call)
        while bad:
            yield from inputs_of_row(name, bad.pop(0), Columns(), "", episode)
    while bad:
        yield from inputs_of_row(name, bad.pop(0), Columns(), "", episode)
