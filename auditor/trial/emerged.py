"""Code that a trial saw first: handed to an interpreter at run time, or written to a file and run.

Takes a Recording; gives texts with their language and the system call that ran them, equal texts
once, bounded in number and size. The trial's own decoys are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import Evidence
from auditor.model.unit import Language
from auditor.trial.request import Recording
from auditor.trial.sinkhole.bodies import BEACON
from auditor.trial.stage import WORK
from auditor.trial.trace import Call, string_of, strings_of

_SHELL = re.compile(r"(?:.*/)?(?:ba|da|z|k|a)?sh$")
_PYTHON = re.compile(r"(?:.*/)?python[\d.]*$")
_MOST_TEXTS = 20
_MOST_CHARACTERS = 65_536


@dataclass(frozen=True, slots=True)
class Emerged:
    """A piece of code that was run, and the call that ran it."""

    language: Language
    text: str
    evidence: Evidence


def emerged(recording: Recording) -> tuple[Emerged, ...]:
    """Give the code that appeared while the script ran."""
    start = min((call.moment for call in recording.calls), default=0.0)
    written = {change.path: change.content for change in recording.files if change.content}
    found: dict[tuple[Language, str], Emerged] = {}
    for call in recording.calls:
        if call.name != "execve" or not call.succeeded or len(found) >= _MOST_TEXTS:
            continue
        for language, text in _texts(call, written):
            if text.strip() and BEACON not in text and len(text) <= _MOST_CHARACTERS:
                detail = f"execve({', '.join(call.arguments[:2])}) = 0"[:500]
                evidence = Evidence("strace", "execve", detail, round((call.moment - start) * 1000, 1), call.pid)
                found.setdefault((language, text), Emerged(language, text, evidence))
    return tuple(found.values())


def _texts(call: Call, written: dict[str, bytes]) -> Iterator[tuple[Language, str]]:
    path = (string_of(call.arguments[0]) or b"").decode("utf-8", "replace")
    argv = [word.decode("utf-8", "replace") for word in strings_of(call.arguments[1])]
    language = Language.BASH if _SHELL.match(path) else Language.PYTHON if _PYTHON.match(path) else None
    if language is None:
        content = written.get(path)
        if content is not None and content.startswith(b"#!"):
            first = content.split(b"\n", 1)[0]
            yield Language.PYTHON if b"python" in first else Language.BASH, content.decode("utf-8", "replace")
        return
    for index, word in enumerate(argv[1:], start=1):
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            if index + 1 < len(argv):
                yield language, argv[index + 1]
            return
        if not word.startswith("-"):
            content = written.get(word) or written.get(f"{WORK}/{word.removeprefix('./')}")
            if content is not None:
                yield language, content.decode("utf-8", "replace")
            return
