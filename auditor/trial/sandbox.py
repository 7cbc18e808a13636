"""The inner sandbox as a command line: an allowlist of read-only binds, nothing else of the machine.

Flags as in bwrap(1) 0.8.
"""

from __future__ import annotations

from pathlib import Path

from auditor.trial.environment import environment
from auditor.trial.request import TrialRequest
from auditor.trial.stage import SYSTEM_ETC, TRIAL, WORK, Stage

_PREFIXES = ("/opt", "/usr/local")


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
    if request.looks_like_root:
        command += ["--bind", str(stage.root / "home"), "/root"]
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
