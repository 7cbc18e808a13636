"""Where the gate's socket, state and policy lie: the operator's own places, never the working directory.

Imports nothing of weight: the hook's client reads it on every call.
"""

from __future__ import annotations

import os

SHARED_SOCKET = "/etc/auditor/socket"
"""A file of the machine's administrator that names the socket of a server run by another user."""


def shared_socket() -> str | None:
    """Give the socket that the administrator named for everybody; None where there is none.

    Where the file is there and names none, or cannot be read or believed, this gives a place at which no server
    answers: one of the user's own would decide by another policy.
    """
    try:
        os.lstat(SHARED_SOCKET)
    except OSError as error:
        return None if _is_absent(error) else SHARED_SOCKET
    try:
        is_roots = os.stat(SHARED_SOCKET).st_uid == 0
        with open(SHARED_SOCKET, encoding="utf-8") as file:  # noqa: PTH123
            path = file.read(200).strip()
    except (OSError, UnicodeDecodeError):
        return SHARED_SOCKET
    return path if is_roots and path.startswith("/") else SHARED_SOCKET


def runtime_directory() -> str:
    """Give the directory of the socket: private to the user, made by whoever serves."""
    shared = shared_socket()
    if shared is not None:
        return os.path.dirname(shared)  # noqa: PTH120
    base = os.environ.get("AUDITOR_RUNTIME_DIR")
    if base and base.startswith("/"):
        return base.rstrip("/") + "/auditor"
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if base.startswith("/") and is_private(base):
        return base.rstrip("/") + "/auditor"
    return f"/tmp/auditor-{os.getuid()}"  # noqa: S108  (its owner and mode are checked before use)


def socket_path() -> str:
    """Give the socket's path."""
    return shared_socket() or runtime_directory() + "/gate.sock"


def state_directory() -> str:
    """Give the directory of logs and of one-time approvals."""
    return _own("XDG_STATE_HOME", ".local/state") or runtime_directory() + "/state"


def configuration_directory() -> str:
    """Give the directory of the operator's policy."""
    return _own("XDG_CONFIG_HOME", ".config") or "/etc/auditor"


def policy_path() -> str | None:
    """Give the operator's policy: the machine's before the user's; None where there is none.

    One that cannot be seen, is no file, or leads nowhere is given as well:
    whoever reads it finds out, and does not decide by another.
    """
    for path in ("/etc/auditor/policy.yaml", configuration_directory() + "/policy.yaml"):
        try:
            os.lstat(path)
        except OSError as error:
            if _is_absent(error):
                continue
        return path
    return None


def is_private(directory: str) -> bool:
    """Whether a directory is the user's own and closed to others, and no link."""
    try:
        status = os.lstat(directory)
    except OSError:
        return False
    return status.st_uid == os.getuid() and (status.st_mode & 0o170077) == 0o040000


def is_trusted(directory: str) -> bool:
    """Whether a socket in a directory can be believed: the directory is private, or the administrator named the socket
    and nobody but the directory's owner can put another in its place.
    """
    if is_private(directory):
        return True
    if shared_socket() is None:
        return False
    try:
        status = os.lstat(directory)
    except OSError:
        return False
    return (status.st_mode & 0o170022) == 0o040000


def _is_absent(error: OSError) -> bool:
    return isinstance(error, FileNotFoundError | NotADirectoryError)


def _own(variable: str, folder: str) -> str | None:
    """Give the auditor's folder in a place of the user's; None where the user has no home (a path must not become
    relative: the working directory is the agent's).
    """
    base = os.environ.get(variable, "")
    if not base.startswith("/"):
        home = os.path.expanduser("~")  # noqa: PTH111
        base = f"{home}/{folder}" if home.startswith("/") else ""
    return base.rstrip("/") + "/auditor" if base else None
