"""Words: the arguments of effects, known, partly known or unknown.

Takes text and holes from the readers, gives values that the transcript can write on one line.
Refuses to carry any name that the audited text chose: a hole is named by its source and a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Source(Enum):
    """Where a value that reading could not recover comes from."""

    ARGUMENT = "argument"  # a parameter nobody in the script gives, argv, an option
    ENVIRONMENT = "environment"  # a variable that the script did not set
    INPUT = "input"  # standard input, a prompt
    FILE = "file"  # a file out of reach
    NETWORK = "network"  # an answer from elsewhere
    DECODER = "decoder"  # a decoder or decryptor whose input or method is not known
    COMMAND = "command"  # the output of a program that is not modelled
    CLOCK = "clock"  # time, randomness, process ids, temporary names
    LIMIT = "limit"  # reading stopped at a bound
    UNKNOWN = "unknown"  # code whose result is not modelled


@dataclass(frozen=True, slots=True)
class Hole:
    """An unknown part of a word.

    `number` tells two unknowns of one script apart (0: nothing is known of its identity).
    `detail` is what is known of the origin (the URL of an answer, the path of a file); it never reaches a transcript.
    """

    source: Source
    number: int = 0
    detail: str = ""

    def __hash__(self) -> int:
        """Hash what tells holes apart; an enumeration's own hash is Python code, and holes are hashed all the time."""
        return hash((self.number, self.detail))

    @property
    def name(self) -> str:
        """The hole's name in a transcript: a closed vocabulary, so that no hostile name reaches a rule."""
        return f"{self.source.value}_{self.number}" if self.number else self.source.value


@dataclass(frozen=True, slots=True)
class Word:
    """One argument: text and holes in order; equal neighbours of text are already joined."""

    parts: tuple[str | Hole, ...]

    @staticmethod
    def of(*parts: str | Hole) -> Word:
        """Make a word, joining neighbouring text and dropping empty text."""
        joined: list[str | Hole] = []
        run: list[str] = []  # joined once: adding piece by piece is quadratic in hostile text
        for part in parts:
            if isinstance(part, str):
                run.append(part)
                continue
            if text := "".join(run):
                joined.append(text)
            run.clear()
            joined.append(part)
        if text := "".join(run):
            joined.append(text)
        return Word(tuple(joined))

    @property
    def text(self) -> str | None:
        """The whole text, or None where a part is unknown."""
        if not self.parts:
            return ""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return None

    @property
    def is_known(self) -> bool:
        """Whether no part is unknown."""
        return self.text is not None

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The unknown parts, in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else f"%{{{part.name}}}" for part in self.parts)
