"""What a filter reads, and how it says that it cannot.

Text is a string throughout; bytes that are not UTF-8 stand in it as surrogates (`surrogateescape`),
so that a chain of decoders loses nothing. A filter that meets an option or input that it does not
model raises CannotFold; its output is then unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditor.settings import DEFAULT_LIMITS, Limits


class CannotFold(Exception):
    """The filter does not model what was asked of it."""


class NoInput(CannotFold):
    """The filter reads what whoever starts the script gives it."""

    def __init__(self) -> None:
        super().__init__("standard input is not known")


@dataclass(frozen=True, slots=True)
class Streams:
    """A filter's input: standard input (None where it is not known), and files by path (raises where not known)."""

    stdin: str | None
    open: Callable[[str], str]
    limits: Limits = DEFAULT_LIMITS

    def read(self, path: str = "-") -> str:
        """Give the text of a file, or of standard input for `-`."""
        if path not in {"-", "/dev/stdin"}:
            return self.open(path)
        if self.stdin is None:
            raise NoInput
        return self.stdin

    def read_all(self, paths: Sequence[str]) -> str:
        """Give the texts of all files in order; of standard input where no file is named."""
        return "".join(self.read(path) for path in (paths or ("-",)))


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a filter, by name with dashes, and its operands."""

    pairs: tuple[tuple[str, str], ...]
    operands: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in names for name, _ in self.pairs)

    def last(self, *names: str) -> str | None:
        """Give the last value of these options, or None."""
        values = self.every(*names)
        return values[-1] if values else None

    def every(self, *names: str) -> tuple[str, ...]:
        """Give all values of these options."""
        return tuple(value for name, value in self.pairs if name in names)

    def only(self, *names: str) -> None:
        """Refuse every other option."""
        for name, _ in self.pairs:
            if name not in names:
                raise CannotFold(f"option {name}")


def options_of(arguments: Sequence[str], takes: str = "", *, joined: str = "", stop: bool = False) -> Options:
    """Read a filter's arguments; `takes` lists names with a value, `joined` letters whose value must be joined."""
    names = frozenset(takes.split())
    pairs: list[tuple[str, str]] = []
    operands: list[str] = []
    index = 0
    while index < len(arguments):
        word = arguments[index]
        index += 1
        if not word.startswith("-") or word == "-":
            operands.append(word)
            if stop:
                operands += arguments[index:]
                break
        elif word == "--":
            operands += arguments[index:]
            break
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            if not equals and name[2:] in names:
                if index >= len(arguments):
                    raise CannotFold(f"no value for {name}")
                value = arguments[index]
                index += 1
            pairs.append((name, value))
        else:
            for position, letter in enumerate(word[1:], start=1):
                if letter in joined:
                    pairs.append((f"-{letter}", word[position + 1 :]))
                    break
                if letter not in names:
                    pairs.append((f"-{letter}", ""))
                    continue
                value = word[position + 1 :]
                if not value:
                    if index >= len(arguments):
                        raise CannotFold(f"no value for -{letter}")
                    value = arguments[index]
                    index += 1
                pairs.append((f"-{letter}", value))
                break
    return Options(tuple(pairs), tuple(operands))


def lines_of(text: str) -> list[str]:
    """Split text into lines at newlines only, without them; a last empty piece is no line."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def number_of(text: str | None, default: int | None = None) -> int:
    """Give a small whole number; refuses anything else."""
    if text is None and default is not None:
        return default
    digits = (text or "").lstrip("+-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise CannotFold(f"not a number: {text}")
    return int(text or "0")


def bytes_of(text: str) -> bytes:
    """Give text as the bytes that it stands for."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as refused:
        raise CannotFold("text that is no bytes") from refused


def text_of(data: bytes) -> str:
    """Give bytes as text, with those that are not UTF-8 as surrogates."""
    return data.decode("utf-8", "surrogateescape")
