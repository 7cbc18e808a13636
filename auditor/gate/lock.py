"""One server for each socket: a lock that dies with its holder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import UsageError

_PATIENCE_SECONDS = 20.0


@contextlib.contextmanager
def held(path: Path, socket_path: str, *, patient: bool) -> Iterator[bool]:
    """Hold the lock, and give True; where another server holds it, raise UsageError.

    A patient caller waits for a server that is about to leave, and gets False from one that serves.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not _taken(descriptor):
            if not patient:
                raise UsageError("a server already runs for this user", hint="`auditor serve --stop` ends it")
            if _is_served(socket_path) or time.monotonic() > end:
                yield False
                return
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield True
    finally:
        os.close(descriptor)


def holder(path: Path) -> int | None:
    """Give the process that holds the lock; None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if _taken(descriptor):
            return None
        return int(os.read(descriptor, 20))
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_served(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(path)
        except OSError:
            return False
    return True
