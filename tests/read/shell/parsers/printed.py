"""What bash itself understood: `bash --pretty-print` parses a script, prints it anew and runs nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}


def printed(path: Path, bash: str = "bash") -> str | None:
    """Give a script as bash prints it; None where bash refuses it."""
    command = [bash, "--norc", "--noprofile", "--pretty-print", "-O", "extglob", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 and not done.stderr else None
