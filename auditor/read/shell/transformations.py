"""What an operator makes of a parameter's value: stripped, replaced, sliced, recased, transformed.

Takes the parameter and a value, gives a value. An unknown value gives a new unknown of the same
origin, unless the known part of its text decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.read.shell import patterns
from auditor.read.shell.escapes import ansi_c
from auditor.read.shell.printf import quote
from auditor.read.shell.syntax import Parameter, Word
from auditor.read.shell.words import derived, pattern_of, single
from auditor.read.values import (
    EMPTY,
    Known,
    Text,
    Unknown,
    Value,
    alternatives,
    concat,
    known_text,
    one_of,
    trail_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


def each_known(value: Value, change: Callable[[str], str | None], shell: Shell) -> Value:
    """Apply a change to each alternative that is known."""
    results: list[Value] = []
    for one in alternatives(value):
        text = known_text(one)
        changed = change(text) if text is not None else None
        results.append(Known(changed, trail_of(one)) if changed is not None else derived(shell, one))
    return one_of(results, shell.limits.alternatives)


def transformed(shell: Shell, part: Parameter, value: Value) -> Value:
    """Apply a parameter's operator to its value."""
    operator = part.operator
    if part.prefix == "#":
        return each_known(value, lambda text: str(len(text)), shell)
    if operator == ":":
        return _slice(shell, part, value)
    if operator == "@":
        return _at(shell, part, value)
    pattern = pattern_of(shell, part.argument) if part.argument is not None and part.argument.parts else ""
    if operator[0] in "^,~":
        return _changed_case(shell, operator, pattern, value)
    if pattern is None:
        return derived(shell, value)
    if operator[0] in "#%":
        return one_of(
            (_stripped(shell, operator, pattern, each) for each in alternatives(value)), shell.limits.alternatives
        )
    new = _replacement(shell, part.second)
    if operator == "//" and pattern == "":
        return value
    return one_of(
        (_replaced(shell, operator, pattern, new, each) for each in alternatives(value)), shell.limits.alternatives
    )


def _stripped(shell: Shell, operator: str, pattern: str, value: Known | Text | Unknown) -> Value:
    longest = len(operator) == 2
    strip = patterns.strip_prefix if operator[0] == "#" else patterns.strip_suffix
    text = known_text(value)
    shell.evaluation.spend(1 + len(text or "") // 256)
    if text is not None:
        result = strip(text, pattern, longest=longest, spend=shell.evaluation.spend)
        return derived(shell, value) if result is None else Known(result, value.trail)
    if isinstance(value, Unknown):
        return derived(shell, value)
    last, first = value.parts[-1], value.parts[0]  # type: ignore[union-attr]
    if operator == "##" and pattern.startswith("*") and isinstance(last, str):
        result = strip(last, pattern, longest=True)
        if result is not None and result != last:
            return Known(result, value.trail)
    if operator == "%" and pattern.endswith("*") and isinstance(last, str):
        result = strip(last, pattern, longest=False)
        if result is not None and result != last:
            return concat([Text(value.parts[:-1], value.trail), Known(result)])  # type: ignore[union-attr]
    if not patterns.is_pattern(pattern) and isinstance(last, str) and operator[0] == "%":
        result = strip(last, pattern, longest=longest)
        if result is not None and len(last) >= len(pattern):
            return concat([Text(value.parts[:-1], value.trail), Known(result)])  # type: ignore[union-attr]
    if (
        not patterns.is_pattern(pattern)
        and isinstance(first, str)
        and operator[0] == "#"
        and len(first) >= len(pattern)
    ):
        result = strip(first, pattern, longest=longest)
        if result is not None:
            return concat([Known(result, value.trail), Text(value.parts[1:])])  # type: ignore[union-attr]
    return derived(shell, value)


def _replacement(shell: Shell, word: Word | None) -> Value:
    return single(shell, word) if word is not None else EMPTY


def _replaced(shell: Shell, operator: str, pattern: str, new: Value, value: Known | Text | Unknown) -> Value:
    text, plain = known_text(value), known_text(new)
    if plain is None and text is not None and not patterns.is_pattern(pattern) and operator in ("/", "//"):
        pieces = text.split(re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL), 1 if operator == "/" else 256)
        row: list[Value] = []
        for index, piece in enumerate(pieces):
            row += [new, Known(piece)] if index else [Known(piece)]
        return concat(row, shell.limits.alternatives)
    if plain is None:
        return derived(shell, value, new)
    if text is not None:
        shell.evaluation.spend(1 + len(text) // 256)
        result = patterns.replace(text, pattern, plain, kind=operator, spend=shell.evaluation.spend)
        return derived(shell, value) if result is None else Known(result, trail_of(value, new))
    if isinstance(value, Text) and operator == "//":
        row = []
        for each in value.parts:
            if isinstance(each, str):
                result = patterns.replace(each, pattern, plain, kind=operator, spend=shell.evaluation.spend)
                if result is None:
                    return derived(shell, value)
                row.append(Known(result))
            else:
                row.append(Unknown(each))
        return concat(row, shell.limits.alternatives)
    return derived(shell, value)


def _slice(shell: Shell, part: Parameter, value: Value) -> Value:
    start = known_text(shell.arithmetic(part.argument)) if part.argument is not None else "0"
    size = known_text(shell.arithmetic(part.second)) if part.second is not None else None
    if start is None or (part.second is not None and size is None):
        return derived(shell, value)

    def cut(text: str) -> str | None:
        begin = int(start)
        begin = len(text) + begin if begin < 0 else begin
        if begin < 0 or begin > len(text):
            return ""
        if size is None:
            return text[begin:]
        length = int(size)
        end = len(text) + length if length < 0 else begin + length
        return text[begin:end] if end >= begin else ""

    return each_known(value, cut, shell)


def _changed_case(shell: Shell, operator: str, pattern: str | None, value: Value) -> Value:
    compiled = patterns.compile_pattern(pattern) if pattern else None
    if pattern is None or (pattern and compiled is None):
        return derived(shell, value)
    change = {"^": str.upper, ",": str.lower, "~": str.swapcase}[operator[0]]

    def one(character: str) -> str:
        return change(character) if compiled is None or compiled.matches(character) else character

    def whole(text: str) -> str:
        if len(operator) == 2:
            return "".join(map(one, text)) if compiled is not None else change(text)
        return one(text[0]) + text[1:] if text else ""

    rows: list[Value] = []
    for each in alternatives(value):
        if isinstance(each, Text) and len(operator) == 2:
            rows.append(Text(tuple(whole(p) if isinstance(p, str) else p for p in each.parts), each.trail))
        else:
            rows.append(each_known(each, whole, shell))
    return one_of(rows, shell.limits.alternatives)


def _at(shell: Shell, part: Parameter, value: Value) -> Value:
    letter = (part.argument.plain if part.argument is not None else "") or ""
    if letter == "P":
        return one_of((shell.prompt(each) for each in alternatives(value)), shell.limits.alternatives)
    changes: dict[str, Callable[[str], str]] = {
        "E": ansi_c, "Q": quote, "K": quote, "k": quote, "U": str.upper, "L": str.lower,
        "u": lambda text: text[:1].upper() + text[1:],
    }  # fmt: skip
    if letter == "A":
        return each_known(value, lambda text: f"{part.name}={quote(text)}", shell)
    if letter == "a":
        return EMPTY
    return each_known(value, changes[letter], shell) if letter in changes else derived(shell, value)
