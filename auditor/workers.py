"""Disposable child processes for work on hostile text: one request, one answer, a deadline.

Takes the name of a module with a `handle(bytes) -> bytes` function; gives `Workers`, a thread-safe
pool of children that load it once and answer many requests, each within limits that the child sets
on itself. A child that dies, hangs, raises or has answered often enough is replaced; the caller
gets a `WorkerFailed`, never a wrong answer. Refuses to know what the bytes mean.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Self

from auditor.errors import EngineError
from auditor.leftovers import private_directory
from auditor.worker_frames import ANSWER, HEADER, RAISED, READY, REQUEST

_BOOT: Final = (
    "import sys; module, memory, cpu, *paths = sys.argv[1:]; sys.path.extend(paths); sys.argv[1:] = []; "
    "from auditor.worker_child import main; main(module, int(memory), int(cpu))"
)
_MINIMAL_ENVIRONMENT: Final = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


class WorkerFailed(EngineError):
    """A child gave no answer to this request; the pool replaces it, and the next request is served."""


class WorkerDied(WorkerFailed):
    """The child ended before it answered: by `signal`, or with `exit_status`; the other is None."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.signal = -status if status is not None and status < 0 else None
        self.exit_status = status if status is not None and status >= 0 else None


class WorkerTimedOut(WorkerFailed):
    """The child did not answer within the request's deadline and was killed."""


class WorkerRaised(WorkerFailed):
    """The child's `handle` raised; the message names the exception."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Bounds on each child of a pool."""

    memory_bytes: int = 1_500_000_000
    """Address space; an allocation past it fails inside the child."""
    cpu_seconds: int = 60
    """Processor time of one request; it ends a hung child whose parent is gone."""
    requests: int = 500
    """Requests after which a child is replaced, so that what it leaks stays bounded."""
    answer_bytes: int = 512_000_000
    """A longer answer counts as a dead child."""
    start_seconds: float = 60.0
    """Time for a child to load its module."""


