"""Scoring: figures, floors, and the command that prints them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.corpora.floors import broken, load_floors
from auditor.corpora.manifest import labelled_rows
from auditor.corpora.pool import Pool
from auditor.corpora.rows import Row, read_rows
from auditor.corpora.scoring import item_of, score_rows
from auditor.errors import UsageError
from auditor.model.verdict import Verdict
from tests.corpora.conftest import fake_pool


def row(text: str, expected: str, language: str = "bash", family: str = "tunnel") -> dict[str, object]:
    return {"id": text, "language": language, "expected": expected, "text": text, "family": family}


ROWS = [
    row("deny one", "deny"),
    row("review two", "deny"),
    row("clean three", "deny", family="mining"),
    row("deny four", "review"),
    row("clean five", "allow"),
    row("review ssh six", "allow"),
    row("nobody-reads-this", "deny", "php"),
    row("gap eight", "allow", "dockerfile"),
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a labelled data set; the command line's pool runs the fake stage."""
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in ROWS) + "\n\n", encoding="utf-8")
    monkeypatch.setattr("auditor.corpora.pool.Pool", fake_pool)
    return path


def test_figures(data: Path, pool: Pool) -> None:
    """Counted by hand."""
    scored = score_rows(read_rows(data), pool)
    score = scored.score
    assert scored.unread == (("php", 1),)
    assert score.overall.rows == 7
    assert (score.overall.flagged.hits, score.overall.flagged.total) == (3, 4)
    assert (score.overall.denied.hits, score.overall.denied.total) == (1, 3)
    assert (score.overall.benign_reviewed.hits, score.overall.benign_reviewed.total) == (2, 3)
    assert (score.overall.precision.hits, score.overall.precision.total) == (3, 5)
    assert score.dual_use.rows == 1
    assert [outcome.row.id for outcome in score.misses] == ["review two", "clean three"]
    assert [outcome.row.id for outcome in score.false_alarms] == ["review ssh six", "gap eight"]
    assert score.gaps == 1


def test_a_row_keeps_its_place_over_many_batches(pool: Pool) -> None:
    """450 rows in five batches: each verdict is held against its own label."""
    rows = [
        Row(
            str(number),
            "bash",
            Verdict.DENY if number % 3 else Verdict.ALLOW,
            "deny" if number % 3 else "x",
            "f",
            False,
            "",
        )
        for number in range(450)
    ]
    seen: list[int] = []
    scored = score_rows(rows, pool, seen.append)
    assert scored.score.confusion == (("allow", "allow", 150), ("deny", "deny", 300))
    assert seen == list(range(1, 451))


def test_a_format_is_recognised_by_a_file_name() -> None:
    """Where the label names a format, the intake tells the language."""
    assert item_of(Row("x", "dockerfile", Verdict.ALLOW, "FROM x", "f", False, "")).path == "Dockerfile"
    assert item_of(Row("x", "python", Verdict.ALLOW, "x", "f", False, "")).language == "python"
    with pytest.raises(UsageError):
        item_of(Row("x", "klingon", Verdict.ALLOW, "x", "f", False, ""))


def test_the_command_prints_a_table(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Confusion, groups, unread languages, lists."""
    assert main(["corpus", "score", str(data)]) == 0
    out = capsys.readouterr().out
    assert "75.0% [30.1%, 95.4%] /4" in out
    assert "without a reader" in out
    assert "php" in out
    assert "2 false alarms" in out
    assert "review → allow" not in out


def test_the_command_prints_json(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same figures as an object."""
    assert main(["corpus", "score", str(data), "--format", "json", "-j", "1"]) == 0
    score = json.loads(capsys.readouterr().out)
    assert score["groups"]["all"]["flagged"]["share"] == 0.75
    assert [miss["id"] for miss in score["misses"]] == ["review two", "clean three"]
    assert score["unread"] == {"php": 1}


@pytest.mark.parametrize(
    ("floors", "code", "said"),
    [
        ("all: {flagged: 0.75, benign_denied: 0.0}", 0, ""),
        ("all: {flagged: 0.76}", 1, "all: flagged 75.00% (3 of 4) is below 76.00%"),
        ("family tunnel: {denied: 0.6}", 1, "family tunnel: denied 50.00%"),
        ("language bash: {benign_reviewed: 0.4}", 1, "is above 40.00%"),
        ("family none: {denied: 0.6}", 2, "which has no rows"),
        ("core: {denied: 0.6}", 2, "which has no rows"),
        ("all: {denid: 0.6}", 2, "unknown figure"),
        ("all: {denied: 60}", 2, "no share"),
        ("[]", 2, "no floors"),
        ("all: {denied: [", 2, "floors.yaml"),
    ],
)
def test_floors(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], floors: str, code: int, said: str
) -> None:
    """One that is broken exits with 1, one that says nothing with 2."""
    file = tmp_path / "floors.yaml"
    file.write_text(floors, encoding="utf-8")
    assert main(["corpus", "score", str(data), "--floors", str(file)]) == code
    assert said in capsys.readouterr().err


def test_every_floor_is_held_against_the_score(data: Path, tmp_path: Path, pool: Pool) -> None:
    """Not only the first."""
    file = tmp_path / "floors.yaml"
    file.write_text("all: {flagged: 1, denied: 1, precision: 1}", encoding="utf-8")
    assert len(broken(load_floors(file), score_rows(read_rows(data), pool).score)) == 3


def test_a_bad_row_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is audited."""
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(row("x", "deny")) + '\n{"id": 1}\n', encoding="utf-8")
    assert main(["corpus", "score", str(path)]) == 2
    assert "bad.jsonl:2" in capsys.readouterr().err


def test_a_manifest_of_scripts(tmp_path: Path) -> None:
    """Its samples and collections in order; a path that leads out, or an entry that says too little, is refused."""
    (tmp_path / "a.sh").write_text("ls\n", encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text(json.dumps(row("clean", "allow")) + "\n", encoding="utf-8")
    manifest = tmp_path / "manifest.yaml"
    sample = "{id: a, path: PATH, language: bash, label: hostile, family: mining, verdict: deny, more: 1}"
    text = f"samples: [{sample}]\ncollections: [{{path: rows.jsonl, rows: 1}}]\n"
    manifest.write_text(text.replace("PATH", "a.sh"), encoding="utf-8")
    first, second = labelled_rows(manifest)
    assert first == Row("a", "bash", Verdict.DENY, "ls\n", "mining", True, "a.sh")
    assert (second.id, second.expected) == ("clean", Verdict.ALLOW)
    for bad, said in (
        (text.replace("PATH", "../a.sh"), "leads out"),
        (text.replace("PATH", "none.sh"), "No such file"),
        (text.replace("verdict: deny", "verdict: no"), "verdict"),
        ("{}", "no samples"),
        ("samples: [", "manifest.yaml"),
    ):
        manifest.write_text(bad, encoding="utf-8")
        with pytest.raises(UsageError, match=said):
            list(labelled_rows(manifest))


@pytest.mark.slow
def test_the_floors_of_our_own_corpus_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """By the command that the documentation gives, with everything on; so a release without them cannot pass."""
    corpus = Path(__file__).parent.parent.parent / "corpus"
    code = main(["corpus", "score", str(corpus / "manifest.yaml"), "--floors", str(corpus / "floors.yaml"), "-j", "2"])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert "floor broken" not in said.err
