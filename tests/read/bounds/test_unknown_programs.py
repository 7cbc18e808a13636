"""A program that the script makes and of which nothing is known: running it is said, however it is run."""

from __future__ import annotations

import base64
import gzip

import pytest

from auditor.settings import DEFAULT_LIMITS
from tests.read.bounds.scripts import read

LARGE = base64.b64encode(gzip.compress(b"#" * (DEFAULT_LIMITS.text_bytes + 1))).decode()


@pytest.mark.parametrize("start", ["bash /tmp/x", "/tmp/x", "chmod +x /tmp/x; /tmp/x", "cd /tmp; ./x", "env /tmp/x"])
def test_content_past_a_bound_is_unknown_code(start: str) -> None:
    """What was decoded to more than is kept is run all the same."""
    told = read(f"echo {LARGE} | base64 -d | gunzip > /tmp/x; {start}")
    assert any(line.startswith("code.load ") and line.endswith((" limit", " decoder")) for line in told.lines)


@pytest.mark.parametrize("count", [16, 17])
def test_a_file_that_may_hold_too_many_texts_is_unknown_code(count: int) -> None:
    """Sixteen texts are read, the seventeenth makes the content unknown."""
    branches = "".join(f"{number}) x='nohup tool{number}';;\n" for number in range(count) if number != 15)
    told = read(f"x='nohup tool15'\ncase $RANDOM in\n{branches}esac\necho \"$x\" > /tmp/x\n/tmp/x")
    assert told.is_silent == (count == 16)
    assert any("tool15" in unit.text for unit in told.units[1:]) == (count == 16)
