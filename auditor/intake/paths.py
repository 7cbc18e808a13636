"""Files, directories and bytes become Scripts, in a stable order, with what was skipped counted.

A directory is walked whatever its files are called, and nothing in it configures the walk.
Symbolic links are not followed out of it. Raises UsageError for a path that does not exist.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import UsageError
from auditor.intake.languages import CODE_ENDINGS, CODE_NAMES, DATA_ENDINGS, recognise
from auditor.intake.texts import decode, is_binary
from auditor.model.gap import Gap, Stage, Why
from auditor.model.unit import Language, Script
from auditor.settings import DEFAULT_LIMITS, Limits

SKIPPED_DIRECTORIES = frozenset(
    ".git .hg .svn .bzr .venv venv .tox .nox node_modules __pycache__ .mypy_cache .ruff_cache .pytest_cache "
    ".hypothesis .ipynb_checkpoints .cache .eggs site-packages".split()
)
"""Directories that hold no rows of a corpus; what is audited before it runs is not left out by such a name."""
_VERSION_CONTROL = {".git": "HEAD", ".hg": "requires", ".svn": "entries", ".bzr": "README"}
"""Directories of version control, and the file by which one is told from a directory that only has the name."""
_CACHES = frozenset(
    "__pycache__ .mypy_cache .ruff_cache .pytest_cache .hypothesis .ipynb_checkpoints .cache .eggs".split()
)
"""Directories in which only code is of interest."""
_PACKAGES = re.compile(r"/(?:lib(?:64)?/(?:python|pypy)[\d.]*|Lib)/(?:site|dist)-packages$")
_INTERPRETER = re.compile(r"^#!.*\b(?:bash|sh|zsh|python[\d.]*|node|perl|ruby|php)\b")
_HEAD_BYTES = 8_192


@dataclass(frozen=True, slots=True)
class Taken:
    """A script, and what of it could not be taken in."""

    script: Script
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or directory that is left out by kind: version control, installed packages, caches, binaries, links."""

    path: str
    why: str


def take_bytes(
    data: bytes, path: str, *, origin: str, language: Language | None = None, limits: Limits = DEFAULT_LIMITS
) -> Taken:
    """Make a Script of bytes. Nothing is refused: what cannot be examined comes back as a gap."""
    digest = hashlib.sha256(data).hexdigest()
    if len(data) > limits.script_bytes:
        guessed = language or recognise(path, data[:_HEAD_BYTES].decode("utf-8", "replace"))
        gap = Gap(Stage.INTAKE, Why.TOO_LARGE, f"{len(data):,} bytes; the limit is {limits.script_bytes:,}")
        return Taken(Script("", guessed, path, origin, digest), (gap,))
    if is_binary(data[:_HEAD_BYTES]) and not _is_shell_text(data, path, language):
        gap = Gap(Stage.INTAKE, Why.NOT_TEXT, "a binary file")
        return Taken(Script("", Language.BINARY, path, origin, digest), (gap,))
    named = language or recognise(path, data[:_HEAD_BYTES].decode("utf-8", "replace"))
    text, gaps = decode(data, named)
    chosen = language or recognise(path, text)
    return Taken(Script(text, chosen, path, origin, digest), gaps if chosen is not Language.DATA else ())


def take_paths(
    paths: Sequence[str], *, language: Language | None = None, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Taken | Skipped]:
    """Give the scripts of files and directories in order: arguments as given, a directory's files sorted."""
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            raise UsageError(
                f"{path}: {_reason(error)}", hint="give a file, a directory, or - for standard input"
            ) from error
        if stat.S_ISDIR(mode):
            yield from _take_directory(path, language, limits)
        elif stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
            try:
                yield take_file(path, language, limits)
            except OSError as error:
                raise UsageError(f"{path}: {_reason(error)}", hint="is it readable for you?") from error
        else:
            raise UsageError(f"{path}: neither a file nor a directory", hint="devices and sockets are not audited")


