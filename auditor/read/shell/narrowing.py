"""What a condition says of variables on the path where it holds, and on the one where it does not.

Takes conditions, looked at before they run, and a memory; gives the memory with those alternatives of a variable
that the conditions leave, and something unknown for what was only supposed. Only tests of one variable's text
count (`[ "$x" ]`, `-z`, `-n`, `=`, `!=`), and only of a variable that nothing has set since. A value that is not
known stays as it is; so does one that is split into words or holds what else `test` could take for an operator;
and where nothing would be left the variable is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.shell.memory import Memory
from auditor.read.shell.syntax import (
    AndOr,
    Command,
    DoubleQuoted,
    Group,
    Literal,
    Not,
    Parameter,
    Part,
    Sequence,
    Simple,
    Test,
    Word,
)
from auditor.read.values import Known, OneOf, Text, Unknown, is_assumed, known_text, one_of

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_DEEPEST = 8
_EQUAL = {"=": True, "==": True, "!=": False}


_ONE_WORD = re.compile(r"[^\s*?\[\]{}()!\\]+")
"""Text that stays one word without quotes, where words are divided as they are by default."""
_EXPANDED = re.compile(r"[~*?\[{]")
"""What bash may put something else in the place of, where it is not quoted."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A variable's text between two others is, or is not, a given one."""

    name: str
    before: str
    after: str
    text: str
    is_equal: bool
    is_split: bool = False  # without quotes: `[ $x = y ]` with other words in it is another test
    keeps_empty: bool = False  # `[ -n $x ]` holds of nothing


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition before it runs, and which assignment gave each variable that it tests."""

    condition: Command | Sequence
    assigned: Mapping[str, object]


def looked_at(shell: Shell, condition: Command | Sequence) -> Guard:
    """Note what a condition tests; its own commands may set it before the path goes on."""
    names = {fact.name for holds in (True, False) for fact in _facts(shell, condition, holds, 0)}
    found = {name: shell.memory.find(name) for name in names}
    return Guard(condition, {name: each[1].assigned for name, each in found.items() if each is not None})


def narrowed(shell: Shell, *said: tuple[Guard, bool]) -> Memory:
    """Give the memory as it is where some conditions hold, or do not; a copy where that says something."""
    memory = shell.memory
    if "nocasematch" in memory.options:
        return memory
    changed: dict[str, OneOf | Known | Text | Unknown] = {}
    facts = [(guard, fact) for guard, holds in said for fact in _facts(shell, guard.condition, holds, 0)]
    for guard, fact in facts:
        found = memory.find(fact.name)
        if found is None or found[1].assigned is not guard.assigned.get(fact.name) or found[1].is_reference:
            continue
        value = changed.get(fact.name, found[1].value)
        if value is None or (fact.is_split and memory.find("IFS") is not None):
            continue
        choices = value.values if isinstance(value, OneOf) else (value,)
        left: list[Known | Text | Unknown] = []
        for choice in choices:
            if _may_be(choice, fact):
                left.append(choice)
            elif isinstance(choice, Known) and is_assumed(choice):
                left.append(shell.evaluation.fresh(Source.ARGUMENT))
        if left and left != list(choices):
            changed[fact.name] = one_of(left, shell.limits.alternatives)
    if not changed:
        return memory
    result = memory.copy()
    for name, value in changed.items():
        found = result.find(name)
        if found is not None:
            found[0][name] = replace(found[1], value=value)
    return result


def _may_be(choice: Known | Text | Unknown, fact: Fact) -> bool:
    """Whether a value may be there where the fact holds."""
    text = known_text(choice)
    if text is not None:
        if fact.is_split and not (_ONE_WORD.fullmatch(text) or (text == "" and not fact.keeps_empty)):
            return True
        return (fact.before + text + fact.after == fact.text) is fact.is_equal
    if isinstance(choice, Text) and fact.is_equal and not fact.is_split:
        return len(fact.text) >= sum(len(part) for part in choice.parts if isinstance(part, str))
    return True


def _facts(shell: Shell, condition: Command | Sequence, holds: bool, depth: int) -> Iterator[Fact]:
    if depth > _DEEPEST:
        return
    match condition:
        case Sequence(commands=(only,)) | Group(body=Sequence(commands=(only,))):
            yield from _facts(shell, only, holds, depth + 1)
        case Not(body=inner):
            yield from _facts(shell, inner, not holds, depth + 1)
        case AndOr(commands=commands, operators=operators) if set(operators) == {"&&" if holds else "||"}:
            for each in commands:
                yield from _facts(shell, each, holds, depth + 1)
        case Simple(assignments=(), words=words) if _is_test(shell, words):
            inside = words[1:-1] if _plain(words[0]) == "[" else words[1:]
            yield from _of_test(inside, holds)
        case Test(words=words):
            yield from _of_test(words, holds, has_patterns=True)


def _is_test(shell: Shell, words: tuple[object, ...]) -> bool:
    """Whether words are bash's own test, which nothing of the script took the place of."""
    name = _plain(words[0]) if words else None
    if name not in ("[", "test") or name in shell.memory.disabled:
        return False
    taken = name in shell.memory.functions or name in shell.memory.aliases
    return not taken and (name == "test" or _plain(words[-1]) == "]")


