"""Reading commands: lists, pipelines, compound commands, redirections and here-documents.

Takes a unit's text, gives a `Program`: line by line, as bash reads a script, up to the first thing
that is not shell. What stands before a syntax error runs in bash, so it is read; the rest is the
caller's gap.
"""

from __future__ import annotations

import re

from auditor.read.shell.compounds import OPENING, Compounds
from auditor.read.shell.scan import Unreadable
from auditor.read.shell.syntax import (
    AndOr,
    Command,
    Not,
    Pipeline,
    Problem,
    Program,
    Sequence,
    Simple,
)
from auditor.settings import DEFAULT_LIMITS

_FUNCTION = re.compile(r"([^\s'\"$`\\;&|<>(){}=][^\s'\"$`\\;&|<>()=]*)[ \t]*\([ \t]*\)")
_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "in"})


def read_program(text: str, base: int = 0, scale: int = 1, room: int = DEFAULT_LIMITS.shell_nesting) -> Program:
    """Read a text as bash would, line by line, up to its end or the first syntax error."""
    grammar = Grammar(text, base, scale, room)
    lines: list[Sequence] = []
    while True:
        try:
            grammar.blank_lines()
            if grammar.i >= len(text):
                return Program(tuple(lines), None, tuple(grammar.notes))
            lines.append(grammar.line())
        except Unreadable as stop:
            problem = Problem(stop.offset, stop.message, stop.is_too_deep)
            return Program(tuple(lines), problem, tuple(grammar.notes))
        except RecursionError:
            return Program(tuple(lines), Problem(grammar.at(grammar.i), "nested too deep", is_too_deep=True))


class Grammar(Compounds):
    """A position in a text that is read as commands."""

    # What the scanner asks for

    def commands_until(self, closing: str) -> Sequence:
        """Read commands up to and including a closing parenthesis or brace."""
        start = self.i
        self.enter()
        body = self.sequence(frozenset({closing}))
        self.blank_lines()
        if self.text[self.i : self.i + 1] != closing:
            raise Unreadable(self.at(start), f"no {closing}")
        self.i += 1
        self.room += 1
        return body

    def commands_of(self, text: str, position: int, scale: int) -> Sequence:
        """Read the inside of backticks."""
        if self.room <= 0:
            raise Unreadable(self.at(position), "nested too deep", is_too_deep=True)
        program = read_program(text, self.at(position), scale, self.room - 1)
        if program.problem is not None:
            raise Unreadable(program.problem.offset, program.problem.message, is_too_deep=program.problem.is_too_deep)
        commands = tuple(command for line in program.lines for command in line.commands)
        return Sequence(commands, tuple(flag for line in program.lines for flag in line.in_background))

    def inside(self, text: str, base: int, scale: int) -> Grammar:
        """Give a reader over a text of its own that stands inside this one."""
        return Grammar(text, base, scale, self.room)

    # Lines and lists

    def line(self) -> Sequence:
        """Read the commands up to the end of the line."""
        commands: list[Command] = []
        flags: list[bool] = []
        while True:
            commands.append(self.and_or())
            self.blanks()
            flags.append(self._separator())
            self.comment()
            c = self.text[self.i : self.i + 1]
            if not c:
                self.finish_documents()
                break
            if c == "\n":
                self.newline()
                break
        return Sequence(tuple(commands), tuple(flags))

    def sequence(self, closers: frozenset[str]) -> Sequence:
        """Read commands up to, not including, a closing character or reserved word."""
        commands: list[Command] = []
        flags: list[bool] = []
        while True:
            self.blank_lines()
            if self.i >= len(self.text):
                self.finish_documents()
                break
            if self.text[self.i] in closers and self.text[self.i] in ");":
                break
            keyword = self.keyword()
            if keyword in closers or (self.text[self.i] == "}" and "}" in closers and keyword == "}"):
                break
            if self.text.startswith((";;", ";&"), self.i) and ";" in closers:
                break
            commands.append(self.and_or())
            self.blanks()
            flags.append(self._separator())
        return Sequence(tuple(commands), tuple(flags))

    def _separator(self) -> bool:
        c = self.text[self.i : self.i + 1]
        if c == ";" and not self.text.startswith((";;", ";&"), self.i):
            self.i += 1
        elif c == "&" and not self.text.startswith("&&", self.i):
            self.i += 1
            return True
        elif c not in ("", "\n", ")", ";", "#") and self.keyword() not in _CLOSING:
            # `( … ) then`, `esac done`: behind a compound command bash knows reserved words.
            raise Unreadable(self.at(self.i), f"unexpected {c!r}")
        return False

    def and_or(self) -> Command:
        """Read pipelines joined by `&&` and `||`."""
        commands, operators = [self.pipeline()], list[str]()
        while True:
            self.blanks()
            operator = self.text[self.i : self.i + 2]
            if operator not in ("&&", "||"):
                break
            self.i += 2
            self.blank_lines()
            operators.append(operator)
            commands.append(self.pipeline())
        return commands[0] if not operators else AndOr(tuple(commands), tuple(operators))

    def pipeline(self) -> Command:
        """Read commands joined by `|`, perhaps negated or timed."""
        self.blanks()
        start, is_negated = self.i, False
        while (keyword := self.keyword()) in ("!", "time"):
            is_negated = is_negated != (keyword == "!")
            self.i += len(keyword)
            self.blanks()
            if keyword == "time" and re.compile(r"(?:-p|--)(?=\s)").match(self.text, self.i):
                self.i += 2
                self.blanks()
        if start != self.i and self.text[self.i : self.i + 1] in ("", "\n", ";"):
            return Simple((), (), (), self.at(start), self.at(self.i))
        commands, merges = [self.command()], list[bool]()
        while True:
            self.blanks()
            if self.text[self.i : self.i + 1] != "|" or self.text.startswith("||", self.i):
                break
            merges.append(self.text.startswith("|&", self.i))
            self.i += 2 if merges[-1] else 1
            self.blank_lines()
            commands.append(self.command())
        whole = commands[0]
        if len(commands) > 1:
            whole = Pipeline(tuple(commands), tuple(merges), self.at(start), self.at(self.i))
        return Not(whole) if is_negated else whole

    # Commands

    def command(self) -> Command:
        """Read one command with its redirections."""
        self.blanks()
        text = self.text
        keyword = self.keyword()
        if keyword in _CLOSING:
            raise Unreadable(self.at(self.i), f"unexpected {keyword}")
        if keyword in OPENING or text[self.i : self.i + 1] == "(":
            self.enter()
            body = self.compound(keyword)
            self.room += 1
            return self.with_redirects(body)
        match = _FUNCTION.match(text, self.i)
        if match:
            start, self.i = self.i, match.end()
            return self.function(match[1], start)
        return self.simple()
