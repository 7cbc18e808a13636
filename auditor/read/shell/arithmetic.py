"""Shell arithmetic over known numbers: all operators, bases, assignments, array elements.

Takes an expression whose expansions are done and a place to look names up. Raises `NotKnown` where a
name has no known value and `ValueError` where bash would report an error. Numbers wrap at 64 bits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from auditor.settings import Limits

_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+)|([A-Za-z_]\w*)|"
    r"(\*\*|<<=|>>=|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:,()\[\]]))",
    re.ASCII,
)
_LEVELS: dict[str, int] = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10, "**": 11,
}  # fmt: skip
_ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="})
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_"


class NotKnown(Exception):
    """A name in the expression has no known number."""


class Names(Protocol):
    """Where an expression looks names up."""

    @property
    def limits(self) -> Limits:
        """The bounds on an expression."""

    def number_text(self, name: str, index: str | None) -> str:
        """Give a variable's text; raises NotKnown."""

    def set_number(self, name: str, index: str | None, number: int) -> None:
        """Assign a number."""


def wrap(number: int) -> int:
    """Give the signed 64-bit number that bash would hold."""
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def evaluate(expression: str, names: Names, depth: int = 0) -> int:
    """Evaluate an expression; an empty one is 0."""
    if depth > 8:
        raise ValueError("names refer to each other")
    reader = _Reader(expression, names, depth)
    if not reader.tokens:
        return 0
    result = reader.comma()
    if reader.i < len(reader.tokens):
        raise ValueError(f"unexpected {reader.tokens[reader.i]}")
    return result


def parse_number(text: str) -> int:
    """Read a literal: decimal, octal, hexadecimal, `base#digits`."""
    if "#" in text:
        base_text, digits = text.split("#", 1)
        base = int(base_text)
        if not 2 <= base <= 64 or not digits or len(digits) > 80:
            raise ValueError("bad base")
        number = 0
        for digit in digits.lower() if base <= 36 else digits:
            value = _DIGITS.index(digit)
            if value >= base:
                raise ValueError("bad digit")
            number = number * base + value
        return wrap(number)
    if len(text) > 80:
        raise ValueError("number too long")
    if text[:2] in ("0x", "0X"):
        return wrap(int(text, 16))
    return wrap(int(text, 8) if len(text) > 1 and text[0] == "0" else int(text))


