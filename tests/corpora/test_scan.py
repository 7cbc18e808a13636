"""The scan: one row per input, in order, whatever happens on the way."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the corpus extra is not installed")

import pyarrow.parquet as pq

from auditor.cli import main
from auditor.corpora.cache import Store
from auditor.corpora.pool import Engine, Pool
from auditor.corpora.scan import Request, Scan
from auditor.corpora.schema import COLUMNS, TABLES
from auditor.corpora.summary import Progress, Summary
from auditor.corpora.terms import terms_of
from auditor.errors import AuditorError, UsageError
from auditor.intake.datasets.sources import Sources
from tests.corpora.conftest import fake_pool
from tests.intake import trajectories

ROOT = Path(__file__).parent.parent.parent
TERMS = terms_of(None, None, texts="flagged")


def write_rows(path: Path, texts: list[str]) -> Path:
    """Write a data set of bash."""
    rows = [{"id": f"r{number}", "language": "bash", "text": text} for number, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def scan(source: Path | str, out: Path, pool: Engine, **options: object) -> Summary:
    """Scan one source."""
    request = Request(Sources([str(source)]), out, TERMS, **options)  # type: ignore[arg-type]
    return Scan(request, pool).run()


def table(out: Path, name: str) -> list[dict[str, object]]:
    """Give the rows of a table, in order of its files."""
    files = sorted((out / name).glob("*.parquet"))
    rows: list[dict[str, object]] = []
    for file in files:
        rows += pq.read_table(file).to_pylist()
    return rows


def test_one_row_per_input(tmp_path: Path, pool: Pool) -> None:
    """Duplicates, gaps and bad lines included; findings and gaps carry the number of their row."""
    texts = ["deny a", "clean", "deny a", "gap", "kill-the-worker", "clean", "review"]
    source = write_rows(tmp_path / "d.jsonl", texts)
    source.write_text(source.read_text(encoding="utf-8") + "no json\n", encoding="utf-8")
    summary = scan(source, tmp_path / "out", pool, shard_rows=3)
    rows = table(tmp_path / "out", "scripts")
    assert [row["row"] for row in rows] == list(range(8))
    assert [row["verdict"] for row in rows] == [
        "deny",
        "allow",
        "deny",
        "review",
        "review",
        "allow",
        "review",
        "review",
    ]
    assert [row["duplicate_of"] for row in rows] == [None, None, "r0", None, None, "r1", None, None]
    assert [row["text"] for row in rows] == ["deny a", None, None, "gap", None, None, "review", None]
    assert [row["families"] for row in rows][:2] == [["reverse-tunnel"], []]
    assert [(row["row"], row["hosts"]) for row in table(tmp_path / "out", "findings")] == [
        (0, ["203.0.113.5"]),
        (2, ["203.0.113.5"]),
        (6, ["203.0.113.5"]),
    ]
    gaps = table(tmp_path / "out", "gaps")
    assert [row["row"] for row in gaps] == [3, 4, 7]
    assert "died (signal 9)" in str(gaps[1]["what"])
    assert (summary.inputs, summary.rows, summary.duplicates, summary.gaps, summary.audited) == (8, 8, 2, 3, 5)
    assert summary.verdicts == {"allow": 2, "review": 4, "deny": 2}
    assert summary.complete
    written = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (written["inputs"], written["rows"], written["gaps_by_reason"]["too deep"]) == (8, 8, 1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "findings",
        "gaps",
        "journal.jsonl",
        "scripts",
        "summary.json",
    ]


def test_the_columns_are_those_that_are_documented(tmp_path: Path, pool: Pool) -> None:
    """In the files, in `COLUMNS`, and in the documentation."""
    scan(write_rows(tmp_path / "d.jsonl", ["deny"]), tmp_path / "out", pool)
    page = (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")
    for name in TABLES:
        schema = pq.read_schema(next((tmp_path / "out" / name).glob("*.parquet")))
        assert schema.names == [column for column, _, _ in COLUMNS[name]]
        for column, _, meaning in COLUMNS[name]:
            assert f"| `{column}` | {meaning} |" in page, column


def test_nothing_in_gives_nothing_out(tmp_path: Path, pool: Pool) -> None:
    """An empty folder is a whole run."""
    (tmp_path / "empty").mkdir()
    summary = scan(tmp_path / "empty", tmp_path / "out", pool)
    assert (summary.rows, summary.complete) == (0, True)


def test_a_trajectory_keeps_step_time_and_call(tmp_path: Path, pool: Pool) -> None:
    """And an earlier write decides over what a later command runs."""
    text = trajectories.claude().replace("import os", "deny = 1")
    source = tmp_path / "session.jsonl"
    source.write_text(text, encoding="utf-8")
    scan(source, tmp_path / "out", pool)
    wrote, ran = table(tmp_path / "out", "scripts")
    assert (wrote["verdict"], ran["verdict"]) == ("deny", "deny")
    assert (ran["trajectory"], ran["step"], ran["call"], ran["tool"]) == ("s-1", 3, "toolu_2", "Bash")
    assert str(ran["time"]).startswith("2026-03-01 10:00:02.125")
    assert ran["time_zone_assumed"] is False


def test_what_is_too_large_is_never_clean(tmp_path: Path, pool: Pool) -> None:
    """A row, a script or a line past its bound is a gap, also where nothing tells its language; a table is not."""
    big = "x" * 2_000_001
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "rows.jsonl").write_text(json.dumps({"text": big}) + "\n", encoding="utf-8")
    (folder / "run").write_text("#!/bin/sh\n" + big, encoding="utf-8")
    (folder / "table.csv").write_text("a,b\n" * 600_000, encoding="utf-8")
    summary = scan(folder, tmp_path / "out", pool)
    rows = {str(row["id"]).rpartition("/")[2]: row for row in table(tmp_path / "out", "scripts")}
    assert {name: (row["verdict"], row["gaps"]) for name, row in rows.items()} == {
        "rows.jsonl:1": ("review", 1),
        "run": ("review", 1),
        "table.csv": ("allow", 0),
    }
    assert rows["table.csv"]["text_bytes"] == 2_400_000
    assert summary.gaps_by_reason == {"too large": 2}


def test_a_cache_persists_between_runs(tmp_path: Path, pool: Pool) -> None:
    """The second run audits only what is new, and what failed; its rows are the same."""
    source = write_rows(tmp_path / "d.jsonl", ["deny", "clean", "kill-the-worker"])
    first = scan(source, tmp_path / "a", pool, cache=tmp_path / "cache.sqlite")
    second = scan(source, tmp_path / "b", pool, cache=tmp_path / "cache.sqlite")
    assert (first.audited, second.audited, second.known) == (3, 1, 2)
    assert table(tmp_path / "a", "scripts") == table(tmp_path / "b", "scripts")
    (tmp_path / "bad.sqlite").write_bytes(b"no database at all, but long enough to be looked at")
    with pytest.raises(UsageError, match="no cache"):
        Store(tmp_path / "bad.sqlite")


def test_equal_texts_over_shards_are_audited_once(tmp_path: Path, pool: Pool) -> None:
    """Also while the first of them is still under way."""
    source = write_rows(tmp_path / "d.jsonl", ["slow deny", "clean"] * 200)
    summary = scan(source, tmp_path / "out", pool, shard_rows=10)
    assert (summary.rows, summary.audited, summary.duplicates) == (400, 2, 398)


def test_a_failure_does_not_lose_later_equal_texts(tmp_path: Path, pool: Pool) -> None:
    """A text that kills its worker stands in several shards, and a lasting cache keeps no failure."""
    source = write_rows(tmp_path / "d.jsonl", ["kill-the-worker", "clean", "kill-the-worker", "deny"])
    summary = scan(source, tmp_path / "out", pool, shard_rows=1, cache=tmp_path / "c.sqlite")
    assert [row["verdict"] for row in table(tmp_path / "out", "scripts")] == ["review", "allow", "review", "deny"]
    assert summary.gaps == 2


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path, pool: Pool) -> None:
    """Without --resume; with it, a run of another kind is refused, and one that is whole stays."""
    source = write_rows(tmp_path / "d.jsonl", ["deny", "clean"])
    scan(source, tmp_path / "out", pool, is_resumed=True)
    with pytest.raises(UsageError, match="not empty"):
        scan(source, tmp_path / "out", pool)
    before = table(tmp_path / "out", "scripts")
    again = scan(source, tmp_path / "out", pool, is_resumed=True)
    assert (again.rows, again.audited, again.complete) == (2, 0, True)
    assert table(tmp_path / "out", "scripts") == before
    with pytest.raises(UsageError, match="other options of reading"):
        scan(source, tmp_path / "out", pool, is_resumed=True, shard_rows=7)
    write_rows(source, ["deny", "changed"])
    with pytest.raises(UsageError, match="have changed"):
        scan(source, tmp_path / "out", pool, is_resumed=True)


def test_a_full_disk_keeps_what_is_complete(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run breaks off with an error, nothing half-written stays, and it goes on when there is room."""
    source = write_rows(tmp_path / "d.jsonl", [f"deny {number}" for number in range(50)])
    write = pq.write_table
    calls = 0

    def full(data: object, path: Path, **options: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 7:
            path.write_bytes(b"PAR1 half")
            raise OSError(28, "No space left on device")
        write(data, path, **options)

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(AuditorError, match="No space left"):
        scan(source, tmp_path / "out", pool, shard_rows=10)
    monkeypatch.setattr(pq, "write_table", write)
    assert len(table(tmp_path / "out", "scripts")) == 20
    assert not list((tmp_path / "out").rglob("*.writing"))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["complete"], summary["rows"]) == (False, 20)
    assert scan(source, tmp_path / "out", pool, is_resumed=True, shard_rows=10).rows == 50
    assert [row["row"] for row in table(tmp_path / "out", "scripts")] == list(range(50))


