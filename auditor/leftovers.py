"""Private directories that are locked by whoever uses them, and the removal of those that nobody holds any more.

A process that ends in any other way than by being killed removes its own. The lock dies with its holder, also where
that was in a container whose process namespace is gone; what belongs to a process that lives is never removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import re
import shutil
import stat
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from auditor.errors import EngineError

_NAME = re.compile(r"auditor-[a-z]+-\d+-[A-Za-z0-9_]+")
_USUAL = ("/tmp", "/var/tmp")  # noqa: S108 (names that nobody can foresee are made there)
_TRIES = 10
_A_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class PrivateDirectory:
    """A directory that only this user enters; a context manager that gives its path. Removed when it is forgotten."""

    def __init__(self, name: str, lock: int) -> None:
        self.name = name
        self._finalizer = weakref.finalize(self, _release, name, lock, os.getpid())

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *_: object) -> None:
        self.cleanup()

    def cleanup(self) -> None:
        """Remove it with all that it holds."""
        self._finalizer()

    @classmethod
    def made(cls, purpose: str, place: str) -> Self:
        """Make a directory and lock it. Raises EngineError where there is no room for one."""
        prefix = f"auditor-{purpose}-{os.getpid()}-"
        try:
            for _ in range(_TRIES):
                name = tempfile.mkdtemp(prefix=prefix, dir=place)
                lock = _lock(name, wait=True)
                if lock is not None:
                    return cls(name, lock)
        except OSError as error:
            raise EngineError(f"{place}: {error.strerror}", hint="TMPDIR names another directory") from error
        raise EngineError(f"{place}: directories vanish there", hint="TMPDIR names another directory")


def private_directory(purpose: str, place: str | None = None) -> PrivateDirectory:
    """Make a directory that only this user enters, and remove those that killed processes have left."""
    chosen = place or _place()
    for each in dict.fromkeys((chosen, *_USUAL)):
        sweep(each)
    return PrivateDirectory.made(purpose, chosen)


def sweep(place: str) -> None:
    """Remove this user's private directories in a place that nobody holds."""
    try:
        with os.scandir(place) as found:
            entries = [entry for entry in found if _NAME.fullmatch(entry.name) and _is_ours(entry)]
    except OSError:
        return
    for entry in entries:
        lock = _lock(entry.path, wait=False)
        if lock is not None:
            remove(entry.path)
            os.close(lock)


def remove(path: str) -> None:
    """Remove a tree, however deep it is; what cannot be removed stays."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    # the library takes a descriptor and a call for each level; a hostile script makes more of them than there are
    with contextlib.suppress(OSError):
        top = os.open(path, _A_DIRECTORY)
        try:
            numbers = itertools.count()
            while _lessen(top, numbers):
                continue
        finally:
            os.close(top)
        os.rmdir(path)  # noqa: PTH106


def _lessen(top: int, numbers: Iterator[int]) -> bool:
    """Remove what lies in a directory, and move what lies in its directories up into it; False where nothing goes."""
    is_less = False
    with os.scandir(top) as found:
        entries = list(found)
    for entry in entries:
        with contextlib.suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.name, dir_fd=top)
                is_less = True
                continue
            _unclose(entry, top)
            inner = os.open(entry.name, _A_DIRECTORY, dir_fd=top)
            try:
                with os.scandir(inner) as found:
                    below = list(found)
                for each in below:
                    _unclose(each, inner)
                    os.rename(each.name, f"{next(numbers)} up", src_dir_fd=inner, dst_dir_fd=top)
            finally:
                os.close(inner)
            os.rmdir(entry.name, dir_fd=top)
            is_less = True
    return is_less


def _unclose(entry: os.DirEntry[str], folder: int) -> None:
    """Let its owner into a directory that was closed, and let it be moved."""
    if entry.is_dir(follow_symlinks=False):
        with contextlib.suppress(OSError):
            os.chmod(entry.name, stat.S_IRWXU, dir_fd=folder)


def _release(name: str, lock: int, owner: int) -> None:
    """Remove a directory and let go of it; a fork of its owner only lets go."""
    if os.getpid() == owner:
        remove(name)
    os.close(lock)


def _lock(path: str, *, wait: bool) -> int | None:
    """Lock a directory; None where another holds it, or has removed it meanwhile.

    Where a file system knows no locks, whoever makes a directory goes on, and nobody removes those of others.
    """
    try:
        descriptor = os.open(path, _A_DIRECTORY)
    except FileNotFoundError:
        return None
    except OSError:
        if wait:
            raise
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        if wait:
            return descriptor
        os.close(descriptor)
        return None
    if _is_at(path, descriptor):
        return descriptor
    os.close(descriptor)
    return None


def _is_at(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except OSError:
        return False


def _is_ours(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    except OSError:
        return False


def _place() -> str:
    """Give the directory for temporary files. Raises EngineError where only the working directory would be left."""
    try:
        found = Path(tempfile.gettempdir())
        named = [Path(each).absolute() for name in ("TMPDIR", "TEMP", "TMP") if (each := os.environ.get(name))]
        # the last that `tempfile` takes is the working directory, which is the agent's, or the root of everything
        is_last = found == Path.cwd() and found not in [*named, *map(Path, _USUAL), Path("/usr/tmp")]
    except OSError:
        is_last = True
    if is_last:
        raise EngineError(
            "no directory for temporary files can be written", hint="make room in /tmp, or let TMPDIR name another one"
        )
    return str(found)
