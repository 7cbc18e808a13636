"""Disposable child processes for work on hostile text: one request, one answer, a deadline.

Takes the name of a module with a `handle(bytes) -> bytes` function; gives `Workers`, a thread-safe
pool of children that load it once and answer many requests, each within limits that the child sets
on itself. A child that dies, hangs, raises or has answered often enough is replaced; the caller
gets a `WorkerFailed`, never a wrong answer. Refuses to know what the bytes mean.
"""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections import deque
from pathlib import Path
from typing import Final, Self

from auditor.errors import EngineError
from auditor.leftovers import PrivateDirectory, private_directory
from auditor.worker_process import (
    Child,
    WorkerDied,
    WorkerFailed,
    WorkerLimits,
    WorkerRaised,
    WorkerTimedOut,
)

__all__ = ["WorkerDied", "WorkerFailed", "WorkerLimits", "WorkerRaised", "WorkerTimedOut", "Workers"]

_BOOT: Final = (
    "import sys; module, memory, cpu, *paths = sys.argv[1:]; sys.path.extend(paths); sys.argv[1:] = []; "
    "from auditor.worker_child import main; main(module, int(memory), int(cpu))"
)


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
        self._idle: deque[Child] = deque()
        self._busy: set[Child] = set()
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

    def request(self, body: bytes, seconds: float, within: float | None = None) -> bytes:
        """Give the answer to one request; raise a `WorkerFailed` when there is none.

        `seconds` bound the wait for a child that is free, and then the child's work; `within` bounds all of it, and
        the loading of a child as well.
        """
        end = time.monotonic() + (self._limits.start_seconds + 2 * seconds if within is None else within)
        if not self._slots.acquire(timeout=seconds if within is None else min(seconds, within)):
            raise WorkerTimedOut(f"no worker was free within {seconds:.1f} s")
        try:
            child = self._take()
            try:
                child.await_ready(end)
            except WorkerTimedOut:
                self._give_back(child)  # it goes on loading, for whoever comes next
                raise
            except BaseException:
                self._discard(child)
                raise
            try:
                answer = child.ask(body, min(seconds, end - time.monotonic()))
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

    def _spawn(self) -> Child:
        return Child(self._command, self._directory.name, self._limits)

    def _take(self) -> Child:
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

    def _give_back(self, child: Child) -> None:
        if child.answered >= self._limits.requests:
            self._discard(child)
            return
        with self._lock:
            self._busy.discard(child)
            if not self._is_closed:
                self._idle.appendleft(child)
                return
        child.end()

    def _discard(self, child: Child) -> None:
        with self._lock:
            self._busy.discard(child)
        child.end()


def _end_all(idle: deque[Child], busy: set[Child], directory: PrivateDirectory) -> None:
    """End every child and remove their directory; also run when the pool is forgotten or Python ends."""
    for child in tuple(busy):
        child.kill()
    while idle:
        idle.pop().end()
    directory.cleanup()
