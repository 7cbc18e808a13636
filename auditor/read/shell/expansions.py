"""Reading expansions: parameters in braces, substitutions, arithmetic.

The half of the scanner behind the dollar. Takes a text at a dollar or backtick, gives the part; what
bash calls a bad substitution is refused.
"""

from __future__ import annotations

import re
from abc import abstractmethod

from auditor.read.shell.escapes import ansi_c
from auditor.read.shell.scan import Scanner, Unreadable, arithmetic_end, bracket_end, closing_brace
from auditor.read.shell.syntax import (
    ArithmeticExpansion,
    CommandSubstitution,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Sequence,
    Word,
)

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PARAMETER = re.compile(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]", re.ASCII)
_OPERATOR = re.compile(r":[-=?+]|[-=?+]|##?|%%?|//|/[#%]|/|\^\^?|,,?|~~?|@|:")


class Expansions(Scanner):
    """A scanner that reads what a dollar or a backtick begins."""

    @abstractmethod
    def commands_until(self, closing: str) -> Sequence:
        """Read commands up to and including a closing character."""

    @abstractmethod
    def commands_of(self, text: str, position: int, scale: int) -> Sequence:
        """Read a text (the inside of backticks) as commands; with a scale of 0 all stand at one position."""

    def dollar(self, *, in_double: bool) -> Part:
        """Read what a dollar begins; a lone dollar is plain text."""
        text, i = self.text, self.i
        following = text[i + 1 : i + 2]
        if following == "(":
            return self._command_or_arithmetic()
        if following == "{":
            return self._braced(in_double=in_double)
        if following == "[":
            end = bracket_end(text, i + 2)
            if end is None:
                raise Unreadable(self.at(i), "no ]")
            self.i += 2
            word = self.expression(end)
            self.i = end + 1
            return ArithmeticExpansion(word)
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
        inner = self.inside(self.text[self.i : end], self.at(self.i), self.scale)
        word = Word(tuple(inner.double_parts("")), self.at(self.i), self.at(end))
        self.i = end
        return word

    @abstractmethod
    def inside(self, text: str, base: int, scale: int) -> Expansions:
        """Give a scanner over a text of its own that stands inside this one."""

    def process_substitution(self) -> ProcessSubstitution:
        """Read `<(…)` or `>(…)`."""
        is_output = self.text[self.i] == ">"
        self.i += 2
        return ProcessSubstitution(self.commands_until(")"), is_output)

    def backticks(self, *, in_double: bool) -> Part:
        """Read a command in backticks."""
        match = re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL).match(self.text, self.i + 1)
        if match is None:
            raise Unreadable(self.at(self.i), "a backtick without its end")
        position, self.i = self.i, match.end()
        written = match[0][:-1]
        escaped = r'\\([$`\\"])' if in_double else r"\\([$`\\])"
        text = re.sub(escaped, r"\1", written)
        # Where escapes went, offsets no longer agree, and all stands where the backtick is.
        scale = self.scale if text == written else 0
        return CommandSubstitution(self.commands_of(text, position + 1, scale))

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
            return self._bad_substitution(start, is_zsh=True)
        name = match[0]
        self.i = match.end()
        subscript = None
        if text[self.i : self.i + 1] == "[":
            self.i += 1
            subscript = self.subscript()
        parameter = self._operation(name, subscript, prefix, in_double=in_double)
        if parameter is None or text[self.i : self.i + 1] != "}":
            return self._bad_substitution(start)
        self.i += 1
        self.room += 1
        return parameter

    def _bad_substitution(self, start: int, *, is_zsh: bool = False) -> Parameter:
        """Skip what bash finds bad only when it gets there: the lines after it run.

        A form of zsh (`${(f)$(…)}`) keeps its inside; nothing of it was read before, so that nesting
        costs no second reading.
        """
        end = closing_brace(self.text, start + 2)
        if end is None:
            raise Unreadable(self.at(start), "no }")
        argument = None
        if is_zsh:
            inner = self.inside(self.text[start + 2 : end], self.at(start + 2), self.scale)
            argument = Word(tuple(inner.double_parts("")), self.at(start + 2), self.at(end))
        self.i = end + 1
        self.room += 1
        return Parameter("", operator="?", argument=argument)

    def _operation(self, name: str, subscript: Word | None, prefix: str, *, in_double: bool) -> Parameter | None:
        text = self.text
        if text[self.i : self.i + 1] == "}":
            return Parameter(name, subscript, prefix)
        if prefix == "!" and text[self.i : self.i + 2] in ("*}", "@}"):
            self.i += 1
            return Parameter(name, subscript, prefix, text[self.i - 1])
        match = _OPERATOR.match(text, self.i)
        if match is None:
            return None
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
