"""Reading compound commands: conditions, loops, `case`, tests, functions, coprocesses.

The half of the grammar between lists and simple commands. Takes a text at a reserved word or an
opening parenthesis, gives the command up to its closing word.
"""

from __future__ import annotations

import re
from abc import abstractmethod

from auditor.read.shell.clauses import Clauses
from auditor.read.shell.scan import Unreadable, arithmetic_end
from auditor.read.shell.syntax import (
    Arithmetic,
    Case,
    Command,
    Coproc,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Literal,
    Loop,
    Part,
    Sequence,
    Subshell,
    Test,
    Word,
)

_KEYWORD = re.compile(r"(?:\[\[|[{}!]|[a-z]+)(?=[\s;&|()<>]|$)")
_FUNCTION_KEYWORD = re.compile(r"function[ \t]+([^\s;&|<>()]+)[ \t]*(?:\([ \t]*\))?")
_COPROC = re.compile(r"coproc[ \t]+(?:([A-Za-z_]\w*)[ \t]+)?(?=[{(]|(?:while|until|for|if|case|select)\b|\[\[)")
OPENING = frozenset({"if", "while", "until", "for", "select", "case", "{", "[[", "function", "coproc", "!", "time"})


class Compounds(Clauses):
    """A position in a text that is read as compound commands."""

    @abstractmethod
    def sequence(self, closers: frozenset[str]) -> Sequence:
        """Read commands up to a closing word."""

    @abstractmethod
    def pipeline(self) -> Command:
        """Read a pipeline."""

    @abstractmethod
    def command(self) -> Command:
        """Read one command."""

    def keyword(self) -> str:
        """Give the reserved word at the position, or empty text."""
        match = _KEYWORD.match(self.text, self.i)
        return match[0] if match else ""

    def compound(self, keyword: str) -> Command:
        """Read the command that a reserved word or a parenthesis begins."""
        if self.text[self.i] == "(":
            end = arithmetic_end(self.text, self.i + 2) if self.text.startswith("((", self.i) else None
            if end is not None:
                self.i += 2
                expression = self.expression(end)
                self.i = end + 2
                return Arithmetic(expression)
            self.i += 1
            return Subshell(self.commands_until(")"))
        start = self.i
        if keyword == "function":
            match = _FUNCTION_KEYWORD.match(self.text, self.i)
            if match is None:
                raise Unreadable(self.at(start), "a function without a name")
            self.i = match.end()
            return self.function(match[1], start)
        if keyword == "coproc":
            return self._coproc()
        self.i += len(keyword)
        if keyword == "{":
            return Group(self._body("}"))
        if keyword == "[[":
            return self._test()
        if keyword == "if":
            return self._if()
        if keyword in ("while", "until"):
            condition = self._body("do")
            return Loop(condition, self._body("done"), keyword == "until")
        if keyword == "case":
            return self._case()
        if keyword in ("for", "select"):
            return self._for(keyword)
        return self.pipeline()  # `!` or `time` inside a pipeline

    def _body(self, *closers: str) -> Sequence:
        start = self.i
        body = self.sequence(frozenset(closers))
        self._expect(start, *closers)
        return body

    def _expect(self, start: int, *closers: str) -> str:
        self.blank_lines()
        keyword = self.keyword()
        if keyword not in closers:
            raise Unreadable(self.at(start), f"no {' or '.join(closers)}")
        self.i += len(keyword)
        return keyword

    def _if(self) -> If:
        branches: list[tuple[Sequence, Sequence]] = []
        otherwise = None
        while True:
            condition = self._body("then")
            start = self.i
            body = self.sequence(frozenset({"elif", "else", "fi"}))
            branches.append((condition, body))
            closer = self._expect(start, "elif", "else", "fi")
            if closer == "else":
                otherwise = self._body("fi")
            if closer != "elif":
                return If(tuple(branches), otherwise)

    def _for(self, keyword: str) -> Command:
        self.blanks()
        start = self.i
        if self.text.startswith("((", self.i):
            return self._counting_for()
        match = re.compile(r"[A-Za-z_]\w*", re.ASCII).match(self.text, self.i)
        if match is None:
            raise Unreadable(self.at(start), "a loop without a name")
        self.i = match.end()
        self.blank_lines()
        words: tuple[Word, ...] | None = None
        if self.keyword() == "in":
            self.i += 2
            words = tuple(self._words())
        if self.text[self.i : self.i + 1] == ";":
            self.i += 1
        return For(match[0], words, self._do_group(), keyword == "select")

    def _words(self) -> list[Word]:
        words = list[Word]()
        while True:
            self.blanks()
            c = self.text[self.i : self.i + 1]
            if not c or c in "\n;&|)" or c == "#":
                return words
            word = self.word()
            if not word.parts and word.start == word.end:
                raise Unreadable(self.at(self.i), f"unexpected {c!r}")
            words.append(word)

    def _do_group(self) -> Sequence:
        self.blank_lines()
        if self.keyword() == "{":
            self.i += 1
            return self._body("}")
        self._expect(self.i, "do")
        return self._body("done")

    def _counting_for(self) -> CountingFor:
        self.i += 2
        end = arithmetic_end(self.text, self.i)
        if end is None:
            raise Unreadable(self.at(self.i), "no ))")
        pieces: list[Word] = []
        for piece in [*self.text[self.i : end].split(";"), "", ""][:3]:
            pieces.append(self.expression(self.i + len(piece)))
            self.i += 1
        self.i = end + 2
        self.blanks()
        if self.text[self.i : self.i + 1] == ";":
            self.i += 1
        return CountingFor(pieces[0], pieces[1], pieces[2], self._do_group())

    def _case(self) -> Case:
        start = self.i
        self.blanks()
        subject = self.word()
        self._expect(start, "in")
        items: list[tuple[tuple[Word, ...], Sequence, str]] = []
        while True:
            self.blank_lines()
            if self.keyword() == "esac":
                self.i += 4
                return Case(subject, tuple(items))
            if self.i >= len(self.text):
                raise Unreadable(self.at(start), "no esac")
            patterns = self._patterns()
            body = self.sequence(frozenset({";", "esac"}))
            terminator = ";;"
            match = re.compile(r";;&|;;|;&").match(self.text, self.i)
            if match:
                terminator = match[0]
                self.i = match.end()
            items.append((patterns, body, terminator))

    def _patterns(self) -> tuple[Word, ...]:
        if self.text[self.i] == "(":
            self.i += 1
        patterns: list[Word] = []
        while True:
            self.blanks()
            start = self.i
            patterns.append(self.word())
            self.blanks()
            c = self.text[self.i : self.i + 1]
            if c not in ("|", ")") or (start == self.i):
                raise Unreadable(self.at(start), "a case pattern without its end")
            self.i += 1
            if c == ")":
                return tuple(patterns)

    def _test(self) -> Test:
        start, words = self.i, list[Word]()
        is_regex = False
        while True:
            self.blank_lines()
            if self.i >= len(self.text):
                raise Unreadable(self.at(start), "no ]]")
            position = self.i
            match = re.compile(r"&&|\|\||[()<>]").match(self.text, self.i)
            if match and not is_regex and not self.text.startswith(("<(", ">("), self.i):
                self.i = match.end()
                words.append(Word((Literal(match[0]),), self.at(position), self.at(self.i)))
                continue
            word = self._regex() if is_regex else self.word()
            if self.i == position:
                raise Unreadable(self.at(position), "a test that is not one")
            if word.plain == "]]":
                return Test(tuple(words))
            is_regex = word.plain == "=~"
            words.append(word)

    def _regex(self) -> Word:
        """Read a regular expression: parentheses and bars belong to it, blanks inside parentheses too."""
        start, depth = self.i, 0
        pieces: list[Part] = []
        stops = frozenset(" \t\n()")
        while self.i < len(self.text):
            c = self.text[self.i]
            if c in " \t\n" and depth <= 0:
                break
            if c in stops:
                depth += (c == "(") - (c == ")")
                pieces.append(Literal(c))
                self.i += 1
                continue
            found = self.parts(stops)
            if not found:
                break
            pieces.extend(found)
        return Word(tuple(pieces), self.at(start), self.at(self.i))

    def function(self, name: str, start: int) -> Function:
        """Read a function's body."""
        self.blank_lines()
        if self.keyword() not in OPENING and self.text[self.i : self.i + 1] != "(":
            raise Unreadable(self.at(start), "a function without a body")
        body = self.command()
        return Function(name, body, self.at(start), self.at(self.i))

    def _coproc(self) -> Coproc:
        match = _COPROC.match(self.text, self.i)
        if match:
            self.i = match.end()
            return Coproc(match[1] or "COPROC", self.command())
        self.i += len("coproc")
        return Coproc("COPROC", self.command())
