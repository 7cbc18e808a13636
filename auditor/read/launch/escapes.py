"""Everyday programs that run a command they are given in an argument: editors, archivers, database shells.

Takes a program and its arguments, gives the shell texts in them. Sources: the programs' manual pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from auditor.read.programs.pieces import search
from auditor.read.values import Value, known_text

_EDITOR = r"^(?:\+|--cmd=)?:?\s*(?:silent\s*!?\s*)?(?:!|terminal\s+|term\s+|r\s*!|read\s*!)\s*(\S.*)$"
_INSIDE: Mapping[str, tuple[str, ...]] = {
    "sqlite3": (r"^\s*\.(?:shell|system)\s+(.+)$",),
    **dict.fromkeys(("vi", "vim", "nvim", "ex", "view", "rvim", "gvim", "vim.tiny"), (_EDITOR,)),
    **dict.fromkeys(("mysql", "mariadb", "psql"), (r"\\!\s*([^;\n]+)", r"(?:^|;)\s*system\s+([^;\n]+)")),
    **dict.fromkeys(
        ("tar", "bsdtar", "gtar"), (r"^--checkpoint-action=exec=(.+)$", r"^--use-compress-program=(.+\s.+)$")
    ),
    **dict.fromkeys(("apt", "apt-get"), (r"^(?:-o)?(?:APT|DPkg)::[\w:-]*(?:Invoke|Pre-Install-Pkgs)::?=(.+)$",)),
    "sort": (r"^--compress-program=(.+\s.+)$",),
    "split": (r"^--filter=(.+)$",),
    "zip": (r"^-TT(.+)$", r"^--unzip-command=(.+)$"),
    "wget": (r"^--use-askpass=(.+)$",),
    "man": (r"^-P(.+)$", r"^--pager=(.+)$"),
}
_FOLLOWING: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("tar", "bsdtar", "gtar"), frozenset({"-I", "--use-compress-program", "--rsh-command", "-F", "--info-script"})
    ),
    "zip": frozenset({"-TT", "--unzip-command"}),
    "man": frozenset({"-P", "--pager"}),
    "split": frozenset({"--filter"}),
}
_COMPRESSORS = re.compile(r"(?:\S*/)?(?:gzip|pigz|bzip2|lbzip2|xz|pixz|zstd|zstdmt|lz4|lzop|brotli)(?:\s+[-\w]+)*")


def commands_in(program: str, arguments: Sequence[Value]) -> tuple[Value, ...]:
    """Give the shell texts that a program's arguments hold; a mere compressor is none."""
    found: list[Value] = []
    for pattern in _INSIDE.get(program, ()):
        found += [text for word in arguments if (text := search(word, pattern)) is not None]
    names = _FOLLOWING.get(program, frozenset())
    for index, word in enumerate(arguments[:-1]):
        if known_text(word) in names:
            found.append(arguments[index + 1])
    return tuple(text for text in found if not _COMPRESSORS.fullmatch(known_text(text) or ""))
