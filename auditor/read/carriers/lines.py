"""Logical lines of line-oriented carriers, with their spans in the unit's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.place import Span


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: its physical lines joined as they stand, continuation marks kept."""

    text: str
    span: Span


def logical_lines(text: str, *, comment: str = "#") -> Iterator[Line]:
    r"""Give lines with `\\`-continued ones joined by newlines; comment lines inside and between them are dropped."""
    kept: list[str] = []
    start = 1
    number = 0
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.removesuffix("\r")
        if comment and bare.lstrip().startswith(tuple(comment)):
            continue
        if not kept:
            start = number
        kept.append(bare)
        if bare.rstrip().endswith("\\") and not bare.rstrip().endswith("\\\\"):
            kept[-1] = bare.rstrip()
            continue
        if "".join(kept).strip():
            yield Line("\n".join(kept), Span(start, 1, number, len(bare) + 1))
        kept = []
    if "".join(kept).strip():
        yield Line("\n".join(kept), Span(start, 1, max(number, start), len(kept[-1]) + 1))
