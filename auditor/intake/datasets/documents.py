"""Files that are one JSON document, and Inspect's logs, which are an archive of documents.

Takes a stream, gives inputs; None says that the document is neither a trajectory nor a data set.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec

from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.input import Input, unreadable
from auditor.intake.datasets.lines import inputs_of_row
from auditor.intake.datasets.zips import open_member
from auditor.intake.trajectories.calls import mapping_of, text_of
from auditor.intake.trajectories.documents import inspect_sample
from auditor.intake.trajectories.episode import Episode
from auditor.intake.trajectories.formats import LINE_FORMATS, document_format, episode_name, line_format
from auditor.model.gap import Why

DOCUMENT_BYTES = 512_000_000
_SAMPLE_BYTES = 512_000_000


def read_document(stream: BinaryIO) -> object | None:
    """Decode a document; None for what is none, or is too large."""
    try:
        data = stream.read(DOCUMENT_BYTES + 1)
    except (OSError, EOFError, ValueError):
        return None
    if len(data) > DOCUMENT_BYTES:
        return None
    try:
        document: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
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
    """Give the inputs of a folder of OpenHands events, one file each, in order."""
    episode = Episode(name)

    def rows() -> Iterator[Mapping[str, object]]:
        for _, stream in events:
            with stream:
                yield mapping_of(read_document(stream))

    for call in LINE_FORMATS["openhands"](rows(), name):
        yield from episode.inputs(call)


def inputs_of_inspect(name: str, stream: BinaryIO) -> Iterator[Input]:
    """Give the inputs of an `.eval` archive: its samples, each an episode."""
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
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
            except (OSError, ValueError, NotImplementedError, RecursionError, zipfile.BadZipFile) as error:
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
        except (KeyError, OSError, ValueError, NotImplementedError, RecursionError, zipfile.BadZipFile):
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
