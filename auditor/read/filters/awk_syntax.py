"""Tokens of awk: a program's text cut into names, numbers, strings, expressions in slashes and operators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.read.filters.streams import CannotFold

_MOST_TOKENS = 5_000
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"', re.S)
_REGEX = re.compile(r"/((?:[^/\\\n\[]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*)/")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+")
_NAME = re.compile(r"[A-Za-z_]\w*")
_OPERATOR = re.compile(r"\|&|&&|\|\||==|!=|<=|>=|\+\+|--|\+=|-=|\*=|/=|%=|\^=|!~|>>|\*\*|[-+*/%^!<>=?:,;~$(){}\[\]|&@]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a program: `kind` is name, number, string, regex, operator or newline."""

    kind: str
    text: str


def tokens_of(program: str) -> list[Token]:
    """Cut a program into tokens; refuses what it cannot read."""
    tokens: list[Token] = []
    at = 0
    while at < len(program):
        letter = program[at]
        if letter in " \t\r" or program.startswith("\\\n", at):
            at += 2 if letter == "\\" else 1
            continue
        if letter == "#":
            at = (program + "\n").find("\n", at)
            continue
        if letter == "\n":
            tokens.append(Token("newline", "\n"))
            at += 1
            continue
        kind, found = _next(program, at, tokens)
        if found is None or len(tokens) >= _MOST_TOKENS:
            raise CannotFold("awk that cannot be read")
        tokens.append(Token(kind, found[1] if kind in {"string", "regex"} else found[0]))
        at = found.end()
    return tokens


def _next(program: str, at: int, tokens: list[Token]) -> tuple[str, re.Match[str] | None]:
    letter = program[at]
    if letter == '"':
        return "string", _STRING.match(program, at)
    if letter == "/" and not _ends_operand(tokens):
        return "regex", _REGEX.match(program, at)
    if letter.isdigit() or (letter == "." and program[at + 1 : at + 2].isdigit()):
        return "number", _NUMBER.match(program, at)
    if letter.isalpha() or letter == "_":
        return "name", _NAME.match(program, at)
    return "operator", _OPERATOR.match(program, at)


def _ends_operand(tokens: list[Token]) -> bool:
    """Whether the last token ends an operand, so that a slash divides."""
    if not tokens:
        return False
    last = tokens[-1]
    if last.kind in {"number", "string"} or (last.kind == "operator" and last.text in {")", "]", "$"}):
        return True
    return last.kind == "name" and last.text not in {"print", "printf", "return", "in", "case"}
