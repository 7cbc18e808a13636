"""Arithmetic, indexes and prompts: text in values that is read as an expression of its own.

Takes a shell and a value or a word, gives a value. A name without a known number makes the result a
hole of the same origin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.shell import arithmetic
from auditor.read.shell.grammar import Grammar
from auditor.read.shell.memory import Variable
from auditor.read.shell.scan import Unreadable
from auditor.read.shell.syntax import (
    Literal,
    Word,
)
from auditor.read.shell.words import derived, single
from auditor.read.values import Known, Text, Unknown, Value, alternatives, known_text, one_of

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


_INDEXED = re.compile(r"(?<!\w)[A-Za-z_]\w*\[(.*)\]", re.DOTALL)


def number(shell: Shell, value: Value) -> Value:
    """Evaluate a value as an arithmetic expression."""
    rows: list[Value] = []
    for each in alternatives(value):
        text = known_text(each)
        run_index(shell, text)
        if text is None:
            rows.append(derived(shell, each))
            continue
        shell.evaluation.spend(1 + len(text) // 32)
        try:
            rows.append(Known(str(arithmetic.evaluate(text, shell))))
        except arithmetic.NotKnown as stop:
            rows.append(derived(shell, *[each for each in stop.args if isinstance(each, (Known, Text, Unknown))]))
        except (ValueError, RecursionError):
            rows.append(shell.evaluation.fresh(Source.UNKNOWN))
    return one_of(rows, shell.limits.alternatives)


def number_text(shell: Shell, name: str, index: str | None) -> str:
    """Give a variable's text to an arithmetic expression."""
    value = shell.look(name) if index is None else shell.element(name, words_in(shell, index))
    if value is None:
        if name in ("RANDOM", "SECONDS", "LINENO") or not name.islower():
            raise arithmetic.NotKnown(shell.unset(name))
        return "0"
    text = known_text(value)
    if text is None:
        raise arithmetic.NotKnown(value)
    run_index(shell, text)
    return text or "0"


def run_index(shell: Shell, text: str | None) -> None:
    """Run the commands in an index, as bash does wherever it takes text for the name of a variable."""
    if text is None or "[" not in text or not ("$(" in text or "`" in text):
        return
    match = _INDEXED.search(text)
    if match is not None:
        single(shell, words_in(shell, match[1]))


def set_number(shell: Shell, name: str, index: str | None, number: int) -> None:
    """Assign from an arithmetic expression."""
    shell.assign(name, Known(str(number)), words_in(shell, index) if index is not None else None)


def index(shell: Shell, variable: Variable, subscript: Word) -> Value:
    """Expand an index."""
    return single(shell, subscript) if variable.is_map else shell.arithmetic(subscript)


def words_in(shell: Shell, text: str) -> Word:
    """Read text that a value holds as an index: expansions count, words do not end."""
    grammar = Grammar(text, shell.span[0], 0)
    try:
        return Word(tuple(grammar.parts(frozenset())))
    except Unreadable:
        return Word((Literal(text, is_quoted=True),))


def prompt(shell: Shell, value: Value) -> Value:
    """Expand a value as a prompt string (`@P`): escapes, then substitutions."""
    text = known_text(value)
    if text is None:
        return derived(shell, value)
    text = text.replace("\\u", "user").replace("\\$", "$").replace("\\n", "\n").replace("\\\\", "\\")
    grammar = Grammar(text, shell.span[0], 0)
    try:
        return single(shell, Word(tuple(grammar.double_parts(""))))
    except Unreadable:
        return value
