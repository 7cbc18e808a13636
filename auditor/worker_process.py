"""One child process that answers requests over two pipes, and the ways in which it may fail to.

Takes the command that starts it and its limits; gives the answer to one request at a time, within
a deadline. Refuses to know what the bytes mean, and which module answers.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import IO, Final

from auditor.errors import EngineError
from auditor.worker_frames import ANSWER, HEADER, RAISED, READY, REQUEST

_ASKED_SECONDS: Final = 1.0
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


class Child:
    """One child process and its two pipes; used by one thread at a time."""

    def __init__(self, command: tuple[str, ...], directory: str, limits: WorkerLimits) -> None:
        self._limits = limits
        self._stderr: IO[bytes] = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115
        self._is_ready = False
        self._begun = time.monotonic()
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
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, request: bytes, seconds: float) -> bytes:
        """Give the answer to one request."""
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

    def await_ready(self, end: float) -> None:
        """Wait until the module is loaded; raises WorkerTimedOut at a moment, and EngineError for one that never is."""
        if self._is_ready:
            return
        # a spare that loaded long ago is asked for the first time
        latest = max(self._begun + self._limits.start_seconds, time.monotonic() + _ASKED_SECONDS)
        try:
            kind, _ = self._frame(min(end, latest))
        except WorkerFailed as failure:
            if isinstance(failure, WorkerTimedOut) and time.monotonic() < latest:
                raise
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
