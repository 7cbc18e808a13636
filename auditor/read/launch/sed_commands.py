"""The commands of a sed script, told apart without judging them: what stands where, not what it does.

Takes a script's text, gives each command with its argument and its place. What is no sed is skipped
letter by letter, so that nothing behind it is missed. Source: the GNU sed manual, "sed scripts".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\s;{}]*")
_NUMBER = re.compile(r"(?:\d+(?:~\d+)?|\$|[+~]\d+)")
_FLAGS = re.compile(r"[gpiImMe0-9]*")
_BRACKETS = re.compile(r"\[\^?\]?(?:[^\]\\\n]|\\.){0,200}\]")
_LABEL = re.compile(r"[^\n;}]*")
_TO_LINE_END = re.compile(r"[^\n]*")
_TEXT = re.compile(r"(?:[^\n\\]|\\.|\\\n)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SedCommand:
    """One command: its letter, what follows it, the flags of `s`, and where letter and flags start and it ends."""

    name: str
    text: str
    flags: str
    start: int
    flags_start: int
    end: int


def sed_commands(script: str) -> Iterator[SedCommand]:
    """Give the commands of a script in order."""
    at = 0
    while at < len(script):
        at = _skip(_BETWEEN, script, at)
        at = _address(script, at)
        if script[at : at + 1] == ",":
            at = _address(script, _skip(_BETWEEN, script, at + 1))
        while script[at : at + 1] in ("!", " ", "\t"):
            at += 1
        if at >= len(script):
            return
        if script[at] in "{}":
            continue
        command = _command(script, at)
        yield command
        at = max(command.end, at + 1)


def _command(script: str, start: int) -> SedCommand:
    name, after = script[start], start + 1
    if name in "sy":
        mark = script[after : after + 1]
        middle = _delimited(script, after + 1, mark, is_expression=name == "s")
        end = _delimited(script, middle, mark)
        flags = _FLAGS.match(script, end) if name == "s" else None
        stop = flags.end() if flags is not None else end
        if script[stop : stop + 1] == "w":
            stop = _skip(_TO_LINE_END, script, stop)
        return SedCommand(name, script[middle : max(end - 1, middle)], flags[0] if flags else "", start, end, stop)
    pattern = None
    if name in "aic":
        pattern = _TEXT
    elif name in "erRwW#":
        pattern = _TO_LINE_END
    elif name in ":btTqQlLv":
        pattern = _LABEL
    end = _skip(pattern, script, after) if pattern is not None else after
    return SedCommand(name, script[after:end].strip(), "", start, end, end)


def _address(script: str, at: int) -> int:
    found = _NUMBER.match(script, at)
    if found is not None:
        return found.end()
    if script[at : at + 1] == "/":
        end = _delimited(script, at + 1, "/", is_expression=True)
    elif script[at : at + 1] == "\\" and at + 1 < len(script):
        end = _delimited(script, at + 2, script[at + 1], is_expression=True)
    else:
        return at
    while script[end : end + 1] in ("I", "M"):
        end += 1
    return _skip(re.compile(r"[ \t]*"), script, end)


def _delimited(script: str, at: int, mark: str, *, is_expression: bool = False) -> int:
    """Give the place behind the next mark that no backslash stands before, nor, in an expression, brackets around."""
    while at < len(script):
        if script[at] == mark:
            return at + 1
        brackets = _BRACKETS.match(script, at) if is_expression and script[at] == "[" else None
        if brackets is not None:
            at = brackets.end()
        else:
            at += 2 if script[at] == "\\" else 1
    return len(script)


def _skip(pattern: re.Pattern[str], script: str, at: int) -> int:
    found = pattern.match(script, at)
    return found.end() if found is not None else at
