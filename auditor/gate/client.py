"""`auditor hook`: the process that an agent's host starts for every tool call.

Reads the host's payload, asks the server, prints the server's answer. It imports next to nothing,
starts the server where none runs, and always answers before its time is over: whatever goes wrong
is answered with the policy's `on_error` (deny, unless the operator chose otherwise), never with
exit status 1 and never with silence.
"""

from __future__ import annotations

import os
import sys

from auditor.gate.places import is_private, policy_path, runtime_directory, socket_path
from auditor.gate.wire import OTHER_VERSION, PAYLOAD_BYTES, WireError, read_body, read_head, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from socket import socket
    from types import FrameType

DEFAULT_SECONDS = 8.0
_RESERVE_SECONDS = 0.5
_RETRY_SECONDS = 0.02
_USAGE = """usage: auditor hook [--agent NAME] [--timeout SECONDS]

Answers a tool call of an agent's host: reads the host's JSON from standard input, prints the host's
own form of a denial and exits with 2, or prints nothing and exits with 0.

  auditor hook --agent claude      as the command of a PreToolUse hook
  auditor install claude           writes that hook into the host's settings

NAME: claude, codex, gemini, qwen, iflow, copilot, vscode, cursor, windsurf, cline, crush, kiro,
opencode, openhands; without it the payload's shape decides.
"""


class _LateError(Exception):
    """The time is over."""


def main(arguments: Sequence[str]) -> int:
    """Answer one tool call; give the exit status. Never raises."""
    try:
        return _answer(arguments)
    except BaseException as error:  # an exception would end in status 1, which lets the call run
        return _fail(f"the gate failed ({type(error).__name__})")


def _answer(arguments: Sequence[str]) -> int:
    if "--help" in arguments or "-h" in arguments:
        sys.stdout.write(_USAGE)
        return 0
    agent, seconds = _options(arguments)
    _watch(seconds)
    payload = _payload()
    if payload is None:
        return _fail("the payload is too large or could not be read")
    status, out, err = _ask(agent, seconds - _RESERVE_SECONDS, payload)
    _stop_watch()
    _print(out, err)
    return status


def _options(arguments: Sequence[str]) -> tuple[str, float]:
    agent, seconds = "", DEFAULT_SECONDS
    words = iter(arguments)
    for word in words:
        name, _, value = word.partition("=")
        if name == "--agent":
            agent = value or next(words, "")
        elif name == "--timeout":
            seconds = _seconds(value or next(words, ""))
    if not agent.replace("-", "").isalnum():
        agent = ""
    return agent, seconds


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 1.0), 3600.0)
    except ValueError:
        return DEFAULT_SECONDS


def _payload() -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while chunk := os.read(0, 1 << 20):
        parts.append(chunk)
        size += len(chunk)
        if size > PAYLOAD_BYTES:
            return None
    return b"".join(parts)


def _ask(agent: str, seconds: float, payload: bytes) -> tuple[int, bytes, bytes]:
    """Ask the server, starting it where it does not run, and once more where it dies; the watchdog bounds all of it."""
    is_started = False
    failures = 0
    while True:
        connection = _connect()
        if connection is None:
            if not is_started:
                _start_server()
                is_started = True
            _sleep()
            continue
        try:
            with connection:
                reply = _exchange(connection, agent, seconds, payload)
        except (OSError, WireError, ValueError):
            failures += 1
            if failures > 1:
                raise
            reply = None
        if reply is not None:
            return reply
        is_started = False
        _sleep()


def _exchange(connection: socket, agent: str, seconds: float, payload: bytes) -> tuple[int, bytes, bytes] | None:
    """Send one request and give its answer; None where a server of another version is about to leave."""
    from auditor import __version__

    connection.sendall(request(__version__, agent, seconds, payload))
    head, rest = read_head(connection.recv, 4)
    status, out, err = int(head[1]), int(head[2]), int(head[3])
    if status == OTHER_VERSION:
        return None
    body = read_body(connection.recv, rest, out + err)
    return status, body[:out], body[out:]


def _connect() -> socket | None:
    import socket as sockets

    if not is_private(runtime_directory()):
        return None
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        connection.connect(socket_path())
    except OSError:
        connection.close()
        return None
    return connection


def _start_server() -> None:
    """Start a server in a session of its own; two clients that do so at once are settled by the server's lock."""
    import subprocess

    subprocess.Popen(
        [sys.executable, "-I", "-m", "auditor", "serve", "--from-hook"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, close_fds=True, cwd="/",
    )  # fmt: skip


def _sleep() -> None:
    import time

    time.sleep(_RETRY_SECONDS)


def _watch(seconds: float) -> None:
    import signal

    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, max(0.2, seconds - _RESERVE_SECONDS / 2))
    signal.signal(signal.SIGTERM, _late)


def _stop_watch() -> None:
    import signal

    signal.setitimer(signal.ITIMER_REAL, 0)


def _late(number: int, frame: FrameType | None) -> None:
    raise _LateError


def _print(out: bytes, err: bytes) -> None:
    for descriptor, data in ((1, out), (2, err)):
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]


def _fail(why: str) -> int:
    """Answer without a verdict, as the operator's policy says; deny where it says nothing or cannot be read."""
    try:
        if _on_error_allows():
            return 0
        reason = f"no verdict was reached, so this call is denied: {why}. Ask the operator to run `auditor doctor`."
        text = reason.replace("\\", "").replace('"', "'")
        decision = f'"permissionDecision":"deny","permissionDecisionReason":"auditor: {text}"'
        body = (
            f'{{"decision":"deny","reason":"auditor: {text}","permission":"deny",{decision},"cancel":true,'
            f'"errorMessage":"auditor: {text}","hookSpecificOutput":{{"hookEventName":"PreToolUse",{decision}}}}}'
        )
        _print(body.encode(), f"auditor: {text}\n".encode())
    except BaseException:  # noqa: S110  (even a closed standard output must end in status 2)
        pass
    return 2


def _on_error_allows() -> bool:
    """Whether the operator's policy says `on_error: allow`; read as text, since nothing else may fail here."""
    path = policy_path()
    if path is None:
        return False
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            return any(line.split("#")[0].strip().replace(" ", "") == "on_error:allow" for line in file)
    except (OSError, UnicodeDecodeError):
        return False
