"""The box: one run of a script, in namespaces of its own, with strace outside and the sinkhole around it.

Runs as process 1 of the trial's namespaces (`namespaces.enter`). Takes a request and the trial's
nonce; gives a Recording. strace stands outside the inner sandbox and its log goes through a FIFO
that the script cannot reach; `--seccomp-bpf` makes what escapes the tracer fail.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from auditor.trial import syscalls
from auditor.trial.descent import numbered
from auditor.trial.families import families_filter
from auditor.trial.isolation import Level
from auditor.trial.memory import Watch, be_first_to_go
from auditor.trial.proofs import Proof
from auditor.trial.request import Recording, TrialRequest
from auditor.trial.sandbox import sandbox_command, tracer_command
from auditor.trial.sinkhole.dns import Resolver, serve_udp
from auditor.trial.sinkhole.events import Events, SinkEvent
from auditor.trial.sinkhole.http import Exchange
from auditor.trial.sinkhole.network import USUAL_PORTS, Redirect, bring_up
from auditor.trial.sinkhole.ssh import SshSink
from auditor.trial.sinkhole.tcp import CatchAll
from auditor.trial.sinkhole.tls import Authority
from auditor.trial.stage import Stage
from auditor.trial.trace import Call, Ended, TraceReader

_START = '"/bin/sh", ["/bin/sh", "/trial/init"'
_DONE = "/.trial-done/"
_OUTPUT_BYTES = 200_000
_AFTER_PROOF_SECONDS = 0.3
_MEMORY_EVERY_SECONDS = 0.1
_PIPE_BYTES = 1 << 20
_BUSY_SECONDS = 0.005


@dataclass(slots=True)
class _Log:
    """What the trace has shown so far."""

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


class Box:
    """One run; `play` does it."""

    def __init__(self, request: TrialRequest, root: Path, authority: Authority) -> None:
        self._request = request
        self._root = root
        self._authority = authority
        self._nonce = secrets.token_hex(8)
        self._sink: list[SinkEvent] = []
        self._events = Events(self._sink.append)
        self._log = _Log()
        self._notes: list[str] = []
        self._proven: set[Proof] = set()
        self._proven_moment = 0.0
        self._memory = Watch()
        self._memory_moment = 0.0
        self._looked_at = (0, 0)

    def play(self) -> Recording:
        """Run the script to its end, or to a limit."""
        begin = time.monotonic()
        limits = self._request.limits
        options = f"size={limits.disk_bytes},nr_inodes={limits.files},mode=755"
        syscalls.mount("tmpfs", str(self._root), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, options)
        be_first_to_go()
        bring_up()
        redirect = Redirect()
        ssh = SshSink(self._events)
        catch_all = self._open_sinkhole(ssh)
        stage = Stage(self._root, 0 if self._request.looks_like_root else 1000, self._request.tools)
        stage.build(self._request.files, self._authority.certificate, ssh.known_host)
        if not redirect.is_set():
            self._notes.append("nftables cannot be used here: only the usual ports are answered")
            catch_all.listen(USUAL_PORTS)
        fifo = self._root / "trace"
        os.mkfifo(fifo, 0o600)
        output = (self._root / "output").open("w+b")
        keep, release = os.pipe()
        seccomp = os.memfd_create("filter")
        os.write(seccomp, families_filter())
        os.lseek(seccomp, 0, os.SEEK_SET)
        command = [*tracer_command(fifo, self._request), *sandbox_command(stage, self._request, seccomp)]
        tracer = subprocess.Popen(
            command, stdin=keep, stdout=output, stderr=subprocess.STDOUT, env={"PATH": "/usr/bin:/bin"},
            start_new_session=True, pass_fds=(seccomp,),
        )  # fmt: skip
        os.close(keep)
        os.close(seccomp)
        ended = self._follow(fifo, tracer, release)
        tracer.wait()
        output.seek(0)
        return Recording(
            level=Level.FULL,
            nonce=self._nonce,
            ended=ended,
            wall_ms=(time.monotonic() - begin) * 1000,
            calls=numbered(self._log.calls, self._log.reader.seen - self._log.before),
            ends=tuple(self._log.ends),
            sink=tuple(self._sink),
            files=stage.changes(),
            lines=_lines((self._root / "trial/cov/lines").read_bytes()),
            output=output.read(_OUTPUT_BYTES),
            notes=tuple(self._notes),
            names=tuple(self._events.names.items()),
            was_asleep=any("nanosleep" in name for name in self._log.reader.cut_short),
        )

    def _open_sinkhole(self, ssh: SshSink) -> CatchAll:
        events = self._events
        resolver = Resolver(events)
        for family in (socket.AF_INET, socket.AF_INET6):
            threading.Thread(target=serve_udp, args=(resolver, family), daemon=True).start()
        catch_all = CatchAll(events, Exchange(events, self._nonce, self._request.wanted), self._authority, ssh)
        catch_all.listen()
        return catch_all

    def _follow(self, fifo: Path, tracer: subprocess.Popen[bytes], release: int) -> str:
        """Read the trace live until everything has ended; end it at the limits. Give how it ended."""
        limits = self._request.limits
        descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        with suppress(OSError):  # an ordinary user may have no more than that (pipe(7))
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        deadline = time.monotonic() + limits.wall_seconds
        ended = ""
        is_released = False
        for chunk in _lines_of(descriptor, tracer):
            self._take(chunk)
            now = time.monotonic()
            if self._log.done_moment and not is_released and self._is_quiet(now):
                os.close(release)
                is_released = True
            if self._is_proven(now) and not ended:
                ended = "confirmed"
                _kill_inside(tracer.pid)
                deadline = now + 2.0
            limit = self._limit_hit(now, deadline)
            if limit and not ended:
                ended = limit
                _kill_inside(tracer.pid)
                deadline = now + 2.0
            elif ended and now > deadline:
                tracer.kill()
                break
        os.close(descriptor)
        if not is_released:
            os.close(release)
        if self._log.reader.unparsed:
            self._notes.append(f"{self._log.reader.unparsed} lines of the trace did not parse")
        return ended or (f"exit {self._log.exit_status}" if self._log.exit_status else "lost")

    def _limit_hit(self, now: float, deadline: float) -> str:
        """Name the limit that is passed, or nothing."""
        limits = self._request.limits
        if self._log.trace_bytes > limits.trace_bytes or len(self._log.calls) > limits.calls:
            return "trace limit"
        if now > self._memory_moment + _MEMORY_EVERY_SECONDS:
            self._memory_moment = now
            if self._memory.held_bytes() > limits.resident_bytes:
                return "memory limit"
        return "wall limit" if now > deadline else ""

    def _is_proven(self, now: float) -> bool:
        """Whether all that was waited for has been seen, and a moment has passed for what belongs to it."""
        proofs = self._request.proofs
        if not proofs:
            return False
        if not self._proven_moment:
            sink = self._sink[self._looked_at[0] :]
            calls = self._log.calls[self._looked_at[1] :]
            self._looked_at = (self._looked_at[0] + len(sink), self._looked_at[1] + len(calls))
            for proof in proofs:
                if any(map(proof.is_in_event, sink)) or any(proof.is_in_call(call, self._nonce) for call in calls):
                    self._proven.add(proof)
            if len(self._proven) == len(proofs):
                self._proven_moment = now
        return bool(self._proven_moment) and now - self._proven_moment > _AFTER_PROOF_SECONDS

    def _is_quiet(self, now: float) -> bool:
        """Whether nothing of the script is left alive, or the grace is over."""
        if now - self._log.done_moment > self._request.limits.grace_seconds:
            return True
        log, reader = self._log, self._log.reader
        is_somebody_unseen = reader.forks - log.forks_before > len(reader.seen - log.before)
        return not (reader.alive - log.before or is_somebody_unseen or reader.is_forking)

    def _take(self, lines: list[str]) -> None:
        log = self._log
        for event in log.reader.feed(lines):
            if isinstance(event, Ended):
                if log.has_begun:
                    log.ends.append(event)
                continue
            if not log.has_begun:
                text = ", ".join(event.arguments[:2])
                log.has_begun = event.name == "execve" and event.succeeded and text.startswith(_START)
                if not log.has_begun:
                    continue
                log.before, log.forks_before = frozenset(log.reader.seen), log.reader.forks
            is_init = bool(log.calls) and event.pid == log.calls[0].pid  # the script can open the same path
            if event.name == "openat" and is_init and len(event.arguments) > 1 and _DONE in event.arguments[1]:
                log.exit_status = event.arguments[1].rpartition(_DONE)[2].rstrip('"')
                log.done_moment = time.monotonic()
                continue
            if len(log.calls) <= self._request.limits.calls:
                log.calls.append(event)
        log.trace_bytes += sum(map(len, lines))


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


def _kill_inside(tracer: int) -> None:
    """Kill the sandbox from within: the tracer's child's child is process 1 there, and strace then drains and ends."""
    for child in _children(tracer):
        inner = _children(child)
        for pid in inner or (child,):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def _children(pid: int) -> tuple[int, ...]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return ()
    return tuple(int(word) for word in text.split())


def _lines(log: bytes) -> tuple[str, ...]:
    """Give the distinct `path:line` marks of a bash trace."""
    seen: dict[str, None] = {}
    for line in log.decode("utf-8", "replace").split("\n"):
        parts = line.split("\t")
        if len(parts) >= 2 and parts[0].startswith("+") and ":" in parts[1]:
            seen.setdefault(parts[1])
    return tuple(seen)


def warm() -> None:
    """Do once what every run needs: imports are done by importing this module."""
    sys.setswitchinterval(0.001)
