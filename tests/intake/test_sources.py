"""Sources: every kind of file becomes inputs, nothing is lost, and nothing is unpacked."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.intake.datasets import archives, lines
from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.format import Format
from auditor.intake.datasets.input import Input
from auditor.intake.datasets.sources import Sources
from auditor.intake.paths import Skipped
from auditor.model.gap import Why
from auditor.model.unit import Language

ROWS = [
    {"id": "a", "language": "bash", "text": "ls"},
    {"id": "b", "language": "Python", "text": "print(1)"},
    {"id": "c", "language": "yaml", "text": "a: 1"},
    {"id": "d", "path": "x/run.sh", "code": "cd /"},
    {"id": "e", "language": "bash"},
]


def take(*names: str | Path, columns: Columns | None = None, format: Format = Format.AUTO) -> list[Input | Skipped]:  # noqa: A002
    return list(Sources([str(name) for name in names], columns or Columns(), format).inputs())


def texts(found: list[Input | Skipped]) -> list[str]:
    return [each.data.decode() if isinstance(each, Input) else f"skipped: {each.why}" for each in found]


def as_lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_rows_of_json_lines(tmp_path: Path) -> None:
    """Text, id, language and path by their usual names; a row without text is an input with a gap."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(as_lines(ROWS) + b"no json\n[1]\n\n")
    found = [each for each in take(path) if isinstance(each, Input)]
    assert [each.id for each in found[:5]] == ["a", "b", "c", "d", "e"]
    assert [each.language for each in found[:4]] == [Language.BASH, Language.PYTHON, None, None]
    assert [each.path for each in found[2:4]] == ["file.yaml", "x/run.sh"]
    assert [each.data for each in found[:4]] == [b"ls", b"print(1)", b"a: 1", b"cd /"]
    assert ["no text" in found[4].gaps[0].what, "no JSON" in found[5].gaps[0].what] == [True, True]
    assert len(found) == 7


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_compressed_lines(tmp_path: Path, ending: str) -> None:
    """Read as they come."""
    path = tmp_path / f"rows.jsonl{ending}"
    path.write_bytes(gzip.compress(as_lines(ROWS)) if ending else as_lines(ROWS))
    assert len(take(path)) == 5


def test_columns_may_be_named(tmp_path: Path) -> None:
    """With dots into nested objects."""
    path = tmp_path / "rows.jsonl"
    row = {"key": 7, "payload": {"body": "ls", "kind": "bash"}, "text": "not this"}
    path.write_text(json.dumps(row), encoding="utf-8")
    (found,) = take(path, columns=Columns("payload.body", "key", "payload.kind"))
    assert isinstance(found, Input)
    assert (found.id, found.data, found.language) == ("7", b"ls", Language.BASH)


def test_a_named_file_without_a_known_column_is_an_error(tmp_path: Path) -> None:
    """It says which columns there are; in a folder, the file is a text like any other."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"alpha": 1}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="no known column") as raised:
        take(path)
    assert "alpha" in raised.value.hint
    assert len(take(tmp_path)) == 1


def test_parquet(tmp_path: Path) -> None:
    """The same rows, read a batch at a time."""
    pa = pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
    import pyarrow.parquet as pq

    path = tmp_path / "rows.parquet"
    table = pa.table(
        {"id": [str(n) for n in range(700)], "text": [f"ls {n}" for n in range(700)], "other": [b"x"] * 700}
    )
    pq.write_table(table, path)
    assert texts(take(path)) == [f"ls {number}" for number in range(700)]
    with pytest.raises(UsageError, match="no column 'nope'"):
        take(path, columns=Columns("nope"))
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not")
    with pytest.raises(UsageError, match="no Parquet file"):
        take(tmp_path / "bad.parquet")


def test_a_folder_in_a_stable_order(tmp_path: Path) -> None:
    """Sorted; what is no text or not the corpus's own is counted by kind."""
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "b" / "x.sh").write_text("ls", encoding="utf-8")
    (tmp_path / "a.py").write_text("print(1)", encoding="utf-8")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "link").symlink_to(tmp_path / "a.py")
    (tmp_path / "rows.jsonl").write_bytes(as_lines(ROWS[:1]))
    found = take(tmp_path)
    assert texts(found) == [
        "skipped: version control, environment or cache",
        "print(1)",
        "ls",
        "skipped: binary",
        "skipped: link",
        "ls",
    ]
    assert texts(take(tmp_path / "*.py", tmp_path / "**" / "*.sh")) == ["print(1)", "ls"]
    assert texts(take(f"file://{tmp_path}/b")) == ["ls"]
    with pytest.raises(UsageError, match="nothing matches"):
        take(tmp_path / "*.rb")
    with pytest.raises(UsageError, match="No such file"):
        take(tmp_path / "nothing")


