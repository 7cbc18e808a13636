"""Pathname expansion without a disk: against standard programs and the files that the script wrote.

Takes a pattern with quoted characters escaped, gives the paths it would become, or nothing where
the pattern stays as written. A pattern that could name several programs gives the telling one first.
"""

from __future__ import annotations

import posixpath
import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from auditor.read.launch.programs import known_programs
from auditor.read.shell.patterns import compile_pattern, is_pattern

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_DIRECTORIES = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin")
_TELLING = tuple(
    "ssh bash sh nc ncat netcat socat curl wget python3 python perl ruby base64 openssl autossh scp sftp telnet crontab"
    " sudo env nohup chmod xxd cat whoami id".split()
)
_MOST_MATCHES = 12
_SPELLED = re.compile(r"\[([A-Za-z0-9_]+)\]|([A-Za-z0-9_./+-])")
_LONGEST = 200


def pathnames(shell: Shell, pattern: str, *, is_command: bool) -> list[str]:
    """Expand a pattern; an empty list leaves the word as it is."""
    if len(pattern) > _LONGEST or not is_pattern(pattern):
        return []
    made = _matching(_made_files(shell, pattern), pattern)
    if made:
        return made[:1] if is_command else made
    if not pattern.startswith("/"):
        return []
    shell.evaluation.spend()
    directories = [directory for directory in _DIRECTORIES if _can_hold(pattern, directory)]
    if not directories:
        return []
    found = _matching([f"{d}/{name}" for d in directories for name in sorted(known_programs())], pattern)
    if is_command and found:
        # bash would take the first by name; which other names stand there differs by machine.
        ranked = sorted(found, key=lambda path: (_rank(path), found.index(path)))
        return ranked[:1]
    if not found and is_command:
        return _by_brackets(pattern)
    return found if len(found) <= _MOST_MATCHES else []


def _by_brackets(pattern: str) -> list[str]:
    """Give the names that a pattern of plain letters and one-letter sets spells, for a program that is not listed."""
    choices = [found[1] or found[2] for found in _SPELLED.finditer(pattern)]
    if "".join(found[0] for found in _SPELLED.finditer(pattern)) != pattern:
        return []
    if prod(map(len, choices)) > _MOST_MATCHES:
        return []
    names = ["".join(row) for row in product(*choices)]
    likely = [name for name in names if posixpath.basename(name).isalpha()]
    return likely if len(likely) == 1 else names if len(names) == 1 else []


def _rank(path: str) -> int:
    name = posixpath.basename(path)
    return _TELLING.index(name) if name in _TELLING else len(_TELLING)


def _made_files(shell: Shell, pattern: str) -> list[str]:
    table = shell.evaluation.files.table
    if not table:
        return []
    depth = pattern.count("/")
    names = [path for path in table if path.count("/") == depth and not path.endswith("*")]
    if pattern.startswith("./"):
        names += [
            f"./{path}" for path in table if path.count("/") == depth - 1 and not path.startswith(("/", "~", "."))
        ]
    directory = shell.memory.directory
    if directory and not pattern.startswith(("/", "~")):
        names += [path.removeprefix(directory + "/") for path in table if posixpath.dirname(path) == directory]
    return names


def _can_hold(pattern: str, directory: str) -> bool:
    """Whether the pattern's directory part can be this directory."""
    head, _, _ = pattern.rpartition("/")
    if head.count("/") != directory.count("/"):
        return False
    if not is_pattern(head):
        return re.sub(r"\\(.)", r"\1", head) == directory
    return all(
        (compiled := compile_pattern(piece)) is not None and compiled.matches(name)
        for piece, name in zip(head.split("/"), directory.split("/"), strict=True)
    )


def _matching(names: list[str], pattern: str) -> list[str]:
    compiled = compile_pattern(pattern)
    if compiled is None:
        return []
    pieces = pattern.count("/")
    found = []
    for name in names:
        base = posixpath.basename(name)
        if base.startswith(".") and posixpath.basename(pattern)[:1] in "*?[":
            continue
        if name.count("/") == pieces and compiled.matches(name):
            found.append(name)
    return sorted(dict.fromkeys(found))
