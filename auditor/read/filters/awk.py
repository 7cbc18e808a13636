"""A small awk: patterns, print and printf over fields, expressions and loops over known text.

Takes an awk program as its first operand, and text. Commands, pipes, redirections, user functions
and arrays are refused; steps are bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.filters.awk_loops import Loops
from auditor.read.filters.awk_values import Scalar, formatted, text_of_value, truth_of
from auditor.read.filters.formatting import unescaped
from auditor.read.filters.streams import CannotFold, Streams, lines_of, options_of


def awk(arguments: Sequence[str], streams: Streams) -> str:
    """`awk [-F X] [-v NAME=VALUE] PROGRAM [FILE]`."""
    options = options_of(arguments, "F v f field-separator assign", stop=True)
    options.only("-F", "-v", "--field-separator", "--assign")
    if not options.operands:
        raise CannotFold("awk without a program")
    machine = _Machine(options.operands[0], streams)
    separator = options.last("-F", "--field-separator")
    machine.names["FS"] = unescaped(separator)[0] if separator is not None else " "
    for given in options.every("-v", "--assign"):
        name, equals, value = given.partition("=")
        if not equals:
            raise CannotFold("-v")
        machine.names[name] = unescaped(value)[0]
    return machine.run(options.operands[1:])


class _Next(Exception):
    pass


class _Exit(Exception):
    pass


class _Machine(Loops):
    """Reads and runs a program at once, token by token."""

    def run(self, paths: Sequence[str]) -> str:
        rules = self._rules()
        begins = [body for pattern, body in rules if pattern == "BEGIN" and body is not None]
        ends = [body for pattern, body in rules if pattern == "END" and body is not None]
        mains = [(pattern, body) for pattern, body in rules if pattern not in {"BEGIN", "END"}]
        try:
            for body in begins:
                self._block(body)
            if mains or ends:
                for line in lines_of(self.streams.read_all([path for path in paths if "=" not in path])):
                    self._line(line, mains)
        except _Exit:
            pass
        try:
            for body in ends:
                self._block(body)
        except _Exit:
            pass
        return "".join(self.output)

    def _line(self, line: str, mains: Sequence[tuple[int | str | None, int | None]]) -> None:
        self.names["NR"] = float(self.names["NR"]) + 1
        self.split(line)
        try:
            for pattern, body in mains:
                if isinstance(pattern, int):
                    self.at = pattern
                    if not truth_of(self.expression()):
                        continue
                if body is None:
                    self._print_text(self.record + str(self.names["ORS"]))
                else:
                    self._block(body)
        except _Next:
            return

    # Reading the rules

    def _rules(self) -> list[tuple[int | str | None, int | None]]:
        """Give each rule's pattern (a position, BEGIN, END or None) and body (a position or None)."""
        rules: list[tuple[int | str | None, int | None]] = []
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "newline" or token.text == ";":
                at += 1
                continue
            pattern: int | str | None = None
            if token.kind == "name" and token.text in {"BEGIN", "END"}:
                pattern = token.text
                at += 1
            elif token.text == "function" or token.text == "func":
                raise CannotFold("a function")
            elif not (token.kind == "operator" and token.text == "{"):
                pattern = at
                while at < len(self.tokens) and not (
                    self.is_at(at, "{") or self.tokens[at].kind == "newline" or self.is_at(at, ";")
                ):
                    if self.is_at(at, ","):
                        raise CannotFold("a range")
                    at += 1
            body = None
            if self.is_at(at, "{"):
                body = at
                at = self.closing(at) + 1
            rules.append((pattern, body))
        return rules

    # Statements

    def _block(self, at: int) -> None:
        end = self.closing(at)
        self.at = at + 1
        while self.at < end:
            self.statement()
        self.at = end + 1

    def statement(self) -> None:
        self.spend()
        token = self.peek()
        if token.kind == "newline" or token.text == ";":
            self.at += 1
        elif token.kind == "operator" and token.text == "{":
            self._block(self.at)
        elif token.kind == "name" and token.text in {"print", "printf"}:
            self._print(token.text)
        elif token.kind == "name" and token.text == "if":
            self.if_()
        elif token.kind == "name" and token.text == "for":
            self.for_()
        elif token.kind == "name" and token.text == "while":
            self.while_()
        elif token.kind == "name" and token.text in {"next", "exit"}:
            raise _Next if token.text == "next" else _Exit
        elif token.kind == "name" and token.text in {
            "do",
            "delete",
            "return",
            "getline",
            "break",
            "continue",
            "nextfile",
            "switch",
        }:
            raise CannotFold(token.text)
        else:
            self.expression()
            self._end_statement()

    def _end_statement(self) -> None:
        token = self.peek()
        if token.kind == "newline" or token.text == ";":
            self.at += 1
        elif not (token.kind == "operator" and token.text == "}"):
            raise CannotFold("a statement")

    def _print(self, kind: str) -> None:
        self.at += 1
        values: list[Scalar] = []
        while not (
            self.peek().kind == "newline" or (self.peek().text in {";", "}"} and self.peek().kind == "operator")
        ):
            if self.is_at(self.at, ",") and values:
                self.at += 1
            elif (
                self.is_at(self.at, ">")
                or self.is_at(self.at, "|")
                or self.is_at(self.at, ">>")
                or self.is_at(self.at, "|&")
            ):
                raise CannotFold("a redirection")
            values.append(self.expression(in_print=True))
            if not self.is_at(self.at, ","):
                break
        if self.peek().kind == "operator" and self.peek().text in {">", ">>", "|", "|&"}:
            raise CannotFold("a redirection")
        self._end_statement()
        if kind == "printf":
            if not values:
                raise CannotFold("printf")
            self._print_text(formatted(text_of_value(values[0]), values[1:], self.streams))
        else:
            texts = [text_of_value(value) for value in values] if values else [self.record]
            self._print_text(str(self.names["OFS"]).join(texts) + str(self.names["ORS"]))

    def _print_text(self, text: str) -> None:
        self.size += len(text)
        if self.size > self.streams.limits.text_bytes:
            raise CannotFold("too much output")
        self.output.append(text)
