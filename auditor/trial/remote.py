"""Trials from the auditor's side: what this machine can isolate, and runs in a worker that stays warm.

Raises SandboxUnavailable where nothing short of running a script unisolated would be left, or where
the level that was asked for cannot be had, and SandboxError where a run was lost.
"""

from __future__ import annotations

import threading
from typing import Self

import msgspec

from auditor.errors import SandboxError, SandboxUnavailable
from auditor.trial.isolation import Level, probe, refusal
from auditor.trial.request import Recording, TrialLimits, TrialRequest
from auditor.workers import WorkerFailed, WorkerLimits, Workers

_ENCODER = msgspec.msgpack.Encoder()
_SPARE_SECONDS = 20.0
_MODULES = {Level.FULL: "auditor.trial.runner", Level.ATTEMPTS: "auditor.trial.attempts"}
_HINT = "`auditor doctor` says how to reach the full level"


class Trials:
    """Runs scripts in boxes. Thread-safe; a context manager."""

    def __init__(self, at_once: int = 1, limits: TrialLimits | None = None) -> None:
        self.limits = limits or TrialLimits()
        self._at_once = at_once
        self._lock = threading.Lock()
        self._levels: dict[Level | None, Level] = {}
        self._workers: dict[Level, Workers] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The workers' process ids, for diagnosis and for tests that kill them."""
        return tuple(pid for workers in self._workers.values() for pid in workers.pids)

    def run(self, request: TrialRequest) -> Recording:
        """Run one script once, at the level asked for, else at the fullest that this machine has."""
        workers = self._workers_of(request.level)
        seconds = request.limits.wall_seconds + request.limits.grace_seconds + _SPARE_SECONDS
        try:
            answer = workers.request(_ENCODER.encode(request), seconds)
            return msgspec.msgpack.decode(answer, type=Recording)
        except WorkerFailed as failure:
            raise SandboxError(
                f"the trial was lost: {failure}", hint="`auditor doctor` checks the sandbox"
            ) from failure
        except msgspec.DecodeError as error:
            raise SandboxError(f"the trial's recording is not valid: {error}") from error

    def close(self) -> None:
        """End the workers and every run in them."""
        for workers in self._workers.values():
            workers.close()

    def _workers_of(self, wanted: Level | None) -> Workers:
        with self._lock:
            if wanted not in self._levels:
                self._levels[wanted] = _level_for(wanted)
            level = self._levels[wanted]
            if level not in self._workers:
                bounds = WorkerLimits(memory_bytes=8 << 30, cpu_seconds=3_600, requests=1_000)
                self._workers[level] = Workers(_MODULES[level], self._at_once, bounds)
            return self._workers[level]


def _level_for(wanted: Level | None) -> Level:
    if wanted is not None:
        why = refusal(wanted)
        if why:
            raise SandboxUnavailable(f"a trial cannot run at the level {wanted.value} here: {why}", hint=_HINT)
        return wanted
    level, why = probe()
    if level is Level.NONE:
        raise SandboxUnavailable(f"a trial cannot be isolated here: {why}", hint=_HINT)
    return level
