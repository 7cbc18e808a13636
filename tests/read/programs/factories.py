"""Short ways to write values and to read normal forms in tests."""

from __future__ import annotations

import shlex

from auditor.model.word import Hole, Source
from auditor.read.programs.normal import Normal, normal_form
from auditor.read.values import Known, Text, Unknown, Value, words_of

HOLE = Hole(Source.ARGUMENT, 1)


def values(*words: str) -> list[Value]:
    """Make known values."""
    return [Known(word) for word in words]


def form(line: str) -> Normal:
    """Give the normal form of a command line that is known completely; `{}` in it is an unknown part."""
    program, *arguments = shlex.split(line)
    return normal_form(program, [value(argument) for argument in arguments])


def value(word: str) -> Value:
    """Make a value of a word in which `{}` is unknown."""
    if word == "{}":
        return Unknown(HOLE)
    pieces = word.split("{}")
    if len(pieces) == 1:
        return Known(word)
    parts: list[str | Hole] = [pieces[0]]
    for piece in pieces[1:]:
        parts += [HOLE, piece]
    return Text(tuple(part for part in parts if part != ""))


def shown(word: Value | str) -> str:
    """Write a word with `{}` for unknown parts."""
    return word if isinstance(word, str) else str(words_of(word)[0]).replace("%{argument_1}", "{}")


def words(line: str) -> list[str]:
    """Give the normal form's words as text."""
    return [shown(word) for word in form(line).words]


def effects(line: str) -> list[str]:
    """Give the further effects as lines."""
    return [" ".join(map(shown, effect)) for effect in form(line).effects]


def commands(line: str) -> list[str]:
    """Give the commands that the program runs on this machine."""
    return [shown(command) for command in form(line).commands]
