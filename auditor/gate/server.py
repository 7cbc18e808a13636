"""`auditor serve`: a Unix socket behind which the engines stay warm, for one user.

The directory is the user's own (0700), the socket 0600, and the peer's user is checked. One server
at a time (a lock file); a client that finds none starts it. A bounded number of requests is taken;
further ones wait in the socket's queue, and one whose time is over is denied. The server leaves when
it has been idle, when it is told to (SIGTERM), and when a client of another version asks; it
finishes what it has begun. SIGHUP reads policy and rules again.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from auditor import __version__
from auditor.errors import AuditorError, UsageError
from auditor.gate.engine import Engine
from auditor.gate.lock import held
from auditor.gate.places import is_private, policy_path, socket_path, state_directory
from auditor.gate.service import Service
from auditor.gate.wire import HEALTH, METRICS, OTHER_VERSION, PAYLOAD_BYTES, WireError, answer, read_body, read_head
from auditor.pipeline import Auditor

_READ_SECONDS = 5.0
_TICK_SECONDS = 0.2
_BACKLOG = 512
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How a server runs. With `from_hook`, it is quiet where another server already runs.

    `users` are further users whose requests are taken: then the socket is open to them, and its
    directory must be too.
    """

    workers: int = 2
    waiting: int = 64
    idle_seconds: float = 3_600.0
    policy: str | None = None
    from_hook: bool = False
    socket: str | None = None
    users: tuple[int, ...] = ()


class Server:
    """Serves until it is told to leave."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        self._path = options.socket or socket_path()
        self._leaving = threading.Event()
        self._reloading = threading.Event()
        self._last = time.monotonic()
        self._slots = threading.Semaphore(options.workers + options.waiting)
        self._running = threading.Semaphore(options.workers)

    def run(self) -> None:
        """Serve. Raises UsageError where another server runs, and PolicyError and RulesetError before it listens."""
        directory = Path(self._path).parent
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._options.users and not is_private(str(directory)):
            raise UsageError(f"{directory} is not private", hint="it must be yours, mode 0700, and no link")
        with held(directory / "lock", self._path, patient=self._options.from_hook) as is_ours:
            if is_ours:
                self._serve()

    def leave(self) -> None:
        """Stop taking requests; what has begun is finished."""
        self._leaving.set()

    def reload(self) -> None:
        """Read policy and rules again, soon."""
        self._reloading.set()

    def _serve(self) -> None:
        _bound_heaps()
        engine = Engine(lambda: Auditor(policy=self._options.policy or policy_path(), workers=self._options.workers))
        try:
            service = Service(engine, Path(state_directory()))
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)  # noqa: PTH108
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
                mask = os.umask(0o111 if self._options.users else 0o177)
                try:
                    listener.bind(self._path)
                finally:
                    os.umask(mask)
                listener.listen(_BACKLOG)
                listener.settimeout(_TICK_SECONDS)
                threading.Thread(target=self._warm, args=(engine, service), daemon=True).start()
                self._accept(listener, engine, service)
        finally:
            engine.close()

    def _accept(self, listener: socket.socket, engine: Engine, service: Service) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: self.leave())
            signal.signal(signal.SIGINT, lambda *_: self.leave())
            signal.signal(signal.SIGHUP, lambda *_: self.reload())
        with ThreadPoolExecutor(self._options.workers + self._options.waiting, "gate") as threads:
            while not self._leaving.is_set() and time.monotonic() - self._last < self._options.idle_seconds:
                if self._reloading.is_set():
                    self._reloading.clear()
                    threading.Thread(target=_reload, args=(engine, service), daemon=True).start()
                if not self._slots.acquire(timeout=_TICK_SECONDS):
                    continue  # the socket's own queue holds the rest, and their clients' watchdogs
                try:
                    connection, _ = listener.accept()
                except OSError as error:
                    self._slots.release()
                    if not isinstance(error, TimeoutError):
                        time.sleep(_TICK_SECONDS / 4)  # out of descriptors, for instance
                    continue
                self._last = time.monotonic()
                threads.submit(self._connection, connection, service)
            # clients that come now must find no socket, and start another server
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)  # noqa: PTH108

    def _warm(self, engine: Engine, service: Service) -> None:
        try:
            engine.warm()
            service.note("started", version=__version__, pid=os.getpid())
        except Exception as error:  # without engines every answer is an error; a fresh server may do better
            service.note("failed", error=f"{type(error).__name__}: {error}"[:300])
            self.leave()

    def _connection(self, connection: socket.socket, service: Service) -> None:
        try:
            with connection, contextlib.suppress(OSError, WireError, ValueError):
                self._converse(connection, service)
        finally:
            self._last = time.monotonic()
            self._slots.release()

    def _converse(self, connection: socket.socket, service: Service) -> None:
        begin = time.monotonic()
        connection.settimeout(_READ_SECONDS)
        if _peer(connection) not in {os.getuid(), *self._options.users}:
            return
        head, rest = read_head(connection.recv, 5)
        version, agent, seconds, size = head[1].decode(), head[2].decode(), float(head[3]), int(head[4])
        if agent == METRICS:
            connection.sendall(answer(0, service.metrics().encode(), b""))
            return
        if agent == HEALTH:
            connection.sendall(answer(0, json.dumps(service.health()).encode(), b""))
            return
        if version != __version__:
            connection.sendall(answer(OTHER_VERSION, b"", b""))
            self.leave()
            return
        if not 0 <= size <= PAYLOAD_BYTES:
            return
        payload = read_body(connection.recv, rest, size)
        left = begin + min(seconds, 3_600.0) - time.monotonic()
        if left <= 0 or not self._running.acquire(timeout=left):
            given = service.busy(agent, begin)
        else:
            try:
                if _has_left(connection):
                    return
                given = service.answer(agent, payload, begin + seconds - time.monotonic())
            finally:
                self._running.release()
        out, err = given.stdout.encode("utf-8", "replace"), given.stderr.encode("utf-8", "replace")
        connection.sendall(answer(given.exit_code, out, err))


def _reload(engine: Engine, service: Service) -> None:
    try:
        engine.reload()
        service.note("reloaded")
    except (AuditorError, OSError) as error:
        service.note("reload-failed", error=f"{type(error).__name__}: {error}"[:300])


def _bound_heaps() -> None:
    """Let glibc's threads share two heaps, and give back large blocks at once (mallopt(3)).

    With a heap for each thread, each would keep what the largest payload has ever taken in it.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library has other means
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def _has_left(connection: socket.socket) -> bool:
    """Whether the client is gone, so that nobody waits for the answer."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""


def _peer(connection: socket.socket) -> int:
    """Give the user of the process at the other end; elsewhere than on Linux the directory's mode keeps others out."""
    if hasattr(socket, "SO_PEERCRED"):
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", raw)[1])
    return os.getuid()
