"""Bandit in disposable workers: whatever a text does to it, the caller gets hits or a problem.

Takes Python texts; gives matches of the adopted checks' rules. A worker that dies, hangs or raises
is replaced. Refuses nothing: a text without an adopted check's anchor is not even sent.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from auditor.match.anchors import Anchors
from auditor.match.bandit import BanditHit
from auditor.match.bandit_worker import Answer, Request
from auditor.match.engine import Problem
from auditor.match.rules import BanditCheck
from auditor.model.gap import Why
from auditor.model.place import Span
from auditor.settings import Limits
from auditor.workers import WorkerFailed, WorkerLimits, Workers, WorkerTimedOut


class BanditPool:
    """Runs the adopted checks of Bandit. Thread-safe; starts a worker when one is first needed."""

    def __init__(self, checks: Sequence[BanditCheck], limits: Limits, workers: int = 1) -> None:
        self._checks = tuple(check.check for check in checks)
        self._anchors = Anchors(check.card for check in checks)
        bounds = WorkerLimits(memory_bytes=limits.worker_memory_bytes, cpu_seconds=int(limits.match_seconds * 2) + 1)
        self._workers = Workers("auditor.match.bandit_worker", workers, bounds)

    def start(self) -> None:
        """Start a worker without waiting for it."""
        if self._checks:
            self._workers.start()

    def concerns(self, text: str) -> bool:
        """Say whether an adopted check could find something in a text."""
        return bool(self._checks) and self._anchors.occur_in(text)

    def check(self, text: str, seconds: float) -> tuple[BanditHit, ...] | Problem:
        """Give the hits in a text, or why there are none to be had."""
        if not self.concerns(text):
            return ()
        request = Request(text.encode("utf-8", "replace").decode(), self._checks)
        try:
            answer = msgspec.msgpack.decode(
                self._workers.request(msgspec.msgpack.encode(request), seconds), type=Answer
            )
        except WorkerTimedOut:
            return Problem(Why.TIMED_OUT, f"Bandit took longer than {seconds:.1f} s")
        except WorkerFailed as failure:
            return Problem(Why.ENGINE_FAILED, f"Bandit failed: {failure}")
        except msgspec.DecodeError:
            return Problem(Why.ENGINE_FAILED, "Bandit's worker answered nonsense")
        if answer.not_checked is not None:
            return Problem(Why.NOT_PARSED, f"Bandit: {answer.not_checked}")
        return tuple(BanditHit(found.check, Span(*found.span), found.message) for found in answer.found)

    def close(self) -> None:
        """End the workers."""
        self._workers.close()
