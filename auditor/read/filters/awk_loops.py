"""Conditions and loops of awk: statements that are run, passed over, or run again."""

from __future__ import annotations

from auditor.read.filters.awk_expressions import Expressions
from auditor.read.filters.awk_syntax import Token
from auditor.read.filters.awk_values import truth_of
from auditor.read.filters.streams import CannotFold


class Loops(Expressions):
    """Flow of control; what a single statement does is the machine's."""

    def statement(self) -> None:
        """Run one statement."""
        raise NotImplementedError

    def closing(self, at: int, opening: str = "{", closing: str = "}") -> int:
        """Give the position of the bracket that closes the one here."""
        depth = 0
        while at < len(self.tokens):
            depth += self.is_at(at, opening)
            depth -= self.is_at(at, closing)
            if depth == 0:
                return at
            at += 1
        raise CannotFold("an open bracket")

    def skip_statement(self) -> None:
        """Pass over one statement without running it."""
        while self.peek().kind == "newline":
            self.at += 1
        token = self.peek()
        if token.text == "{" and token.kind == "operator":
            self.at = self.closing(self.at) + 1
            return
        if token.kind == "name" and token.text in {"if", "for", "while"}:
            self.at = self.closing(self.at + 1, "(", ")") + 1
            self.skip_statement()
            if token.text == "if" and self._else():
                self.skip_statement()
            return
        while self.at < len(self.tokens) and not (
            self.peek().kind == "newline" or self.is_at(self.at, ";") or self.is_at(self.at, "}")
        ):
            self.at += 1
        if self.at < len(self.tokens) and not self.is_at(self.at, "}"):
            self.at += 1

    def _else(self) -> bool:
        at = self.at
        while at < len(self.tokens) and (self.tokens[at].kind == "newline" or self.is_at(at, ";")):
            at += 1
        if at < len(self.tokens) and self.tokens[at] == Token("name", "else"):
            self.at = at + 1
            return True
        return False

    def if_(self) -> None:
        """Run `if`, with its `else`."""
        self.at += 1
        self.expect("(")
        truth = truth_of(self.expression())
        self.expect(")")
        if truth:
            self.run_body()
            if self._else():
                self.skip_statement()
        else:
            self.skip_statement()
            if self._else():
                self.run_body()

    def run_body(self) -> None:
        """Run the statement that a condition or loop governs."""
        while self.peek().kind == "newline":
            self.at += 1
        self.statement()

    def while_(self) -> None:
        """Run `while`."""
        start = self.at + 1
        while True:
            self.spend()
            self.at = start
            self.expect("(")
            truth = truth_of(self.expression())
            self.expect(")")
            if not truth:
                self.skip_statement()
                return
            self.run_body()

    def for_(self) -> None:
        """Run `for (…; …; …)`."""
        self.at += 1
        self.expect("(")
        if not self.is_at(self.at, ";"):
            self.expression()
        self.expect(";")
        test = self.at
        middle = self._find(";")
        end = self._closing_from(middle)
        while True:
            self.spend()
            self.at = test
            if test != middle and not truth_of(self.expression()):
                break
            self.at = end + 1
            self.run_body()
            self.at = middle + 1
            if self.at != end:
                self.expression()
        self.at = end + 1
        self.skip_statement()

    def _find(self, text: str) -> int:
        at = self.at
        while at < len(self.tokens) and not self.is_at(at, text):
            at += 1
        if at >= len(self.tokens):
            raise CannotFold("for")
        return at

    def _closing_from(self, at: int) -> int:
        depth = 0
        while at < len(self.tokens):
            if self.is_at(at, ")"):
                if depth == 0:
                    return at
                depth -= 1
            depth += self.is_at(at, "(")
            at += 1
        raise CannotFold("for")
