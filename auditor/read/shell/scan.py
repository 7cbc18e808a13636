"""Reading words: quotes, escapes and expansions, up to the character that ends a word.

Takes text and an offset, gives `Word`s. Follows bash's own rules for where each form ends; commands
inside `$(…)` are read by the grammar (a subclass), so that nested quotes, comments, case patterns and
here-documents end where bash ends them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from auditor.read.shell.escapes import ansi_c
from auditor.read.shell.syntax import (
    ArithmeticExpansion,
    CommandSubstitution,
    DoubleQuoted,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Sequence,
    Word,
)

MAX_NESTING = 60
_PLAIN = re.compile(r"[^\s\\'\"$`;&|<>(){}\[\]*?+@!~#\x00]+")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PARAMETER = re.compile(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]", re.ASCII)
_OPERATOR = re.compile(r":[-=?+]|[-=?+]|##?|%%?|//|/[#%]|/|\^\^?|,,?|~~?|@|:")
_DOUBLE_PLAIN = re.compile(r'[^"\\$`]+')
_METACHARACTERS = frozenset(" \t\n|&;()<>")


class Unreadable(Exception):
    """The text is not shell from here on."""

    def __init__(self, offset: int, message: str, *, is_too_deep: bool = False) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.is_too_deep = is_too_deep


class Scanner(ABC):
    """A text and a position in it. Offsets given out are `base + scale * position`."""

    def __init__(self, text: str, base: int = 0, scale: int = 1, nesting: int = 0) -> None:
        self.text = text
        self.i = 0
        self.base = base
        self.scale = scale
        self.nesting = nesting

    def at(self, position: int) -> int:
        """Give the offset in the unit's text of a position."""
        return self.base + self.scale * position

    @abstractmethod
    def commands_until(self, closing: str) -> Sequence:
        """Read commands up to and including a closing character."""

    @abstractmethod
    def commands_of(self, text: str, position: int) -> Sequence:
        """Read a text (the inside of backticks) as commands that all stand at one position."""

    def enter(self) -> None:
        """Go one level down; refuse beyond the bound."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise Unreadable(self.at(self.i), f"nested more than {MAX_NESTING} deep", is_too_deep=True)

    # Words

    def word(self, stops: frozenset[str] = _METACHARACTERS) -> Word:
        """Read a word that ends before an unquoted stop character."""
        start = self.i
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
                    parts.append(self._process_substitution())
                    continue
                if c == "(" and run and run[-1][-1:] in tuple("?*+@!") and len("".join(run)) > 0:
                    run.append(self._extended_glob())
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
            return self._backticks(in_double=in_double)
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
                part = self.dollar(in_double=True) if c == "$" else self._backticks(in_double=True)
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

    # Expansions

    def dollar(self, *, in_double: bool) -> Part:
        """Read what a dollar begins; a lone dollar is plain text."""
        text, i = self.text, self.i
        following = text[i + 1 : i + 2]
        if following == "(":
            return self._command_or_arithmetic()
        if following == "{":
            return self._braced(in_double=in_double)
        if following == "[":
            self.i += 2
            return ArithmeticExpansion(self._enclosed("]"))
        if following == "'" and not in_double:
            match = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL).match(text, i + 2)
            if match is None:
                raise Unreadable(self.at(i), "a single quote without its end")
            self.i = match.end()
            return Literal(ansi_c(match[0][:-1]), is_quoted=True)
        if following == '"' and not in_double:
            self.i += 1
            return self.double_quoted()
        named = _NAME.match(text, i + 1)
        if named:
            self.i = named.end()
            return Parameter(named[0], is_bare=True)
        if following and following in "0123456789@*#?$!-":
            self.i += 2
            return Parameter(following)
        self.i += 1
        return Literal("$", is_quoted=True) if in_double else Literal("$")

    def _command_or_arithmetic(self) -> Part:
        start = self.i
        if self.text.startswith("$((", start):
            end = arithmetic_end(self.text, start + 3)
            if end is not None:
                self.i = start + 3
                word = self.expression(end)
                self.i = end + 2
                return ArithmeticExpansion(word)
        self.i = start + 2
        return CommandSubstitution(self.commands_until(")"))

    def expression(self, end: int) -> Word:
        """Read an arithmetic expression up to a position, as between double quotes."""
        inner = self.part_of(self.i, end)
        word = Word(tuple(inner.double_parts("")), self.at(self.i), self.at(end))
        self.i = end
        return word

    @abstractmethod
    def part_of(self, start: int, end: int) -> Scanner:
        """Give a scanner over a stretch of the same text."""

    def _process_substitution(self) -> ProcessSubstitution:
        is_output = self.text[self.i] == ">"
        self.i += 2
        return ProcessSubstitution(self.commands_until(")"), is_output)

    def _backticks(self, *, in_double: bool) -> Part:
        match = re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL).match(self.text, self.i + 1)
        if match is None:
            raise Unreadable(self.at(self.i), "a backtick without its end")
        position, self.i = self.i, match.end()
        escaped = r'\\([$`\\"])' if in_double else r"\\([$`\\])"
        return CommandSubstitution(self.commands_of(re.sub(escaped, r"\1", match[0][:-1]), position))

    def _extended_glob(self) -> str:
        start, depth = self.i, 0
        while self.i < len(self.text):
            c = self.text[self.i]
            if c == "\n":
                break
            depth += (c == "(") - (c == ")")
            self.i += 1
            if depth == 0:
                return self.text[start : self.i]
        raise Unreadable(self.at(start), "a parenthesis where a word should go on")

    def _enclosed(self, closing: str) -> Word:
        start = self.i
        parts = self.double_parts(closing)
        if self.i >= len(self.text):
            raise Unreadable(self.at(start), f"no {closing}")
        word = Word(tuple(parts), self.at(start), self.at(self.i))
        self.i += 1
        return word

    # Parameters in braces

    def _braced(self, *, in_double: bool) -> Part:
        start, text = self.i, self.text
        self.i += 2
        if text[self.i : self.i + 1] in (" ", "\n", "\t", "|"):
            self.i += 1
            return CommandSubstitution(self.commands_until("}"), is_function=True)
        self.enter()
        prefix = ""
        if text[self.i : self.i + 1] in ("!", "#") and _PARAMETER.match(text, self.i + 1):
            following = text[self.i + 1]
            # `${#}` and `${#-x}` are about the parameter `#`, `${#-}` is a length.
            if text[self.i] == "!" or following not in "?-#" or text[self.i + 2 : self.i + 3] == "}":
                prefix = text[self.i]
                self.i += 1
        match = _PARAMETER.match(text, self.i)
        if match is None:
            raise Unreadable(self.at(start), "a parameter without a name")
        name = match[0]
        self.i = match.end()
        subscript = None
        if text[self.i : self.i + 1] == "[":
            self.i += 1
            subscript = self.subscript()
        parameter = self._operation(name, subscript, prefix, in_double=in_double)
        if text[self.i : self.i + 1] != "}":
            raise Unreadable(self.at(start), "a bad substitution")
        self.i += 1
        self.nesting -= 1
        return parameter

    def _operation(self, name: str, subscript: Word | None, prefix: str, *, in_double: bool) -> Parameter:
        text = self.text
        if text[self.i : self.i + 1] == "}":
            return Parameter(name, subscript, prefix)
        if prefix == "!" and text[self.i : self.i + 2] in ("*}", "@}"):
            self.i += 1
            return Parameter(name, subscript, prefix, text[self.i - 1])
        match = _OPERATOR.match(text, self.i)
        if match is None:
            raise Unreadable(self.at(self.i), "a bad substitution")
        operator = match[0]
        self.i = match.end()
        second = None
        if operator in ("/", "//", "/#", "/%"):
            # In `${v///x}` the pattern begins with the third slash.
            lead = (Literal("/"),) if operator == "//" and text[self.i : self.i + 1] == "/" else ()
            self.i += len(lead)
            argument = self._operand(frozenset("/}"))
            argument = Word((*lead, *argument.parts), argument.start, argument.end)
            if text[self.i : self.i + 1] == "/":
                self.i += 1
                second = self._operand(frozenset("}"), in_double=in_double)
        elif operator == ":":
            argument = self._slice_part()
            if text[self.i : self.i + 1] == ":":
                self.i += 1
                second = self._slice_part()
        else:
            is_word = operator.lstrip(":")[:1] in ("-", "=", "?", "+")
            argument = self._operand(frozenset("}"), in_double=in_double and is_word)
        return Parameter(name, subscript, prefix, operator, argument, second)

    def _operand(self, stops: frozenset[str], *, in_double: bool = False) -> Word:
        start = self.i
        parts = self.parts(stops, in_double=in_double)
        return Word(tuple(parts), self.at(start), self.at(self.i))

    def _slice_part(self) -> Word:
        start, depth, waiting = self.i, 0, 0
        while self.i < len(self.text):
            c = self.text[self.i]
            if c in "({[":
                depth += 1
            elif c in ")]" or (c == "}" and depth):
                depth -= 1
            elif c == "?":
                waiting += 1
            elif c == ":" and waiting:
                waiting -= 1
            elif depth == 0 and c in ":}":
                break
            self.i += 1
        end, self.i = self.i, start
        return self.expression(end)

    def subscript(self) -> Word:
        """Read an array index up to and including its bracket."""
        start = self.i
        parts = self.parts(frozenset("]"))
        if self.i >= len(self.text):
            raise Unreadable(self.at(start), "no ]")
        word = Word(tuple(parts), self.at(start), self.at(self.i))
        self.i += 1
        return word


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
