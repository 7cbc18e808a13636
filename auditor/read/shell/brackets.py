"""Bracket expressions of shell patterns: `[a-z]`, `[!x]`, `[[:digit:]]`."""

from __future__ import annotations

import re
from collections.abc import Callable

_CLASSES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "blank": lambda c: c in " \t",
    "punct": lambda c: c.isprintable() and not c.isalnum() and c != " ",
    "xdigit": lambda c: c in "0123456789abcdefABCDEF",
    "cntrl": lambda c: ord(c) < 32 or ord(c) == 127,
    "print": str.isprintable,
    "graph": lambda c: c.isprintable() and c != " ",
    "word": lambda c: c.isalnum() or c == "_",
}


class Bracket:
    """The characters of one `[…]`."""

    def __init__(self, body: str, *, negated: bool) -> None:
        self.negated = negated
        self.singles: set[str] = set()
        self.ranges: list[tuple[str, str]] = []
        self.classes: list[str] = []
        i = 0
        while i < len(body):
            named = re.compile(r"\[:(\w+):\]").match(body, i)
            if named:
                self.classes.append(named[1])
                i = named.end()
                continue
            if body[i] == "\\" and i + 1 < len(body):
                i += 1
            if body[i + 1 : i + 2] == "-" and i + 2 < len(body):
                self.ranges.append((body[i], body[i + 2]))
                i += 3
            else:
                self.singles.add(body[i])
                i += 1

    def __contains__(self, c: object) -> bool:
        if not isinstance(c, str):
            return False
        found = c in self.singles or any(low <= c <= high for low, high in self.ranges)
        found = found or any(name in _CLASSES and _CLASSES[name](c) for name in self.classes)
        return found != self.negated
