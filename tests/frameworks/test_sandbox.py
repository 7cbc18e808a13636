"""`AuditedSandbox` sees what a call brings along, and the objects that a sandbox gives; `guard` sees into objects."""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from auditor import AuditedSandbox, Denied, guard
from auditor.gate.guarding import Gate, opened
from tests.gate.guarded import TUNNEL, gate, served
from tests.gate.test_client import BEHAVIOURS, Place, faked

__all__ = ["gate", "served"]  # fixtures


@dataclass
class Options:
    """What comes beside a command."""

    envs: dict[str, str] | None = None
    working_directory: str | None = None


@dataclass
class Entry:
    """A file to write."""

    path: str
    data: str | bytes | io.BytesIO


@dataclass
class Sandbox:
    """A sandbox of the kind that OpenSandbox has; keeps what got through."""

    through: list[object] = field(default_factory=list)

    async def run(self, command: str | list[str], *, opts: Options | None = None) -> None:
        """Run a command."""
        self.through.append(command)

    def exec(self, cmd: list[str], input: str | bytes | None = None, cwd: str | None = None) -> None:  # noqa: A002
        """Run a command with a standard input."""
        self.through.append(cmd)

    def send_stdin(self, pid: int, data: str) -> None:
        """Send to what runs."""
        self.through.append(data)

    def run_once(self, seconds: float, what: str) -> None:
        """Run something, by a name that nobody foresees."""
        self.through.append(what)

    async def set_env(self, key: str, value: str) -> None:
        """Set a variable for later commands."""
        self.through.append(key)

    def write_files(self, entries: list[Entry]) -> None:
        """Write files."""
        self.through.append(entries[0].path)

    def put_file(self, path: str, content: object) -> None:
        """Write a file from a stream."""
        self.through.append(path)

    def run_code(self, code: str, language: str | None = None, context: Context | None = None) -> None:
        """Run code."""
        self.through.append(code)

    def execute(self, commands: list[str]) -> None:
        """Run several."""
        self.through.append(commands)

    def run_command(self, program: str, *args: str) -> None:
        """Run a program."""
        self.through.append(args)

    def execute_command(self, command: str, *args: str) -> None:
        """Run a program."""
        self.through.append(args)

    def perform(self, *args: str) -> None:
        """Run an argv."""
        self.through.append(args)

    def run_background(self, first: Action, second: Action) -> None:
        """Run one, and then another."""
        self.through.append(second)

    @property
    def isolation(self) -> Sandbox:
        """Sessions of their own."""
        return self

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Sandbox]:
        """Give such a session."""
        yield self

    def create(self) -> Sandbox:
        """Give another."""
        return self

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error: object) -> None:
        """End."""


@dataclass
class Action:
    """What is to run."""

    command: str


@dataclass
class Context:
    """Where code runs."""

    language: str


def _in_session(sandbox: Any, command: str) -> None:
    async def main() -> None:
        async with sandbox.isolation.session() as session:
            session.run_code(command)

    asyncio.run(main())


def _in_block(sandbox: Any, command: str) -> None:
    with sandbox as entered:
        asyncio.run(entered.run(command))


