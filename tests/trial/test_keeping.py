"""Recordings: kept with secrets redacted, read back the same, refused when they were changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.model.unit import Language, Script
from auditor.render.redact import redact
from auditor.trial.keeping import Kept, keep, load
from auditor.trial.request import FileChange
from auditor.trial.sinkhole.events import SinkEvent
from tests.trial.made import recording

CONTENT = b"#!/bin/sh\nid\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def kept() -> Kept:
    """Give a recording with a dropped file, and a token in a command and in a message."""
    made = recording(
        f'16 2.0 execve("/usr/bin/git", ["git", "push", "https://x:{TOKEN}@h.example"], 0x1) = 0',
        sink=(SinkEvent("http", 2.5, "h.example", 443, (("url", f"https://h.example/?token={TOKEN}"),)),),
        files=(FileChange("/tmp/x.sh", "created", 0o755, CONTENT, len(CONTENT), DIGEST),),
        output=f"{TOKEN}\n".encode(),
    )
    return Kept(Script.of("echo hi\n", Language.BASH, "s.sh"), ("--now",), (1,), (made,))


def test_what_is_kept_is_read_back(tmp_path: Path, kept: Kept) -> None:
    keep(tmp_path / "seen", kept, lambda text: text)
    assert load(tmp_path / "seen") == replace(kept, script=replace(kept.script, origin="recording"))
    assert (tmp_path / "seen").stat().st_mode & 0o777 == 0o700


def test_secrets_are_not_kept(tmp_path: Path, kept: Kept) -> None:
    """Tokens on command lines, on the wire and in the output are redacted before they are written."""
    keep(tmp_path / "seen", kept, redact)
    assert TOKEN not in (tmp_path / "seen" / "trial.json").read_text()
    assert "[redacted]" in (tmp_path / "seen" / "trial.json").read_text()


def test_a_directory_that_is_used_is_refused(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="not an empty directory"):
        keep(tmp_path, kept, redact)


@pytest.mark.parametrize("what", ["nothing", "nonsense", "format", "script", "file", "digest", "missing"])
def test_what_is_no_recording_is_refused(tmp_path: Path, kept: Kept, what: str) -> None:
    """An empty directory, other JSON, another format, a file that was changed, a digest that is a path."""
    place = tmp_path / "seen"
    keep(place, kept, redact)
    head = place / "trial.json"
    match what:
        case "nothing":
            head.unlink()
        case "nonsense":
            head.write_text("{}")
        case "format":
            head.write_text(head.read_text().replace("auditor.recording/1", "auditor.recording/9"))
        case "script":
            (place / "script").write_text("true\n")
        case "file":
            (place / "files" / DIGEST).write_bytes(b"other")
        case "digest":
            head.write_text(head.read_text().replace(DIGEST, "../../../etc/passwd"))
        case "missing":
            (place / "files" / DIGEST).unlink()
    with pytest.raises(UsageError):
        load(place)


def test_the_file_is_json_that_people_can_read(tmp_path: Path, kept: Kept) -> None:
    keep(tmp_path / "seen", kept, redact)
    head = json.loads((tmp_path / "seen" / "trial.json").read_text())
    assert (head["path"], head["language"], head["arguments"]) == ("s.sh", "bash", ["--now"])
    assert head["passes"][0]["ended"] == "exit 0"
