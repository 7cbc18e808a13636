"""A run without namespaces: a directory that the script may write, Landlock and a filter around it, strace outside.

Runs in a process of its own below a guardian (`auditor.trial.attempts`). Takes a request and an
empty directory; gives a Recording of level `attempts`: no connection leaves, no file outside the
directory is written, so what is seen are attempts. Paths in the recording are those of a full
trial. Refuses to start anything where Landlock is missing.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from auditor.trial import landlock
from auditor.trial.bounds import bounds_met
from auditor.trial.environment import TRUST_VARIABLES, environment
from auditor.trial.follow import Follower, Hands
from auditor.trial.isolation import Level
from auditor.trial.marks import MARKER_PATH
from auditor.trial.memory import be_first_to_go, descendants_of, resident_bytes
from auditor.trial.refusals import attempts_filter, injections
from auditor.trial.request import Recording, TrialRequest
from auditor.trial.stage import HOME, SYSTEM_ETC, TRIAL, WORK, Stage
from auditor.trial.terminal import Output
from auditor.trial.tracer import limits_command, tracer_command

_ETC = (
    *SYSTEM_ETC, "passwd", "group", "hosts", "hostname", "resolv.conf", "nsswitch.conf", "host.conf", "gai.conf",
    "os-release", "ssl/certs", "ssh/ssh_config", "bash.bashrc", "profile", "inputrc", "python3", "python3.11",
)  # fmt: skip
_READABLE = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/lib32",
    "/opt",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_DISK_EVERY_SECONDS = 0.2
_MOST_DEPTH = 100
"""Directories inside each other: to look into deeper ones would take longer than what they hold is bounded in."""
_LAUNCH = f"""import _signal, ctypes, os, sys
for ignored in (_signal.SIGPIPE, _signal.SIGXFSZ):
    _signal.signal(ignored, _signal.SIG_DFL)
