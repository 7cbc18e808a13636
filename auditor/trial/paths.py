"""Paths in strace's words: what a call opened, renamed, removed or gave other permissions.

Takes a Call; gives the absolute path as the script's file system has it, and what was done to it.
Opening for reading is not told.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from auditor.trial.trace import Call, string_of, unescape

_HELD = re.compile(r"^(?:AT_FDCWD|\d+)<((?:[^<>\\]|\\.)*)>")
_QUIET = re.compile(
    r"^/(?:proc|sys|trial|\.trial-)|^/dev/(?:null|tty|zero|full|stdout|stderr|pts/|ptmx|fd/)|/__pycache__/"
)
_WRITES = re.compile(r"O_WRONLY|O_RDWR")


@dataclass(frozen=True, slots=True)
class Touch:
    """A file touched: `effect` is the pseudo-command's name, `mode` the permissions of a chmod."""

    effect: str
    path: str
    mode: str = ""


def touched(call: Call) -> Touch | None:
    """Give what a call did, or tried to do, to a file; None for what only looks, and for files of no interest."""
    touch = _touched(call)
    return None if touch is None or not touch.path or _QUIET.search(touch.path) else touch


def _touched(call: Call) -> Touch | None:
    arguments = call.arguments
    match call.name:
        case "openat" | "openat2" if len(arguments) > 2 and _WRITES.search(arguments[2]):
            return Touch("file.write", _path(arguments[1], arguments[0]))
        case "open" if len(arguments) > 1 and _WRITES.search(arguments[1]):
            return Touch("file.write", _path(arguments[0]))
        case "creat" | "truncate":
            return Touch("file.write", _path(arguments[0]))
        case "rename" | "link" | "symlink" if len(arguments) > 1:
            return Touch("file.write", _path(arguments[1]))
        case "renameat" | "renameat2" | "linkat" if len(arguments) > 3:
            return Touch("file.write", _path(arguments[3], arguments[2]))
        case "symlinkat" if len(arguments) > 2:
            return Touch("file.write", _path(arguments[2], arguments[1]))
        case "unlink":
            return Touch("file.delete", _path(arguments[0]))
        case "unlinkat" if len(arguments) > 1:
            return Touch("file.delete", _path(arguments[1], arguments[0]))
        case "chmod" if len(arguments) > 1:
            return Touch("file.chmod", _path(arguments[0]), _mode(arguments[1]))
        case "fchmodat" | "fchmodat2" if len(arguments) > 2:
            return Touch("file.chmod", _path(arguments[1], arguments[0]), _mode(arguments[2]))
    return None


def _path(argument: str, directory: str = "") -> str:
    """Give a path, made absolute where strace names the directory that it starts from."""
    raw = string_of(argument)
    if raw is None:
        return ""
    path = raw.decode("utf-8", "backslashreplace")
    held = _HELD.match(directory)
    if not path.startswith("/") and held is not None:
        path = posixpath.join(unescape(held[1]).decode("utf-8", "backslashreplace"), path)
    return posixpath.normpath(path) if path.startswith("/") else path


def _mode(argument: str) -> str:
    return argument.lstrip("0") or "0"
