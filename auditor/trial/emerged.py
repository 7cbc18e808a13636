"""Code that a trial saw first: handed to an interpreter at run time, or written to a file and run.

Takes a Recording; gives texts with their language and what ran them, equal texts once, and what was
cut, too long, or no longer there to be read. The trial's own decoys are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model.finding import Evidence
from auditor.model.unit import Language
from auditor.trial.marks import LONGEST_PIECE, MOST_PIECES
from auditor.trial.paths import touched
from auditor.trial.request import FileChange, Recording
from auditor.trial.sinkhole.bodies import script
from auditor.trial.stage import WORK
from auditor.trial.trace import start_of

_SHELL = re.compile(r"(?:.*/)?(?:ba|da|z|k|a)?sh$")
_PYTHON = re.compile(r"(?:.*/)?python[\d.]*$")
_IN_MEMORY = re.compile(r"/memfd:|/proc/(?:self|thread-self|\d+)/fd/\d+$")
_UPWARDS = re.compile(r"^(?:\.\./)+")
_LOST_MEMORY = "a program that was run from memory, or by a descriptor"
_LOST_FILE = "code that was written, run, and gone by the end"
_MOST_CHARACTERS = 65_536
_MOST_MEANT = 10
_QUOTED = 300


@dataclass(frozen=True, slots=True)
class Emerged:
    """A piece of code that was run, and the call that ran it."""

    language: Language
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Emergence:
    """What appeared; `lost` says what of it is too long or too much to be read, `gone` what was not kept."""

    pieces: tuple[Emerged, ...]
    lost: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(slots=True)
class _Files:
    """The files that a run has written: those of which there is a text, and those that are gone."""

    written: Mapping[str, FileChange]
    vanished: frozenset[str]
    gone: dict[str, None] = field(default_factory=dict)

    @staticmethod
    def of(recording: Recording) -> _Files:
        """Learn from a recording."""
        written = {change.path: change for change in recording.files if change.content}
        there = {change.path for change in recording.files if change.change != "removed"}
        touches = [touched(call) for call in recording.calls if call.succeeded]
        made = {each.path for each in touches if each is not None and each.effect == "file.write"}
        return _Files(written, frozenset(made - there))

    def found(self, name: str) -> tuple[FileChange, ...]:
        """Give the files that a name may mean; where it was run from is not known."""
        if _IN_MEMORY.match(name):
            self.gone[_LOST_MEMORY] = None
            return ()
        path = posixpath.normpath(posixpath.join(WORK, name))
        if path in self.written:
            return (self.written[path],)
        end = "/" + _UPWARDS.sub("", posixpath.normpath(name))
        if path in self.vanished or (not name.startswith("/") and any(each.endswith(end) for each in self.vanished)):
            self.gone[_LOST_FILE] = None
        if name.startswith("/"):
            return ()
        return tuple(file for path, file in self.written.items() if path.endswith(end))[:_MOST_MEANT]


def emerged(recording: Recording) -> Emergence:
    """Give the code that appeared while the script ran."""
    start = min((call.moment for call in recording.calls), default=0.0)
    files = _Files.of(recording)
    decoy = script(recording.nonce).decode().strip()
    found: dict[tuple[Language, str], Emerged] = {}
    lost: dict[str, None] = {}
    for call in recording.calls:
        if call.name not in {"execve", "execveat"} or not call.succeeded:
            continue
        detail = f"{call.name}({', '.join(call.arguments[:2])}) = 0"[:500]
        evidence = Evidence("strace", call.name, detail, round((call.moment - start) * 1000, 1), call.pid)
        for language, text, is_whole in _texts(*start_of(call), files):
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
    return Emergence(tuple(found.values()), tuple(lost), tuple(files.gone))


def _texts(path: str, argv: Sequence[str], files: _Files) -> Iterator[tuple[Language, str, bool]]:
    """Give language and text of what a program start runs, and whether the text is whole."""
    language = Language.BASH if _SHELL.match(path) else Language.PYTHON if _PYTHON.match(path) else None
    if language is None:
        for file in files.found(path):
            if file.content.startswith(b"#!"):
                first = file.content.split(b"\n", 1)[0]
                yield Language.PYTHON if b"python" in first else Language.BASH, *_content(file)
        return
    for index, word in enumerate(argv[1:], start=1):
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            if index + 1 < len(argv):
                yield language, argv[index + 1], True
            return
        if not word.startswith("-"):
            for file in files.found(word):
                yield language, *_content(file)
            return


def _content(file: FileChange) -> tuple[str, bool]:
    return file.content.decode("utf-8", "replace"), file.size <= len(file.content)
