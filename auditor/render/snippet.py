"""Snippets: the line of code that a finding speaks of, harmless and short, with a mark under the span."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.cells import cell_len

from auditor.model.place import Span
from auditor.model.unit import Unit
from auditor.render.escape import ELLIPSIS, visible_code, window
from auditor.render.redact import redact

_LINES_BEFORE = 120  # a private key that began this far up is still seen as one
_CHARACTERS_AROUND = 4_000


@dataclass(frozen=True, slots=True)
class Snippet:
    """One line, ready to show; the mark is `width` cells long and begins after `offset` cells, 0 long for no mark."""

    text: str
    offset: int
    width: int


def snippet(unit: Unit, span: Span, width: int) -> Snippet | None:
    """Give the first line of a span; None where there is nothing to show."""
    line = line_of_unit(unit, span.line)
    if line is None or not line.strip():
        return None
    start, end = span.column - 1, span.end_column - 1 if span.end_line == span.line else len(line)
    safe = _redacted(unit, span.line, line)
    if safe != line:
        text, gone = window(safe, span.column, width)
        return Snippet(_ends(visible_code(text), gone > 0, gone + width < len(safe)), 0, 0)
    margin = len(line) - len(line.lstrip(" \t"))
    text, gone = window(line[margin:], span.column - margin, width)
    start, end = max(start - margin - gone, 0), min(max(end - margin - gone, 0), len(text))
    before, marked, after = (visible_code(piece) for piece in (text[:start], text[start:end], text[end:]))
    is_cut_left, is_cut_right = gone > 0, gone + margin + width < len(line)
    shown = _ends(before + marked + after, is_cut_left, is_cut_right)
    is_whole = not before.strip() and not after.strip()
    return Snippet(shown, cell_len(before) + is_cut_left, 0 if is_whole else cell_len(marked))


def line_of_unit(unit: Unit, number: int) -> str | None:
    """Give one line of a unit's text, without its end."""
    lines = _lines(unit)
    return lines[number - 1].rstrip("\r") if 1 <= number <= len(lines) else None


def _lines(unit: Unit) -> list[str]:
    # Python ends lines at a bare carriage return too, bash does not.
    return re.split(r"\r\n|\n|\r", unit.text) if "\r" in unit.text and "\n" not in unit.text else unit.text.split("\n")


def _redacted(unit: Unit, number: int, line: str) -> str:
    lines = _lines(unit)
    first = max(0, number - 1 - _LINES_BEFORE)
    before = "\n".join(lines[first : number - 1])[-_CHARACTERS_AROUND:] if "-----BEGIN " in unit.text else ""
    if len(line) > _CHARACTERS_AROUND * 10:
        return redact(line)
    return redact(f"{before}\n{line}").rpartition("\n")[2]


def _ends(text: str, is_cut_left: bool, is_cut_right: bool) -> str:
    return (ELLIPSIS if is_cut_left else "") + text + (ELLIPSIS if is_cut_right else "")
