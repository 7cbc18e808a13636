"""Reading words: quotes, escapes and expansions, up to the character that ends a word.

Takes text and an offset, gives `Word`s. Follows bash's own rules for where each form ends; commands
inside `$(…)` are read by the grammar (a subclass), so that nested quotes, comments, case patterns and
here-documents end where bash ends them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from auditor.read.shell.syntax import (
    DoubleQuoted,
    Literal,
    Part,
    Word,
)
from auditor.settings import DEFAULT_LIMITS

_PLAIN = re.compile(r"[^\s\\'\"$`;&|<>(){}\[\]*?+@!~#\x00]+")
_PLAIN_WORD = re.compile(_PLAIN.pattern + r"(?=[ \t\n;|&)]|\Z)")
_DOUBLE_PLAIN = re.compile(r'[^"\\$`]+')
_METACHARACTERS = frozenset(" \t\n|&;()<>")
_PARENTHESES = frozenset("()")


class Unreadable(Exception):
    """The text is not shell from here on."""

    def __init__(self, offset: int, message: str, *, is_too_deep: bool = False) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.is_too_deep = is_too_deep


class Scanner(ABC):
    """A text and a position in it. Offsets given out are `base + scale * position`."""

    def __init__(self, text: str, base: int = 0, scale: int = 1, room: int = DEFAULT_LIMITS.shell_nesting) -> None:
        self.text = text
        self.i = 0
        self.base = base
        self.scale = scale
        self.room = room  # how many levels more may be opened

    def at(self, position: int) -> int:
        """Give the offset in the unit's text of a position."""
        return self.base + self.scale * position

    @abstractmethod
    def dollar(self, *, in_double: bool) -> Part:
        """Read what a dollar begins."""

    @abstractmethod
    def backticks(self, *, in_double: bool) -> Part:
        """Read a command in backticks."""

    @abstractmethod
    def process_substitution(self) -> Part:
        """Read `<(…)` or `>(…)`."""

    def enter(self) -> None:
        """Go one level down; refuse beyond the bound."""
        self.room -= 1
        if self.room < 0:
            raise Unreadable(self.at(self.i), "nested too deep", is_too_deep=True)

    # Words

    def word(self, stops: frozenset[str] = _METACHARACTERS) -> Word:
        """Read a word that ends before an unquoted stop character."""
        start = self.i
        match = _PLAIN_WORD.match(self.text, start) if stops is _METACHARACTERS else None
        if match:  # most words: no quote, no expansion
            self.i = match.end()
            return Word((Literal(match[0]),), self.at(start), self.at(self.i))
        parts = self.parts(stops)
        return Word(tuple(parts), self.at(start), self.at(self.i))

    def parts(self, stops: frozenset[str], *, in_double: bool = False) -> list[Part]:
        """Read parts up to an unquoted stop character; `in_double` where single quotes are plain text."""
        text, parts = self.text, list[Part]()
        run: list[str] = []

        def flush() -> None:
            if run:
                parts.append(Literal("".join(run)))
                run.clear()

        while self.i < len(text):
            match = _PLAIN.match(text, self.i)
            if match and not (stops - _METACHARACTERS):
                run.append(match[0])
                self.i = match.end()
                continue
            c = text[self.i]
            if c in stops:
                if c in "<>" and text[self.i + 1 : self.i + 2] == "(":
                    flush()
                    parts.append(self.process_substitution())
                    continue
                if c == "(" and run and run[-1][-1:] in ("?", "*", "+", "@", "!"):
                    for piece in self._extended_glob():
                        if isinstance(piece, Literal) and not piece.is_quoted:
                            run.append(piece.text)
                        else:
                            flush()
                            parts.append(piece)
                    continue
                break
            if c in "\\'\"$`" and not (c == "'" and in_double):
                part = self.special(in_double=in_double)
                if part is not None:
                    if isinstance(part, Literal) and not part.is_quoted:
                        run.append(part.text)
                    else:
                        flush()
                        parts.append(part)
                continue
            run.append(c)
            self.i += 1
        flush()
        return parts

    def special(self, *, in_double: bool) -> Part | None:
        """Read the part that starts with a backslash, quote, dollar or backtick."""
        text, c = self.text, self.text[self.i]
        if c == "\\":
            following = text[self.i + 1 : self.i + 2]
            self.i += 2
            if following == "\n":
                return None
            if in_double and following not in ("$", "`", '"', "\\", "}"):
                return Literal("\\" + following, is_quoted=True)
            return Literal(following or "\\", is_quoted=True)
        if c == "'":
            end = text.find("'", self.i + 1)
            if end < 0:
                raise Unreadable(self.at(self.i), "a single quote without its end")
            part = Literal(text[self.i + 1 : end], is_quoted=True)
            self.i = end + 1
            return part
        if c == '"':
            return self.double_quoted()
        if c == "`":
            return self.backticks(in_double=in_double)
        return self.dollar(in_double=in_double)

    def double_quoted(self) -> DoubleQuoted:
        """Read `"…"`."""
        start = self.i
        self.i += 1
        parts = self.double_parts('"')
        if self.i >= len(self.text):
            raise Unreadable(self.at(start), "a double quote without its end")
        self.i += 1
        return DoubleQuoted(tuple(parts))

    def double_parts(self, closing: str) -> list[Part]:
        """Read parts as between double quotes, up to a closing character (empty: to the end of the text)."""
        text, parts = self.text, list[Part]()
        run: list[str] = []
        while self.i < len(text):
            match = _DOUBLE_PLAIN.match(text, self.i)
            if match:
                run.append(match[0])
                self.i = match.end()
                continue
            c = text[self.i]
            if c == closing:
                break
            if c == '"':
                run.append(c)
                self.i += 1
            elif c == "\\":
                following = text[self.i + 1 : self.i + 2]
                self.i += 2
                if following in ("$", "`", "\\") or (following == '"' and closing == '"'):
                    run.append(following)
                elif following != "\n":
                    run.append("\\" + following)
            else:
                part = self.dollar(in_double=True) if c == "$" else self.backticks(in_double=True)
                if isinstance(part, Literal):
                    run.append(part.text)
                else:
                    if run:
                        parts.append(Literal("".join(run), is_quoted=True))
                        run.clear()
                    parts.append(part)
        if run:
            parts.append(Literal("".join(run), is_quoted=True))
        return parts

    def _extended_glob(self) -> list[Part]:
        """Read the parenthesis of `@(…)` and its like: blanks, bars and line ends belong to it."""
        start, depth, pieces = self.i, 0, list[Part]()
        while self.i < len(self.text):
            c = self.text[self.i]
            if c not in "()":
                pieces += self.parts(_PARENTHESES)
                continue
            depth += 1 if c == "(" else -1
            self.i += 1
            pieces.append(Literal(c))
            if depth == 0:
                return pieces
        raise Unreadable(self.at(start), "a parenthesis where a word should go on")