class _Reader:
    def __init__(self, expression: str, names: Names, depth: int) -> None:
        self.names = names
        self.depth = depth
        self.tokens: list[str] = []
        self.i = 0
        self.level = 0
        self.muted = 0  # inside the side of ?: or && that is not taken: no assignments
        position = 0
        expression = expression.strip().replace('"', "").replace("'", "")
        while position < len(expression):
            match = _TOKEN.match(expression, position)
            if match is None:
                if not expression[position:].strip():
                    break
                raise ValueError("not an expression")
            self.tokens.append(match[1] or match[2] or match[3])
            position = match.end()
            if len(self.tokens) > names.limits.arithmetic_tokens:
                raise ValueError("expression too long")

    def peek(self) -> str:
        return self.tokens[self.i] if self.i < len(self.tokens) else ""

    def take(self, token: str) -> None:
        if self.peek() != token:
            raise ValueError(f"no {token}")
        self.i += 1

    def comma(self) -> int:
        result = self.assignment()
        while self.peek() == ",":
            self.i += 1
            result = self.assignment()
        return result

    def assignment(self) -> int:
        self.level += 1
        if self.level > self.names.limits.arithmetic_depth:
            raise ValueError("nested too deep")
        start = self.i
        target = self._target()
        if target is not None and self.peek() in _ASSIGNING:
            operator = self.peek()
            self.i += 1
            value = self.assignment()
            if operator != "=":
                value = _apply(operator[:-1], self._look(*target), value)
            self._set(*target, value)
        else:
            self.i = start
            value = self.ternary()
        self.level -= 1
        return value

    def ternary(self) -> int:
        condition = self.binary(1)
        if self.peek() != "?":
            return condition
        self.i += 1
        first = self._muted(self.assignment, not condition)
        self.take(":")
        second = self._muted(self.assignment, bool(condition))
        return first if condition else second

    def binary(self, lowest: int) -> int:
        left = self.unary()
        while (level := _LEVELS.get(self.peek(), 0)) >= lowest:
            operator = self.tokens[self.i]
            self.i += 1
            following = level if operator == "**" else level + 1
            skip = (operator == "&&" and not left) or (operator == "||" and bool(left))
            right = self._muted(lambda following=following: self.binary(following), skip)  # type: ignore[misc]
            if operator == "&&":
                left = int(bool(left) and bool(right))
            elif operator == "||":
                left = int(bool(left) or bool(right))
            elif skip or self.muted:
                left = 0
            else:
                left = _apply(operator, left, right)
        return left

    def unary(self) -> int:
        symbol = self.peek()
        self.level += 1
        if self.level > self.names.limits.arithmetic_depth:
            raise ValueError("nested too deep")
        try:
            if symbol in ("+", "-", "!", "~"):
                self.i += 1
                value = self.unary()
                return {"+": value, "-": wrap(-value), "!": int(not value), "~": ~value}[symbol]
            if symbol in ("++", "--"):
                self.i += 1
                target = self._target()
                if target is None:
                    raise ValueError("nothing to count")
                value = wrap(self._look(*target) + (1 if symbol == "++" else -1))
                self._set(*target, value)
                return value
            return self.primary()
        finally:
            self.level -= 1

    def primary(self) -> int:
        symbol = self.peek()
        if symbol == "(":
            self.i += 1
            value = self.comma()
            self.take(")")
            return value
        if symbol[:1].isdigit():
            self.i += 1
            return parse_number(symbol)
        target = self._target()
        if target is None:
            raise ValueError(f"unexpected {symbol or 'end'}")
        value = self._look(*target)
        if self.peek() in ("++", "--"):
            self._set(*target, wrap(value + (1 if self.peek() == "++" else -1)))
            self.i += 1
        return value

    def _target(self) -> tuple[str, str | None] | None:
        name = self.peek()
        if not re.match(r"[A-Za-z_]", name):
            return None
        self.i += 1
        if self.peek() != "[":
            return name, None
        depth, start = 0, self.i
        while self.i < len(self.tokens):
            depth += (self.tokens[self.i] == "[") - (self.tokens[self.i] == "]")
            self.i += 1
            if depth == 0:
                return name, " ".join(self.tokens[start + 1 : self.i - 1])
        raise ValueError("no ]")

    def _look(self, name: str, index: str | None) -> int:
        if self.muted:
            return 0
        return evaluate(self.names.number_text(name, index), self.names, self.depth + 1)

    def _set(self, name: str, index: str | None, value: int) -> None:
        if not self.muted:
            self.names.set_number(name, index, value)

    def _muted(self, read: Callable[[], int], is_muted: bool) -> int:
        self.muted += is_muted
        try:
            return read()
        finally:
            self.muted -= is_muted


def _apply(operator: str, left: int, right: int) -> int:
    if operator in ("/", "%"):
        if right == 0:
            raise ValueError("division by 0")
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return wrap(quotient if operator == "/" else left - quotient * right)
    if operator == "**":
        if right < 0:
            raise ValueError("negative exponent")
        return wrap(pow(left, right, 1 << 64))
    if operator in ("<<", ">>"):
        return wrap(left << (right & 63)) if operator == "<<" else left >> (right & 63)
    if operator in ("+", "-", "*"):
        return wrap(left + right if operator == "+" else left - right if operator == "-" else left * right)
    if operator in ("&", "|", "^"):
        return left & right if operator == "&" else left | right if operator == "|" else left ^ right
    return int(
        {
            "==": left == right,
            "!=": left != right,
            "<": left < right,
            ">": left > right,
            "<=": left <= right,
            ">=": left >= right,
        }[operator]
    )
