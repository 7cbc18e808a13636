"""Files of a source, wherever they are: each with a name to show and a way to open it.

Takes paths, globs and addresses as the operator gave them, gives files in a stable order. Raises
UsageError for what is not there; addresses need fsspec, of the `corpus` extra.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from auditor.errors import UsageError
from auditor.intake.datasets.input import clean
from auditor.intake.paths import SKIPPED_DIRECTORIES, Skipped

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class File:
    """One file. `is_given` says that the operator named it, so that what cannot be read of it is an error."""

    name: str
    open: Callable[[], BinaryIO]
    size: int
    is_given: bool = False
    local: str = ""


def files_of(source: str) -> Iterator[File | Skipped]:
    """Give the files of one source."""
    if _ADDRESS.match(source):
        yield from _remote(source)
        return
    if os.path.isdir(source):  # noqa: PTH112 - a Path would rewrite what the operator gave
        yield from _walk(source)
        return
    if not os.path.lexists(source) and _MAGIC.search(source):
        found = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - a Path cannot start from a pattern
        if not found:
            raise UsageError(f"{source}: nothing matches", hint="quote a glob so that the shell leaves it alone")
        for path in found:
            if os.path.isdir(path):  # noqa: PTH112
                continue
            yield local_file(path) if os.path.isfile(path) else Skipped(clean(path), "not a regular file")  # noqa: PTH113
        return
    yield local_file(source, is_given=True)


def local_file(path: str, *, is_given: bool = False) -> File:
    """Make a file of a path; raises UsageError where it is not a readable regular file."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, and sources are read more than once
            raise UsageError(f"{clean(path)}: not a regular file", hint="give files, directories, globs or addresses")
        with Path(path).open("rb"):
            pass
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"{path}: {reason}", hint="give files, directories, globs or addresses") from error
    return File(clean(path), lambda: Path(path).open("rb"), status.st_size, is_given, path)


def _walk(root: str) -> Iterator[File | Skipped]:
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        yield Skipped(clean(root), "unreadable folder")
        return
    for entry in entries:
        if entry.is_symlink():
            yield Skipped(clean(entry.path), "link")
        elif entry.is_dir(follow_symlinks=False):
            if entry.name in SKIPPED_DIRECTORIES:
                yield Skipped(clean(entry.path), "version control, environment or cache")
            else:
                yield from _walk(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield _entry(entry.path, entry.stat(follow_symlinks=False).st_size)
        else:
            yield Skipped(clean(entry.path), "not a regular file")


def _entry(path: str, size: int) -> File:
    return File(clean(path), lambda: Path(path).open("rb"), size, local=path)


def _remote(source: str) -> Iterator[File]:
    if importlib.util.find_spec("fsspec") is None:
        raise UsageError(f"{clean(source)}: addresses need fsspec", hint="pip install 'auditor[corpus]'")
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(source)
        if _MAGIC.search(path):
            paths = sorted(str(each) for each in system.glob(path))
        else:
            paths = sorted(str(each) for each in system.find(path)) if system.isdir(path) else [path]
        sizes = [int(system.size(each) or 0) for each in paths]
    except (OSError, ValueError, ImportError) as error:
        hint = "a scheme may need a package of its own, such as s3fs"
        raise UsageError(f"{clean(source)}: {error}", hint=hint) from error
    if not paths:
        raise UsageError(f"{clean(source)}: nothing there")
    scheme = source.partition("://")[0]

    def opener(each: str) -> Callable[[], BinaryIO]:
        return lambda: cast("BinaryIO", system.open(each, "rb"))

    for each, size in zip(paths, sizes, strict=True):
        name = each if "://" in each else f"{scheme}://{each}"
        yield File(clean(name), opener(each), size, len(paths) == 1)
