"""Sources: what the operator named becomes one stream of inputs, in the same order each time.

Takes directories, globs, files and addresses; gives inputs, and what was skipped by kind. Each
file's format is told by its name and content unless the operator gives it. Nothing is unpacked to
disk, and one file's worth of bounded state is held at a time.
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from auditor.intake.datasets.archives import is_archive, members_of
from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.documents import (
    BadDocument,
    inputs_of_document,
    inputs_of_events,
    inputs_of_inspect,
    taken_document,
)
from auditor.intake.datasets.files import File, files_of
from auditor.intake.datasets.format import Format
from auditor.intake.datasets.input import Input, clean, unreadable
from auditor.intake.datasets.lines import decompressed, inputs_of_lines, plain_name
from auditor.intake.datasets.tables import inputs_of_parquet
from auditor.intake.datasets.zips import BROKEN
from auditor.intake.languages import recognise
from auditor.intake.paths import Skipped
from auditor.intake.texts import is_binary
from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.settings import DEFAULT_LIMITS

_EVENT = re.compile(r"event-\d+-[\w-]+\.json$")
_HEAD = 8_192
_SPOOLED = 64_000_000


@dataclass(slots=True)
class Sources:
    """The operator's sources, and how to read them; knows how far it has come."""

    names: Sequence[str]
    columns: Columns = field(default_factory=Columns)
    format: Format = Format.AUTO
    _read_bytes: int = 0
    _stream: BinaryIO | None = None

    def total_bytes(self) -> int:
        """Give the size of everything; raises UsageError for what is not there, before any work is done."""
        return sum(file.size for name in self.names for file in files_of(name) if isinstance(file, File))

    @property
    def read_bytes(self) -> int:
        """Give how many bytes of the files were read."""
        try:
            here = self._stream.tell() if self._stream is not None else 0
        except (OSError, ValueError):
            here = 0
        return self._read_bytes + here

    def inputs(self) -> Iterator[Input | Skipped]:
        """Give everything; raises UsageError for what is not there or cannot be understood."""
        for name in self.names:
            yield from self._of_files(files_of(name))

    def _of_files(self, files: Iterator[File | Skipped]) -> Iterator[Input | Skipped]:
        events: list[File] = []
        for file in files:
            if isinstance(file, File) and self._is_event(file.name):
                if events and posixpath.dirname(events[0].name) != posixpath.dirname(file.name):
                    yield from self._events(events)
                    events = []
                events.append(file)
                continue
            if events:
                yield from self._events(events)
                events = []
            if isinstance(file, Skipped):
                yield file
            else:
                yield from self._of_file(file)
        if events:
            yield from self._events(events)

    def _events(self, files: list[File]) -> Iterator[Input]:
        folder = posixpath.dirname(posixpath.dirname(files[0].name))
        self._read_bytes += sum(file.size for file in files)
        return inputs_of_events(folder or files[0].name, ((file.name, file.open()) for file in files))

    def _of_file(self, file: File) -> Iterator[Input | Skipped]:
        try:
            stream = file.open()
        except OSError as error:
            yield unreadable(Input(file.name, file.name, "", b""), error.strerror or "cannot be opened")
            return
        self._stream = stream
        with stream:
            if is_archive(file.name) and self.format is not Format.SCRIPTS:
                yield from self._of_archive(file, stream)
            else:
                yield from self._of_stream(file.name, file.name, stream, is_given=file.is_given, size=file.size)
        self._stream = None
        self._read_bytes += file.size

    def _of_archive(self, file: File, stream: BinaryIO) -> Iterator[Input | Skipped]:
        for member in members_of(file.name, stream):
            name = f"{file.name}!{member.name}"
            if not member.is_file:
                yield Skipped(clean(name), member.why)
            elif member.stream is None:
                yield unreadable(
                    Input(name, file.name, member.name, b"", text_bytes=member.size), member.why, Why.UNREADABLE
                )
            elif is_archive(member.name):
                made = Input(name, file.name, member.name, b"", text_bytes=member.size)
                yield unreadable(made, "an archive inside an archive")
            else:
                yield from self._of_stream(name, member.name, member.stream, is_given=False, size=member.size)

    def _of_stream(
        self, name: str, path: str, stream: BinaryIO, *, is_given: bool, size: int
    ) -> Iterator[Input | Skipped]:
        """Give the inputs of one file; `name` is its whole name, `path` the one its kind is told by."""
        plain, chosen = plain_name(path), "" if self.format is Format.AUTO else self.format.value
        if self.format is Format.SCRIPTS:
            yield from _script(name, path, stream, size)
        elif plain.endswith((".jsonl", ".ndjson")) or (chosen and plain.endswith(".json.lines")):
            yield from inputs_of_lines(name, decompressed(path, stream), self.columns, chosen, is_given=is_given)
        elif plain.endswith((".parquet", ".pq")):
            copy = _copied(stream)
            if copy is None:
                yield unreadable(Input(name, name, path, b""), "the file cannot be read to its end")
            else:
                yield from inputs_of_parquet(name, copy, self.columns, chosen, is_given=is_given)
        elif plain.endswith(".eval"):
            copy = _copied(stream)
            if copy is None:
                yield unreadable(Input(name, name, path, b""), "the file cannot be read to its end")
            else:
                yield from inputs_of_inspect(name, copy)
        elif plain.endswith((".json", ".traj")):
            yield from self._of_json(name, path, stream, chosen, size)
        else:
            yield from _script(name, path, stream, size)

    def _of_json(self, name: str, path: str, stream: BinaryIO, chosen: str, size: int) -> Iterator[Input | Skipped]:
        copy = _copied(decompressed(path, stream))
        if copy is None:
            yield unreadable(Input(name, name, path, b""), "the file cannot be read to its end")
            return
        try:
            document = taken_document(copy)
        except BadDocument as error:
            yield unreadable(Input(name, name, path, b""), str(error), error.why)
            return
        found = inputs_of_document(name, document, self.columns, chosen)
        if found is not None:
            yield from found
            return
        copy.seek(0)
        yield from _script(name, path, copy, size)

    def _is_event(self, name: str) -> bool:
        return self.format in (Format.AUTO, Format.OPENHANDS) and _EVENT.search(name) is not None


