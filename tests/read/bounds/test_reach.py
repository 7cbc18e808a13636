"""Files in reach: one past a bound is there, and what runs it runs unknown code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.model.surroundings import Reach, Surroundings
from auditor.model.unit import Language
from auditor.read.reach import FILE_BYTES, MOST_FILES
from tests.read.bounds.scripts import TUNNEL, Told, read

Run = Callable[..., Told]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Read a script that stands in a folder of its own."""

    def inner(text: str, language: Language = Language.BASH) -> Told:
        place = str(tmp_path)
        around = Surroundings(directory=place, folder=place, reach=Reach.FOLDER)
        return read(text, language, surroundings=around)

    return inner


def sources(folder: Path, count: int) -> str:
    """Write harmless scripts, and give lines that source them."""
    names = [f"a{number:03}.sh" for number in range(count)]
    for name in names:
        (folder / name).write_text("true\n")
    return "".join(f"source ./{name}\n" for name in names)


def test_a_script_past_the_number_of_files_is_unknown_code(tmp_path: Path, run: Run) -> None:
    """Forty scripts that are sourced do not hide the one after them."""
    (tmp_path / "z.sh").write_text(TUNNEL + "\n")
    told = run(sources(tmp_path, MOST_FILES) + "bash ./z.sh")
    assert TUNNEL not in told.lines
    assert "code.load bash limit" in told.lines


def test_a_script_at_the_number_of_files_is_read(tmp_path: Path, run: Run) -> None:
    """The last file within the bound is read like the first."""
    (tmp_path / "z.sh").write_text(TUNNEL + "\n")
    told = run(sources(tmp_path, MOST_FILES - 1) + "bash ./z.sh")
    assert TUNNEL in told.lines
    assert told.is_silent


@pytest.mark.parametrize(
    ("name", "text", "language", "kind"),
    [
        ("z.sh", "bash ./z.sh", Language.BASH, "bash"),
        ("z.sh", "./z.sh", Language.BASH, "exec"),
        ("z.sh", "source ./z.sh", Language.BASH, "bash"),
        ("z.sh", "cat z.sh | sh", Language.BASH, "bash"),
        ("z.py", "import z", Language.PYTHON, "python"),
        ("z.py", "python z.py", Language.BASH, "python"),
        ("z.js", "require('./z')", Language.JAVASCRIPT, "javascript"),
        ("z.mk", "include z.mk\nall:\n\ttrue\n", Language.MAKEFILE, "makefile"),
    ],
)
def test_a_large_file_is_unknown_code(
    tmp_path: Path, run: Run, name: str, text: str, language: Language, kind: str
) -> None:
    """A file over a megabyte is run as code of which nothing is known."""
    (tmp_path / name).write_text("#" * FILE_BYTES + "\n" + TUNNEL)
    assert f"code.load {kind} limit" in run(text, language).lines


@pytest.mark.parametrize("text", ["bash z.sh", "sh ./z.sh", "./z.sh", "cp z.sh y.sh; bash y.sh", "nohup ./z.sh &"])
def test_a_script_beside_is_read_when_it_is_run(tmp_path: Path, run: Run, text: str) -> None:
    """Not only `source` runs what lies in reach."""
    (tmp_path / "z.sh").write_text(TUNNEL + "\n")
    assert TUNNEL in run(text).lines


@pytest.mark.parametrize("text", ["python tool.py", "./tool.py", "python3 -m tool", "exec ./tool.py"])
def test_a_program_beside_is_read_when_it_is_run(tmp_path: Path, run: Run, text: str) -> None:
    """The same holds for another interpreter's."""
    (tmp_path / "tool.py").write_text(f"#!/usr/bin/env python3\nimport os\nos.system('{TUNNEL}')\n")
    assert TUNNEL in run(text).lines


def test_programs_beside_that_nothing_reads_are_absent(tmp_path: Path, run: Run) -> None:
    """A binary, or a script of another language, is as if it were out of reach: no gap."""
    (tmp_path / "run").write_bytes(b"\x7fELF\2\1\1\0" + bytes(64))
    (tmp_path / "run.tcl").write_text("#!/usr/bin/tclsh\nexec [lindex $argv 0]\n")
    assert run("./run; ./run.tcl; gcc run.c -o a; ./a").is_silent
    (tmp_path / "run.pl").write_text("#!/usr/bin/perl\nuse Some::Module; Some::Module->import; eval $code;\n")
    assert not run("./run.pl; perl run.pl").gaps


def test_a_large_file_that_is_only_read_says_nothing(tmp_path: Path, run: Run) -> None:
    """Data is not code, whatever its size."""
    (tmp_path / "data.csv").write_text("1,2\n" * FILE_BYTES)
    assert run("wc -l data.csv; cat data.csv | sort > out.csv; test -f data.csv").is_silent
    assert run("print(len(open('data.csv').read()))", Language.PYTHON).is_silent


def test_nulls_in_a_script_do_not_hide_it(tmp_path: Path, run: Run) -> None:
    """A shell drops NULs after the first line; a picture stays one."""
    (tmp_path / "z.sh").write_bytes(b"#!/bin/bash\n# \0\n" + TUNNEL.encode() + b"\n")
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + TUNNEL.encode())
    assert TUNNEL in run("bash ./z.sh").lines
    assert run("cat p.png").is_silent


def test_more_modules_than_triage_looks_for_are_not_cleared(tmp_path: Path, run: Run) -> None:
    """A module in reach counts wherever it stands in the alphabet."""
    (tmp_path / "zz.py").write_text(f"import os\nos.system('{TUNNEL}')\n")
    text = "".join(f"import m{number:03}\n" for number in range(201)) + "import zz\n"
    assert TUNNEL in run(text, Language.PYTHON).lines