LONG = ("nice", "-n", "10", "env", "A=1", "B=2", "C=3", "D=4", "E=5", "F=6")
PYTHON = f"import os\nos.system({TUNNEL!r})"
WAYS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "a variable beside the command": (
        lambda sandbox: asyncio.run(sandbox.run("$TARGET", opts=Options(envs={"TARGET": "ls"}))),
        lambda sandbox: asyncio.run(sandbox.run("$TARGET", opts=Options(envs={"TARGET": TUNNEL}))),
    ),
    "a shell's standard input": (
        lambda sandbox: sandbox.exec(["bash"], input="ls"),
        lambda sandbox: sandbox.exec(["bash"], input=TUNNEL),
    ),
    "a standard input of bytes": (
        lambda sandbox: sandbox.exec(["sh", "-s"], input=b"ls"),
        lambda sandbox: sandbox.exec(["sh", "-s"], input=TUNNEL.encode()),
    ),
    "what is sent to a process": (
        lambda sandbox: sandbox.send_stdin(5, "ls"),
        lambda sandbox: sandbox.send_stdin(5, TUNNEL),
    ),
    "an argument of a name of its own": (
        lambda sandbox: sandbox.run_once(5.0, "ls"),
        lambda sandbox: sandbox.run_once(5.0, TUNNEL),
    ),
    "an argv": (
        lambda sandbox: asyncio.run(sandbox.run(["ls", "-la"])),
        lambda sandbox: asyncio.run(sandbox.run(TUNNEL.split())),
    ),
    "files in a list": (
        lambda sandbox: sandbox.write_files([Entry("/nowhere/a.sh", "ls"), Entry("/nowhere/b.sh", b"ls")]),
        lambda sandbox: sandbox.write_files([Entry("/nowhere/a.sh", "ls"), Entry("/nowhere/b.sh", TUNNEL.encode())]),
    ),
    "a file from a stream": (
        lambda sandbox: sandbox.put_file("/nowhere/a.sh", io.BytesIO(b"ls")),
        lambda sandbox: sandbox.put_file("/nowhere/a.sh", io.BytesIO(TUNNEL.encode())),
    ),
    "code in the language of its context": (
        lambda sandbox: sandbox.run_code("ls", context=Context("bash")),
        lambda sandbox: sandbox.run_code(TUNNEL, context=Context("bash")),
    ),
    "code without a language": (
        lambda sandbox: sandbox.run_code("print(1)"),
        lambda sandbox: sandbox.run_code(PYTHON),
    ),
    "several commands": (
        lambda sandbox: sandbox.execute(["ls", "pwd"]),
        lambda sandbox: sandbox.execute(["ls", TUNNEL]),
    ),
    "words after a program": (
        lambda sandbox: sandbox.run_command("bash", "-c", "ls"),
        lambda sandbox: sandbox.run_command("bash", "-c", TUNNEL),
    ),
    "words after a command": (
        lambda sandbox: sandbox.execute_command("bash", "-c", "ls"),
        lambda sandbox: sandbox.execute_command("bash", "-c", TUNNEL),
    ),
    "more than ten words": (
        lambda sandbox: sandbox.perform(*LONG, "ls", "-l", "-a"),
        lambda sandbox: sandbox.perform(*LONG, *TUNNEL.split()),
    ),
    "a second object": (
        lambda sandbox: sandbox.run_background(Action("ls"), Action("ls")),
        lambda sandbox: sandbox.run_background(Action("ls"), Action(TUNNEL)),
    ),
    "a session of the sandbox": (
        lambda sandbox: _in_session(sandbox, "ls"),
        lambda sandbox: _in_session(sandbox, TUNNEL),
    ),
    "an object that it makes": (
        lambda sandbox: sandbox.create().run_code("print(1)"),
        lambda sandbox: sandbox.create().run_code(PYTHON),
    ),
    "what a with-block gives": (
        lambda sandbox: _in_block(sandbox, "ls"),
        lambda sandbox: _in_block(sandbox, TUNNEL),
    ),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_what_is_allowed_gets_through_and_a_tunnel_does_not(way: str, gate: Gate) -> None:
    inner = Sandbox()
    harmless, harmful = WAYS[way]
    harmless(AuditedSandbox(inner, gate))
    assert len(inner.through) == 1
    with pytest.raises(Denied, match="ssh-reverse-forward"):
        harmful(AuditedSandbox(inner, gate))
    assert len(inner.through) == 1


def test_a_variable_that_is_set_first_is_remembered(gate: Gate) -> None:
    inner = Sandbox()
    sandbox = AuditedSandbox(inner, gate)
    asyncio.run(sandbox.set_env("TARGET", TUNNEL))
    with pytest.raises(Denied):
        asyncio.run(sandbox.run("$TARGET"))
    assert inner.through == ["TARGET"]


def test_a_stream_is_left_where_it_was_and_one_that_cannot_be_read_twice_is_denied(gate: Gate) -> None:
    stream = io.BytesIO(b"#!ls")
    stream.seek(2)
    assert opened({"content": stream}) == {"content": "ls"}
    assert stream.tell() == 2

    class Pipe(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"ls"

    with pytest.raises(Denied, match="no verdict"):
        AuditedSandbox(Sandbox(), gate).put_file("/nowhere/a.sh", Pipe())


def test_a_guarded_function_is_seen_into_its_objects(gate: Gate) -> None:
    ran = []

    @guard(gate=gate)
    def bash(action: Action) -> None:
        ran.append(action.command)

    bash(Action("ls"))
    with pytest.raises(Denied, match="ssh-reverse-forward"):
        bash(Action(TUNNEL))
    assert ran == ["ls"]


def test_a_framework_s_context_is_not_taken_for_arguments() -> None:
    @dataclass
    class Message:
        command: str

    @dataclass
    class RunContext:
        history: list[Message]

    assert opened({"ctx": RunContext([Message(TUNNEL)])})["history"] == ["<Message>"]


def test_one_time_holds_for_the_server_and_the_hook_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path)
    monkeypatch.setenv("AUDITOR_RUNTIME_DIR", str(place.directory))
    with faked(place, BEHAVIOURS["hangs"]):
        begin = time.monotonic()
        judgement = Gate(seconds=1.0).judge_command("ls")
    assert not judgement.is_allowed
    assert time.monotonic() - begin < 4
