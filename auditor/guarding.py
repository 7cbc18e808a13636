"""A client of the gate for programs that run code themselves: agent frameworks, sandboxes, training loops.

Needs nothing but the standard library, so it goes into environments with which the auditor's own
engines clash (`pip install --no-deps auditor` is enough there): it talks to the gate's server, or has
`auditor hook` start one. A call without a verdict is denied.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

DEFAULT_SECONDS = 20.0
_PREFIX = "auditor: "

P = ParamSpec("P")
R = TypeVar("R")


class Denied(Exception):
    """The gate does not let a call run; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of a call. `reason` is empty where it is allowed."""

    is_allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """Asks the gate about calls of one session.

    `session` joins the calls that share files and a shell; `program` is the `auditor` to run, by
    default the one beside this interpreter or on PATH, or named by AUDITOR_PROGRAM; `seconds` is the
    time within which there is an answer, by default AUDITOR_SECONDS or 20.
    """

    session: str = ""
    directory: str = ""
    seconds: float = field(default_factory=lambda: float(os.environ.get("AUDITOR_SECONDS", DEFAULT_SECONDS)))
    program: str = ""

    def judge(self, tool: str, arguments: Mapping[str, Any]) -> Judgement:
        """Judge a tool call by its name and arguments, as a framework has them. Never raises."""
        try:
            payload = json.dumps(
                {
                    "event_type": "PreToolUse",
                    "session_id": self.session or f"process {os.getpid()}",
                    "working_dir": self.directory or str(Path.cwd()),
                    "tool_name": tool or "unnamed",
                    "tool_input": dict(arguments),
                },
                default=str,
            )
            return self._ask(payload.encode("utf-8", "surrogatepass"))
        except Exception as error:  # the boundary: a guard that fails must not let the call run
            return Judgement(False, f"{_PREFIX}no verdict was reached ({type(error).__name__})")

    def judge_command(self, command: str) -> Judgement:
        """Judge a shell command."""
        return self.judge("bash", {"command": command})

    def judge_code(self, code: str, language: str = "python") -> Judgement:
        """Judge code that an interpreter of this session is about to run."""
        return self.judge("run_code", {"code": code, "language": language})

    def judge_file(self, path: str, content: str) -> Judgement:
        """Judge a file that is about to be written."""
        return self.judge("write_file", {"path": path, "content": content})

    def _ask(self, payload: bytes) -> Judgement:
        status, out, err = self._ask_server(payload) or self._ask_hook(payload)
        if status == 0 and not out:
            return Judgement(True)
        said = err.decode("utf-8", "replace").strip()
        return Judgement(False, said or f"{_PREFIX}no verdict was reached (status {status})")

    def _ask_server(self, payload: bytes) -> tuple[int, bytes, bytes] | None:
        """Ask the server that runs; None where none does, or it fails."""
        from auditor import __version__
        from auditor.gate.places import is_trusted, runtime_directory, socket_path
        from auditor.gate.wire import WireError, read_body, read_head, request

        if not is_trusted(runtime_directory()):
            return None
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self.seconds)
            try:
                connection.connect(socket_path())
                connection.sendall(request(__version__, "guard", self.seconds, payload))
                head, rest = read_head(connection.recv, 4)
                status, out, err = (int(word) for word in head[1:])
                if status not in {0, 2} or out < 0 or err < 0:
                    return None
                body = read_body(connection.recv, rest, out + err)
            except (OSError, WireError, ValueError):
                return None
        return status, body[:out], body[out:]

    def _ask_hook(self, payload: bytes) -> tuple[int, bytes, bytes]:
        """Ask by `auditor hook`, which starts a server and keeps to the time."""
        command = [*self._command(), "hook", "--agent", "guard", "--timeout", f"{self.seconds:g}"]
        done = subprocess.run(
            command, input=payload, capture_output=True, timeout=self.seconds + 5, check=False, cwd="/"
        )
        return done.returncode, done.stdout, done.stderr

    def _command(self) -> list[str]:
        named = self.program or os.environ.get("AUDITOR_PROGRAM", "")
        if named:
            return [named]
        beside = Path(sys.executable).with_name("auditor")
        found = str(beside) if beside.exists() else shutil.which("auditor")
        if found is None:
            raise FileNotFoundError("auditor")
        return [found]


def guard(
    function: Callable[P, R] | None = None, *, gate: Gate | None = None, tool: str | None = None
) -> Callable[..., Any]:
    """Wrap a tool so that it runs only what the gate allows, sync or async; else it raises Denied.

    The wrapped function keeps its name, signature and docstring, by which frameworks describe tools.
    Its arguments are judged by their names (`command`, `code`, `path` and `content`, …); one whose
    arguments have names of their own is judged by the tool's name (`tool`, by default the function's).
    """
    if function is None:
        return cast("Callable[..., Any]", functools.partial(guard, gate=gate, tool=tool))
    asking = gate or Gate()
    signature = inspect.signature(function)
    name = tool or str(getattr(function, "__name__", "tool"))

    def check(arguments: inspect.BoundArguments) -> None:
        arguments.apply_defaults()
        judgement = asking.judge(name, {key: value for key, value in arguments.arguments.items() if key != "self"})
        if not judgement.is_allowed:
            raise Denied(judgement.reason)

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def guarded_async(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401  (as the wrapped one)
            import asyncio

            await asyncio.to_thread(check, signature.bind(*args, **kwargs))
            return await function(*args, **kwargs)

        return guarded_async

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        check(signature.bind(*args, **kwargs))
        return function(*args, **kwargs)

    return guarded


_COMMANDS = frozenset(
    "execute exec run arun run_command run_in_session execute_command run_code execute_code send_keys perform".split()
)
_WRITES = frozenset("write_file write upload_content put_file".split())


class AuditedSandbox:
    """Stands before a sandbox: what runs or writes is judged first, the rest passes through.

    Methods are told by their names (`execute`, `run`, `run_in_session`, `run_code`, `write_file`, …),
    further ones by `methods`. Nested parts (`sandbox.commands`, `sandbox.files`) are named by `parts`.
    """

    def __init__(
        self,
        inner: Any,  # noqa: ANN401  (any sandbox)
        gate: Gate | None = None,
        *,
        methods: tuple[str, ...] = (),
        parts: tuple[str, ...] = ("commands", "files", "codes"),
    ) -> None:
        self._inner = inner
        self._gate = gate or Gate(session=f"sandbox {id(inner):x}")
        self._methods = _COMMANDS | _WRITES | frozenset(methods)
        self._parts = frozenset(parts)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (as the inner one)
        value = getattr(self._inner, name)
        if name in self._parts and not callable(value):
            return AuditedSandbox(value, self._gate, methods=tuple(self._methods), parts=tuple(self._parts))
        if name not in self._methods or not callable(value):
            return value
        return _judged(value, name, self._gate)


def _judged(method: Callable[..., Any], name: str, gate: Gate) -> Callable[..., Any]:
    def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        judgement = gate.judge(_tool(name), _arguments(method, name, args, kwargs))
        if not judgement.is_allowed:
            raise Denied(judgement.reason)

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def judged_async(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            import asyncio

            await asyncio.to_thread(check, args, kwargs)
            return await method(*args, **kwargs)

        return judged_async

    @functools.wraps(method)
    def judged(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        check(args, kwargs)
        return method(*args, **kwargs)

    return judged


def _tool(name: str) -> str:
    if name in _WRITES:
        return "write_file"
    return "run_code" if "code" in name else "bash"


def _arguments(method: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Give a sandbox call's arguments by name; an object (`Command(command=…)`) is opened."""
    try:
        bound = dict(inspect.signature(method).bind(*args, **kwargs).arguments)
    except (TypeError, ValueError):
        bound = {f"argument_{number}": value for number, value in enumerate(args)} | kwargs
    found: dict[str, Any] = {}
    for key, value in bound.items():
        if key in {"args", "kwargs"} and isinstance(value, tuple | dict):
            items = value.items() if isinstance(value, dict) else ((f"argument_{n}", v) for n, v in enumerate(value))
            found.update((inner, _plain(each)) for inner, each in items)
        elif hasattr(value, "__dict__") and not isinstance(value, str | bytes | int | float | list | dict):
            found.update((inner, _plain(each)) for inner, each in vars(value).items())
        else:
            found[key] = _plain(value)
    known = {"command", "cmd", "code", "content", "commands", "keys", "argument_0"}
    first = next((key for key in found if key in known), next(iter(found), ""))
    wanted = {"write_file": "content", "run_code": "code"}.get(_tool(name), "command")
    if first and wanted not in found and name not in _WRITES:
        found[wanted] = found[first]
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
