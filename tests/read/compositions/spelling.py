"""Templates of spellings, and the pen that fills them: names, pieces and values are drawn at random.

A template holds marks: `§v` is the value, spelled again by another template; `§1 §2 §3` are three
pieces of it; `§a` to `§e` are fresh names. Takes a `random.Random`, so that a seed or Hypothesis decides.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

LONG = 1_500
"""A longer value is not spelled letter by letter."""
_Chosen = TypeVar("_Chosen")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a value: lines that come first, and the expression or word that then stands for it."""

    kind: str
    said: str
    before: str = ""
    encode: Callable[[str], str] | None = None
    """What `§v` stands for instead of the value itself."""
    fits: Callable[[str], bool] | None = None
    is_short: bool = False
    """Grows the value several times over: not for long ones."""


def suits(spelling: Spelling, value: str) -> bool:
    """Say whether a value can be written so."""
    if spelling.is_short and len(value) > LONG:
        return False
    if len(value) > 8 * LONG or (not value and spelling.fits is None):
        return spelling.kind.endswith(".plain")
    return spelling.fits is None or spelling.fits(value)


@dataclass(slots=True)
class Pen:
    """Draws choices, hands out fresh names, and notes the steps taken."""

    draw: random.Random
    steps: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    names: list[int] = field(default_factory=lambda: [0])

    def pick(self, choices: Sequence[_Chosen]) -> _Chosen:
        """Draw one of some choices."""
        return choices[self.draw.randrange(len(choices))]

    def chance(self, share: float) -> bool:
        """Draw whether something happens."""
        return self.draw.randrange(1000) < 1000 * share

    def name(self) -> str:
        """Give an identifier that was not used before."""
        self.names[0] += 1
        return f"{self.pick(_LETTERS)}{self.pick(_LETTERS)}{self.names[0]}"

    def fresh(self) -> Pen:
        """Give a pen for another text, which shares the names and the notes."""
        return Pen(self.draw, self.steps, [], self.names)

    def cut(self, value: str, count: int) -> list[str]:
        """Cut a value into pieces, at random places."""
        places = sorted(self.draw.randrange(len(value) + 1) for _ in range(count - 1))
        return [value[start:end] for start, end in zip([0, *places], [*places, len(value)], strict=True)]

    def named(self, *texts: str) -> list[str]:
        """Replace the marks of fresh names in texts that belong together."""
        chosen: dict[str, str] = {}
        return [re.sub("§[a-e]", lambda mark: chosen.setdefault(mark[0], self.name()), text) for text in texts]


Speller = Callable[[Pen, str, int], str]


def fill(pen: Pen, spelling: Spelling, value: str, depth: int, speller: Speller) -> str:
    """Write a value by a template: add the lines that come first, give what stands for the value."""
    pen.steps.append(spelling.kind)
    before, said = pen.named(spelling.before, spelling.said)
    both = before + said
    marks: dict[str, str] = {}
    if "§v" in both:
        marks["§v"] = speller(pen, spelling.encode(value) if spelling.encode else value, depth - 1)
    if "§1" in both:
        pieces = pen.cut(value, 3 if "§3" in both else 2)
        marks |= {f"§{index}": speller(pen, piece, depth - 1) for index, piece in enumerate(pieces, 1)}
    if before:
        pen.lines += replaced(before, marks).split("\n")
    return replaced(said, marks)


def replaced(template: str, marks: dict[str, str]) -> str:
    """Put texts in the place of marks, in one go: what is put in is not looked at again."""
    if not marks:
        return template
    return re.sub("|".join(map(re.escape, marks)), lambda mark: marks[mark[0]], template)
