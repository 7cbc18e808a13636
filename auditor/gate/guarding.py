"""A client of the gate for programs that run code themselves: agent frameworks, sandboxes, training loops.

Needs nothing but the standard library, so it goes into environments with which the auditor's own
engines clash (`pip install --no-deps auditor` is enough there): it talks to the gate's server, or has
`auditor hook` start one. A call without a verdict is denied.
"""

from __future__ import annotations

import enum
import functools
import inspect
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

DEFAULT_SECONDS = 20.0
_PREFIX = "auditor: "
_MOST_DEPTH = 20
_BEYOND = "arguments beyond the named ones"
_MOST_OPENED = 1  # objects in objects: contexts that frameworks hand to tools hold everything

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
                    "tool_input": opened(arguments),
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
        end = time.monotonic() + self.seconds
        status, out, err = self._ask_server(payload, end) or self._ask_hook(payload, end)
        if status == 0 and not out:
            return Judgement(True)
        said = err.decode("utf-8", "replace").strip()
        return Judgement(False, said or f"{_PREFIX}no verdict was reached (status {status})")

    def _ask_server(self, payload: bytes, end: float) -> tuple[int, bytes, bytes] | None:
        """Ask the server that runs; None where none does, or it fails."""
        from auditor import __version__
        from auditor.gate.places import is_trusted, runtime_directory, socket_path
        from auditor.gate.wire import WireError, read_body, read_head, request

        if not is_trusted(runtime_directory()):
            return None
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:

            def receive(size: int) -> bytes:
                connection.settimeout(_left(end))
                return connection.recv(size)

            try:
                connection.settimeout(_left(end))
                connection.connect(socket_path())
                connection.sendall(request(__version__, "guard", self.seconds, payload))
                head, rest = read_head(receive, 4)
                status, out, err = (int(word) for word in head[1:])
                if status not in {0, 2} or out < 0 or err < 0:
                    return None
                body = read_body(receive, rest, out + err)
            except (OSError, WireError, ValueError):
                return None
        return status, body[:out], body[out:]

    def _ask_hook(self, payload: bytes, end: float) -> tuple[int, bytes, bytes]:
        """Ask by `auditor hook`, which starts a server and keeps to the time that is left."""
        seconds = _left(end)
        command = [*self._command(), "hook", "--agent", "guard", "--timeout", f"{seconds:.3f}"]
        done = subprocess.run(command, input=payload, capture_output=True, timeout=seconds + 5, check=False, cwd="/")
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


def opened(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give arguments with the fields of objects (`Command(command=…)`) beside them, and bytes and streams as text.

    An object of which a field has the name of another argument, or of another object's field, stays whole.
    """
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        plain = _plain(value)
        taken = found.keys() | (arguments.keys() - {name})
        if isinstance(plain, dict) and not isinstance(value, Mapping) and not plain.keys() & taken:
            found |= plain
        else:
            found[name] = plain
    return found


def _named(signature: inspect.Signature, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give a call's arguments by their names: keywords beside the others, and positions beyond them as a command.

    The texts in positions before those may be its first words (`run("ssh", "-N", …)` of `run(program, *args)`), or not.
    """
    found: dict[str, Any] = {}
    before: list[str] = []
    for name, value in arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            found |= {name: value} if value.keys() & found.keys() else value  # `run("rm", command="ls")`
        elif kind is inspect.Parameter.VAR_POSITIONAL:
            ways = [[*before, *value], list(value)] if before else [list(value)]
            found.update({_BEYOND: [{"command": way} for way in ways]} if value else {})
        elif name != "self":
            found[name] = value
            before += [value] if isinstance(value, str) else []
    return found


def _plain(value: Any, depth: int = 0) -> Any:  # noqa: ANN401
    """Give a value of JSON for one argument."""
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if depth > _MOST_DEPTH:
        raise ValueError("the arguments are nested too deeply")
    if isinstance(value, Mapping):
        return {str(name): _plain(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, depth + 1) for each in value]
    if callable(getattr(value, "read", None)) and callable(getattr(value, "seek", None)):
        start = value.tell()
        content = value.read()  # of a stream that cannot be read twice: this raises, and so denies
        value.seek(start)
        return _plain(content, depth + 1)
    fields = _fields(value) if depth <= _MOST_OPENED else None
    if fields is not None:
        return {name: _plain(each, depth + 1) for name, each in fields.items()}
    return str(value) if isinstance(value, os.PathLike) else f"<{type(value).__name__}>"


def _fields(value: Any) -> Mapping[str, Any] | None:  # noqa: ANN401
    """Give the fields of a model, a dataclass or a plain object; None for what has none."""
    names = getattr(type(value), "model_fields", None) or getattr(value, "__dataclass_fields__", None)
    if isinstance(names, Mapping):
        return {str(name): getattr(value, name, None) for name in names}
    if callable(value) or not hasattr(value, "__dict__"):
        return None
    return {name: each for name, each in vars(value).items() if not name.startswith("_")}


def _left(end: float) -> float:
    """Give the time that is left; raises TimeoutError where it is over."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


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
        judgement = asking.judge(name, _named(signature, arguments.arguments))
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
