"""Patterns with `!(…)`: stretches of text that a group does not match.

Takes compiled patterns in a row, some of them negated; gives the ends of matches as a pattern does.
Positions are kept as sets, so that the work is bounded by the square of the text, and paid for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_POSITIONS_PER_STEP = 64
Spend = Callable[[int], None]


class Matching(Protocol):
    """What gives the ends of its matches."""

    def ends(self, text: str, start: int = 0, spend: Spend | None = None) -> list[int]:
        """Give every end of a match that begins at `start`, in order."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Patterns one after the other; where the flag is set, what the pattern does not match."""

    links: tuple[tuple[Matching, bool], ...]

    def ends(self, text: str, start: int = 0, spend: Spend | None = None) -> list[int]:
        """Give every end of a match that begins at `start`, in order; `spend` pays for the work."""
        current = [start]
        for pattern, is_negated in self.links:
            found: set[int] = set()
            for position in current:
                ends = pattern.ends(text, position, spend)
                if spend is not None:
                    spend(1 + (len(text) - position) // _POSITIONS_PER_STEP)
                found |= set(range(position, len(text) + 1)).difference(ends) if is_negated else set(ends)
            if not found:
                return []
            current = sorted(found)
        return current

    def matches(self, text: str, spend: Spend | None = None) -> bool:
        """Whether the chain matches the whole text."""
        ends = self.ends(text, 0, spend)
        return bool(ends) and ends[-1] == len(text)
