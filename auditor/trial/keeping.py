"""Recordings kept in a directory: what a trial showed, to be judged again without running anything.

The directory holds `trial.json` (the script's name and digest, how it was run, and every pass with
its calls, sinkhole events and file changes), `script` (its bytes) and `files/DIGEST` (what it
wrote, the beginning of each). What was said on the wire and on command lines is redacted; the
script and its files are kept as they are. Refuses a directory that holds anything, and a recording
that does not fit its digests.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from auditor.errors import UsageError
from auditor.model.unit import Language, Script
from auditor.trial.request import FileChange, Recording
from auditor.trial.sinkhole.events import SinkEvent
from auditor.trial.trace import Call

FORMAT = "auditor.recording/1"
_MOST_BYTES = 512_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A script with the recordings of its passes. `lines` are those whose being reached was recorded."""

    script: Script
    arguments: tuple[str, ...]
    lines: tuple[int, ...]
    recordings: tuple[Recording, ...]


class _Head(msgspec.Struct, frozen=True):
    format: str
    path: str
    language: Language
    sha256: str
    """Of the script's bytes as they were taken."""
    text_sha256: str
    """Of the file `script`."""
    arguments: tuple[str, ...]
    lines: tuple[int, ...]
    passes: tuple[Recording, ...]


def refuse_used(directory: Path) -> None:
    """Raise UsageError where a recording cannot be kept in a directory."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory}: not an empty directory", hint="a recording needs a directory of its own")


def keep(directory: Path, kept: Kept, redact: Callable[[str], str]) -> None:
    """Write a recording; only its owner may read it."""
    refuse_used(directory)
    passes = tuple(_redacted(recording, redact) for recording in kept.recordings)
    script = kept.script
    text = script.text.encode("utf-8", "surrogatepass")
    head = _Head(
        FORMAT, script.path, script.language, script.sha256, hashlib.sha256(text).hexdigest(),
        tuple(map(redact, kept.arguments)), kept.lines,
        tuple(replace(each, files=tuple(replace(change, content=b"") for change in each.files)) for each in passes),
    )  # fmt: skip
    try:
        (directory / "files").mkdir(mode=0o700, parents=True)
        directory.chmod(0o700)
        (directory / "script").write_bytes(text)
        for change in (change for recording in passes for change in recording.files if change.content):
            (directory / "files" / change.digest).write_bytes(change.content)
        (directory / "trial.json").write_bytes(msgspec.json.format(msgspec.json.encode(head), indent=1))
    except OSError as error:
        raise UsageError(f"{directory}: {error.strerror}", hint="the recording cannot be written") from error


def load(directory: Path) -> Kept:
    """Read a recording back. Raises UsageError for what is none."""
    try:
        file = directory / "trial.json"
        if file.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{directory}: the recording is too large")
        head = msgspec.json.decode(file.read_bytes(), type=_Head)
        data = (directory / "script").read_bytes()
        text = data.decode("utf-8", "surrogatepass")
        passes = tuple(
            replace(each, files=tuple(_filled(directory, change) for change in each.files)) for each in head.passes
        )
    except OSError as error:
        raise UsageError(
            f"{error.filename or directory}: {error.strerror}", hint="a recording is what --record DIR wrote"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{directory}: not a recording: {error}", hint="it is what --record DIR wrote") from error
    if head.format != FORMAT:
        raise UsageError(f"{directory}: a recording of another format, {head.format!r}", hint=f"this is {FORMAT}")
    if hashlib.sha256(data).hexdigest() != head.text_sha256:
        raise UsageError(f"{directory}: script was changed", hint="it is not what was tried")
    script = Script(text, head.language, head.path, "recording", head.sha256)
    return Kept(script, head.arguments, head.lines, passes)


def _filled(directory: Path, change: FileChange) -> FileChange:
    if not change.digest:
        return change
    if _DIGEST.fullmatch(change.digest) is None:
        raise UsageError(f"{directory}: not a digest: {change.digest!r}")
    content = (directory / "files" / change.digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != change.digest:
        raise UsageError(f"{directory}: files/{change.digest} was changed")
    return replace(change, content=content)


def _redacted(recording: Recording, redact: Callable[[str], str]) -> Recording:
    output = redact(recording.output.decode("utf-8", "backslashreplace")).encode("utf-8")
    return replace(
        recording,
        calls=tuple(_call(call, redact) for call in recording.calls),
        sink=tuple(_event(event, redact) for event in recording.sink),
        output=output,
    )


def _call(call: Call, redact: Callable[[str], str]) -> Call:
    return replace(call, arguments=tuple(redact(argument) for argument in call.arguments))


def _event(event: SinkEvent, redact: Callable[[str], str]) -> SinkEvent:
    return replace(event, fields=tuple((name, redact(value)) for name, value in event.fields))
