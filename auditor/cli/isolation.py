"""What stands between this machine and a trial's full isolation, and how to reach it.

Looks at kernel settings and at signs of a container; changes nothing.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from pathlib import Path

_USERNS_CLONE = Path("/proc/sys/kernel/unprivileged_userns_clone")
_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_MOST = Path("/proc/sys/user/max_user_namespaces")
_PROGRAMS = {"strace": "strace", "bwrap": "bubblewrap", "prlimit": "util-linux", "unshare": "util-linux"}


def advice(missing: Iterable[str]) -> tuple[str, ...]:
    """Say, for this machine, what to do to reach the full level; `missing` are programs that are not installed."""
    packages = sorted({_PROGRAMS[name] for name in missing if name in _PROGRAMS})
    steps = [f"Debian, Ubuntu: apt install {' '.join(packages)}"] if packages else []
    if platform.system() != "Linux":
        return ("trials need Linux: run the auditor in a virtual machine or a container",)
    if _reads(_USERNS_CLONE) == "0":
        steps.append("this kernel (older Debian): sysctl -w kernel.unprivileged_userns_clone=1")
    if _reads(_MOST) == "0":
        steps.append("this kernel: sysctl -w user.max_user_namespaces=15000")
    if _reads(_APPARMOR) == "1":
        steps.append(
            "Ubuntu 24.04: AppArmor keeps user namespaces from ordinary users; "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give the auditor's Python "
            "an AppArmor profile with `userns,`"
        )
    if _is_contained():
        steps += [
            "Docker: run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined",
            "Podman: run --security-opt seccomp=unconfined --security-opt unmask=ALL",
            "Kubernetes: securityContext with seccompProfile type Unconfined, appArmorProfile type Unconfined, "
            "procMount Unmasked (needs hostUsers: false)",
        ]
    if not steps:
        steps.append(
            "user namespaces are refused for a reason that is not visible here: "
            "`unshare --user --map-root-user --net --pid --fork --mount-proc true` shows the kernel's words"
        )
    return tuple(steps)


def _reads(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _is_contained() -> bool:
    """Whether this looks like the inside of a container."""
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return True
    return Path("/var/run/secrets/kubernetes.io").exists() or any(
        word in _reads(Path("/proc/1/cgroup")) for word in ("docker", "kubepods", "containerd", "libpod")
    )
