"""What the command line audits: files, directories, standard input.

Takes the arguments as given. Refuses, before any work is done, a path that does not exist and
standard input named twice.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import UsageError
from auditor.intake import Taken, language_named, take_bytes, take_paths
from auditor.model.unit import Language

STDIN = "-"
STDIN_NAME = "<stdin>"
_MOST_BYTES = 64 * 1024 * 1024  # far past the limit of a script; the rest is not worth the memory


def named_language(name: str | None) -> Language | None:
    """Give the language that the operator named, or None to guess."""
    return None if name is None else language_named(name)


def refuse_paths(paths: Sequence[str]) -> None:
    """Raise UsageError where a path is not there."""
    if list(paths).count(STDIN) > 1:
        raise UsageError(f"{STDIN} is given twice", hint="standard input can be read once")
    for path in paths:
        if path == STDIN:
            continue
        try:
            os.stat(path)
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            hint = f"give a file, a directory, or {STDIN} for standard input"
            raise UsageError(f"{path}: {reason}", hint=hint) from error


def refuse_rulesets(folder: Path | None) -> None:
    """Raise UsageError where a folder of rules is named that is none."""
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder}: not a folder", hint="--rulesets needs a folder of rules, <family>/<rule-id>.yaml")


def is_many(paths: Sequence[str]) -> bool:
    """Whether more than one script may come of the paths."""
    return len(paths) > 1 or any(path != STDIN and Path(path).is_dir() for path in paths)


def read_stdin() -> bytes:
    """Read standard input to its end."""
    return sys.stdin.buffer.read(_MOST_BYTES)


def take_one(path: str, language: str | None) -> Taken:
    """Take in one file or standard input."""
    refuse_paths([path])
    chosen = named_language(language)
    if path == STDIN:
        return take_bytes(read_stdin(), STDIN_NAME, origin="stdin", language=chosen)
    if Path(path).is_dir():
        raise UsageError(f"{path}: a directory", hint="give one script")
    taken = next(iter(take_paths([path], language=chosen)))
    if not isinstance(taken, Taken):
        raise UsageError(f"{path}: {taken.why}", hint="give one script")
    return taken
