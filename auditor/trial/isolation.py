"""What this machine can isolate: asked once, and never assumed.

Needs none of the trial's packages, so that `auditor doctor` can ask it anywhere.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from enum import Enum
from pathlib import Path

_PROGRAMS = ("strace", "bwrap", "prlimit", "unshare")
_PROGRAMS_OF_ATTEMPTS = ("strace", "prlimit")
_PACKAGES = ("asyncssh", "trustme", "dnslib", "h11")
_SECONDS = 10.0
_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--")
_INTO_NAMESPACES = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc")
_TRACED = ("strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=execve", "-o", "/dev/null")
_SYSTEM_PYTHON = "/usr/bin/python3"


class Level(Enum):
    """How isolated a trial is. A script is run at one of the first two; elsewhere a trial refuses."""

    FULL = "full"  # user, network, process and mount namespaces, and a sinkhole
    ATTEMPTS = "attempts"  # Landlock, seccomp and the tracer refuse; nothing is answered, nothing is confirmed
    NONE = "none"


def missing_programs() -> tuple[str, ...]:
    """Name the programs that a trial at the full level needs and this machine lacks."""
    return _missing(_PROGRAMS)


def probe() -> tuple[Level, str]:
    """Say how far this machine can isolate a trial, and why not further."""
    why = refusal(Level.FULL)
    if not why:
        return Level.FULL, ""
    further = refusal(Level.ATTEMPTS)
    return (Level.NONE, why if further == why else f"{why}; {further}") if further else (Level.ATTEMPTS, why)


def refusal(level: Level) -> str:
    """Say why a trial cannot run at a level here; nothing where it can."""
    if not sys.platform.startswith("linux"):
        return "trials need Linux"
    missing = _missing(_PROGRAMS if level is Level.FULL else _PROGRAMS_OF_ATTEMPTS)
    if missing:
        return f"not installed: {', '.join(missing)}"
    return _no_namespaces() if level is Level.FULL else _no_attempts()


def launcher_python() -> str | None:
    """Give a Python that the user who is left can start; None where there is none."""
    own = Path(sys.executable)
    reachable = (own, Path(sys.base_prefix) / "lib", own.resolve())
    if os.geteuid() != 0 and os.getuid() != 0:
        return str(own)
    if all(_is_open(path) for path in reachable):
        return str(own)
    return _SYSTEM_PYTHON if Path(_SYSTEM_PYTHON).exists() else None


def _no_namespaces() -> str:
    absent = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if absent:
        return f"Python packages are missing: {', '.join(absent)} (install auditor[trial])"
    # Root gives up its user before it goes into the namespaces, so an ordinary user's rights are what counts.
    said = _tried([*_nobody(), *_INTO_NAMESPACES, "true"])
    return f"no user namespaces: {said}" if said else ""


def _no_attempts() -> str:
    from auditor.trial import landlock, refusals

    if not refusals.is_known_machine():
        return "no filter of system calls for this architecture"
    found = landlock.version()
    if found < landlock.LEAST_VERSION:
        return (
            f"Landlock is {f'of version {found}' if found else 'missing'}: version {landlock.LEAST_VERSION} is needed"
        )
    if launcher_python() is None:
        return (
            "root's Python cannot be started by the user that root gives itself up for, and /usr/bin/python3 is missing"
        )
    said = _tried([*_nobody(), *_TRACED, "true"])
    return f"strace cannot trace here: {said}" if said else ""


def _missing(programs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in programs if shutil.which(name) is None)


def _nobody() -> tuple[str, ...]:
    return _NOBODY if os.geteuid() == 0 and shutil.which("setpriv") else ()


def _tried(command: list[str]) -> str:
    """Run a command; give what it says where it fails."""
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it could not be tried: {error}"
    return "" if ran.returncode == 0 else ran.stderr.strip()[:200] or f"exit status {ran.returncode}"


def _is_open(path: Path) -> bool:
    """Whether every directory above a path lets others pass."""
    return path.exists() and all(parent.stat().st_mode & 0o001 for parent in path.parents)