def test_an_interrupt_keeps_what_is_complete(tmp_path: Path, pool: Pool) -> None:
    """And the summary says that the run is not whole."""
    source = write_rows(tmp_path / "d.jsonl", [f"deny {number}" for number in range(50)])
    seen: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            raise KeyboardInterrupt

    request = Request(Sources([str(source)]), tmp_path / "out", TERMS, shard_rows=10)
    with pytest.raises(KeyboardInterrupt):
        Scan(request, pool, interrupt).run()
    assert len(table(tmp_path / "out", "scripts")) == 20
    assert scan(source, tmp_path / "out", pool, is_resumed=True, shard_rows=10).complete
    assert seen[1].rows == 20


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Path]:
    """Give 1,500 rows with duplicates, gaps, and one that kills its worker."""
    texts = ["deny", "clean", "gap", "review"]
    rows = [f"{texts[number % 4]} {number % 900}" for number in range(1_500)]
    rows[700] = "kill-the-worker"
    rows[3::100] = ["slow"] * 15
    yield write_rows(tmp_path / "d.jsonl", rows)


def test_kill_at_random_moments(tmp_path: Path, many: Path, pool: Pool) -> None:
    """The rows of a run that was killed five times equal those of one that was not."""
    scan(many, tmp_path / "whole", pool, shard_rows=50)
    rng = random.Random(7)
    kills = 0
    command = [sys.executable, "-m", "tests.corpora.scan_driver", str(many), str(tmp_path / "killed"), "50"]
    for _ in range(12):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            try:
                process.wait(rng.uniform(0.4, 1.2) if kills < 5 else 50)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
                continue
            assert process.returncode == 0, process.stderr and process.stderr.read()
            break
    assert kills > 0
    for name in TABLES:
        assert table(tmp_path / "killed", name) == table(tmp_path / "whole", name), name
    assert [row["row"] for row in table(tmp_path / "killed", "scripts")] == list(range(1_500))