def _of_test(words: tuple[object, ...], holds: bool, *, has_patterns: bool = False) -> Iterator[Fact]:
    if len(words) == 3 and _plain(words[0]) == "!":
        words, holds = words[1:], not holds
    if len(words) == 1 or (len(words) == 2 and _plain(words[0]) in ("-n", "-z")):
        named = _template(words[-1])
        is_empty = holds is (_plain(words[0]) == "-z")
        if named is not None:
            fact = Fact(
                *named, named[1] + named[2], is_equal=is_empty, is_split=_is_split(words[-1]) and not has_patterns
            )
            yield replace(fact, keeps_empty=_plain(words[0]) == "-n")
    elif len(words) == 3 and _plain(words[1]) in _EQUAL:
        named, text = _template(words[0]), _constant(words[2])
        if named is not None and text is not None and not (has_patterns and any(c in text for c in "*?[(")):
            is_split = _is_split(words[0]) and not has_patterns
            is_equal = _EQUAL[_plain(words[1]) or ""] is holds
            yield Fact(*named, text, is_equal, is_split, keeps_empty=not (named[1] or named[2]))


def _is_split(word: object) -> bool:
    """Whether a word has its variable without quotes."""
    return isinstance(word, Word) and any(isinstance(part, Parameter) for part in word.parts)


def _plain(word: object) -> str | None:
    return word.plain if isinstance(word, Word) else None


def _constant(word: object) -> str | None:
    """Give the text of a word that holds no expansion, and nothing that bash would expand."""
    parts = _parts(word)
    if not isinstance(word, Word) or not all(isinstance(part, Literal) for part in parts):
        return None
    if any(isinstance(part, Literal) and not part.is_quoted and _EXPANDED.search(part.text) for part in parts):
        return None
    return "".join(part.text for part in parts if isinstance(part, Literal))


def _parts(word: object) -> list[Part]:
    parts: list[Part] = []
    for part in word.parts if isinstance(word, Word) else ():
        parts.extend(part.parts if isinstance(part, DoubleQuoted) else (part,))
    return parts


def _template(word: object) -> tuple[str, str, str] | None:
    """Give name, text before and text after of a word that holds one variable and else plain text."""
    parts = _parts(word)
    names = [part for part in parts if isinstance(part, Parameter)]
    if len(names) != 1 or len(parts) != 1 + sum(isinstance(part, Literal) for part in parts):
        return None
    name = names[0]
    if name.prefix or name.operator or name.subscript is not None or not name.name.isidentifier():
        return None
    index = parts.index(name)
    texts = [part.text if isinstance(part, Literal) else "" for part in parts]
    return name.name, "".join(texts[:index]), "".join(texts[index + 1 :])