def take_file(path: str, language: Language | None = None, limits: Limits = DEFAULT_LIMITS) -> Taken:
    """Make a Script of one file; a file past the size limit is hashed but not kept. Raises OSError."""
    with Path(path).open("rb") as file:
        data = file.read(limits.script_bytes + 1)
        if len(data) <= limits.script_bytes:
            return take_bytes(data, path, origin="file", language=language, limits=limits)
        digest = hashlib.sha256(data)
        size = len(data)
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    chosen = language or recognise(path, data[:_HEAD_BYTES].decode("utf-8", "replace"))
    if is_binary(data[:_HEAD_BYTES]):
        gap = Gap(Stage.INTAKE, Why.NOT_TEXT, "a binary file")
        return Taken(Script("", Language.BINARY, path, "file", digest.hexdigest()), (gap,))
    gaps = (Gap(Stage.INTAKE, Why.TOO_LARGE, f"{size:,} bytes; the limit is {limits.script_bytes:,}"),)
    return Taken(Script("", chosen, path, "file", digest.hexdigest()), () if chosen is Language.DATA else gaps)


def _take_directory(
    root: str, language: Language | None, limits: Limits, *, is_cache: bool = False
) -> Iterator[Taken | Skipped]:
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        yield _unreadable(root, error)
        return
    for entry in entries:
        path = os.path.join(root, entry.name)
        if entry.is_symlink():
            yield Skipped(path, "link")
        elif entry.is_dir(follow_symlinks=False):
            kind = _left_out(path)
            if kind is not None:
                yield Skipped(path, kind)
            else:
                yield from _take_directory(path, language, limits, is_cache=is_cache or entry.name in _CACHES)
        elif entry.is_file(follow_symlinks=False):
            yield _take_entry(path, language, limits) if not is_cache else _take_cached(path, language, limits)
        else:
            yield Skipped(path, "not a regular file")


def _left_out(path: str) -> str | None:
    """Give the kind of a directory that is left out whole; a name alone makes none, and no setting in it does."""
    place = Path(path)
    if place.name in _VERSION_CONTROL and (place / _VERSION_CONTROL[place.name]).is_file():
        return "version control"
    if place.name == "node_modules" or _PACKAGES.search(path):
        return "installed packages"
    return None


def _take_cached(path: str, language: Language | None, limits: Limits) -> Taken | Skipped:
    """Take a file of a cache: code is audited there as anywhere, and what a tool leaves for itself is not."""
    taken = _take_entry(path, language, limits)
    if isinstance(taken, Skipped) or any(gap.why is Why.UNREADABLE for gap in taken.gaps):
        return taken
    is_named = _is_named_as_code(path) and taken.script.language is not Language.OTHER
    is_code = language is not None or is_named or _INTERPRETER.match(taken.script.text) is not None
    return taken if is_code else Skipped(path, "cache")


def _take_entry(path: str, language: Language | None, limits: Limits) -> Taken | Skipped:
    try:
        taken = take_file(path, language, limits)
    except OSError as error:
        return _unreadable(path, error)
    if taken.script.language is Language.BINARY and not _is_named_as_code(path):
        return Skipped(path, "binary")
    return taken


def _unreadable(path: str, error: OSError) -> Taken:
    gap = Gap(Stage.INTAKE, Why.UNREADABLE, _reason(error))
    return Taken(Script("", Language.DATA, path, "file", hashlib.sha256(b"").hexdigest()), (gap,))


def _is_named_as_code(path: str) -> bool:
    name = Path(path).name.lower()
    return Path(name).suffix in CODE_ENDINGS or name in CODE_NAMES


def _is_shell_text(data: bytes, path: str, language: Language | None) -> bool:
    """Whether bytes with NULs in them are still a shell script: bash drops NULs and runs the rest."""
    without = data[:_HEAD_BYTES].replace(b"\0", b"")
    if not without.strip() or is_binary(without):
        return False
    guessed = language or recognise(path, without.decode("utf-8", "replace"))
    return guessed is Language.BASH and Path(path).suffix.lower() not in DATA_ENDINGS


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or "cannot be read"