def test_a_shard_cut_off_between_its_files_is_written_again(tmp_path: Path, pool: Pool) -> None:
    """Files that no line of the journal stands for, and a line cut in half."""
    source = write_rows(tmp_path / "d.jsonl", [f"deny {number}" for number in range(30)])
    out = tmp_path / "out"
    scan(source, out, pool, shard_rows=10)
    whole = table(out, "scripts")
    journal = out / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    (out / "scripts" / "part-000002.parquet").unlink()
    (out / "gaps" / "part-000001.writing").write_bytes(b"half")
    assert scan(source, out, pool, is_resumed=True, shard_rows=10).rows == 30
    assert table(out, "scripts") == whole
    assert not list(out.rglob("*.writing"))


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Says what was done; SARIF and JSON Lines on request."""
    monkeypatch.setattr("auditor.cli.corpus_scan.Pool", fake_pool)
    source = write_rows(tmp_path / "d.jsonl", ["deny", "clean", "gap", "deny"])
    out = tmp_path / "out"
    assert main(["corpus", "scan", str(source), "--out", str(out), "--sarif", "--jsonl", "-j", "1"]) == 0
    assert "4 inputs, 4 rows: 2 deny, 1 review, 1 allow" in capsys.readouterr().out
    log = json.loads((out / "results.sarif").read_text(encoding="utf-8"))
    assert [result["properties"]["id"] for result in log["runs"][0]["results"]] == ["r0", "r3"]
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [len(line["findings"]) for line in lines] == [1, 0, 0, 1]
    assert lines[2]["gaps"][0]["why"] == "too deep"
    assert main(["corpus", "scan", str(source), "--out", str(out)]) == 2
    assert "--resume" in capsys.readouterr().err
    assert main(["corpus", "scan", str(tmp_path / "nothing"), "--out", str(tmp_path / "o2")]) == 2
    assert not (tmp_path / "o2").exists()


def test_progress_says_rate_and_time_left() -> None:
    """From what was read of the sources."""
    progress = Progress(rows=1_000, fresh=500, seconds=100.0, read_bytes=50, total_bytes=100)
    assert progress.text() == "1,000 rows, 5.0 a second, 50% read, about 3 min 20 s left"
    assert time.monotonic() > 0
