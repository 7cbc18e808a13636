"""The worker of trials without namespaces: each run has a guardian that outlives it and ends all of it.

Run by `auditor.workers`. The guardian adopts whatever the script leaves behind (PR_SET_CHILD_SUBREAPER,
prctl(2)), kills it and removes the directory: when the run ends, when it is killed, and when this
worker is.
"""

from __future__ import annotations

import codecs
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from auditor.leftovers import PrivateDirectory, private_directory
from auditor.trial import syscalls
from auditor.trial.answers import lift_limits, read_all
from auditor.trial.isolation import launcher_python
from auditor.trial.memory import descendants_of
from auditor.trial.namespaces import DROPPED_ID, closed_parent, drop
from auditor.trial.request import TrialRequest
from auditor.trial.scratch import Scratch

_REQUEST = msgspec.msgpack.Decoder(TrialRequest)
_ENCODER = msgspec.msgpack.Encoder()
_OVERHEAD_SECONDS = 10.0
_HEEDED = (signal.SIGTERM, signal.SIGCHLD)
# Loaded now: the user that root gives itself up for may not reach this Python's library.
_CODECS = tuple(map(codecs.lookup, ("ascii", "latin-1", "utf-8")))
_PYTHON = launcher_python() or sys.executable
_PLACES = ("/tmp", "/var/tmp")  # noqa: S108 (a directory of its own is made there)


def handle(body: bytes) -> bytes:
    """Run one trial; gives a msgpack Recording. Raises RuntimeError where the script could not be confined."""
    request = _REQUEST.decode(body)
    read, write = os.pipe()
    own = os.getpid()
    guardian = os.fork()
    if guardian == 0:
        _guard(request, write, own)
    os.close(write)
    try:
        seconds = request.limits.wall_seconds + request.limits.grace_seconds + _OVERHEAD_SECONDS
        answer = read_all(read, time.monotonic() + seconds)
    finally:
        os.close(read)
        with suppress(ProcessLookupError):
            os.kill(guardian, signal.SIGTERM)
        os.waitpid(guardian, 0)
    if not answer:
        raise RuntimeError("the script could not be confined")
    return answer


def _guard(request: TrialRequest, write: int, parent: int) -> None:
    """Be the guardian: start the run, wait for its end or for a signal, and end all that is left. Never returns."""
    held: PrivateDirectory | None = None
    try:
        # Waited for, not handled: a handler could strike while things are put away.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HEEDED)
        syscalls.adopt_orphans()
        syscalls.die_with_parent(signal.SIGTERM)
        os.setsid()
        held = private_directory("attempt", _place())
        Path(held.name).chmod(0o711)  # whoever is left when root gives itself up passes through
        root = Path(held.name, "run").resolve()
        root.mkdir(mode=0o700)
        if os.getuid() == 0:
            os.chown(root, DROPPED_ID, DROPPED_ID)
        run = os.fork()
        if run == 0:
            _run(request, root, write)
        os.close(write)
        while os.getppid() == parent and signal.sigwait(_HEEDED) == signal.SIGCHLD:
            if run in _reaped():
                break
    except BaseException:  # the fork's end: nothing may return into the caller's code
        traceback.print_exc(file=sys.stderr)
    finally:
        try:
            _end_all()
            if held is not None:
                held.cleanup()
        finally:
            os._exit(0)


def _reaped() -> Iterator[int]:
    """Take leave of the children that have ended: the run, and orphans of the script."""
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            yield pid


def _run(request: TrialRequest, root: Path, write: int) -> None:
    """Be the run: give up root, play, answer. Never returns."""
    status = 1
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEEDED)
        syscalls.die_with_parent()
        os.chdir("/")
        if os.getuid() == 0:
            drop()
        syscalls.leave_keyrings()
        syscalls.gain_no_privileges()
        lift_limits()
        recording = Scratch(request, root, _PYTHON).play()
        with os.fdopen(write, "wb") as answer:
            answer.write(_ENCODER.encode(recording))
        status = 0
    except BaseException:  # as above
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(status)


def _end_all() -> None:
    """Kill everything below this process, and what is made meanwhile."""
    for _ in range(200):
        below = descendants_of(os.getpid())
        for pid in below:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for _ in _reaped():
            continue
        if not below:
            return
        time.sleep(0.01)


def _place() -> str:
    """Give where the directory goes: one that the user who is left can pass."""
    wanted = tempfile.gettempdir()
    if os.getuid() != 0 or closed_parent(wanted + "/x") is None:
        return wanted
    return next((place for place in _PLACES if closed_parent(place + "/x") is None), wanted)
