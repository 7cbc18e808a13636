"""The inner sandbox and the tracer, as command lines: an allowlist of read-only binds, nothing else of the machine.

Flags as in bwrap(1) 0.8, strace(1) 6.1 and prlimit(1).
"""

from __future__ import annotations

import posixpath
from pathlib import Path

from auditor.trial.request import TrialRequest
from auditor.trial.sinkhole.tls import TRUST_VARIABLES
from auditor.trial.stage import HOME, SYSTEM_ETC, TRIAL, WORK, Stage

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
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PREFIXES = ("/opt", "/usr/local")


def tracer_command(fifo: Path, request: TrialRequest) -> list[str]:
    """Give strace with its flags, and the limits under which everything below it runs."""
    limits = request.limits
    command = ["strace", "-f", "-q", "--seccomp-bpf", "-y", "-ttt", "-s", "16384"]
    command += ["-e", "signal=none", "-o", str(fifo), "-e", "trace=" + ",".join((*_TRACED, *REFUSED))]
    command += ["-e", f"inject={','.join(REFUSED)}:error=ENOSYS"]
    if request.skip_sleeps:
        command += ["-e", "inject=nanosleep,clock_nanosleep:retval=0:delay_exit=50000"]
    return [
        *command,
        "prlimit", "--core=0", f"--fsize={limits.file_bytes}", "--nofile=512", f"--nproc={limits.processes}",
        f"--as={limits.memory_bytes}", f"--cpu={limits.cpu_seconds}", "--",
    ]  # fmt: skip


def sandbox_command(stage: Stage, request: TrialRequest, seccomp: int) -> list[str]:
    """Give bwrap with its binds and environment, and the script's own command at its end.

    `seccomp` is a descriptor that holds a filter's program.
    """
    uid = str(stage.uid)
    command = [
        "bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--disable-userns", "--uid", uid, "--gid", uid, "--hostname", "worker", "--cap-drop", "ALL",
        "--die-with-parent", "--new-session", "--seccomp", str(seccomp),
        "--ro-bind", "/usr", "/usr",
    ]  # fmt: skip
    for name in ("bin", "sbin", "lib", "lib64", "lib32"):
        if Path("/", name).is_symlink():
            command += ["--symlink", f"usr/{name}", f"/{name}"]
        elif Path("/", name).is_dir():
            command += ["--ro-bind", f"/{name}", f"/{name}"]
    command += ["--proc", "/proc", "--dev", "/dev", "--size", "16777216", "--tmpfs", "/dev/shm"]  # noqa: S108
    command += ["--size", "16777216", "--tmpfs", "/run"]
    for folder, place in stage.binds:
        command += ["--bind", folder, place]
    for name in SYSTEM_ETC:
        if Path("/etc", name).exists():
            command += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    command += ["--ro-bind", str(stage.root / "trial"), TRIAL, "--bind", str(stage.root / "trial/cov"), f"{TRIAL}/cov"]
    for prefix in _PREFIXES:
        if Path(prefix).is_dir() and not prefix.startswith("/usr"):
            command += ["--ro-bind", prefix, prefix]
    for prefix in request.prefixes:
        command += ["--ro-bind", prefix, prefix]
    command += ["--remount-ro", "/", "--chdir", WORK, "--clearenv"]
    for name, value in environment(request).items():
        command += ["--setenv", name, value]
    return [*command, "--", "/bin/sh", f"{TRIAL}/init", *request.argv]


def environment(request: TrialRequest) -> dict[str, str]:
    """Give the environment of the script: a plain user's, trust in the sinkhole, and what was asked for."""
    own = f"{posixpath.dirname(request.argv[0])}:" if request.prefixes else ""
    variables = {
        "PATH": f"{TRIAL}/bin:{own}{_PATH}",
        "HOME": HOME,
        "USER": "worker",
        "LOGNAME": "worker",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "TMPDIR": "/tmp",  # noqa: S108
        "PYTHONDONTWRITEBYTECODE": "1",
        "BASH_ENV": f"{TRIAL}/bashenv",
        "AWS_ACCESS_KEY_ID": "AKIATRIAL",
        "AWS_SECRET_ACCESS_KEY": "trial",
        "AWS_DEFAULT_REGION": "us-east-1",
        "RUNPOD_API_KEY": "trial",
        "LAMBDA_API_KEY": "trial",
        "VAST_API_KEY": "trial",
        **dict.fromkeys(TRUST_VARIABLES, _CERTIFICATES),
    }
    return {**variables, **dict(request.environment)}
