"""Instructions of a Dockerfile: logical lines with their flags, here-documents and spans.

Takes a text, gives instructions whose lines are those of the text, so that code inside keeps its lines;
comment lines inside an instruction stay as blank ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.model.place import Span

_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)(\w+)\2")
_FLAG = re.compile(r"\s*(--[\w-]+(?:=\S*)?)(?=\s|$)")
_ESCAPE = re.compile(r"^#\s*escape\s*=\s*`\s*$", re.IGNORECASE)
_WITH_HEREDOCS = ("RUN", "COPY", "ADD", "ONBUILD", "HEALTHCHECK")


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document: the word that ends it, and the lines before that."""

    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its keyword in capitals, its flags, and what follows them as written."""

    keyword: str
    rest: str
    span: Span
    flags: tuple[str, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()

    def without_flags(self) -> Instruction:
        """Give the instruction with the flags at its beginning taken off."""
        flags: list[str] = []
        rest = self.rest
        while (found := _FLAG.match(rest)) is not None and self.keyword != "CMD":
            flags.append(found[1])
            rest = rest[found.end() :]
        lines = rest[: len(rest) - len(rest.lstrip())].count("\n")
        return replace(self, rest="\n" * lines * (self.keyword == "RUN") + rest.lstrip(), flags=tuple(flags))


def instructions(text: str) -> Iterator[Instruction]:
    """Give the instructions of a Dockerfile in order."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    escape = "`" if lines and _ESCAPE.match(lines[0].strip()) else "\\"
    index = 0
    while index < len(lines):
        start = index
        kept: list[str] = []
        is_open = True
        while is_open and index < len(lines):
            line = lines[index]
            index += 1
            if line.lstrip().startswith("#") or (kept and not line.strip()):
                kept += ["\\"] if kept else []
                is_open = bool(kept)
                continue
            stripped = line.rstrip()
            is_open = stripped.endswith(escape)
            kept.append(f"{stripped[:-1]}\\" if is_open else line)
        whole = "\n".join(kept).lstrip()
        if not whole.strip():
            continue
        keyword = whole.split(None, 1)[0].upper()
        rest = whole[len(keyword) :].removesuffix("\\").strip(" \t")
        heredocs: list[Heredoc] = []
        if keyword in _WITH_HEREDOCS and "<<" in rest:
            index = _take(lines, index, rest, heredocs)
        span = Span(start + 1, 1, index, len(lines[index - 1]) + 1)
        yield Instruction(keyword, rest, span, (), tuple(heredocs)).without_flags()


def _take(lines: list[str], index: int, rest: str, heredocs: list[Heredoc]) -> int:
    """Take the here-documents that stand below an instruction; gives the index of the line after them."""
    for found in _HEREDOC.finditer(rest):
        end = index
        while end < len(lines) and (lines[end].lstrip("\t") if found[1] else lines[end]) != found[3]:
            end += 1
        body = lines[index:end]
        heredocs.append(
            Heredoc(found[3], "\n".join(line.lstrip("\t") for line in body) if found[1] else "\n".join(body))
        )
        index = min(end + 1, len(lines))
    return index
