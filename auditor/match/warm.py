"""The warm engine: one Semgrep child that stays, replaced when it dies, hangs or has grown.

Takes targets; gives an answer for each within a few milliseconds. Thread-safe: scans are made one
after another. A child that dies is replaced and the scan made again, once; one that does not answer
in time is replaced and the scan given up. Refuses to answer a scan twice from the same file name.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from auditor.errors import EngineError
from auditor.leftovers import private_directory
from auditor.match.engine import Answer, Problem, Target
from auditor.match.rpc import Gone, Silent
from auditor.match.session import Session
from auditor.model.gap import Why

RECYCLE_SCANS: Final = 1_000
"""The child grows with every scan, by about 0.02 to 0.1 MB."""
RECYCLE_BYTES: Final = 700_000_000
_LOOK_AT_MEMORY: Final = 16
_SPARE_AT: Final = 0.9
_TRIES: Final = 2
_SMALLEST_SHARE: Final = 0.02


class WarmEngine:
    """Scans with one warm child, and starts the next before it is needed."""

    def __init__(self, configuration: str, suffixes: frozenset[str]) -> None:
        self._directory = private_directory("match")
        home = Path(self._directory.name)
        self._rules = home / "rules.json"
        self._rules.write_text(configuration, encoding="utf-8")
        self._home = home
        self._suffixes = suffixes
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._spare: Session | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The warm child's process id, for diagnosis and for tests that kill it."""
        session = self._session
        return session.pid if session is not None else None

    @property
    def memory_bytes(self) -> int:
        """The warm child's resident memory."""
        session = self._session
        return session.memory_bytes if session is not None else 0

    def start(self) -> None:
        """Start the child without waiting for it."""
        with self._lock:
            if self._session is None and not self._is_closed:
                self._session = self._open()

    def scan(self, targets: Sequence[Target], seconds: float, end: float) -> list[Answer]:
        """Give one answer for each target, in order."""
        return [self._scan_one(target, seconds, end) for target in targets]

    def _scan_one(self, target: Target, seconds: float, end: float) -> Answer:
        left = end - time.monotonic()
        if left <= 0:
            return Answer((), Problem(Why.TIMED_OUT, "there was no time left to match it"))
        if not self._lock.acquire(timeout=left):
            return Answer((), Problem(Why.TIMED_OUT, "Semgrep was busy with another text"))
        try:
            # half of what is left, so that a slow text leaves time for those after it
            return self._scan(target, min(seconds, max((end - time.monotonic()) / 2, _SMALLEST_SHARE)))
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the child, also when it is busy, and remove all files."""
        self._is_closed = True
        busy = self._session
        if busy is not None:
            busy.kill()
        with self._lock:
            for session in (self._session, self._spare):
                if session is not None:
                    session.end()
            self._session = self._spare = None
            self._directory.cleanup()

    def _scan(self, target: Target, seconds: float) -> Answer:
        answer = Answer((), Problem(Why.ENGINE_FAILED, "Semgrep was not asked"))
        for _ in range(_TRIES):
            session = self._ready_session()
            try:
                answer = session.scan(target, time.monotonic() + seconds)
            except (Gone, OSError) as error:
                # a full disk, or a directory taken from under us, is no answer either
                self._drop()
                answer = Answer((), Problem(Why.ENGINE_FAILED, f"Semgrep died: {error}"))
                continue
            except Silent:
                self._drop()
                return Answer((), Problem(Why.TIMED_OUT, f"Semgrep did not answer within {seconds:g} s"))
            self._renew(session)
            if answer.problem is None or answer.problem.why is not Why.ENGINE_FAILED:
                return answer
        return answer

    def _ready_session(self) -> Session:
        """Give a session whose rules are loaded; a second failure to start is ours, not the text's."""
        said = ""
        for _ in range(_TRIES):
            if self._is_closed:
                raise EngineError("the matcher is closed")
            if self._session is None or not self._session.is_alive:
                self._drop()
                self._session, self._spare = self._spare or self._open(), None
            try:
                self._session.await_ready()
            except (Gone, Silent) as error:
                said = str(error) or "it said nothing"
                self._drop()
            else:
                return self._session
        raise EngineError(f"Semgrep could not be started: {said}", hint="run `auditor doctor`")

    def _renew(self, session: Session) -> None:
        """Start the next child when this one is old, and replace it when it is too old."""
        age = session.scans / RECYCLE_SCANS
        if session.scans % _LOOK_AT_MEMORY == 0:
            age = max(age, session.memory_bytes / RECYCLE_BYTES)
        if age >= _SPARE_AT and self._spare is None:
            self._spare = self._open()
        if age >= 1:
            self._drop()

    def _open(self) -> Session:
        try:
            return Session(self._rules, self._suffixes, self._home)
        except (OSError, Gone, Silent) as error:
            raise EngineError(f"Semgrep could not be started: {error}", hint="run `auditor doctor`") from error

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.end()
