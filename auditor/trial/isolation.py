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

_PROGRAMS = ("strace", "bwrap", "prlimit", "unshare")
_PACKAGES = ("asyncssh", "trustme", "dnslib", "h11")
_SECONDS = 10.0
_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--")
_INTO_NAMESPACES = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc")


class Level(Enum):
    """How isolated a trial is. A script is run at `full` only; elsewhere a trial refuses."""

    FULL = "full"  # user, network, process and mount namespaces, and a sinkhole
    NONE = "none"


def missing_programs() -> tuple[str, ...]:
    """Name the programs that a trial needs and this machine lacks."""
    return tuple(name for name in _PROGRAMS if shutil.which(name) is None)


def probe() -> tuple[Level, str]:
    """Say how far this machine can isolate a trial, and why not further."""
    if not sys.platform.startswith("linux"):
        return Level.NONE, "trials need Linux"
    missing = missing_programs()
    if missing:
        return Level.NONE, f"not installed: {', '.join(missing)}"
    absent = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if absent:
        return Level.NONE, f"Python packages are missing: {', '.join(absent)} (install auditor[trial])"
    # Root gives up its user before it goes into the namespaces, so an ordinary user's rights are what counts.
    nobody = _NOBODY if os.geteuid() == 0 and shutil.which("setpriv") else ()
    command = [*nobody, *_INTO_NAMESPACES, "true"]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Level.NONE, f"user namespaces could not be tried: {error}"
    if ran.returncode == 0:
        return Level.FULL, ""
    return Level.NONE, f"no user namespaces: {ran.stderr.strip()[:200]}"
