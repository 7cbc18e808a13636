"""The box: one run of a script, in namespaces of its own, with strace outside and the sinkhole around it.

Runs as process 1 of the trial's namespaces (`namespaces.enter`). Takes a request and the trial's
nonce; gives a Recording. strace stands outside the inner sandbox and its log goes through a FIFO
that the script cannot reach; `--seccomp-bpf` makes what escapes the tracer fail.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from auditor.trial import syscalls
from auditor.trial.bounds import DISK_FULL, bounds_met
from auditor.trial.descent import numbered
from auditor.trial.families import families_filter
from auditor.trial.follow import Follower, Hands
from auditor.trial.isolation import Level
from auditor.trial.memory import Watch, be_first_to_go, children_of
from auditor.trial.request import Recording, TrialRequest
from auditor.trial.sandbox import sandbox_command
from auditor.trial.sinkhole.dns import Resolver, serve_udp
from auditor.trial.sinkhole.events import Events, SinkEvent
from auditor.trial.sinkhole.http import Exchange
from auditor.trial.sinkhole.network import USUAL_PORTS, Redirect, bring_up
from auditor.trial.sinkhole.ssh import SshSink
from auditor.trial.sinkhole.tcp import CatchAll
from auditor.trial.sinkhole.tls import Authority
from auditor.trial.stage import Stage
from auditor.trial.terminal import Output
from auditor.trial.tracer import limits_command, tracer_command


class Box:
    """One run; `play` does it."""

    def __init__(self, request: TrialRequest, root: Path, authority: Authority) -> None:
        self._request = request
        self._root = root
        self._authority = authority
        self._nonce = secrets.token_hex(8)
        self._sink: list[SinkEvent] = []
        self._events = Events(self._sink.append)
        self._notes: list[str] = []
        self._memory = Watch()
        self._bounds: tuple[str, ...] = ()

    def play(self) -> Recording:
        """Run the script to its end, or to a limit."""
        begin = time.monotonic()
        request, limits = self._request, self._request.limits
        options = f"size={limits.disk_bytes},nr_inodes={limits.files},mode=755"
        syscalls.mount("tmpfs", str(self._root), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, options)
        be_first_to_go()
        bring_up()
        redirect = Redirect()
        ssh = SshSink(self._events)
        catch_all = self._open_sinkhole(ssh)
        stage = Stage(self._root, 0 if request.looks_like_root else 1000, request.tools, has_terminal=request.terminal)
        stage.build(request.files, self._authority.certificate, ssh.known_host)
        if not redirect.is_set():
            self._notes.append("nftables cannot be used here: only the usual ports are answered")
            catch_all.listen(USUAL_PORTS)
        output = Output(self._root / "output", has_terminal=request.terminal)
        follower = Follower(request, self._nonce, Hands(self._measure, _kill_inside), self._sink)
        ended = self._trace(stage, output, follower)
        return Recording(
            level=Level.FULL,
            nonce=self._nonce,
            ended=ended,
            wall_ms=(time.monotonic() - begin) * 1000,
            calls=numbered(follower.calls, follower.started),
            ends=tuple(follower.ends),
            sink=tuple(self._sink),
            files=stage.changes(),
            lines=stage.marks(),
            output=output.read(),
            notes=tuple(self._notes),
            names=tuple(self._events.names.items()),
            was_asleep=follower.was_asleep,
            pieces=stage.pieces(),
            bounds=(*bounds_met(follower.calls, follower.ends), *follower.bounds, *self._bounds),
            lost=(*stage.traces.lost, *self._events.lost),  # after all that is read back
        )

    def _trace(self, stage: Stage, output: Output, follower: Follower) -> str:
        """Start the tracer, which starts the sandbox, which starts the script; give how it ended."""
        fifo = self._root / "trace"
        os.mkfifo(fifo, 0o600)
        keep, release = os.pipe()
        seccomp = os.memfd_create("filter")
        os.write(seccomp, families_filter())
        os.lseek(seccomp, 0, os.SEEK_SET)
        command = [*tracer_command(fifo, self._request), *limits_command(self._request)]
        command += sandbox_command(stage, self._request, seccomp)
        tracer = subprocess.Popen(
            command, stdin=keep, stdout=output.descriptor, stderr=subprocess.STDOUT, env={"PATH": "/usr/bin:/bin"},
            start_new_session=True, pass_fds=(seccomp,),
        )  # fmt: skip
        os.close(keep)
        os.close(seccomp)
        output.begin()
        ended = follower.follow(fifo, tracer, release)
        tracer.wait()
        return ended

    def _measure(self) -> str:
        disk = os.statvfs(self._root)
        if disk.f_bavail == 0 or disk.f_favail == 0:
            self._bounds = (DISK_FULL,)
        return "memory limit" if self._memory.held_bytes() > self._request.limits.resident_bytes else ""

    def _open_sinkhole(self, ssh: SshSink) -> CatchAll:
        events = self._events
        resolver = Resolver(events)
        for family in (socket.AF_INET, socket.AF_INET6):
            threading.Thread(target=serve_udp, args=(resolver, family), daemon=True).start()
        catch_all = CatchAll(events, Exchange(events, self._nonce, self._request.wanted), self._authority, ssh)
        catch_all.listen()
        return catch_all


def _kill_inside(tracer: int) -> None:
    """Kill the sandbox from within: the tracer's child's child is process 1 there, and strace then drains and ends."""
    for child in children_of(tracer):
        inner = children_of(child)
        for pid in inner or (child,):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
