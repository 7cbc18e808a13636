"""Hostile files: nothing of them crashes, hangs, fills the memory, leads astray, or hides what is behind it."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import resource
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.intake.datasets import documents, lines
from auditor.intake.datasets.input import Input
from auditor.intake.paths import Skipped
from auditor.model.gap import Why
from tests.intake.test_real_tools import FIXTURES
from tests.intake.test_sources import as_lines, take

ROWS = as_lines([{"id": "a", "text": "ls"}, {"id": "b", "text": "ls -l"}])


def gaps_of(path: Path) -> list[str]:
    """Give what each input lacks; "" where it lacks nothing."""
    return [each.gaps[0].what if each.gaps else "" for each in take(path) if isinstance(each, Input)]


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Write an archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """Make a header."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_links_and_devices_of_an_archive_are_counted_and_left(tmp_path: Path) -> None:
    """None is followed or made; what is a file beside them is read."""
    path = tmp_path / "a.tar"
    path.write_bytes(
        tar_of(
            (member("to/passwd", tarfile.SYMTYPE, "/etc/passwd"), b""),
            (member("hard", tarfile.LNKTYPE, "../../etc/shadow"), b""),
            (member("disk", tarfile.BLKTYPE), b""),
            (member("null", tarfile.CHRTYPE), b""),
            (member("pipe", tarfile.FIFOTYPE), b""),
            (member("folder", tarfile.DIRTYPE), b""),
            (member("../../../out.sh"), b"ls"),
        )
    )
    found = take(path)
    assert [each.why for each in found if isinstance(each, Skipped)] == ["link"] * 2 + ["not a regular file"] * 3
    assert [each.data for each in found if isinstance(each, Input)] == [b"ls"]
    assert [each.name for each in tmp_path.iterdir()] == ["a.tar"]


def test_a_broken_header_does_not_hide_what_is_behind_it(tmp_path: Path) -> None:
    """Tarfile alone ends there without a word; here it is a gap."""
    data = bytearray(tar_of((member("a.sh"), b"ls"), (member("b.sh"), b"ssh -R"), (member("c.sh"), b"ls")))
    data[1024 + 148 : 1024 + 156] = b"99999999"
    path = tmp_path / "a.tar"
    path.write_bytes(bytes(data))
    first, second = gaps_of(path)
    assert (first, "cannot be read further" in second) == ("", True)


def test_a_name_without_end_is_not_held(tmp_path: Path) -> None:
    """A header of names that says it is two gigabytes."""
    header = member("name", tarfile.GNUTYPE_LONGNAME)
    header.size = 2_000_000_000
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(header.tobuf() + bytes(3_000_000)))
    (gap,) = gaps_of(path)
    assert "a name of 2,000,000,000 bytes" in gap


def test_an_archive_that_overlaps_itself(tmp_path: Path) -> None:
    """Many entries over the same compressed bytes: each is bounded by what it says, and none is an error."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.sh", b"#" * 1_000_000)
    data = buffer.getvalue()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    directory = data[start:end] * 200
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(directory), start, 0)
    path = tmp_path / "a.zip"
    path.write_bytes(data[:start] + directory + tail)
    assert len(take(path)) == 200


@pytest.mark.parametrize("change", ["version", "method", "name", "crc", "offset"])
def test_a_zip_that_was_tampered_with(tmp_path: Path, change: str) -> None:
    """Whatever zipfile raises over it is a gap."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA if change == "method" else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.sh", b"ls\n" * 200)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    if change == "version":
        data[at + 6] = 0xFF
    elif change == "method":
        data[60:70] = b"\xff" * 10
    elif change == "name":
        data[at + 28 : at + 30] = b"\0\0"
    elif change == "crc":
        data[at + 16 : at + 20] = b"\0\0\0\0"
    else:
        data[at + 42 : at + 46] = b"\xff\xff\xff\x7f"
    path.write_bytes(bytes(data))
    assert all(gaps_of(path))
    assert gaps_of(path)


@pytest.mark.parametrize("ending", ["", ".gz", ".bz2", ".xz", ".zst"])
def test_every_compression(tmp_path: Path, ending: str) -> None:
    """Read line by line; what is cut off is one gap after the lines before."""
    path = tmp_path / f"a.jsonl{ending}"
    many = ROWS + b"".join(as_lines([{"text": random.Random(n).randbytes(300).hex()}]) for n in range(400))
    path.write_bytes(compressed(ending, many))
    assert len(take(path)) == 402
    path.write_bytes(compressed(ending, many)[:-20_000])
    *before, last = gaps_of(path)
    assert not any(before)
    assert ("no JSON" if not ending else "cannot be read") in last


def compressed(ending: str, data: bytes) -> bytes:
    """Compress; without pyarrow there is no Zstandard."""
    if ending == ".zst":
        pa = pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
        return bytes(pa.compress(data, codec="zstd", asbytes=True))
    if not ending:
        return data
    if ending == ".gz":
        return gzip.compress(data)
    return bz2.compress(data) if ending == ".bz2" else lzma.compress(data)