def tar_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


MEMBERS = {
    "../../escape.sh": b"ls",
    "/abs.py": b"print(1)",
    "d/rows.jsonl": as_lines(ROWS[:2]),
    "in.zip": b"PK\x03\x04",
}


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_archives(tmp_path: Path, kind: str) -> None:
    """Members are read where they are: names that lead out are labels, links are left, nothing is written."""
    path = tmp_path / f"a.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in MEMBERS.items():
                archive.writestr(name, data)
    else:
        path.write_bytes(tar_of(MEMBERS))
    found = [each for each in take(path) if isinstance(each, Input)]
    assert [each.data for each in found] == [b"ls", b"print(1)", b"ls", b"print(1)", b""]
    assert found[0].id == f"{path}!../../escape.sh"
    assert found[4].gaps[0].what == "an archive inside an archive"
    assert list(tmp_path.iterdir()) == [path]
    assert not (tmp_path.parent.parent / "escape.sh").exists()


def test_a_bomb_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large for its compressed size; and a tar that is cut off keeps what came before."""
    monkeypatch.setattr(archives, "_RATIO_FROM", 100_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.sh", b"#" * 3_000_000)
        archive.writestr("ok.sh", b"ls")
    first, second = (each for each in take(path) if isinstance(each, Input))
    assert "3,000,000 bytes" in first.gaps[0].what
    assert second.data == b"ls"
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(tar_of({"a.sh": b"ls", "b.sh": random.Random(1).randbytes(600_000).hex().encode()})[:-300_000])
    found = take(cut)
    assert texts(found)[0] == "ls"
    gaps = [each.gaps[0].what for each in found[1:] if isinstance(each, Input)]
    assert len(gaps) == len(found) - 1 >= 1
    assert "cannot be read" in gaps[0]


def test_bounds_of_a_line_and_of_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is past them is one input with a gap, and the next line is read."""
    monkeypatch.setattr(lines, "_LINE_BYTES", 1_000)
    path = tmp_path / "rows.jsonl"
    path.write_bytes(as_lines([{"text": "x" * 5_000, "id": "long"}, ROWS[0]]))
    first, second = (each for each in take(path) if isinstance(each, Input))
    assert (first.gaps[0].why, second.data) == (Why.TOO_LARGE, b"ls")
    big = tmp_path / "big.sh"
    big.write_bytes(b"#" * 2_000_001)
    (found,) = take(big)
    assert isinstance(found, Input)
    assert (found.data, found.size, found.gaps[0].why) == (b"", 2_000_001, Why.TOO_LARGE)


def test_credentials_of_an_address_are_not_kept() -> None:
    """Not in an error either."""
    with pytest.raises(UsageError) as raised:
        take("nope://user:secret@host.example/x")
    assert "secret" not in str(raised.value)


def test_any_file_may_be_taken_for_a_script(tmp_path: Path) -> None:
    """When the operator says so."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(as_lines(ROWS))
    assert len(take(path, format=Format.SCRIPTS)) == 1