def arithmetic_end(text: str, start: int) -> int | None:
    """Find the `))` that ends an arithmetic expression; None where the parentheses are commands."""
    depth, i = 0, start
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
        elif c in "'\"":
            end = text.find(c, i + 1)
            if end < 0:
                return None
            i = end
        elif c == "(":
            depth += 1
        elif c == ")":
            if depth == 0:
                return i if text.startswith("))", i) else None
            depth -= 1
        i += 1
    return None


def bracket_end(text: str, start: int) -> int | None:
    """Find the `]` that ends an expression of `$[…]`: brackets inside count, quotes are passed over."""
    depth, i = 0, start
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
        elif c in "'\"`":
            i = text.find(c, i + 1)
            if i < 0:
                return None
        elif c == "[":
            depth += 1
        elif c == "]":
            if depth == 0:
                return i
            depth -= 1
        i += 1
    return None


def closing_brace(text: str, start: int) -> int | None:
    """Find the `}` that ends an expansion which is not read further: quotes and inner braces are passed over."""
    depth, i = 0, start
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
        elif c in "'\"`":
            end = i + 1
            while end < len(text) and text[end] != c:
                end += 2 if text[end] == "\\" and c != "'" else 1
            i = end
        elif text.startswith("${", i):
            depth += 1
            i += 1
        elif c == "}":
            if depth == 0:
                return i
            depth -= 1
        i += 1
    return None