rules, program = int(sys.argv[1]), int(sys.argv[2])
code = os.read(program, 65536)
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
libc = ctypes.CDLL(None)
made = Program(len(code) // 8, code)
if libc.prctl(38, 1, 0, 0, 0) or libc.syscall({landlock.RESTRICT_SELF}, rules, 0):
    os._exit(125)
if libc.prctl(22, 2, ctypes.byref(made)):
    os._exit(125)
os.close(rules)
os.close(program)
os.execv("/bin/sh", ["/bin/sh", *sys.argv[3:]])
"""
NOTE = "no user namespaces: the network and other files were refused, so what was seen are attempts"


class Scratch:
    """One run; `play` does it."""

    def __init__(self, request: TrialRequest, root: Path, python: str) -> None:
        self._request = request
        self._root = root
        self._python = python  # starts the script, within the rules
        self._guardian = os.getppid()
        self._tracer = 0
        self._disk_moment = 0.0
        used = landlock.version()
        self._version = min(used, request.landlock) if request.landlock else used
        if self._version < landlock.LEAST_VERSION:
            raise RuntimeError(f"Landlock's version {self._version} does not hold enough")

    def play(self) -> Recording:
        """Run the script to its end, or to a limit. Raises RuntimeError where it could not be confined."""
        begin = time.monotonic()
        request, nonce = self._request, secrets.token_hex(8)
        be_first_to_go()
        stage = Stage(self._root, os.getuid(), request.tools, request.terminal, f"{self._root}{TRIAL}")
        stage.build(request.files, b"", "")
        output = Output(self._root / "output", has_terminal=request.terminal)
        follower = Follower(
            request, nonce, Hands(self._measure, self._kill, is_killed_at_the_end=True), [], self._aliases()
        )
        ended = self._trace(output, follower)
        if not follower.has_begun:
            raise RuntimeError(f"the script could not be confined: {output.read()[-500:]!r}")
        return Recording(
            level=Level.ATTEMPTS,
            nonce=nonce,
            ended=ended,
            wall_ms=(time.monotonic() - begin) * 1000,
            calls=tuple(follower.calls),
            ends=tuple(follower.ends),
            sink=(),
            files=stage.changes(),
            lines=stage.marks(),
            output=output.read(),
            notes=(NOTE,),
            was_asleep=follower.was_asleep,
            pieces=stage.pieces(),
            bounds=(*bounds_met(follower.calls, follower.ends), *follower.bounds),
            resolvers=_resolvers(),
            lost=stage.traces.lost,  # after all that is read back
        )

    def _aliases(self) -> tuple[tuple[str, str], ...]:
        places = {"work": WORK, "home": HOME, "tmp": "/tmp", "trial": TRIAL}  # noqa: S108
        return tuple((f"{self._root}/{name}", place) for name, place in places.items())

    def _trace(self, output: Output, follower: Follower) -> str:
        root, request = self._root, self._request
        fifo = root / "trace"
        os.mkfifo(fifo, 0o600)
        keep, release = os.pipe()
        program = os.memfd_create("filter")
        os.write(program, attempts_filter())
        os.lseek(program, 0, os.SEEK_SET)
        rules = self._rules()
        injected = injections(are_signals_held=landlock.holds_signals(self._version))
        argv = [f"{root}{word}" if word == MARKER_PATH else word for word in request.argv]
        tracer = subprocess.Popen(
            [
                *tracer_command(fifo, request, injected), *limits_command(request, _tasks_of_user()),
                self._python, "-I", "-S", "-c", _LAUNCH, str(rules), str(program),
                f"{root}{TRIAL}/init", *argv,
            ],
            stdin=keep, stdout=output.descriptor, stderr=subprocess.STDOUT, env=self._environment(),
            cwd=root / "work", start_new_session=True, pass_fds=(rules, program),
        )  # fmt: skip
        self._tracer = tracer.pid
        for descriptor in (keep, rules, program):
            os.close(descriptor)
        output.begin()
        ended = follower.follow(fifo, tracer, release)
        self._kill(tracer.pid)
        tracer.wait()
        return ended

    def _rules(self) -> int:
        root = self._root
        readable = [*_READABLE, *(f"/etc/{name}" for name in _ETC), *self._request.prefixes, f"{root}{TRIAL}"]
        writable = [*_DEVICES, *(f"{root}/{name}" for name in ("work", "home", "tmp", "trial/cov"))]
        return landlock.ruleset(readable, writable, self._version)

    def _environment(self) -> dict[str, str]:
        root = self._root
        variables = {name: value for name, value in environment(self._request).items() if name not in TRUST_VARIABLES}
        own = {"HOME": str(root / "home"), "TMPDIR": str(root / "tmp"), "BASH_ENV": f"{root}{TRIAL}/bashenv"}
        return {**variables, **own, "PATH": variables["PATH"].replace(f"{TRIAL}/bin", f"{root}{TRIAL}/bin", 1)}

    def _below(self) -> tuple[int, ...]:
        """Give the processes of the script: all below the guardian but this one and the tracer."""
        return tuple(pid for pid in descendants_of(self._guardian) if pid not in {os.getpid(), self._tracer})

    def _kill(self, _: int) -> None:
        for _ in range(50):
            below = self._below()
            if not below:
                return
            for pid in below:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _measure(self) -> str:
        if resident_bytes(self._below()) > self._request.limits.resident_bytes:
            return "memory limit"
        now = time.monotonic()
        if now > self._disk_moment + _DISK_EVERY_SECONDS:
            self._disk_moment = now
            if not _is_within(self._root, self._request):
                return "disk limit"
        return ""


def _resolvers() -> tuple[str, ...]:
    try:
        lines = Path("/etc/resolv.conf").read_text("latin-1").splitlines()
    except OSError:
        return ("127.0.0.1",)  # resolv.conf(5)
    return tuple(line.split()[1] for line in lines if re.match(r"nameserver\s+\S", line)) or ("127.0.0.1",)


def _is_within(root: Path, request: TrialRequest) -> bool:
    """Whether what the script has written fits into its limits."""
    limits, size, count = request.limits, 0, 0
    pending = [(str(root), 0)]
    while pending:
        folder, depth = pending.pop()
        if depth > _MOST_DEPTH:
            return False
        with suppress(OSError), os.scandir(folder) as entries:  # it may be gone or closed by now
            for entry in entries:
                count += 1
                if entry.is_dir(follow_symlinks=False):
                    pending.append((entry.path, depth + 1))
                with suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
        if size > limits.disk_bytes or count > limits.files:
            return False
    return True


def _tasks_of_user() -> int:
    """Count the processes and threads that the user has already: they count towards the limit."""
    total, own = 0, os.getuid()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                if process.stat().st_uid == own:
                    total += len(list((process / "task").iterdir()))
    return total
