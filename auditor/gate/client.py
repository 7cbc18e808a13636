"""`auditor hook`: the process that an agent's host starts for every tool call.

Reads the host's payload, asks the server, prints the server's answer. It imports next to nothing,
starts the server where none runs, and always answers before its time is over: whatever goes wrong
is answered with the policy's `on_error` (deny, unless the operator chose otherwise), never with
exit status 1 and never with silence.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, start_new_thread

from auditor.gate.places import is_trusted, policy_path, runtime_directory, shared_socket, socket_path
from auditor.gate.wire import OTHER_VERSION, PAYLOAD_BYTES, WireError, read_body, read_head, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from socket import socket
    from typing import NoReturn

DEFAULT_SECONDS = 8.0
_RESERVE_SECONDS = 0.5
_GRACE_SECONDS = 0.2
_RETRY_SECONDS = 0.02
_RESTART_AFTER = 150
_MOST_FAILURES = 20
_USAGE = """usage: auditor hook [--agent NAME] [--timeout SECONDS]

Answers a tool call of an agent's host: reads the host's JSON from standard input, prints the host's
own form of a denial and exits with 2, or prints nothing and exits with 0.

  auditor hook --agent claude      as the command of a PreToolUse hook
  auditor install claude           writes that hook into the host's settings

NAME: claude, codex, gemini, qwen, iflow, copilot, vscode, cursor, windsurf, cline, crush, kiro,
opencode, openhands; without it the payload's shape decides.
SECONDS: the time within which it answers, 8 by default; keep it below the host's own timeout.
"""


class _Said:
    """Whether this process has begun to answer; whoever takes it first answers, and nobody else."""

    lock = allocate_lock()


def main(arguments: Sequence[str]) -> NoReturn:
    """Answer one tool call and end the process with the status that holds."""
    try:
        status = _answer(arguments)
    except BaseException as error:  # an exception would end in status 1, which lets the call run
        status = _fail(f"the gate failed ({type(error).__name__})")
    os._exit(status)  # no finaliser, and no flush of a closed stream, may change the status


def _answer(arguments: Sequence[str]) -> int:
    if "--help" in arguments or "-h" in arguments:
        sys.stdout.write(_USAGE)
        sys.stdout.flush()
        return 0
    agent, seconds = _options(arguments)
    _watch(seconds)
    payload = _payload()
    if payload is None:
        return _fail("the payload is too large")
    status, out, err = _ask(agent, seconds - _RESERVE_SECONDS, payload)
    if status not in {0, 2} or (status == 2 and not err):
        return _fail("the server's answer makes no sense")
    _Said.lock.acquire()
    try:
        _print(out, err)
    except OSError:
        return 2  # half an answer may be no denial, so the status has to say it
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
    return (agent if agent.isalpha() and agent.isascii() and len(agent) < 20 else ""), seconds


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return DEFAULT_SECONDS
    return min(max(number, 1.0), 3600.0) if number == number else DEFAULT_SECONDS  # not a number


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
    """Ask the server, starting it where it does not run, and again where it dies; the watchdog bounds all of it."""
    waits = failures = 0
    while True:
        connection = _connect()
        if connection is None:
            if waits % _RESTART_AFTER == 0 and shared_socket() is None:  # else only its own user may start it
                _start_server()
            waits += 1
            _sleep()
            continue
        try:
            reply = _exchange(connection, agent, seconds, payload)
        except (OSError, WireError, ValueError):
            failures += 1
            if failures >= _MOST_FAILURES:
                raise
            reply = None
        finally:
            connection.close()
        if reply is not None:
            return reply
        waits = 0
        _sleep()


def _exchange(connection: socket, agent: str, seconds: float, payload: bytes) -> tuple[int, bytes, bytes] | None:
    """Send one request and give its answer; None where a server of another version is about to leave."""
    from auditor import __version__

    connection.sendall(request(__version__, agent, seconds, payload))
    head, rest = read_head(connection.recv, 4)
    status, out, err = int(head[1]), int(head[2]), int(head[3])
    if status == OTHER_VERSION:
        return None
    if out < 0 or err < 0 or out + err > PAYLOAD_BYTES:
        raise WireError("an answer without bounds")
    body = read_body(connection.recv, rest, out + err)
    return status, body[:out], body[out:]


def _connect() -> socket | None:
    """Connect to the server; None where there is none whose place can be trusted."""
    import _socket  # the C module: `socket` costs several milliseconds

    if not is_trusted(runtime_directory()):
        return None
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(socket_path())
    except OSError:
        connection.close()
        return None
    return connection  # type: ignore[return-value]


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
    """Answer in time whatever the main thread hangs in: from threads, since a signal waits for a C call's end."""
    begin = seconds - _RESERVE_SECONDS / 2
    start_new_thread(_late, (begin,))
    start_new_thread(_too_late, (begin + _GRACE_SECONDS,))
    try:
        import _signal  # type: ignore[import-not-found]  # `signal` costs an import of enum

        _signal.signal(_signal.SIGTERM, _told)
        _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    except (ImportError, ValueError, OSError):
        return


def _late(seconds: float) -> None:
    import time

    time.sleep(seconds)
    os._exit(_fail("the time was over"))


def _too_late(seconds: float) -> None:
    """Leave even if saying so hangs: on a pipe that nobody reads, on a policy in a dead file system."""
    import time

    time.sleep(seconds)
    os._exit(2)


def _told(number: int, frame: object) -> None:
    os._exit(_fail("the hook was told to end"))


def _print(out: bytes, err: bytes) -> None:
    failure: OSError | None = None
    for descriptor, data in ((2, err), (1, out)):
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(descriptor, view) :]
        except OSError as error:
            failure = error
    if failure is not None:
        raise failure


def _fail(why: str) -> int:
    """Answer without a verdict, as the operator's policy says; deny where it says nothing or cannot be read."""
    try:
        if not _Said.lock.acquire(False):
            return 2
        if _on_error_allows():
            return 0
        reason = f"no verdict was reached, so this call is denied: {why}. Ask the operator to run `auditor doctor`."
        text = "auditor: " + reason.replace("\\", "").replace('"', "'")
        decision = f'"permissionDecision":"deny","permissionDecisionReason":"{text}"'
        body = (
            f'{{"decision":"deny","reason":"{text}","permission":"deny",{decision},"cancel":true,'
            f'"errorMessage":"{text}","hookSpecificOutput":{{"hookEventName":"PreToolUse",{decision}}}}}'
        )
        agent, _ = _options(sys.argv[2:])
        if agent in {"claude", "codex", "qwen", "iflow", "vscode"}:  # Codex refuses fields that it does not know
            body = f'{{"hookSpecificOutput":{{"hookEventName":"PreToolUse",{decision}}}}}'
        _print(body.encode(), f"{text}\n".encode())
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
            return any(line.split("#")[0].split() == ["on_error:", "allow"] for line in file if line[0] == "o")
    except (OSError, UnicodeDecodeError):
        return False
