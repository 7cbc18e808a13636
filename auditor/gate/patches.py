"""Patches as the files that they leave: `*** Begin Patch` as Codex writes it, and unified diffs.

A hunk that does not fit what the file holds is not an error: its added lines are taken as the
file's text, so that they are judged all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from auditor.gate.calls import Unclear

_MOST_FILES = 200


def patched(patch: str, text_of: Callable[[str], str | None]) -> tuple[tuple[str, str], ...]:
    """Give path and whole text of each file that a patch writes, deleted ones aside; raises Unclear for too many."""
    lines = patch.replace("\r\n", "\n").split("\n")
    files = (
        _codex(lines, text_of)
        if any(line.startswith("*** Begin Patch") for line in lines)
        else _unified(lines, text_of)
    )
    found = tuple(islice(files, _MOST_FILES + 1))
    if len(found) > _MOST_FILES:
        raise Unclear("a patch changes too many files")
    return found


def _codex(lines: list[str], text_of: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    path = source = ""
    is_new = False
    body: list[str] = []
    for line in [*lines, "*** End Patch"]:
        if not line.startswith("*** "):
            body.append(line)
            continue
        keyword, _, rest = line[4:].partition(": ")
        if keyword == "Move to":
            path = rest.strip()
            continue
        if keyword == "End of File":
            continue
        if path:
            yield path, _added(body) if is_new else _applied(text_of(source), _hunks(body))
        path = source = rest.strip() if keyword in {"Add File", "Update File"} else ""
        is_new, body = keyword == "Add File", []


def _unified(lines: list[str], text_of: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    path = ""
    body: list[str] = []
    for line in [*lines, "+++ "]:
        if line.startswith("+++ "):
            if path:
                yield path, _applied(text_of(path), _hunks(body))
            name = line[4:].split("\t")[0].strip()
            path = "" if name in {"", "/dev/null"} else name.removeprefix("b/")
            body = []
        elif not line.startswith(("--- ", "diff --git", "index ", "new file", "deleted file")):
            body.append(line)


def _hunks(body: list[str]) -> list[list[str]]:
    hunks: list[list[str]] = [[]]
    for line in body:
        if line.startswith("@@"):
            hunks.append([])
        else:
            hunks[-1].append(line)
    return [hunk for hunk in hunks if any(line[:1] in {"+", "-"} for line in hunk)]


def _applied(before: str | None, hunks: list[list[str]]) -> str:
    text = before or ""
    loose: list[str] = []
    for hunk in hunks:
        old = "\n".join(line[1:] for line in hunk if line[:1] in {" ", "-"})
        new = "\n".join(line[1:] for line in hunk if line[:1] in {" ", "+"})
        if old and old in text:
            text = text.replace(old, new, 1)
        else:
            loose.append(new)
    return "\n".join([text, *loose]) if text else "\n".join(loose)


def _added(body: list[str]) -> str:
    return "\n".join(line[1:] for line in body if line.startswith("+"))