def _script(name: str, path: str, stream: BinaryIO, size: int) -> Iterator[Input | Skipped]:
    """Give a file that is one text; what is binary by kind is skipped, and no more is read than is used."""
    limit = DEFAULT_LIMITS.script_bytes
    try:
        data = stream.read(limit + 1)
        size = max(size, len(data)) if len(data) > limit else len(data)
    except BROKEN as error:
        yield unreadable(Input(name, name, path, b""), str(error))
        return
    head = data[:_HEAD]
    if is_binary(head) and is_binary(head.replace(b"\0", b"")):
        yield Skipped(name, "binary")
    elif size > limit and recognise(path, head.decode("utf-8", "replace")) is Language.DATA:
        yield Input(name, name, path, head, Language.DATA, text_bytes=size)  # no code: its size is no gap
    elif size > limit:
        made = Input(name, name, path, b"", text_bytes=size)
        yield unreadable(made, f"{size:,} bytes; the limit is {limit:,}", Why.TOO_LARGE)
    else:
        yield Input(name, name, path, data)


def _copied(stream: BinaryIO) -> BinaryIO | None:
    """Give a stream that can be read again and from any place; a member of an archive is copied for that.

    None for what cannot be read to its end.
    """
    if stream.seekable():
        return stream
    copy = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115
    try:
        while block := stream.read(1 << 20):
            copy.write(block)
    except BROKEN:
        copy.close()
        return None
    copy.seek(0)
    return cast("BinaryIO", copy)
