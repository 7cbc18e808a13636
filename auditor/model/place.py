"""Places: where in a script, or in code found inside it, something stands.

Lines and columns count from 1, columns in code points, and the end column is one past the last
character, as in SARIF (`columnKind: unicodeCodePoints`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one unit's text."""

    line: int
    column: int
    end_line: int
    end_column: int

    def __post_init__(self) -> None:
        if (self.line, self.column) > (self.end_line, self.end_column) or self.line < 1 or self.column < 1:
            raise ValueError(f"not a span: {self.line}:{self.column}-{self.end_line}:{self.end_column}")


START = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation that led to a value: in which unit, where, and what (`base64`, `os.system`, `join`)."""

    unit: int
    span: Span
    operation: str


Trail = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a unit, with the operations that led there, outermost first."""

    unit: int
    span: Span
    trail: Trail = ()
