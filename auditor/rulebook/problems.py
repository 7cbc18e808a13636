"""Problems: what is wrong with a file of the rules, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file of the rules; line 0 speaks of the whole file."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


def line_of(text: str, wanted: str) -> int:
    """Give the first line that holds a text; 0 where none does."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if wanted in line), 0)
