"""What the Semgrep engines take and give: a text of one kind in, hits or a problem out.

Takes nothing from outside; gives the values and the protocol that the warm session and the batch
run share, so that whoever uses them cannot tell which of the two answered. Hits hold Semgrep's own
positions: lines from 1, columns from 1 in UTF-8 bytes, the end column one past the last byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from auditor.model.gap import Why


@dataclass(frozen=True, slots=True)
class Target:
    """A text to scan. `suffix` is the end of its file name: it chooses the parser and the rules."""

    suffix: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One diagnostic, with its message filled in."""

    rule: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer is not to be trusted as whole."""

    why: Why
    what: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said of one target. Without a problem the hits are all there are, if the canary is among them."""

    hits: tuple[Hit, ...]
    problem: Problem | None = None


def problem_of(said: str) -> Problem:
    """Sort what Semgrep says of a text that it did not wholly match; its words are not ours to repeat."""
    lowered = said.lower()
    if "too many matches" in lowered or "toomanymatches" in lowered:
        return Problem(Why.TOO_MANY, "too many matches of one rule")
    if "timeout" in lowered or "time limit" in lowered:
        return Problem(Why.TIMED_OUT, "a rule took too long")
    if any(word in lowered for word in ("syntax error", "partialparsing", "lexical", "parse error", "parsing")):
        return Problem(Why.NOT_PARSED, "Semgrep could not parse all of it")
    return Problem(Why.ENGINE_FAILED, "Semgrep reported an error")


class Engine(Protocol):
    """Scans targets with the rules it was made with."""

    def scan(self, targets: Sequence[Target], seconds: float, end: float) -> list[Answer]:
        """Give one answer for each target, in order.

        `seconds` bounds each target's scan; past `end`, a moment on the monotonic clock, what is left is a problem.
        """
        ...

    def close(self) -> None:
        """End the engine's processes and remove its files."""
        ...
