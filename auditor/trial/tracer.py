"""The tracer's command line, and the limits under which everything below it runs.

Flags as in strace(1) 6.1 and prlimit(1).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from auditor.trial.request import TrialRequest

_TRACED = (
    "execve execveat connect bind listen sendto sendmsg sendmmsg clone clone3 ?fork ?vfork "
    "setsid ?open openat openat2 ?creat truncate ?chmod fchmod fchmodat ?link linkat ?symlink symlinkat ?rename "
    "renameat renameat2 ?unlink unlinkat ?mkdir mkdirat memfd_create ptrace mount unshare setns init_module "
    "finit_module prctl kill ?dup2 dup3 nanosleep clock_nanosleep process_vm_readv process_vm_writev pidfd_getfd"
).split()
# Doors that no namespace closes, or through which system calls go unseen: the kernel's keys, io_uring, and the like.
REFUSED = (
    "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key", "bpf",
    "perf_event_open", "userfaultfd", "open_by_handle_at", "kexec_load", "kexec_file_load",
)  # fmt: skip

_TO_SAY_SO_SECONDS = 5
"""Between the signal that tells of used up processor time and the one that tells nothing and cannot be caught."""


def tracer_command(fifo: Path, request: TrialRequest, injected: Iterable[str] = ()) -> list[str]:
    """Give strace with its flags; `injected` are further calls that do not happen, as `-e inject=` has them."""
    # signals, since the death by one is not told otherwise; not of children that end, which is told
    command = ["strace", "-f", "-q", "--seccomp-bpf", "-y", "-ttt", "-s", "16384", "-e", "signal=!SIGCHLD"]
    command += ["-o", str(fifo)]
    further = [name for each in injected for name in each.partition(":")[0].split(",")]
    command += ["-e", "trace=" + ",".join(dict.fromkeys((*_TRACED, *REFUSED, *further)))]
    for each in (f"{','.join(REFUSED)}:error=ENOSYS", *injected):
        command += ["-e", f"inject={each}"]
    if request.skip_sleeps:
        command += ["-e", "inject=nanosleep,clock_nanosleep:retval=0:delay_exit=50000"]
    return command


def limits_command(request: TrialRequest, processes_before: int = 0) -> list[str]:
    """Give prlimit with what one process may have; all processes of a user count as one number."""
    limits = request.limits
    return [
        "prlimit", "--core=0", f"--fsize={limits.file_bytes}", "--nofile=512",
        f"--nproc={limits.processes + processes_before}", f"--as={limits.memory_bytes}",
        f"--cpu={limits.cpu_seconds}:{limits.cpu_seconds + _TO_SAY_SO_SECONDS}",
        "--",
    ]  # fmt: skip
