"""Files that are one JSON document, and Inspect's logs, which are an archive of documents.

Takes a stream, gives inputs; None says that the document is neither a trajectory nor a data set.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec

from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.input import Input, unreadable
from auditor.intake.datasets.lines import inputs_of_row
from auditor.intake.datasets.zips import BROKEN, open_member
from auditor.intake.trajectories.calls import mapping_of, text_of
from auditor.intake.trajectories.documents import inspect_sample
from auditor.intake.trajectories.episode import Episode
from auditor.intake.trajectories.formats import LINE_FORMATS, document_format, episode_name, line_format
from auditor.model.gap import Why

# Decoded, a document of empty objects takes some twenty times as much.
DOCUMENT_BYTES = 128_000_000
_SAMPLE_BYTES = 128_000_000
_HEAD = 65_536
_FIELDS = re.compile(
    rb'"(?:tool_calls|toolCalls|trajectory|messages|conversations|samples|schema_version|tool_call|history)"\s*:'
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class BadDocument(Exception):
    """A document that may hold a trajectory and cannot be taken in; the text says why."""

    def __init__(self, what: str, why: Why = Why.UNREADABLE) -> None:
        super().__init__(what)
        self.why = why


def read_document(stream: BinaryIO) -> object | None:
    """Decode a document; None for what is none, or cannot be taken in."""
    try:
        return taken_document(stream)
    except BadDocument:
        return None


def taken_document(stream: BinaryIO) -> object | None:
    """Decode a document; None for what is none. Raises BadDocument for what is too large, or a broken trajectory."""
    try:
        data = stream.read(DOCUMENT_BYTES + 1)
    except BROKEN as error:
        raise BadDocument(f"the file cannot be read to its end: {error}") from error
    if len(data) > DOCUMENT_BYTES:
        raise BadDocument(f"a document of more than {DOCUMENT_BYTES:,} bytes", Why.TOO_LARGE)
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                data = data.decode(encoding).encode()
        document: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        if _FIELDS.search(data[:_HEAD]):
            raise BadDocument(f"a trajectory that is no JSON: {error}") from error
        return None
    return document


def inputs_of_document(name: str, document: object, columns: Columns, chosen: str) -> Iterator[Input] | None:
    """Give the inputs of a document: a trajectory, a list of events, or a list of rows."""
    if isinstance(document, dict):
        read = document_format(document)
        if read is not None:
            calls = read(document, episode_name(document, name))
            episode = Episode(name)
            return (made for call in calls for made in episode.inputs(call))
        if line_format([document]) == "openhands":
            return _session(name, "openhands", [document])
        if columns.text and columns.find(document) is not None:
            return iter([columns.input_of(document, name, 1)])
        return None
    if not isinstance(document, list) or not document or not all(isinstance(each, dict) for each in document):
        return None
    session = chosen if chosen in LINE_FORMATS else line_format(document[:40])
    if session is not None and not columns.text and chosen != "rows":
        return _session(name, session, document)
    if any(columns.find(row) is not None or document_format(row) is not None for row in document[:40]):
        return _rows(name, document, columns, chosen)
    return None


def inputs_of_events(name: str, events: Iterator[tuple[str, BinaryIO]]) -> Iterator[Input]:
    """Give the inputs of a folder of OpenHands events, one file each, in order; one that cannot be read is a gap."""
    episode = Episode(name)
    bad: list[Input] = []

    def rows() -> Iterator[Mapping[str, object]]:
        for file, stream in events:
            with stream:
                try:
                    document = taken_document(stream)
                except BadDocument as error:
                    bad.append(unreadable(Input(file, name, file, b""), str(error), error.why))
                    continue
                if not isinstance(document, dict):
                    bad.append(unreadable(Input(file, name, file, b""), "no JSON object"))
                    continue
                yield document

    for call in LINE_FORMATS["openhands"](rows(), name):
        while bad:
            yield bad.pop(0)
        yield from episode.inputs(call)
    yield from bad


def inputs_of_inspect(name: str, stream: BinaryIO) -> Iterator[Input]:
    """Give the inputs of an `.eval` archive: its samples, each an episode."""
    try:
        archive = zipfile.ZipFile(stream)
    except BROKEN as error:
        yield unreadable(Input(name, name, "", b""), f"no Inspect log: {error}")
        return
    with archive:
        members = sorted(
            (each for each in archive.infolist() if each.filename.startswith("samples/")),
            key=lambda each: each.filename,
        )
        run = _run_id(archive) or name
        for member in members:
            made = Input(f"{name}!{member.filename}", name, "", b"", text_bytes=member.file_size)
            if member.file_size > _SAMPLE_BYTES:
                yield unreadable(made, f"a sample of {member.file_size:,} bytes", Why.TOO_LARGE)
                continue
            try:
                with open_member(archive, member) as file:
                    sample = msgspec.json.decode(file.read(_SAMPLE_BYTES))
            except (*BROKEN, msgspec.DecodeError) as error:
                yield unreadable(made, f"the sample cannot be read: {error}")
                continue
            episode = Episode(name)
            for call in inspect_sample(mapping_of(sample), run):
                yield from episode.inputs(call)


def _run_id(archive: zipfile.ZipFile) -> str:
    for start in ("header.json", "_journal/start.json"):
        try:
            with open_member(archive, archive.getinfo(start)) as file:
                head = msgspec.json.decode(file.read(_SAMPLE_BYTES))
        except (*BROKEN, msgspec.DecodeError):
            continue
        return text_of(mapping_of(mapping_of(head).get("eval")).get("run_id"))
    return ""


def _session(name: str, session: str, rows: list[Mapping[str, object]]) -> Iterator[Input]:
    episode = Episode(name)
    for call in LINE_FORMATS[session](rows, name):
        yield from episode.inputs(call)


def _rows(name: str, rows: list[Mapping[str, object]], columns: Columns, chosen: str) -> Iterator[Input]:
    episode = Episode(name)
    for number, row in enumerate(rows, start=1):
        yield from inputs_of_row(name, (number, row), columns, chosen, episode)
