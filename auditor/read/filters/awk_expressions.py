"""Expressions of awk, evaluated as they are read: operators, fields, variables and calls.

Takes tokens and a record, gives values. Steps are bounded; what is not modelled is refused.
"""

from __future__ import annotations

import re

from auditor.read.filters.awk_syntax import Token, tokens_of
from auditor.read.filters.awk_values import Scalar, call_function, compared, number_of_value, text_of_value, truth_of
from auditor.read.filters.formatting import unescaped
from auditor.read.filters.patterns import check_work, compiled
from auditor.read.filters.streams import CannotFold, Streams

_MOST_STEPS = 100_000


class Expressions:
    """A place in a program's tokens, variables, and the record with its fields."""

    def __init__(self, program: str, streams: Streams) -> None:
        self.tokens = tokens_of(program)
        self.streams = streams
        self.at = 0
        self.steps = 0
        self.output: list[str] = []
        self.size = 0
        self.names: dict[str, Scalar] = {"OFS": " ", "ORS": "\n", "NR": 0.0, "NF": 0.0, "FS": " "}
        self.record = ""
        self.fields: list[str] = []

    def spend(self) -> None:
        """Take a step; refuses past the bound."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise CannotFold("too many steps")

    def is_at(self, at: int, text: str) -> bool:
        """Whether an operator stands at a position."""
        return at < len(self.tokens) and self.tokens[at].kind == "operator" and self.tokens[at].text == text

    def peek(self) -> Token:
        """Give the token here; past the end, a closing bracket."""
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("operator", "}")

    def expect(self, text: str) -> None:
        """Pass over an operator that must stand here."""
        if not self.is_at(self.at, text):
            raise CannotFold(f"no {text}")
        self.at += 1

    def expression(self, *, in_print: bool = False) -> Scalar:
        """Read an expression and give its value; in print, `>` is no comparison."""
        self.spend()
        value = self._or(in_print)
        if self.is_at(self.at, "?"):
            self.at += 1
            first = self.expression()
            self.expect(":")
            second = self.expression()
            return first if truth_of(value) else second
        return value

    def _or(self, in_print: bool) -> Scalar:
        value = self._and(in_print)
        while self.is_at(self.at, "||"):
            self.at += 1
            right = self._and(in_print)
            value = float(truth_of(value) or truth_of(right))
        return value

    def _and(self, in_print: bool) -> Scalar:
        value = self._comparison(in_print)
        while self.is_at(self.at, "&&"):
            self.at += 1
            right = self._comparison(in_print)
            value = float(truth_of(value) and truth_of(right))
        return value

    def _comparison(self, in_print: bool) -> Scalar:
        value = self._concatenation()
        token = self.peek()
        operators = {"==", "!=", "<", "<=", ">=", "~", "!~"} | (set() if in_print else {">"})
        if token.kind != "operator" or token.text not in operators:
            return value
        self.at += 1
        if token.text in {"~", "!~"}:
            pattern = self.peek()
            if pattern.kind not in {"regex", "string"}:
                raise CannotFold("an expression to match")
            self.at += 1
            return float(self._search(pattern.text, text_of_value(value)) == (token.text == "~"))
        right = self._concatenation()
        return float(compared(token.text, value, right))

    def _concatenation(self) -> Scalar:
        value = self._sum()
        while True:
            token = self.peek()
            begins = token.kind in {"string", "number"} or (
                token.kind == "name" and token.text not in {"in", "getline"}
            )
            if not begins and not (token.kind == "operator" and token.text in {"$", "(", "!"} and token.text != "!"):
                return value
            value = text_of_value(value) + text_of_value(self._sum())

    def _sum(self) -> Scalar:
        value = self._product()
        while self.is_at(self.at, "+") or self.is_at(self.at, "-"):
            sign = 1 if self.is_at(self.at, "+") else -1
            self.at += 1
            value = number_of_value(value) + sign * number_of_value(self._product())
        return value

    def _product(self) -> Scalar:
        value = self._unary()
        while self.peek().kind == "operator" and self.peek().text in {"*", "/", "%"}:
            operator = self.peek().text
            self.at += 1
            right = number_of_value(self._unary())
            if operator != "*" and right == 0:
                raise CannotFold("division by zero")
            left = number_of_value(value)
            value = (
                left * right
                if operator == "*"
                else left / right
                if operator == "/"
                else left - right * int(left / right)
            )
        return value

    def _unary(self) -> Scalar:
        self.spend()
        token = self.peek()
        if token.kind == "operator" and token.text in {"-", "+", "!"}:
            self.at += 1
            value = self._unary()
            return (
                float(not truth_of(value))
                if token.text == "!"
                else (-number_of_value(value) if token.text == "-" else number_of_value(value))
            )
        return self._primary()

    def _primary(self) -> Scalar:
        token = self.peek()
        self.at += 1
        if token.kind == "string":
            return unescaped(token.text)[0]
        if token.kind == "number":
            return float(int(token.text, 16)) if token.text[:2].lower() == "0x" else float(token.text)
        if token.kind == "regex":
            return float(self._search(token.text, self.record))
        if token.kind == "operator" and token.text == "(":
            value = self.expression()
            self.expect(")")
            return value
        if token.kind == "operator" and token.text == "$":
            return self._field(int(number_of_value(self._primary())))
        if token.kind == "name" and self.is_at(self.at, "(") and token.text not in self.names:
            return self._call(token.text)
        if token.kind == "name" and not self.is_at(self.at, "["):
            return self._variable(token.text)
        raise CannotFold("an expression")

    def _variable(self, name: str) -> Scalar:
        token = self.peek()
        if token.kind == "operator" and token.text in {"=", "+=", "-="}:
            self.at += 1
            value = self.expression()
            if token.text != "=":
                value = number_of_value(self.names.get(name, "")) + (1 if token.text == "+=" else -1) * number_of_value(
                    value
                )
            self.names[name] = value
            return value
        if token.kind == "operator" and token.text in {"++", "--"}:
            self.at += 1
            old = number_of_value(self.names.get(name, ""))
            self.names[name] = old + (1 if token.text == "++" else -1)
            return old
        if name in {"getline", "ENVIRON", "ARGV", "ARGC", "FILENAME", "SUBSEP", "RS"}:
            raise CannotFold(name)
        return self.names.get(name, "")

    def _field(self, index: int) -> str:
        if self.is_at(self.at, "="):
            raise CannotFold("a field set")
        if index == 0:
            return self.record
        return self.fields[index - 1] if 0 < index <= len(self.fields) else ""

    def _call(self, name: str) -> Scalar:
        self.expect("(")
        values: list[Scalar] = []
        patterns: list[str] = []
        while not self.is_at(self.at, ")"):
            if self.peek().kind == "regex":
                patterns.append(self.peek().text)
                self.at += 1
            else:
                values.append(self.expression())
            if not self.is_at(self.at, ","):
                break
            self.at += 1
        self.expect(")")
        return call_function(name, values, patterns, self)

    def substitute(self, pattern: str, replacement: str, everywhere: bool) -> float:
        """Replace in the record."""
        matcher = compiled(pattern, extended=True)
        check_work(matcher, self.record)
        text = re.sub(r"\\&|\\\\|&", lambda found: {"&": "\0", "\\&": "&", "\\\\": "\\"}[found[0]], replacement)
        record, count = matcher.subn(
            lambda found: text.replace("\0", found[0]), self.record, count=0 if everywhere else 1
        )
        self.split(record)
        return float(count)

    def _search(self, pattern: str, text: str) -> bool:
        matcher = compiled(pattern.replace("\\/", "/"), extended=True)
        check_work(matcher, text)
        return matcher.search(text) is not None

    def split(self, line: str) -> None:
        """Take a line as the record, and cut it into fields."""
        self.record = line
        separator = str(self.names["FS"])
        if separator == " ":
            self.fields = line.split()
        elif len(separator) == 1 and separator not in "|" and separator != " ":
            self.fields = line.split(separator) if line else []
        else:
            matcher = compiled(separator, extended=len(separator) > 1, fixed=len(separator) == 1)
            check_work(matcher, line)
            self.fields = matcher.split(line) if line else []
        self.names["NF"] = float(len(self.fields))
