"""The language of text that is run as a program, told by its first line, its name, or what it looks like."""

from __future__ import annotations

import posixpath
import re

from auditor.model.unit import Language
from auditor.read.launch.programs import SHELLS, canonical

BY_INTERPRETER = {
    "python": Language.PYTHON,
    "uv": Language.PYTHON,
    "perl": Language.PERL,
    "ruby": Language.RUBY,
    "php": Language.PHP,
    "lua": Language.LUA,
    "awk": Language.AWK,
    "node": Language.JAVASCRIPT,
    "deno": Language.JAVASCRIPT,
    "bun": Language.JAVASCRIPT,
    "tsx": Language.TYPESCRIPT,
    "ts-node": Language.TYPESCRIPT,
    "pwsh": Language.POWERSHELL,
    "powershell": Language.POWERSHELL,
    "make": Language.MAKEFILE,
    **dict.fromkeys(SHELLS, Language.BASH),
}
"""Languages by the canonical name of the program that reads them; an interpreter not listed reads OTHER."""
_BY_ENDING = {
    ".py": Language.PYTHON,
    ".pyw": Language.PYTHON,
    ".sh": Language.BASH,
    ".bash": Language.BASH,
    ".zsh": Language.BASH,
    ".pl": Language.PERL,
    ".rb": Language.RUBY,
    ".php": Language.PHP,
    ".lua": Language.LUA,
    ".awk": Language.AWK,
    ".js": Language.JAVASCRIPT,
    ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".ps1": Language.POWERSHELL,
}
_COMPILED = re.compile(r"^(?:\s*#\s*include\s*[<\"]|package main\b|fn main\(|(?:static )?int main\s*\()", re.M)
_PYTHON_LINE = re.compile(
    r"^(?:from [\w.]+ import |import \w+(?:\.\w+)*(?:,| as |\s*$)|def \w+\(.*\).*:|class \w+.*:\s*$)", re.M
)


def interpreter_of(text: str) -> str | None:
    """Give the base name of the interpreter in a `#!` line, in canonical form; None without one."""
    if not text.startswith("#!"):
        return None
    words = text[2:].split("\n", 1)[0].split()
    while words and (posixpath.basename(words[0]) in {"env", "busybox"} or words[0].startswith("-") or "=" in words[0]):
        words = words[1:]
    return canonical(posixpath.basename(words[0])) if words else None


def language_of(text: str, path: str = "") -> Language:
    """Give the language in which the system would run a file; without a `#!` line that is the shell.

    A file whose ending or content is plainly Python is read as Python all the same: as shell it
    would do nothing, and whoever wrote it meant it to run.
    """
    interpreter = interpreter_of(text)
    if interpreter is not None:
        return BY_INTERPRETER.get(interpreter, Language.OTHER)
    if text.startswith("\x7fELF") or "\x00" in text[:4096]:
        return Language.BINARY
    if _COMPILED.search(text[:20_000]):
        return Language.OTHER
    by_ending = _BY_ENDING.get(posixpath.splitext(path)[1].lower())
    if by_ending is not None:
        return by_ending
    return Language.PYTHON if _PYTHON_LINE.search(text[:20_000]) else Language.BASH
