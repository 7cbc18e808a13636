"""Where the gate's socket, state and policy lie: the operator's own places, never the working directory.

Imports nothing of weight: the hook's client reads it on every call.
"""

from __future__ import annotations

import os


def runtime_directory() -> str:
    """Give the directory of the socket: private to the user, made by whoever serves."""
    base = os.environ.get("AUDITOR_RUNTIME_DIR") or os.environ.get("XDG_RUNTIME_DIR")
    if base and base.startswith("/"):
        return base.rstrip("/") + "/auditor"
    return f"/tmp/auditor-{os.getuid()}"  # noqa: S108  (its owner and mode are checked before use)


def socket_path() -> str:
    """Give the socket's path."""
    return runtime_directory() + "/gate.sock"


def state_directory() -> str:
    """Give the directory of logs and of one-time approvals."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    return base.rstrip("/") + "/auditor"


def configuration_directory() -> str:
    """Give the directory of the operator's policy."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    return base.rstrip("/") + "/auditor"


def policy_path() -> str | None:
    """Give the operator's policy: the machine's before the user's; None where there is none."""
    for path in ("/etc/auditor/policy.yaml", configuration_directory() + "/policy.yaml"):
        if os.path.isfile(path):  # noqa: PTH113
            return path
    return None


def is_private(directory: str) -> bool:
    """Whether a directory is the user's own and closed to others, and no link."""
    try:
        status = os.lstat(directory)
    except OSError:
        return False
    return status.st_uid == os.getuid() and (status.st_mode & 0o170077) == 0o040000
