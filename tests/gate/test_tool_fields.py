"""The gate and the intake of trajectories know arguments by the same names, and neither is misled by one too many."""

from __future__ import annotations

import pytest

from auditor.gate.calls import Cell, Code, Edit, Run, Write
from auditor.gate.hosts.tools import acts_of
from auditor.intake.trajectories import code
from auditor.intake.trajectories.calls import Call
from auditor.model.tool_fields import CODES, COMMANDS, CONTENTS, NEW, PATHS

TEXT = "ssh -N -R 1:h:2 x"


def both(arguments: dict[str, object]) -> tuple[list[object], list[object]]:
    """Read a call of a tool that nobody knows, as the gate and as the intake do."""
    return list(acts_of("mcp__x__tool", arguments)), list(code.pieces_of(Call("t", 1, "c", "mcp__x__tool", arguments)))


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str) -> None:
    acts, pieces = both({name: TEXT})
    assert acts == [Run(TEXT)]
    assert [each.text for each in pieces if isinstance(each, code.Command)] == [TEXT]


@pytest.mark.parametrize("name", CODES)
def test_codes(name: str) -> None:
    acts, pieces = both({name: "print(1)"})
    assert [each.text for each in acts if isinstance(each, Code)] == ["print(1)"]
    assert [each.text for each in pieces if isinstance(each, code.Command)] == ["print(1)"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", [each for each in CONTENTS if each != "new_source"])
def test_files(path: str, name: str) -> None:
    acts, pieces = both({path: "/w/a.sh", name: TEXT})
    assert acts == [Write("/w/a.sh", TEXT)]
    assert pieces == [code.Write("/w/a.sh", TEXT)]


@pytest.mark.parametrize("name", (*NEW, "new_source"))
def test_a_field_too_many_hides_no_text(name: str) -> None:
    """A tool that writes passes over what it does not know; so the whole text counts beside the edit."""
    acts, pieces = both({"file_path": "/w/a.sh", "content": TEXT, "old_string": "a", name: "harmless"})
    assert Write("/w/a.sh", TEXT) in acts
    assert any(isinstance(each, Edit | Cell) for each in acts)
    assert code.Write("/w/a.sh", TEXT) in pieces
