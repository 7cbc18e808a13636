"""The application around the commands: help, versions, streams, and what it costs to start."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import __version__
from auditor.cli import main
from auditor.cli.output import Progress, look_of
from auditor.read.remote import RemoteReader
from tests.render.made import hidden_tunnel

PROGRAM = "import sys; from auditor.cli import main; sys.exit(main())"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_the_version_is_cheap() -> None:
    """It loads neither typer nor an engine."""
    heavy = "'typer' in sys.modules, 'yaml' in sys.modules"
    code = f"import sys; from auditor.cli import main; main(['--version']); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"auditor {__version__}\nFalse False\n"
    assert main(["--version"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["-h"],
        ["check", "--help"],
        ["effects", "-h"],
        ["rules", "--help"],
        ["rules", "show", "-h"],
        ["schema", "-h"],
        ["doctor", "-h"],
    ],
)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """On standard output, without markup."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: auditor ")
    assert err == ""
    assert "[bold]" not in out


def test_help_shows_examples_exit_codes_and_sections(capsys: pytest.CaptureFixture[str]) -> None:
    """What a reader looks for first."""
    main(["check", "--help"])
    out = capsys.readouterr().out
    assert "auditor check setup.sh && sh setup.sh" in out
    assert "3  no verdict was reached" in out
    assert [line for line in out.splitlines() if line in {"Input:", "Audit:", "Output:"}] == [
        "Input:",
        "Audit:",
        "Output:",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"), [(["nonsense"], "No such command 'nonsense'"), (["--nonsense"], "--nonsense")]
)
def test_unknown_commands_and_options(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    """Exit code 2, one line and a hint."""
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert says in err.splitlines()[0]
    assert err.splitlines()[1] == "  hint: auditor --help"


def test_no_arguments_is_help_and_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was audited, so it is not 0."""
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert "Usage: auditor" in out + err


def test_shell_completion() -> None:
    """typer's, for bash."""
    environment = {**os.environ, "_AUDITOR_COMPLETE": "complete_bash", "COMP_WORDS": "auditor ch", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout.split() == ["check"]


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    """Exit code 141, and not a word."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "schema"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_another_encoding_gets_escapes_instead_of_an_error(tmp_path: Path) -> None:
    """A report in a terminal that knows only ASCII."""
    (tmp_path / "größe.sh").write_text("echo\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "check", str(tmp_path / "missing-größe.sh")],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert b"missing-gr" in done.stderr
    assert b"Traceback" not in done.stderr


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR and TERM=dumb are heard; a pipe never gets any."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert look_of(Terminal()).is_coloured
    assert not look_of(io.StringIO()).is_coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert not look_of(Terminal()).is_coloured
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "dumb")
    assert not look_of(Terminal()).is_coloured


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on a pipe; on a terminal one line that is taken away."""
    monkeypatch.setenv("TERM", "xterm")
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        progress = Progress(is_wanted=True)
        progress.show("3 audited, last a\x1bb")
        progress.clear()
        assert stream.getvalue() == ("\r\x1b[2K3 audited, last a\\x1bb\r\x1b[2K" if shown else "")


def test_the_schema_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON."""
    assert main(["schema"]) == 0
    assert "ReportObject" in json.loads(capsys.readouterr().out)["$defs"]


@pytest.mark.parametrize(("options", "start"), [([], "x.py  python\n"), (["--format", "json"], "{")])
def test_effects_prints_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], start: str
) -> None:
    """Units and effects; exit code 1 where something was not examined."""
    monkeypatch.setattr(RemoteReader, "read", lambda *_: hidden_tunnel().reading)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.py").write_text("x\n", encoding="utf-8")
    assert main(["effects", "x.py", *options]) == 1
    out = capsys.readouterr().out
    assert out.startswith(start)
    assert "ssh -N -R 2222:localhost:22 ops@203.0.113.5" in out
    assert "os.system" in out


@pytest.mark.parametrize(("script", "says"), [("missing", "No such file"), (".", "a directory")])
def test_effects_wants_one_script(capsys: pytest.CaptureFixture[str], script: str, says: str) -> None:
    """A usage error otherwise."""
    assert main(["effects", script]) == 2
    assert says in capsys.readouterr().err
