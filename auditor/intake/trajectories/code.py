"""What a call holds of code: commands, programs, whole files, edits of files, patches.

Takes a call, whatever its tool is called: the shape of the arguments decides, the name only where
the shape leaves it open. A call without code gives nothing.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.intake.trajectories.calls import Call, mappings, text_of
from auditor.model.tool_fields import CODES, COMMANDS, CONTENTS, EDITOR_WORDS, NEW, OLD, PATHS

_PYTHON_TOOL = re.compile(r"python|jupyter|notebook|code_interpreter|exec_code|run_cell", re.IGNORECASE)
_POWERSHELL_TOOL = re.compile(r"powershell|pwsh", re.IGNORECASE)
_SHELLS = frozenset("sh bash zsh dash /bin/sh /bin/bash /bin/zsh /usr/bin/bash".split())
_PATCH = re.compile(r"^\*\*\* (Add|Update|Delete) File: (.+)$", re.MULTILINE)
_HEREDOC = re.compile(
    r"(?:cat|tee)\s[^\n]*?<<-?[ \t]*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)[^\n]*\n(?P<body>.*?)^\t*(?P=end)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_TARGET = re.compile(r"(?:>>?[ \t]*|\btee[ \t]+(?:-a[ \t]+)?)(?P<quote>['\"]?)(?P<path>[\w./~+@-]+)(?P=quote)")
_SCANNED = 500_000


@dataclass(frozen=True, slots=True)
class Command:
    """Text that runs: a command line, or code in a language; `language` is empty where it is to be told."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Write:
    """A file's whole new text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a file: `old` becomes `new`; with `line`, `new` goes in after that line."""

    path: str
    old: str
    new: str
    is_everywhere: bool = False
    line: int | None = None


Piece = Command | Write | Edit


def pieces_of(call: Call) -> Iterator[Piece]:
    """Give the code of a call, in order."""
    if call.text:
        yield Command(call.text, call.language)
        return
    given = call.arguments
    patch = next((value for value in given.values() if isinstance(value, str) and "*** Begin Patch" in value), None)
    if patch is not None:
        yield from _patched(patch)
        return
    path = _named(given, PATHS)
    if path:
        pieces = list(_of_file(call.tool, path, given))
        if pieces:
            yield from pieces
            return
    yield from _run(call.tool, given)


def written_by(command: str) -> Iterator[Write]:
    """Give the files that a command line writes word for word: here-documents without anything to expand."""
    for match in _HEREDOC.finditer(command[:_SCANNED]):
        head = match[0].partition("\n")[0]
        target = _TARGET.search(head)
        is_plain = bool(match["quote"]) or not re.search(r"[$`\\]", match["body"])
        if target is not None and is_plain:
            yield Write(target["path"], match["body"])


def _of_file(tool: str, path: str, given: Mapping[str, object]) -> Iterator[Piece]:
    line = given.get("insert_line")
    old, new = _named(given, OLD, empty=True), _named(given, NEW, empty=True)
    content = _named(given, CONTENTS, empty=True)
    word = text_of(given.get("command"))
    if word in ("view", "read", "undo_edit"):
        return
    edits = list(mappings(given.get("edits")))
    if edits:
        for edit in edits:
            before, after = _named(edit, OLD, empty=True), _named(edit, NEW, empty=True)
            if after is not None:
                yield Edit(path, before or "", after, bool(edit.get("replace_all")))
    elif isinstance(line, int) and new is not None:
        yield Edit(path, "", new, line=line)
    elif old and new is not None:
        yield Edit(path, old, new, bool(given.get("replace_all")))
    elif new is not None and content is None:
        yield Write(path, new)
    if content is not None and word in ("", *EDITOR_WORDS):  # beside an edit, either may be what the tool took
        yield Write(path, content)
    elif new is None and "write" in tool.lower() and isinstance(given.get("text"), str):
        yield Write(path, text_of(given["text"]))


def _run(tool: str, given: Mapping[str, object]) -> Iterator[Piece]:
    for name in COMMANDS:
        text = _command_text(given.get(name))
        if text.strip() and text not in EDITOR_WORDS:
            language = "powershell" if _POWERSHELL_TOOL.search(tool) else "bash"
            if _PYTHON_TOOL.search(tool):
                language = "python"
            yield Command(text, language)
            return
    for name in CODES:
        text = text_of(given.get(name))
        if text.strip():
            yield Command(text, text_of(given.get("language")) or ("python" if _PYTHON_TOOL.search(tool) else ""))
            return
    text = text_of(given.get("input"))
    if text.strip() and re.search(r"bash|shell|exec|terminal|python|command", tool, re.IGNORECASE):
        yield Command(text, "python" if _PYTHON_TOOL.search(tool) else "bash")


def _command_text(value: object) -> str:
    """Give a command as one text; a list is an argv, of which a shell's own words are taken off."""
    if isinstance(value, str):
        return value
    if not isinstance(value, (list, tuple)):
        return ""
    words = [text_of(word) for word in value if isinstance(word, str)]
    if len(words) == 3 and words[0] in _SHELLS and re.fullmatch(r"-[a-z]*c", words[1]):
        return words[2]
    keystrokes = [text_of(each.get("keystrokes")) for each in mappings(value)]
    return "".join(keystrokes) if keystrokes else shlex.join(words)


def _patched(patch: str) -> Iterator[Piece]:
    """Read `*** Begin Patch` text: added files whole, and of updated ones the hunks."""
    heads = list(_PATCH.finditer(patch))
    for index, head in enumerate(heads):
        end = heads[index + 1].start() if index + 1 < len(heads) else len(patch)
        lines = [line for line in patch[head.end() + 1 : end].splitlines() if not line.startswith("*** ")]
        path = head[2].strip()
        if head[1] == "Add":
            yield Write(path, "".join(line[1:] + "\n" for line in lines if line.startswith("+")))
        elif head[1] == "Update":
            yield from _hunks(path, lines)


def _hunks(path: str, lines: list[str]) -> Iterator[Edit]:
    hunk: list[str] = []
    for line in [*lines, "@@"]:
        if not line.startswith("@@"):
            hunk.append(line)
            continue
        old = "".join(each[1:] + "\n" for each in hunk if not each.startswith("+"))
        new = "".join(each[1:] + "\n" for each in hunk if not each.startswith("-"))
        if any(each.startswith("+") for each in hunk):
            yield Edit(path, old, new)
        hunk = []


def _named(given: Mapping[str, object], names: tuple[str, ...], *, empty: bool = False) -> str | None:
    for name in names:
        value = given.get(name)
        if isinstance(value, list) and name == "new_source":
            value = "".join(text_of(each) for each in value)
        if isinstance(value, str) and (value or empty):
            return value
    return None
