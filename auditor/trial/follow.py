"""Following a run while it goes: the trace is read live, and the run is ended at its limits.

Takes the FIFO that strace writes to; keeps the calls, and gives how the run ended. Knows nothing of
how the script is isolated: who follows says how memory and disk are measured and how all is killed.
"""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from auditor.trial.bounds import LEFT_RUNNING
from auditor.trial.proofs import Proof
from auditor.trial.request import TrialRequest
from auditor.trial.sinkhole.events import SinkEvent
from auditor.trial.trace import Call, Ended, TraceReader

_START = '"/bin/sh", ["/bin/sh", "/trial/init"'
_DONE = "/.trial-done/"
_AFTER_PROOF_SECONDS = 0.3
_MEASURE_EVERY_SECONDS = 0.1
_PIPE_BYTES = 1 << 20
_BUSY_SECONDS = 0.005
_DRAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Hands:
    """What following needs of the sandbox: to name a limit that is passed (or nothing), and to kill what runs."""

    measure: Callable[[], str]
    kill: Callable[[int], None]
    """Takes the tracer's process id; kills what it traces, so that the tracer drains its log and ends."""
    is_killed_at_the_end: bool = False
    """Whether what outlives the grace has to be killed, since no namespace ends with the script."""


@dataclass(slots=True)
class Follower:
    """What the trace has shown so far."""

    request: TrialRequest
    nonce: str
    hands: Hands
    sink: list[SinkEvent]
    aliases: tuple[tuple[str, str], ...] = ()
    """Texts of the log, and what stands for them in the recording: where the stage really lies."""
    reader: TraceReader = field(default_factory=TraceReader)
    calls: list[Call] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)
    has_begun: bool = False
    before: frozenset[int] = frozenset()
    """Who was there when the script began: they hold the sandbox open."""
    forks_before: int = 0
    exit_status: str = ""
    done_moment: float = 0.0
    trace_bytes: int = 0
    _is_somebody_left: bool = False
    _proven: set[Proof] = field(default_factory=set)
    _proven_moment: float = 0.0
    _looked_at: tuple[int, int] = (0, 0)
    _measured_moment: float = 0.0

    @property
    def was_asleep(self) -> bool:
        """Whether something of the script still slept when it was ended."""
        return any("nanosleep" in name for name in self.reader.cut_short)

    @property
    def started(self) -> frozenset[int]:
        """Give the processes that began after the script did."""
        return frozenset(self.reader.seen) - self.before

    @property
    def bounds(self) -> tuple[str, ...]:
        """Say what the script was kept from, and what of the trace was not understood."""
        unparsed = (f"{self.reader.unparsed} lines of the trace did not parse",) if self.reader.unparsed else ()
        return (*unparsed, *((LEFT_RUNNING,) if self._is_somebody_left else ()))

    def follow(self, fifo: Path, tracer: subprocess.Popen[bytes], release: int) -> str:
        """Read the trace until everything has ended; end it at the limits. Give how it ended.

        `release` is a descriptor: when it is closed, what keeps the sandbox open ends.
        """
        descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        with suppress(OSError):  # an ordinary user may have no more than that (pipe(7))
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        deadline = time.monotonic() + self.request.limits.wall_seconds
        ended = ""
        is_released = False
        for chunk in _lines_of(descriptor, tracer):
            self._take(chunk)
            now = time.monotonic()
            if self.done_moment and not is_released and self._is_quiet(now):
                os.close(release)
                is_released = True
                if self.hands.is_killed_at_the_end:
                    self.hands.kill(tracer.pid)
            stop = "" if ended else "confirmed" if self._is_proven(now) else self._limit_hit(now, deadline)
            if stop:
                ended = stop
                self.hands.kill(tracer.pid)
                deadline = now + _DRAIN_SECONDS
            elif ended and now > deadline:
                tracer.kill()
                break
        os.close(descriptor)
        if not is_released:
            os.close(release)
        return ended or (f"exit {self.exit_status}" if self.exit_status else "lost")

    def _limit_hit(self, now: float, deadline: float) -> str:
        """Name the limit that is passed, or nothing."""
        limits = self.request.limits
        if self.trace_bytes > limits.trace_bytes or len(self.calls) > limits.calls:
            return "trace limit"
        if now > self._measured_moment + _MEASURE_EVERY_SECONDS:
            self._measured_moment = now
            passed = self.hands.measure()
            if passed:
                return passed
        return "wall limit" if now > deadline else ""

    def _is_proven(self, now: float) -> bool:
        """Whether all that was waited for has been seen, and a moment has passed for what belongs to it."""
        proofs = self.request.proofs
        if not proofs:
            return False
        if not self._proven_moment:
            sink = self.sink[self._looked_at[0] :]
            calls = self.calls[self._looked_at[1] :]
            self._looked_at = (self._looked_at[0] + len(sink), self._looked_at[1] + len(calls))
            for proof in proofs:
                if any(map(proof.is_in_event, sink)) or any(proof.is_in_call(call, self.nonce) for call in calls):
                    self._proven.add(proof)
            if len(self._proven) == len(proofs):
                self._proven_moment = now
        return bool(self._proven_moment) and now - self._proven_moment > _AFTER_PROOF_SECONDS

    def _is_quiet(self, now: float) -> bool:
        """Whether nothing of the script is left alive, or the grace is over."""
        reader = self.reader
        is_somebody_unseen = reader.forks - self.forks_before > len(reader.seen - self.before)
        is_somebody_there = bool(reader.alive - self.before) or is_somebody_unseen or reader.is_forking
        is_over = now - self.done_moment > self.request.limits.grace_seconds
        self._is_somebody_left = is_over and is_somebody_there
        return is_over or not is_somebody_there

    def _take(self, lines: list[str]) -> None:
        self.trace_bytes += sum(map(len, lines))
        for alias, shown in self.aliases:
            lines = [line.replace(alias, shown) for line in lines]
        for event in self.reader.feed(lines):
            if isinstance(event, Ended):
                if self.has_begun:
                    self.ends.append(event)
                continue
            if not self.has_begun:
                text = ", ".join(event.arguments[:2])
                self.has_begun = event.name == "execve" and event.succeeded and text.startswith(_START)
                if not self.has_begun:
                    continue
                self.before = frozenset(self.reader.seen)
                # A child may be seen before its parent's call is told: all but the first were forked.
                self.forks_before = max(self.reader.forks, len(self.before) - 1)
            is_init = bool(self.calls) and event.pid == self.calls[0].pid  # the script can open the same path
            if event.name == "openat" and is_init and len(event.arguments) > 1 and _DONE in event.arguments[1]:
                self.exit_status = event.arguments[1].rpartition(_DONE)[2].rstrip('"')
                self.done_moment = time.monotonic()
                continue
            if len(self.calls) <= self.request.limits.calls:
                self.calls.append(event)


def _lines_of(descriptor: int, tracer: subprocess.Popen[bytes]) -> Iterator[list[str]]:
    """Give the complete lines of a FIFO as they come, an empty list at least every 50 ms, until its writer ends."""
    rest = b""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    has_writer = False
    while True:
        ready = poll.poll(50)
        chunk = b""
        if ready:
            try:
                chunk = os.read(descriptor, 1 << 20)
            except BlockingIOError:
                chunk = b""
        if chunk:
            has_writer = True
            *lines, rest = (rest + chunk).split(b"\n")
            yield [line.decode("latin-1") for line in lines]
        elif tracer.poll() is not None or (has_writer and ready):
            if tracer.poll() is None:
                time.sleep(0.005)
                yield []
                continue
            if rest:
                yield [rest.decode("latin-1")]
            return
        else:
            yield []
        if chunk and _DONE.encode() not in chunk:
            time.sleep(_BUSY_SECONDS)  # to be woken for every line would slow the tracer down
