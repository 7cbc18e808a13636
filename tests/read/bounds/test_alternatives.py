"""Values past the number of alternatives: opaque or a gap, in every language, and whole at the number itself."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from tests.read.bounds.scripts import TUNNEL, Told, read

LISTED = {
    Language.PYTHON: (
        "import os, random, sys\nrows = [{rows}]\nos.system(random.choice(rows))",
        "import os, sys\nrows = [{rows}]\nos.system(rows[int(sys.argv[1])])",
        "import os, sys\nrows = dict(enumerate([{rows}]))\nos.system(rows[int(sys.argv[1])])",
    ),
    Language.JAVASCRIPT: (
        "const rows = [{rows}]; require('child_process').exec(rows[+process.argv[2]])",
        "const rows = [{rows}]; require('child_process').exec(rows.at(+process.argv[2]))",
        "const rows = [{rows}]; require('child_process').exec(rows.slice(+process.argv[2])[0])",
    ),
}
CASES = [(language, text) for language, texts in LISTED.items() for text in texts]


def chosen(language: Language, text: str, count: int) -> Told:
    """Read a script that runs one of some commands, the tunnel last."""
    rows = [f"'uptime {number}'" for number in range(count - 1)] + [f"'{TUNNEL}'"]
    return read(text.replace("{rows}", ", ".join(rows)), language)


@pytest.mark.parametrize(("language", "text"), CASES)
def test_one_of_sixteen_commands_is_each_of_them(language: Language, text: str) -> None:
    """At the bound every command is told."""
    assert TUNNEL in chosen(language, text, 16).lines


@pytest.mark.parametrize(("language", "text"), CASES)
@pytest.mark.parametrize("count", [17, 40])
def test_one_of_more_commands_is_no_silence(language: Language, text: str, count: int) -> None:
    """Past it the command is unknown, and that is said."""
    told = chosen(language, text, count)
    assert TUNNEL in told.lines or not told.is_silent


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.PYTHON, "import os, random\nfs = [{rows}]\nrandom.choice(fs)({command!r})"),
        (Language.PYTHON, "import os, sys\nfs = dict(enumerate([{rows}]))\nfs[int(sys.argv[1])]({command!r})"),
        (Language.JAVASCRIPT, "const os = require('child_process'), fs = [{rows}]; fs[+process.argv[2]]({command!r})"),
    ],
)
def test_one_of_many_functions_is_no_silence(language: Language, text: str) -> None:
    """A call of one of twenty functions, the last of which starts programs."""
    sink = "os.system" if language is Language.PYTHON else "os.exec"
    rows = ", ".join([*(f"os.f{number}" for number in range(20)), sink])
    assert not read(text.format(rows=rows, command=TUNNEL), language).is_silent


def test_a_pipeline_of_many_alternatives_has_each_of_them() -> None:
    """Two stages of ten commands are a hundred pipelines: each command is in one."""
    one = "".join(f"{number}) x=uptime{number};;\n" for number in range(10))
    other = "".join(f"{number}) y=tool{number};;\n" for number in range(9))
    told = read(f"case $1 in\n{one}*) x=w;;\nesac\ncase $2 in\n{other}*) y='{TUNNEL}';;\nesac\n$x | $y")
    pipelines = [line for line in told.lines if " | " in line]
    assert any(line.endswith("| " + TUNNEL) for line in pipelines)
    assert all(any(f"uptime{number} |" in line for line in pipelines) for number in range(10))
    assert len(pipelines) <= 32


def test_a_pipeline_with_too_many_ways_stays_bounded() -> None:
    """Six stages of eleven commands are millions of pipelines, of which few are told."""
    cases = "".join(f"{number}) x{{0}}=tool{number};;\n" for number in range(10))
    text = "".join(f"case ${stage} in\n{cases.format(stage)}*) x{stage}=w;;\nesac\n" for stage in range(1, 7))
    told = read(text + " | ".join(f"$x{stage}" for stage in range(1, 7)))
    assert 10 < len(told.lines) <= 40


def test_every_line_of_a_mapping_callback_counts() -> None:
    """`mapfile -C` calls for each line: more of them than are told one by one are one unknown."""
    rows = "".join(f"{number}\\n" for number in range(30))
    text = f"f() {{ $2; }}\nprintf '{rows}{TUNNEL}\\n' | mapfile -t -c 1 -C f"
    told = read(text)
    assert TUNNEL in told.lines or not told.is_silent
