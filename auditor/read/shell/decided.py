"""Conditions that are decided by their own text: `false`, `[ 1 = 2 ]`, `[[ abc == a* ]]`, `case abc in`.

Only literals decide: what a variable holds may come from the machine, an earlier round or a handler, so a
branch on it is walked both ways. A name that the script made a function or an alias decides nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.read.shell.patterns import compile_pattern
from auditor.read.shell.syntax import (
    AndOr,
    Arithmetic,
    Assignment,
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
_COMPARISONS = frozenset("= == != -eq -ne -lt -le -gt -ge".split())
_OPERATORS = frozenset("! ( ) = == != =~ < > && ||".split())
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,8})", re.ASCII)
_SUM = re.compile(r"(?!.*(?:<<|>>|\d{10}|[^<>=!]=[^=]))[-+()!<>=&|\d ]+", re.ASCII)
_GLOB = re.compile(r"[*?\[{]")
_LIKE_OPTION = re.compile(r"-[a-zA-Z]")


def is_literal(word: object) -> bool:
    """Whether a word holds nothing but text."""
    return isinstance(word, Word) and all(map(_is_literal, word.parts))


def _is_literal(part: Part) -> bool:
    if isinstance(part, DoubleQuoted):
        return all(map(_is_literal, part.parts))
    return isinstance(part, Literal) and (part.is_quoted or "~" not in part.text)  # a home is the machine's


def is_decided(shell: Shell, command: Command | Sequence) -> bool:
    """Whether a condition is decided by its own text, so that its status is that of every run."""
    if isinstance(command, Sequence):
        return len(command.commands) == 1 and not any(command.in_background) and is_decided(shell, command.commands[0])
    if isinstance(command, AndOr):
        return all(is_decided(shell, each) for each in command.commands)
    if isinstance(command, Test):
        return _is_plain_test(command.words)
    if isinstance(command, Arithmetic):
        return command.expression is not None and _is_plain_sum(command.expression)
    if not isinstance(command, Simple) or command.assignments or command.redirects or not command.words:
        return False
    first = command.words[0]
    name = first.plain if isinstance(first, Word) else None
    memory = shell.memory
    if name not in _CONDITIONS or name in memory.functions or name in memory.aliases or name in memory.disabled:
        return False
    if name == "[" or name == "test":
        words = command.words[1:-1] if name == "[" else command.words[1:]
        is_closed = name == "test" or _text(command.words[-1]) == "]"
        return is_closed and not any(map(_is_glob, words)) and _is_plain_test(words)
    return all(map(is_literal, command.words))


def _is_glob(word: Word | Assignment) -> bool:
    """Whether the names of files may stand in a word's place."""
    literals = [part for part in word.parts if isinstance(part, Literal)] if isinstance(word, Word) else []
    return any(not part.is_quoted and _GLOB.search(part.text) for part in literals)


def _text(word: object) -> str | None:
    """Give a word that is nothing but text."""
    if not isinstance(word, Word) or not is_literal(word):
        return None
    inner = [piece for part in word.parts for piece in (part.parts if isinstance(part, DoubleQuoted) else (part,))]
    return "".join(piece.text for piece in inner if isinstance(piece, Literal))


def _is_plain_test(words: tuple[Word | Assignment, ...]) -> bool:
    """Whether words are one comparison of text or numbers, whose parts cannot be taken for operators."""
    texts = [_text(word) for word in words]
    if len(texts) > 1 and texts[0] == "!":
        texts = texts[1:]
    if len(texts) == 3 and texts[1] in _COMPARISONS:
        is_number = (texts[1] or "").startswith("-")
        texts = [texts[0], texts[2]]
        if is_number:
            return all(text is not None and _NUMBER.fullmatch(text) for text in texts)
    elif len(texts) == 2 and texts[0] in ("-n", "-z"):
        texts = texts[1:]
    elif len(texts) != 1:
        return False
    return all(text is not None and text not in _OPERATORS and not _LIKE_OPTION.match(text) for text in texts)


def _is_option(shell: Shell, word: Word) -> bool:
    """Whether a word is the variable that `getopts` just set from known arguments."""
    parts = word.parts[0].parts if len(word.parts) == 1 and isinstance(word.parts[0], DoubleQuoted) else word.parts
    part = parts[0] if len(parts) == 1 else None
    if not isinstance(part, Parameter) or part.subscript is not None or part.prefix or part.operator:
        return False
    return part.name in shell.option_names


def _is_plain_sum(word: Word) -> bool:
    """Whether an expression is of small numbers that are added and compared, so that nothing is cut off or refused."""
    return _SUM.fullmatch(_text(word) or "") is not None


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
    falls = False
    for index, (patterns, _, terminator) in enumerate(command.items):
        if not all(map(is_literal, patterns)):
            return None
        compiled = [compile_pattern(pattern_of(shell, pattern) or "") for pattern in patterns]
        if any(found is None for found in compiled):
            return None
        is_run = falls or any(
            found is not None and found.matches(subject, shell.evaluation.spend) for found in compiled
        )
        if is_run and not falls:
            taken.append(index)
        falls = is_run and terminator == ";&"
        if is_run and not falls and terminator != ";;&":
            return taken
    return taken
