"""Log files as lines: compression is told by the first bytes, encodings by their mark; a document is taken apart.

Takes a path, gives numbered pieces: bytes of a line, or an object of a document. A file that ends in the
middle of its compression gives what could be read, and one more piece that says so.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from auditor.errors import UsageError
from auditor.intake.datasets.documents import DOCUMENT_BYTES, read_document
from auditor.intake.datasets.lines import decompressed
from auditor.intake.datasets.zips import BROKEN

Piece = tuple[int, bytes | Mapping[str, object] | None]
"""A number, and a line, an object, or None where nothing could be read."""
LINE_BYTES = 4_000_000
_COMPRESSIONS = ((b"\x1f\x8b", ".gz"), (b"BZh", ".bz2"), (b"\xfd7zXZ\0", ".xz"), (b"\x28\xb5\x2f\xfd", ".zst"))
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LISTS = ("events", "logEvents", "records", "Records", "logs", "data", "results")
_SKIPPED = frozenset({".md", ".conf", ".yaml", ".yml", ".pid", ".sock"})


def log_files(paths: Sequence[Path]) -> list[Path]:
    """Give the files that are meant: a directory stands for those in it. Raises UsageError for what is not there."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        inside = [each for each in sorted(path.rglob("*")) if each.is_file() and each.suffix not in _SKIPPED]
        if not inside:
            raise UsageError(f"{path}: no file in it", hint="give log files, or a directory of them")
        found.update(dict.fromkeys(inside))
    return list(found)


def pieces_of(path: Path) -> Iterator[Piece]:
    """Give the lines of a file, or the objects of a JSON document."""
    number = 0
    try:
        with path.open("rb") as raw:
            stream = _plain(raw)
            first = stream.readline(LINE_BYTES)
            if first.strip() in {b"{", b"["} or first.lstrip()[:2] in {b"[{", b"[ "}:
                objects = _objects(stream, first)
                if objects is not None:
                    yield from enumerate(objects, start=1)
                    return
            number = 1
            line = first
            while line:
                yield number, line
                number += 1
                line = stream.readline(LINE_BYTES)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="give a log file, or a directory of them") from error
    except PermissionError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="it must be readable") from error
    except BROKEN:
        yield number, None


def _plain(raw: io.BufferedReader) -> BinaryIO:
    head = raw.peek(6)  # a pipe cannot be wound back
    ending = next((ending for mark, ending in _COMPRESSIONS if head.startswith(mark)), "")
    stream = decompressed(ending, raw) if ending else raw
    start = cast("io.BufferedReader", stream).peek(3)
    if start.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
        return stream
    encoding = next((encoding for mark, encoding in _WIDE if start.startswith(mark)), "")
    return cast("BinaryIO", codecs.EncodedFile(stream, "utf-8", encoding, "replace")) if encoding else stream


def _objects(stream: BinaryIO, first: bytes) -> Iterator[Mapping[str, object] | None] | None:
    """Give the objects of a document, or of several behind one another; None where it is none."""
    data = first + stream.read(DOCUMENT_BYTES + 1 - len(first))
    document = read_document(io.BytesIO(data))
    if document is not None:
        return _rows(document)
    return _one_by_one(data) if first.strip() == b"{" else _array(data)


def _rows(document: object) -> Iterator[Mapping[str, object] | None]:
    rows = document if isinstance(document, list) else rows_of(document) if isinstance(document, dict) else None
    for row in [document] if rows is None else rows:
        yield _writable(row)


def _writable(row: object) -> Mapping[str, object] | None:
    """Give an object that can be written down again; None for what is none, or holds half of a surrogate pair."""
    if not isinstance(row, dict):
        return None
    try:
        msgspec.json.encode(row)
    except UnicodeEncodeError:
        return None
    return row


def rows_of(document: Mapping[str, object]) -> Sequence[object] | None:
    """Give the rows of an object that wraps them, as exports of log services do."""
    for name in _LISTS:
        rows = document.get(name)
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows[:10]):
            return rows
    return None


def _one_by_one(data: bytes) -> Iterator[Mapping[str, object] | None]:
    """Give the objects of a text in which they follow one another over several lines; None for the rest of it."""
    text, at, decoder = data.decode("utf-8", "replace"), 0, json.JSONDecoder()
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield None
            return
        yield _writable(value)
        while at < len(text) and text[at] in " \t\r\n,]":
            at += 1


def _array(data: bytes) -> Iterator[Mapping[str, object] | None] | None:
    """Give the whole objects of an array that was cut off; None where it holds none."""
    text = data.lstrip()[1:].lstrip()
    return _one_by_one(text) if text.startswith(b"{") else None
