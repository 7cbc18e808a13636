"""Trials from the auditor's side: what this machine can isolate, and runs in a worker that stays warm.

Raises SandboxUnavailable where nothing short of running a script unisolated would be left, and
SandboxError where a run was lost.
"""

from __future__ import annotations

from typing import Self

import msgspec

from auditor.errors import SandboxError, SandboxUnavailable
from auditor.trial.isolation import Level, probe
from auditor.trial.request import Recording, TrialLimits, TrialRequest
from auditor.workers import WorkerFailed, WorkerLimits, Workers

_ENCODER = msgspec.msgpack.Encoder()
_SPARE_SECONDS = 20.0


class Trials:
    """Runs scripts in boxes. Thread-safe; a context manager."""

    def __init__(self, at_once: int = 1, limits: TrialLimits | None = None) -> None:
        self.limits = limits or TrialLimits()
        self._level: Level | None = None
        bounds = WorkerLimits(memory_bytes=8 << 30, cpu_seconds=3_600, requests=1_000)
        self._workers = Workers("auditor.trial.runner", at_once, bounds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The workers' process ids, for diagnosis and for tests that kill them."""
        return self._workers.pids

    def run(self, request: TrialRequest) -> Recording:
        """Run one script once."""
        if self._level is None:
            self._level, why = probe()
            if self._level is not Level.FULL:
                self._level = None
                raise SandboxUnavailable(
                    f"a trial cannot be isolated here: {why}", hint="`auditor doctor` says how to reach the full level"
                )
        seconds = request.limits.wall_seconds + request.limits.grace_seconds + _SPARE_SECONDS
        try:
            answer = self._workers.request(_ENCODER.encode(request), seconds)
            return msgspec.msgpack.decode(answer, type=Recording)
        except WorkerFailed as failure:
            raise SandboxError(
                f"the trial was lost: {failure}", hint="`auditor doctor` checks the sandbox"
            ) from failure
        except msgspec.DecodeError as error:
            raise SandboxError(f"the trial's recording is not valid: {error}") from error

    def close(self) -> None:
        """End the workers and every run in them."""
        self._workers.close()
