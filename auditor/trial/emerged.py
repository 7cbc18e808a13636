"""Code that a trial saw first: handed to an interpreter at run time, or written to a file and run.

Takes a Recording; gives texts with their language and what ran them, equal texts once, and what was
cut or too long to be read. The trial's own decoys are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import Evidence
from auditor.model.unit import Language
from auditor.trial.marks import LONGEST_PIECE, MOST_PIECES
from auditor.trial.request import FileChange, Recording
from auditor.trial.sinkhole.bodies import script
from auditor.trial.stage import WORK
from auditor.trial.trace import Call, string_of, strings_of

_SHELL = re.compile(r"(?:.*/)?(?:ba|da|z|k|a)?sh$")
_PYTHON = re.compile(r"(?:.*/)?python[\d.]*$")
_MOST_CHARACTERS = 65_536
_QUOTED = 300


@dataclass(frozen=True, slots=True)
class Emerged:
    """A piece of code that was run, and the call that ran it."""

    language: Language
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Emergence:
    """What appeared; `lost` says what of it cannot be read."""

    pieces: tuple[Emerged, ...]
    lost: tuple[str, ...] = ()


def emerged(recording: Recording) -> Emergence:
    """Give the code that appeared while the script ran."""
    start = min((call.moment for call in recording.calls), default=0.0)
    written = {change.path: change for change in recording.files if change.content}
    decoy = script(recording.nonce).decode().strip()
    found: dict[tuple[Language, str], Emerged] = {}
    lost: dict[str, None] = {}
    for call in recording.calls:
        if call.name != "execve" or not call.succeeded:
            continue
        detail = f"execve({', '.join(call.arguments[:2])}) = 0"[:500]
        evidence = Evidence("strace", "execve", detail, round((call.moment - start) * 1000, 1), call.pid)
        for language, text, is_whole in _texts(call, written):
            if not is_whole or len(text) > _MOST_CHARACTERS:
                lost.setdefault("code of more than 65,536 characters")
            elif text.strip() and text.strip() != decoy:
                found.setdefault((language, text), Emerged(language, text, evidence))
    for piece in recording.pieces[:MOST_PIECES]:
        text = piece.decode("utf-8", "replace")
        if len(piece) > LONGEST_PIECE:
            lost.setdefault("code of more than 65,536 bytes")
        elif text.strip() and text.strip() != decoy:
            told = Evidence("script", "exec", " ".join(text[:_QUOTED].split()), 0.0)
            found.setdefault((Language.PYTHON, text), Emerged(Language.PYTHON, text, told))
    if len(recording.pieces) > MOST_PIECES:
        lost.setdefault(f"more than {MOST_PIECES} texts handed to Python")
    return Emergence(tuple(found.values()), tuple(lost))


def _texts(call: Call, written: dict[str, FileChange]) -> Iterator[tuple[Language, str, bool]]:
    """Give language and text of what a program start runs, and whether the text is whole."""
    path = (string_of(call.arguments[0]) or b"").decode("utf-8", "replace")
    argv = [word.decode("utf-8", "replace") for word in strings_of(call.arguments[1])]
    language = Language.BASH if _SHELL.match(path) else Language.PYTHON if _PYTHON.match(path) else None
    if language is None:
        file = written.get(path)
        if file is not None and file.content.startswith(b"#!"):
            first = file.content.split(b"\n", 1)[0]
            yield Language.PYTHON if b"python" in first else Language.BASH, *_content(file)
        return
    for index, word in enumerate(argv[1:], start=1):
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            if index + 1 < len(argv):
                yield language, argv[index + 1], True
            return
        if not word.startswith("-"):
            file = written.get(word) or written.get(f"{WORK}/{word.removeprefix('./')}")
            if file is not None:
                yield language, *_content(file)
            return


def _content(file: FileChange) -> tuple[str, bool]:
    return file.content.decode("utf-8", "replace"), file.size <= len(file.content)
