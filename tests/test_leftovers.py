"""Private directories: those that nobody holds are removed, all others are left alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import EngineError
from auditor.leftovers import private_directory, remove, sweep

HOLDER = """import sys
from auditor.leftovers import private_directory
held = private_directory("match", sys.argv[1])
print(held.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(place: Path, *before: str) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds a directory."""
    command = [*before, sys.executable, "-c", HOLDER, str(place)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=30)


def test_what_a_killed_process_left_is_removed(place: Path) -> None:
    """The next process that needs a directory takes the old ones away."""
    process, left = holder(place)
    (left / "rules.json").write_text("{}")
    end(process)
    assert left.is_dir()
    with private_directory("workers") as made:
        assert [path.name for path in place.iterdir()] == [Path(made).name]
        assert Path(made).stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="a process namespace without a user namespace needs root")
def test_what_a_container_left_is_removed_and_not_before(place: Path) -> None:
    """Its process ids mean nothing here, neither while it lives nor when its namespace is gone."""
    process, left = holder(place, "unshare", "-p", "--fork", "--kill-child")
    sweep(str(place))
    assert left.is_dir()
    end(process)
    process.wait()
    for _ in range(100):  # the kernel ends what was in the namespace a moment later
        sweep(str(place))
        if not left.exists():
            break
        signal.sigtimedwait([], 0.05)
    assert list(place.iterdir()) == []


def test_what_belongs_to_others_stays(place: Path) -> None:
    """What somebody holds, another name, a file, a link: none is touched."""
    process, _ = holder(place)
    with private_directory("match"):
        for name in (f"auditor-match-{namespace}-1-abc" for namespace in (1, 2)):
            (place / name).mkdir()
        (place / "other-match-1-abc").mkdir()
        (place / "auditor-file-1-abc").write_text("")
        (place / "target").mkdir()
        (place / "auditor-link-1-abc").symlink_to(place / "target")
        before = sorted(place.iterdir())
        sweep(str(place))
        assert sorted(place.iterdir()) == before
        assert len(before) == 8
    end(process)


def test_a_directory_that_is_forgotten_is_removed(place: Path) -> None:
    private_directory("match")
    assert list(place.iterdir()) == []


def test_a_tree_without_an_end_is_removed(place: Path) -> None:
    """Deeper than calls may be, and than there are descriptors."""
    top = place / "top"
    top.mkdir()
    folder = os.open(top, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    for name in ("a", "b"):
        os.mkdir(name, dir_fd=folder)
        os.symlink("/etc", f"{name}/link", dir_fd=folder)
        os.close(os.open(f"{name}/file", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    remove(str(top))
    assert not top.exists()
    assert Path("/etc/passwd").exists()


@pytest.fixture
def open_place() -> Iterator[Path]:
    """Give a folder into which every user comes."""
    made = Path(tempfile.mkdtemp(dir="/tmp"))
    made.chmod(0o777)
    yield made
    shutil.rmtree(made)


def test_a_tree_that_is_closed_to_its_owner_is_removed(open_place: Path) -> None:
    """Root passes everywhere, so another user does it."""
    top = open_place / "top"
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.getuid() == 0:
                os.setuid(65_533)
            (top / "a" / "b").mkdir(parents=True)
            (top / "a" / "b" / "file").touch()
            (top / "a" / "c").mkdir(mode=0)
            (top / "a" / "b").chmod(0o300)
            (top / "a").chmod(0o500)
            remove(str(top))
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert not top.exists()


def test_the_working_directory_is_no_place_for_temporary_files(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library takes it where no other can be written; it is the agent's."""
    monkeypatch.chdir(place)
    with pytest.raises(EngineError, match="no directory for temporary files"):
        private_directory("match")
    monkeypatch.setenv("TMPDIR", str(place))
    with private_directory("match") as made:
        assert Path(made).parent == place
