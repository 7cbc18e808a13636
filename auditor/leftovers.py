"""Private directories that carry their owner's name, and the removal of those whose owner was killed.

A process that ends in any other way removes its own. Names hold the process and its process
namespace, so that nobody removes what belongs to a process that only another container sees.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_NAME = re.compile(r"auditor-[a-z]+-(\d+)-(\d+)-[A-Za-z0-9_]+")


def private_directory(purpose: str) -> tempfile.TemporaryDirectory[str]:
    """Make a directory that only this user enters, and remove those that killed processes have left."""
    sweep()
    prefix = f"auditor-{purpose}-{_namespace()}-{os.getpid()}-"
    return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)


def sweep() -> None:
    """Remove this user's private directories whose process is gone."""
    try:
        entries = list(os.scandir(tempfile.gettempdir()))
    except OSError:
        return
    for entry in entries:
        found = _NAME.fullmatch(entry.name)
        if found is None or int(found[1]) != _namespace() or not _is_ours(entry) or _lives(int(found[2])):
            continue
        shutil.rmtree(entry.path, ignore_errors=True)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    except OSError:
        return False


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _namespace() -> int:
    """Number the process namespace; 0 where there is none to tell apart."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0
