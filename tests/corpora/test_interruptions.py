"""A run that is ended from outside, by Ctrl-C, SIGTERM, SIGKILL or a full disk, keeps its shards and can go on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
pytest.importorskip("duckdb", reason="the corpus extra is not installed")

from auditor.corpora.query import opened_results
from auditor.corpora.schema import TABLES
from tests.corpora.conftest import fake_pool
from tests.corpora.test_scan import ROOT, scan, table, write_rows

COUNT = 1_000
DRIVER = (sys.executable, "-m", "tests.corpora.command_driver")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give rows of which some are slow, with duplicates and gaps; beside them, `whole`, the results of a whole run."""
    folder = tmp_path_factory.mktemp("source")
    kinds = ["deny", "clean", "gap", "review"]
    texts = [f"{kinds[number % 4]} {number % 800} {'x' * 200}" for number in range(COUNT)]
    texts[60::40] = [f"slow {number}" for number in range(len(texts[60::40]))]
    made = write_rows(folder / "d.jsonl", texts)
    with fake_pool() as pool:
        scan(made, folder / "whole", pool, shard_rows=50)
    return made


def completed(out: Path) -> int:
    """Read every shard that the journal names, by name and through SQL; give how many rows they hold."""
    lines = (out / "journal.jsonl").read_bytes().split(b"\n")[1:-1]
    names = {f"part-{number:06}.parquet" for number in range(len(lines))}
    for name in TABLES:
        assert names <= {path.name for path in (out / name).iterdir()}
    rows = [row["row"] for row in table(out, "scripts")]
    assert rows == list(range(len(rows)))
    with opened_results({"": out}) as results:
        _, counted = results.ask("SELECT count(*) FROM scripts")
    assert counted[0][0] == len(rows) >= 50 * len(lines)
    return 50 * len(lines)


def until(out: Path, shards: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until some shards are complete."""
    journal = out / "journal.jsonl"
    for _ in range(600):
        if journal.exists() and journal.read_bytes().count(b"\n") > shards:
            return
        assert process.poll() is None
        time.sleep(0.05)
    raise AssertionError("no shard was completed")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_signal(tmp_path: Path, source: Path, name: str) -> None:
    """What was complete is readable at once; --resume gives the rows of a run that was let alone."""
    out = tmp_path / "out"
    command = [*DRIVER, str(source), str(out), "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as process:
        until(out, 2, process)
        process.send_signal(getattr(signal, name))
        _, error = process.communicate(timeout=50)
    if name == "SIGINT":
        assert (process.returncode, b"Traceback" in error) == (130, False)
    else:
        assert process.returncode in (-getattr(signal, name), 128 + getattr(signal, name))
    assert 100 <= completed(out) < COUNT
    subprocess.run([*command, "--resume"], cwd=ROOT, check=True, capture_output=True)
    for each in TABLES:
        assert table(out, each) == table(source.parent / "whole", each), each


def can_mount() -> bool:
    """Whether this machine lets a test mount a disk of its own."""
    done = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("unshare") is None or os.geteuid() != 0 or not can_mount(),
    reason="a small disk needs a mount namespace: unshare -m",
)
@pytest.mark.parametrize("size", ["700k", "1500k"])
def test_a_full_disk(tmp_path: Path, source: Path, size: str) -> None:
    """A disk that is full in the middle: exit code 3, shards that can be read, and the same rows once there is room."""
    disk, kept, after = (tmp_path / name for name in ("disk", "kept", "after"))
    disk.mkdir()
    script = """
        mount -t tmpfs -o size="$1" tmpfs "$2" || exit 99
        shift
        disk=$1 kept=$2 after=$3
        shift 3
        "$@"; code=$?
        cp -a "$disk/out" "$kept" || exit 98
        mount -o remount,size=200m "$disk" || exit 97
        "$@" --resume || exit 96
        cp -a "$disk/out" "$after" || exit 95
        exit "$code"
    """
    command = [*DRIVER, str(source), str(disk / "out"), "--quiet"]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", size, str(disk), str(kept), str(after), *command],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "--resume" in done.stderr
    assert completed(kept) < COUNT
    for each in TABLES:
        assert table(after, each) == table(source.parent / "whole", each), each
