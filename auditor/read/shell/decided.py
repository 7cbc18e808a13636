"""Conditions that are decided by their own text: `false`, `[ 1 = 2 ]`, `[[ abc == a* ]]`, `case abc in`.

Only literals decide: what a variable holds may come from the machine, an earlier round or a handler, so a
branch on it is walked both ways. A name that the script made a function or an alias decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.read.shell.patterns import compile_pattern
from auditor.read.shell.syntax import (
    AndOr,
    Arithmetic,
    Case,
    Command,
    DoubleQuoted,
    Literal,
    Parameter,
    Part,
    Sequence,
    Simple,
    Test,
    Word,
)
from auditor.read.shell.words import pattern_of, single
from auditor.read.values import known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_CONDITIONS = frozenset({"true", "false", ":", "[", "test"})


def is_literal(word: object) -> bool:
    """Whether a word holds nothing but text."""
    return isinstance(word, Word) and all(map(_is_literal, word.parts))


def _is_literal(part: Part) -> bool:
    if isinstance(part, DoubleQuoted):
        return all(map(_is_literal, part.parts))
    return isinstance(part, Literal)


def is_decided(shell: Shell, command: Command | Sequence) -> bool:
    """Whether a condition is decided by its own text, so that its status is that of every run."""
    if isinstance(command, Sequence):
        return len(command.commands) == 1 and not any(command.in_background) and is_decided(shell, command.commands[0])
    if isinstance(command, AndOr):
        return all(is_decided(shell, each) for each in command.commands)
    if isinstance(command, Test):
        return all(map(is_literal, command.words))
    if isinstance(command, Arithmetic):
        return command.expression is not None and is_literal(command.expression) and _has_no_names(command.expression)
    if not isinstance(command, Simple) or command.assignments or command.redirects or not command.words:
        return False
    first = command.words[0]
    name = first.plain if isinstance(first, Word) else None
    memory = shell.memory
    if name not in _CONDITIONS or name in memory.functions or name in memory.aliases or name in memory.disabled:
        return False
    return all(map(is_literal, command.words))


def _is_option(shell: Shell, word: Word) -> bool:
    """Whether a word is the variable that `getopts` just set from known arguments."""
    parts = word.parts[0].parts if len(word.parts) == 1 and isinstance(word.parts[0], DoubleQuoted) else word.parts
    part = parts[0] if len(parts) == 1 else None
    if not isinstance(part, Parameter) or part.subscript is not None or part.prefix or part.operator:
        return False
    return part.name in shell.option_names


def _has_no_names(word: Word) -> bool:
    text = "".join(part.text for part in word.parts if isinstance(part, Literal))
    return not any(letter.isalpha() or letter == "_" for letter in text)


def items_of(shell: Shell, command: Case) -> list[int] | None:
    """Give the items of a `case` that run first and by `;;&`, where text decides; None where it does not."""
    if not (is_literal(command.subject) or _is_option(shell, command.subject)):
        return None
    if "nocasematch" in shell.memory.options:
        return None
    subject = known_text(single(shell, command.subject))
    if subject is None:
        return None
    taken: list[int] = []
    for index, (patterns, _, terminator) in enumerate(command.items):
        if not all(map(is_literal, patterns)):
            return None
        compiled = [compile_pattern(pattern_of(shell, pattern) or "") for pattern in patterns]
        if any(found is None for found in compiled):
            return None
        if any(found is not None and found.matches(subject, shell.evaluation.spend) for found in compiled):
            taken.append(index)
            if terminator != ";;&":
                return taken
    return taken
