"""Conditions: `test`, `[` and `[[` over known values; None where the result is not known.

Takes words or values, gives True, False or None. Files are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.filters.patterns import check_work, compiled
from auditor.read.filters.streams import CannotFold
from auditor.read.shell import arithmetic, patterns
from auditor.read.shell.numbers import run_index
from auditor.read.shell.patterns import compile_pattern
from auditor.read.shell.syntax import Word
from auditor.read.shell.words import pattern_of, single
from auditor.read.values import Known, Unknown, Value, alternatives, is_assumed, known_text, unknown

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_NUMERIC = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})


class _Words:
    """A cursor over the operands of one condition."""

    def __init__(self, shell: Shell, words: tuple[Word, ...] | tuple[Value, ...]) -> None:
        self.shell = shell
        self.words = words
        self.i = 0

    def operator(self, offset: int = 0) -> str | None:
        index = self.i + offset
        if index >= len(self.words):
            return None
        word = self.words[index]
        return word.plain if isinstance(word, Word) else known_text(word)

    def value(self) -> Value:
        word = self.words[self.i]
        self.i += 1
        value = single(self.shell, word) if isinstance(word, Word) else word
        return unknown(Source.UNKNOWN) if is_assumed(value) else value

    def pattern(self, escape: Callable[[str], str] = patterns.escape) -> str | None:
        word = self.words[self.i]
        self.i += 1
        if isinstance(word, Word):
            return pattern_of(self.shell, word, escape)
        text = known_text(word)
        return None if text is None else re.sub(r"([\\*?\[\]()|+@!])", r"\\\1", text)

    @property
    def left(self) -> int:
        return len(self.words) - self.i


def is_true(shell: Shell, words: tuple[Word, ...]) -> bool | None:
    """Evaluate `[[ words ]]`."""
    return _either(_Words(shell, words), 0)


def holds(shell: Shell, values: tuple[Value, ...]) -> bool | None:
    """Evaluate `test values`."""
    if not values:
        return False
    if len(values) == 1:
        return None if is_assumed(values[0]) else _has_text(values[0])
    return _either(_Words(shell, values), 0)


def _either(words: _Words, depth: int) -> bool | None:
    result = _both(words, depth)
    while words.operator() in ("||", "-o"):
        words.i += 1
        other = _both(words, depth)
        result = True if result or other else None if result is None or other is None else False
    return result


def _both(words: _Words, depth: int) -> bool | None:
    result = _not(words, depth)
    while words.operator() in ("&&", "-a"):
        words.i += 1
        other = _not(words, depth)
        if result is False or other is False:
            result = False
        elif result is None or other is None:
            result = None
    return result


def _not(words: _Words, depth: int) -> bool | None:
    if depth > 40:
        words.i = len(words.words)
        return None
    if words.operator() == "!" and words.left > 1:
        words.i += 1
        result = _not(words, depth + 1)
        return None if result is None else not result
    if words.operator() == "(":
        words.i += 1
        result = _either(words, depth + 1)
        words.i += 1
        return result
    return _primary(words)


def _primary(words: _Words) -> bool | None:
    if words.left <= 0:
        return None
    following = words.operator(1)
    if following in _NUMERIC or following in ("=", "==", "!=", "<", ">", "=~", "-nt", "-ot", "-ef"):
        left = words.value()
        words.i += 1
        return _compared(words, left, following or "")
    first = words.operator() or ""
    if re.fullmatch(r"-[a-zA-Z]", first) and words.left > 1 and following not in ("&&", "||", ")"):
        words.i += 1
        value = words.value()
        if first in ("-z", "-n"):
            result = _has_text(value)
            return None if result is None else result == (first == "-n")
        if first in ("-v", "-R"):
            run_index(words.shell, known_text(value))
        return None
    return _has_text(words.value())


def _has_text(value: Value) -> bool | None:
    found = set()
    for each in alternatives(value):
        text = known_text(each)
        if isinstance(each, Unknown):
            return None
        found.add(text != "")
    return found.pop() if len(found) == 1 else None


def _compared(words: _Words, left: Value, operator: str) -> bool | None:
    if words.left <= 0:
        return None
    is_conditional = isinstance(words.words[words.i], Word)
    if operator in ("=", "==", "!=") and is_conditional:
        pattern = words.pattern()
        text = known_text(left)
        found = compile_pattern(pattern) if pattern is not None else None
        if text is None or found is None or "nocasematch" in words.shell.memory.options:
            return None
        return found.matches(text, words.shell.evaluation.spend) == (operator != "!=")
    if operator == "=~" and is_conditional:
        source, text = words.pattern(_escaped_regex), known_text(left)
        if source is not None and text is not None:
            _match(words.shell, text, source)
        return None
    right = words.value()
    one, other = known_text(left), known_text(right)
    if one is None or other is None:
        return None
    if operator in _NUMERIC:
        if not is_conditional:  # `test` knows decimal numbers only, and `010` is ten
            return _ordered(operator, int(one), int(other)) if _is_decimal(one) and _is_decimal(other) else None
        run_index(words.shell, one)
        run_index(words.shell, other)
        try:
            first, second = arithmetic.evaluate(one, words.shell), arithmetic.evaluate(other, words.shell)
        except (ValueError, arithmetic.NotKnown, RecursionError):
            return None
        return _ordered(operator, first, second)
    table = {"=": one == other, "==": one == other, "!=": one != other}
    return table.get(operator)  # how text is ordered is the locale's business


def _is_decimal(text: str) -> bool:
    return re.fullmatch(r"\s*[-+]?\d{1,18}\s*", text, re.ASCII) is not None


def _ordered(operator: str, first: int, second: int) -> bool:
    return {
        "-eq": first == second, "-ne": first != second, "-lt": first < second,
        "-le": first <= second, "-gt": first > second, "-ge": first >= second,
    }[operator]  # fmt: skip


def _match(shell: Shell, text: str, source: str) -> None:
    """Fill BASH_REMATCH; both outcomes are walked all the same, as no engine here matches just as the C library."""
    try:
        regex = compiled(source, extended=True, ignores_case="nocasematch" in shell.memory.options)
        check_work(regex, text)
    except CannotFold:
        return
    shell.evaluation.spend(1 + len(text) // 64)
    found = regex.search(text)
    if found is not None:
        groups = [found[0], *found.groups()]
        shell.set_items("BASH_REMATCH", {index: Known(group or "") for index, group in enumerate(groups)})


def _escaped_regex(text: str) -> str:
    return re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", text)
