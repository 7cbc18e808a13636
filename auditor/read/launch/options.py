"""Options of everyday programs, for those whose effect on files or output is modelled.

Takes arguments and the names that take a value, gives options and operands. Options may follow
operands, as GNU programs read them. What is only known in part is split where its beginning allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.read.programs.pieces import drop, head_of, is_whole
from auditor.read.values import EMPTY, Value, known_text


@dataclass(frozen=True, slots=True)
class Scanned:
    """Options in order with their values (empty where they take none), and operands."""

    options: tuple[tuple[str, Value], ...]
    operands: tuple[Value, ...]

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in names for name, _ in self.options)

    def every(self, *names: str) -> tuple[Value, ...]:
        """Give the values of these options, in order."""
        return tuple(value for name, value in self.options if name in names)

    def last(self, *names: str) -> Value | None:
        """Give the last value of these options, or None."""
        values = self.every(*names)
        return values[-1] if values else None


def scan(arguments: Sequence[Value], takes: str = "", *, joined: str = "") -> Scanned:
    """Read arguments. `takes` lists names with a value, `joined` letters with one only where it is joined."""
    names = frozenset(takes.split())
    options: list[tuple[str, Value]] = []
    operands: list[Value] = []
    index = 0
    while index < len(arguments):
        word = arguments[index]
        head = head_of(word)
        index += 1
        if not head.startswith("-") or (head == "-" and is_whole(word)):
            operands.append(word)
            continue
        if head == "--" and is_whole(word):
            operands += arguments[index:]
            break
        if head.startswith("--"):
            name, equals, _ = head.partition("=")
            name = _completed(name, names)
            value = drop(word, head.index("=") + 1) if equals else EMPTY
            if not equals and name.lstrip("-") in names and index < len(arguments):
                value = arguments[index]
                index += 1
            options.append((name, value))
            continue
        for position, letter in enumerate(head[1:], start=1):
            rest = drop(word, position + 1)
            if letter in joined:
                options.append((f"-{letter}", rest))
                break
            if letter not in names:
                options.append((f"-{letter}", EMPTY))
                continue
            if known_text(rest) == "" and index < len(arguments):
                rest = arguments[index]
                index += 1
            options.append((f"-{letter}", rest))
            break
    return Scanned(tuple(options), tuple(operands))


def _completed(name: str, names: frozenset[str]) -> str:
    """Give the whole of an abbreviated long option that takes a value."""
    bare = name[2:]
    if bare in names or len(bare) < 3:
        return name
    found = [listed for listed in names if listed.startswith(bare)]
    return f"--{found[0]}" if len(found) == 1 else name
