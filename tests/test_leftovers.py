"""Private directories: those of processes that are gone are removed, all others are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from auditor.leftovers import private_directory, sweep


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def namespace() -> int:
    return Path("/proc/self/ns/pid").stat().st_ino


def gone() -> int:
    """Give the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_a_killed_process_left_is_removed(place: Path) -> None:
    """The next process that needs a directory takes the old ones away."""
    left = place / f"auditor-match-{namespace()}-{gone()}-abc_123"
    left.mkdir()
    (left / "rules.json").write_text("{}")
    with private_directory("workers") as made:
        assert [path.name for path in place.iterdir()] == [Path(made).name]
        assert Path(made).stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []


def test_what_belongs_to_others_stays(place: Path) -> None:
    """A living process, another process namespace, another name, a file, a link: none is touched."""
    ended = gone()
    names = [
        f"auditor-match-{namespace()}-{os.getpid()}-abc",
        f"auditor-match-{namespace() + 1}-{ended}-abc",
        f"auditor-match-{ended}-abc",
        f"other-match-{namespace()}-{ended}-abc",
    ]
    for name in names:
        (place / name).mkdir()
    (place / f"auditor-file-{namespace()}-{ended}-abc").write_text("")
    target = place / "target"
    target.mkdir()
    (place / f"auditor-link-{namespace()}-{ended}-abc").symlink_to(target)
    before = sorted(place.iterdir())
    sweep()
    assert sorted(place.iterdir()) == before