class _Child:
    """One child process and its two pipes; used by one thread at a time."""

    def __init__(self, command: tuple[str, ...], directory: str, limits: WorkerLimits) -> None:
        self._limits = limits
        self._stderr: IO[bytes] = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115
        self._is_ready = False
        self.answered = 0
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                bufsize=0,
                cwd=directory,
                env=_MINIMAL_ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as error:
            self._stderr.close()
            raise EngineError(f"a worker process could not be started: {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._output.fileno(), False)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: bytes, seconds: float) -> bytes:
        """Give the answer to one request, waiting first for the module to be loaded."""
        if not self._is_ready:
            self._await_ready()
        deadline = time.monotonic() + seconds
        self._write(HEADER.pack(REQUEST, len(request)) + request, deadline)
        kind, body = self._frame(deadline)
        if kind == RAISED:
            raise WorkerRaised(body.decode("utf-8", "replace"))
        if kind != ANSWER:
            raise WorkerDied(f"a worker process answered with a frame of kind {kind}")
        self.answered += 1
        return body

    def kill(self) -> None:
        """Kill the child and whatever it started; whoever waits for its answer finds out and calls `end`."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill the child and release its pipes."""
        self.kill()
        self._process.wait()
        for stream in (self._input, self._output, self._stderr):
            with contextlib.suppress(OSError):
                stream.close()

    def _await_ready(self) -> None:
        try:
            kind, _ = self._frame(time.monotonic() + self._limits.start_seconds)
        except WorkerFailed as failure:
            self._stderr.seek(0)
            said = self._stderr.read()[-2_000:].decode("utf-8", "replace").strip()
            raise EngineError(f"a worker process did not start: {failure}", hint=said) from failure
        if kind != READY:
            raise EngineError("a worker process did not start: it spoke before it was ready")
        self._is_ready = True

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._input.fileno(), select.POLLOUT, deadline)
            try:
                view = view[os.write(self._input.fileno(), view) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._died() from error

    def _frame(self, deadline: float) -> tuple[int, bytes]:
        kind, size = HEADER.unpack(self._read(HEADER.size, deadline))
        if size > self._limits.answer_bytes:
            raise WorkerDied("a worker process gave too long an answer")
        return kind, self._read(size, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        body = bytearray()
        while len(body) < size:
            self._wait(self._output.fileno(), select.POLLIN, deadline)
            try:
                chunk = os.read(self._output.fileno(), min(size - len(body), 1 << 20))
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._died() from error
            if not chunk:
                raise self._died()
            body += chunk
        return bytes(body)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise WorkerTimedOut("a worker process did not answer in time")

    def _died(self) -> WorkerDied:
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return WorkerDied("a worker process closed its pipes")
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return WorkerDied(f"a worker process died: {how}", status)


class Workers:
    """A pool of up to `size` busy children that run one module, with one more kept loaded once the pool is in use.

    Children start when first needed, or when `start` is called. Thread-safe; a context manager.
    """

    def __init__(
        self,
        module: str,
        size: int = 1,
        limits: WorkerLimits | None = None,
        paths: tuple[str, ...] | None = None,
    ) -> None:
        self._limits = limits or WorkerLimits()
        if paths is None:
            # `python -I` sees installed packages only; a checkout is none
            paths = (str(Path(__file__).resolve().parent.parent),)
        numbers = (str(self._limits.memory_bytes), str(self._limits.cpu_seconds))
        self._command = (sys.executable, "-I", "-c", _BOOT, module, *numbers, *paths)
        self._directory = private_directory("workers")
        self._idle: deque[_Child] = deque()
        self._busy: set[_Child] = set()
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(size)
        self._requests = 0
        self._is_closed = False
        self._finalizer = weakref.finalize(self, _end_all, self._idle, self._busy, self._directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The children's process ids, for diagnosis and for tests that kill them."""
        with self._lock:
            return tuple(child.pid for child in (*self._idle, *self._busy))

    def start(self) -> None:
        """Start one child without waiting for it, so that it loads while the caller does something else."""
        with self._lock:
            if not self._idle and not self._busy and not self._is_closed:
                self._idle.append(self._spawn())

    def request(self, body: bytes, seconds: float) -> bytes:
        """Give the answer to one request; raise a `WorkerFailed` when there is none.

        `seconds` bound the wait for a child that is free, and then the child's work.
        """
        if not self._slots.acquire(timeout=seconds):
            raise WorkerTimedOut(f"no worker was free within {seconds:.1f} s")
        try:
            child = self._take()
            try:
                answer = child.ask(body, seconds)
            except BaseException:
                self._discard(child)
                raise
            self._give_back(child)
            return answer
        finally:
            self._slots.release()

    def close(self) -> None:
        """End all children, also those that are busy; a request that waits for one gets `WorkerDied`."""
        with self._lock:
            self._is_closed = True
        self._finalizer()

    def _spawn(self) -> _Child:
        return _Child(self._command, self._directory.name, self._limits)

    def _take(self) -> _Child:
        with self._lock:
            if self._is_closed:
                raise EngineError("the worker pool is closed")
            self._requests += 1
            child = self._idle.popleft() if self._idle else None
            while child is not None and not child.is_alive:
                child.end()
                child = self._idle.popleft() if self._idle else None
            child = child or self._spawn()
            self._busy.add(child)
            # one audit needs one child; a spare pays only for whoever comes back
            if self._requests > 1 and not self._idle:
                self._idle.append(self._spawn())
            return child

    def _give_back(self, child: _Child) -> None:
        if child.answered >= self._limits.requests:
            self._discard(child)
            return
        with self._lock:
            self._busy.discard(child)
            if not self._is_closed:
                self._idle.appendleft(child)

    def _discard(self, child: _Child) -> None:
        with self._lock:
            self._busy.discard(child)
        child.end()


def _end_all(idle: deque[_Child], busy: set[_Child], directory: tempfile.TemporaryDirectory[str]) -> None:
    """End every child and remove their directory; also run when the pool is forgotten or Python ends."""
    for child in tuple(busy):
        child.kill()
    while idle:
        idle.pop().end()
    directory.cleanup()
