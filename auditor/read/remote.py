"""Reading in disposable workers: whatever a text does to its reader, the caller gets a Reading.

A worker that dies, hangs, raises or answers nonsense costs a Gap for the whole script and is replaced.
"""

from __future__ import annotations

import signal
from typing import Final, Self

import msgspec

from auditor.model.gap import Gap, Stage, Why
from auditor.model.place import START, Place
from auditor.model.reading import Reading
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Script, Unit
from auditor.read.messages import Request, decode_reading, encode_request
from auditor.settings import DEFAULT_LIMITS, Limits
from auditor.workers import WorkerDied, WorkerFailed, WorkerLimits, Workers, WorkerTimedOut

_WALL: Final = 3
"""Wall time for a second of processor time: what a script is read as must not depend on how busy a machine is."""


class RemoteReader:
    """Reads scripts in a pool of worker processes. Thread-safe; a context manager."""

    def __init__(self, workers: int = 1, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        bounds = WorkerLimits(memory_bytes=limits.worker_memory_bytes, cpu_seconds=int(limits.read_seconds * 2) + 1)
        self._workers = Workers("auditor.read.worker", workers, bounds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start a worker without waiting for it."""
        self._workers.start()

    def read(
        self,
        script: Script,
        seconds: float | None = None,
        surroundings: Surroundings = NOTHING,
        *,
        is_triaged: bool = False,
    ) -> Reading:
        """Read a script within a wall time, by default the limit for one reading.

        With `is_triaged`, a script that provably reaches nothing is cleared instead.
        """
        most = self._limits.read_seconds * _WALL
        bound = most if seconds is None else min(seconds, most)
        try:
            request = encode_request(Request(script, self._limits, surroundings, is_triaged=is_triaged, seconds=bound))
        except UnicodeEncodeError:
            return _unread(script, Why.NOT_TEXT, "lone surrogates")
        return self._ask(script, request, bound, seconds)

    def _ask(self, script: Script, request: bytes, bound: float, within: float | None = None) -> Reading:
        try:
            return decode_reading(self._workers.request(request, bound, within))
        except WorkerTimedOut:
            return _unread(script, Why.TIMED_OUT, f"reading took longer than {bound:g} s")
        except WorkerDied as death:
            return _unread(script, *told_by(death))
        except WorkerFailed as failure:
            return _unread(script, Why.ENGINE_FAILED, f"the reader failed: {failure}")
        except msgspec.DecodeError as error:
            return _unread(script, Why.ENGINE_FAILED, f"the reader answered nonsense: {error}")

    def normalise(self, script: Script, commands: tuple[tuple[str, ...], ...]) -> Reading:
        """Write observed program starts in normal form: an effect at line N is of the Nth command."""
        if not commands:
            return Reading((Unit(0, script.language, script.text),), (), ())
        return self._ask(
            script, encode_request(Request(script, self._limits, commands=commands)), self._limits.read_seconds * _WALL
        )

    def close(self) -> None:
        """End the workers."""
        self._workers.close()


def told_by(death: WorkerDied) -> tuple[Why, str]:
    """Say what the end of a reader means: one that used up its processor time was slow, not broken."""
    if death.signal == signal.SIGXCPU:
        return Why.TIMED_OUT, "reading took more processor time than its limit"
    how = f"signal {death.signal}" if death.signal else f"exit status {death.exit_status}"
    return Why.ENGINE_FAILED, f"the reader died ({how})"


def _unread(script: Script, why: Why, what: str) -> Reading:
    unit = Unit(0, script.language, script.text)
    return Reading((unit,), (), (Gap(Stage.READ, why, what, Place(0, START)),))
