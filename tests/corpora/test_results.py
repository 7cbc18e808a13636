"""Questions, differences, exports: what is asked of the results, and what cannot be."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
pytest.importorskip("duckdb", reason="the corpus extra is not installed")

from auditor.cli import main
from auditor.corpora.diff import difference
from auditor.corpora.pool import Pool
from auditor.corpora.query import opened_results
from auditor.corpora.rows import read_rows
from auditor.errors import UsageError
from tests.corpora.test_scan import scan, write_rows


@pytest.fixture
def results(tmp_path: Path, pool: Pool) -> Path:
    """Give the results of a run of five rows."""
    source = write_rows(tmp_path / "d.jsonl", ["deny \u202e", "clean", "review", "gap", "deny \u202e"])
    scan(source, tmp_path / "out", pool, shard_rows=2)
    return tmp_path / "out"


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["corpus", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_questions_in_three_formats(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table in which nothing steers a terminal, as CSV, as JSON."""
    sql = "SELECT verdict, count(*) AS n, list(rules) AS rules, max(text) AS text FROM scripts GROUP BY 1 ORDER BY 1"
    table = asked(capsys, "query", results, sql)
    assert "deny \\u202e" in table
    assert "(3 rows)" in table
    rows = list(csv.reader(io.StringIO(asked(capsys, "query", results, sql, "--format", "csv"))))
    assert [row[:2] for row in rows] == [["verdict", "n"], ["allow", "1"], ["deny", "2"], ["review", "2"]]
    objects = json.loads(asked(capsys, "query", results, sql, "--format", "json"))
    assert objects[1]["text"] == "deny \u202e"
    assert objects[1]["rules"] == [["ssh-remote-forward"]] * 2


def test_the_three_views(results: Path) -> None:
    """Join on the row."""
    with opened_results({"": results}) as opened:
        joined = opened.rows("SELECT s.id FROM scripts s JOIN findings f USING (row) ORDER BY row")
        assert [each["id"] for each in joined] == ["r0", "r2", "r4"]
        assert opened.rows("SELECT why FROM gaps") == [{"why": "too deep"}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "COPY scripts TO '{tmp}/x.csv'",
        "COPY scripts TO '{out}/scripts/part-000000.parquet'",
        "ATTACH '{tmp}/x.db'",
        "EXPORT DATABASE '{tmp}/x'",
        "INSTALL httpfs",
        "SET enable_external_access=true",
        "SET lock_configuration=false",
        "DROP VIEW nothing",
        "SELECT * FROM opened",
        "no sql",
    ],
)
def test_nothing_else_is_read_and_nothing_written(results: Path, tmp_path: Path, sql: str) -> None:
    """Not a file, not a variable of this program, not the results themselves."""
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    with opened_results({"": results}) as opened, pytest.raises(UsageError):
        opened.ask(sql.format(tmp=tmp_path, out=results))
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_what_changed(results: Path, tmp_path: Path, pool: Pool, capsys: pytest.CaptureFixture[str]) -> None:
    """Verdicts, rules, rows that came and went."""
    source = write_rows(tmp_path / "n.jsonl", ["clean now", "deny now", "review", "gap"])
    scan(source, tmp_path / "new", pool)
    found = difference(results, tmp_path / "new", listed=1)
    assert (found.both, found.only_old, found.only_new, found.other_texts) == (4, 1, 0, 2)
    assert found.verdicts == (("allow", "deny", 1), ("deny", "allow", 1))
    assert found.rules == (("ssh-remote-forward", 1, 1),)
    assert found.changed == 3
    assert [change.id for change in found.changes] == ["r1"]
    text = asked(capsys, "diff", results, tmp_path / "new")
    assert "allow → deny" in text
    assert "deny → absent r4" in text
    assert json.loads(asked(capsys, "diff", results, results, "--format", "json"))["changed"] == 0


def test_exports(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As rows with findings, and as a labelled data set that can be scored."""
    lines = [json.loads(line) for line in asked(capsys, "export", results).splitlines()]
    assert [line["row"] for line in lines] == list(range(5))
    assert lines[0]["findings"][0]["trail"] == []
    labelled = tmp_path / "labelled.jsonl"
    assert main(["corpus", "export", str(results), "--labelled", "-o", str(labelled)]) == 0
    assert "1 rows have no text" in capsys.readouterr().err
    rows = list(read_rows(labelled))
    assert [(row.id, row.expected.value, row.family) for row in rows] == [
        ("r0", "deny", "reverse-tunnel"),
        ("r2", "review", "reverse-tunnel"),
        ("r3", "review", "none"),
    ]


def test_a_folder_without_results_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For every command that asks."""
    for arguments in (
        ["query", tmp_path, "SELECT 1"],
        ["report", tmp_path],
        ["export", tmp_path],
        ["diff", tmp_path, tmp_path],
    ):
        assert main(["corpus", *map(str, arguments)]) == 2
        assert "no results" in capsys.readouterr().err
