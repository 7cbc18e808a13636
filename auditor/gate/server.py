"""`auditor serve`: a Unix socket behind which the engines stay warm, for one user.

The directory is the user's own (0700), the socket 0600, and the peer's user is checked. One server
at a time (a lock file); a client that finds none starts it. A bounded number of requests wait; one
more is answered at once with a denial. The server leaves when it has been idle, when it is told to
(SIGTERM), and when a client of another version asks; it finishes what it has begun.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from auditor import __version__
from auditor.errors import UsageError
from auditor.gate.calls import Answer
from auditor.gate.hosts import HOSTS, UNKNOWN
from auditor.gate.places import is_private, policy_path, runtime_directory, socket_path, state_directory
from auditor.gate.service import Service
from auditor.gate.wire import OTHER_VERSION, PAYLOAD_BYTES, WireError, answer, read_body, read_head
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor

_READ_SECONDS = 5.0
_METRICS = b"metrics"


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How a server runs. With `from_hook`, it is quiet where another server already runs."""

    workers: int = 2
    waiting: int = 64
    idle_seconds: float = 3_600.0
    policy: str | None = None
    from_hook: bool = False


class Server:
    """Serves until it is told to leave."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        self._leaving = threading.Event()
        self._last = time.monotonic()
        self._slots = threading.Semaphore(options.workers + options.waiting)

    def run(self) -> None:
        """Serve. Raises UsageError where another server runs, and PolicyError and RulesetError before it listens."""
        directory = Path(runtime_directory())
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_private(str(directory)):
            raise UsageError(f"{directory} is not private", hint="it must be yours, mode 0700, and no link")
        with (directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if self._options.from_hook:
                    return
                raise UsageError(
                    "a server already runs for this user", hint="`auditor serve --stop` ends it"
                ) from error
            lock.write(str(os.getpid()))
            lock.flush()
            self._serve()

    def leave(self) -> None:
        """Stop taking requests; what has begun is finished."""
        self._leaving.set()

    def _serve(self) -> None:
        policy = self._options.policy or policy_path()
        with Auditor(policy=policy, workers=self._options.workers) as auditor:
            auditor.start()
            service = Service(
                auditor, Path(state_directory()), on_error_allows=auditor.policy.on_error is Verdict.ALLOW
            )
            path = socket_path()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
                mask = os.umask(0o177)
                try:
                    listener.bind(path)
                finally:
                    os.umask(mask)
                listener.listen(256)
                listener.settimeout(0.5)
                self._accept(listener, service)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108

    def _accept(self, listener: socket.socket, service: Service) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: self.leave())
            signal.signal(signal.SIGHUP, lambda *_: self.leave())
        with ThreadPoolExecutor(self._options.workers + self._options.waiting) as threads:
            while not self._leaving.is_set():
                if time.monotonic() - self._last > self._options.idle_seconds:
                    break
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                except OSError:
                    time.sleep(0.05)  # out of descriptors: the clients' own watchdogs answer meanwhile
                    continue
                self._last = time.monotonic()
                threads.submit(self._connection, connection, service)

    def _connection(self, connection: socket.socket, service: Service) -> None:
        with connection, contextlib.suppress(OSError, WireError, ValueError):
            connection.settimeout(_READ_SECONDS)
            if _peer(connection) != os.getuid():
                return
            head, rest = read_head(connection.recv, 5)
            version, agent, seconds, size = head[1].decode(), head[2].decode(), float(head[3]), int(head[4])
            if agent.encode() == _METRICS:
                connection.sendall(answer(0, service.metrics().encode(), b""))
                return
            if version != __version__:
                connection.sendall(answer(OTHER_VERSION, b"", b""))
                self.leave()
                return
            if not 0 <= size <= PAYLOAD_BYTES:
                return
            payload = read_body(connection.recv, rest, size)
            given = self._answer(agent, payload, seconds, service)
            connection.sendall(
                answer(
                    given.exit_code, given.stdout.encode("utf-8", "replace"), given.stderr.encode("utf-8", "replace")
                )
            )

    def _answer(self, agent: str, payload: bytes, seconds: float, service: Service) -> Answer:
        if not self._slots.acquire(blocking=False):
            return HOSTS.get(agent, UNKNOWN).deny("the gate is busy, so this call is denied; try again")
        try:
            return service.answer(agent, payload, seconds)
        finally:
            self._slots.release()


def _peer(connection: socket.socket) -> int:
    """Give the user of the process at the other end (SO_PEERCRED, or getpeereid's fields elsewhere)."""
    if hasattr(socket, "SO_PEERCRED"):
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", raw)[1])
    return os.getuid()  # macOS: the directory's mode alone keeps others out