def test_a_long_line_that_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While its end was looked for."""
    monkeypatch.setattr(lines, "_LINE_BYTES", 1_000)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(ROWS + random.Random(1).randbytes(90_000).hex().encode())[:-30_000])
    *before, last = gaps_of(path)
    assert before == ["", ""]
    assert "cannot be read" in last


def test_a_bomb_of_one_line(tmp_path: Path) -> None:
    """A gigabyte in one megabyte, and the row behind it is read; the memory that it takes is that of a line."""
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(b'{"text":"')
        for _ in range(60):
            file.write(b"#" * 5_000_000)
        file.write(b'"}\n' + ROWS)
    code = (
        "import re, sys; from auditor.intake.datasets.sources import Sources;"
        "count = len(list(Sources(sys.argv[1:]).inputs()));"
        "print(count, re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, peak = map(int, done.stdout.split())
    # not getrusage's, which an exec takes over from whoever called it
    assert count == 3
    assert peak < 600_000


def test_encodings(tmp_path: Path) -> None:
    """A mark before the first line is none of it; a line in another encoding is a gap, and the next is read."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + ROWS)
    assert gaps_of(path) == ["", ""]
    path.write_bytes(
        '{"text": "echo é"}\n'.encode("latin-1") + b'{"text": "\\ud800"}\n\0\0\n' + ROWS.replace(b"\n", b"\r\n")
    )
    assert [bool(gap) for gap in gaps_of(path)] == [True, True, True, False, False]
    session = json.dumps({"messages": [{"role": "assistant", "content": "```bash\nls\n```"}]})
    for encoding in ("utf-8-sig", "utf-16", "utf-8"):
        (tmp_path / "a.json").write_bytes(session.encode(encoding))
        (found,) = take(tmp_path / "a.json")
        assert isinstance(found, Input)
        assert found.data == b"ls\n", encoding


def test_a_trajectory_that_cannot_be_taken_in_is_never_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, or padded past the bound; a document that is none, such as a commented one, stays a file."""
    text = (FIXTURES / "harbor-0.24.0-atif.json").read_text(encoding="utf-8")
    path = tmp_path / "a.json"
    path.write_text(text[:-200], encoding="utf-8")
    assert "a trajectory that is no JSON" in gaps_of(path)[0]
    path.write_text('// a comment\n{"strict": true}\n', encoding="utf-8")
    assert gaps_of(path) == [""]
    monkeypatch.setattr(documents, "DOCUMENT_BYTES", 2_000)
    path.write_text(text, encoding="utf-8")
    (found,) = take(path)
    assert isinstance(found, Input)
    assert found.gaps[0].why is Why.TOO_LARGE


def test_an_event_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    """And the events around it are read."""
    source = FIXTURES / "openhands-sdk-1.58.0" / "events"
    events = tmp_path / "c" / "events"
    events.mkdir(parents=True)
    for number, path in enumerate(sorted(source.iterdir())):
        data = path.read_bytes()
        (events / path.name).write_bytes(data[:-9] if number == 4 else data)
    found = [each for each in take(tmp_path) if isinstance(each, Input)]
    assert [bool(each.gaps) for each in found] == [False, True, False]
    assert "event-00004" in found[1].id


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Named, it is refused; among what a glob or a folder gives, it is counted."""
    os.mkfifo(tmp_path / "pipe.sh")
    (tmp_path / "a.sh").write_text("ls", encoding="utf-8")
    with pytest.raises(UsageError, match="not a regular file"):
        take(tmp_path / "pipe.sh")
    for name in (tmp_path / "*.sh", tmp_path):
        found = take(name)
        assert [each.why for each in found if isinstance(each, Skipped)] == ["not a regular file"]
        assert [each.data for each in found if isinstance(each, Input)] == [b"ls"]


def test_a_table_that_is_larger_than_it_looks(tmp_path: Path) -> None:
    """One text of twenty megabytes that a thousand rows share: every row is there, in the memory of a few."""
    pa = pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
    import pyarrow.parquet as pq

    def shared(count: int) -> object:
        return pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["#" * 20_000_000]))

    pq.write_table(pa.table({"text": shared(100)}), tmp_path / "flat.parquet", store_schema=False)
    content = pa.StructArray.from_arrays([pa.array(["assistant"] * 800), shared(800)], ["role", "content"])
    nested = pa.ListArray.from_arrays(pa.array(range(0, 801, 100), pa.int32()), content)
    pq.write_table(pa.table({"messages": nested}), tmp_path / "nested.parquet", store_schema=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert gaps_of(tmp_path / "flat.parquet") == ["20,000,000 bytes; the limit is 2,000,000"] * 100
    assert gaps_of(tmp_path / "nested.parquet") == ["a row longer than 64,000,000 bytes"] * 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000


def test_nothing_that_is_tampered_with_raises(tmp_path: Path) -> None:
    """Two hundred files of every kind, cut off or changed: inputs with gaps, or an error for the operator."""
    pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
    whole = {path.name: path.read_bytes() for path in FIXTURES.iterdir() if path.is_file() and path.suffix != ".md"}
    whole["a.tar.gz"] = gzip.compress(tar_of((member("é" * 120), b"ls\n" * 99), (member("b.jsonl"), ROWS)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.sh", "ls\n" * 99)
        archive.writestr("b.jsonl", ROWS)
    whole["a.zip"] = buffer.getvalue()
    rng = random.Random(3)
    for number in range(200):
        name = rng.choice(sorted(whole))
        data = bytearray(whole[name])
        if number % 3:
            for _ in range(rng.choice((1, 4, 16))):
                data[rng.randrange(len(data))] = rng.randrange(256)
        else:
            del data[rng.randrange(len(data)) :]
        path = tmp_path / name
        path.write_bytes(bytes(data))
        try:
            take(path)
        except UsageError:
            continue
