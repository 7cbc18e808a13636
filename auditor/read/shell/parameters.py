"""Parameter expansion: every form of `${…}` over known, partly known and unknown values.

Takes a `Parameter`, gives one value or a list of them. What an unknown value becomes under an
operation is a new unknown of the same origin, unless the known part of the text decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.read.shell.numbers import run_index
from auditor.read.shell.splitting import PLAIN, SPLIT, Segment
from auditor.read.shell.syntax import Parameter, Word
from auditor.read.shell.transformations import each_known, transformed
from auditor.read.shell.usual import ALWAYS_SET, USUAL
from auditor.read.shell.words import derived, segments, single
from auditor.read.values import (
    EMPTY,
    Known,
    Unknown,
    Value,
    alternatives,
    assumed,
    known_text,
    one_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a parameter expands to: one value (`scalar`), or a list joined (`star`) or apart (`at`)."""

    kind: str
    values: tuple[Value, ...]
    segments: tuple[Segment, ...] | None = None


def scalar(value: Value) -> Expansion:
    """Give an expansion of one value."""
    return Expansion("scalar", (value,))


def expand_parameter(shell: Shell, part: Parameter, *, in_double: bool) -> Expansion:
    """Expand a parameter."""
    shell.evaluation.spend()
    if not part.name:
        # bash gives up the line, another shell may know the form: what stands inside is walked, its value unknown.
        inside = EMPTY if part.argument is None else single(shell, part.argument)
        return scalar(derived(shell, inside))
    if part.prefix == "!":
        return _indirect(shell, part, in_double)
    name = part.name
    key = part.subscript
    plain = key.plain if key is not None else None
    if name in ("@", "*") or plain in ("@", "*"):
        kind = "at" if name == "@" or plain == "@" else "star"
        values = shell.arguments() if key is None else shell.items(name)
        return _list(shell, part, kind, values, in_double)
    value = shell.look(name) if key is None else shell.element(name, key)
    if part.prefix == "#":
        if value is None:
            value = shell.unset(name)
        return scalar(each_known(value, lambda text: str(len(text)), shell))
    return _operated(shell, part, value, in_double)


def _indirect(shell: Shell, part: Parameter, in_double: bool) -> Expansion:
    plain = part.subscript.plain if part.subscript is not None else None
    if part.operator in ("*", "@") and part.argument is None and part.subscript is None:
        names = tuple(Known(name) for name in sorted(shell.names(part.name)))
        return Expansion("at" if part.operator == "@" else "star", names)
    if plain in ("@", "*"):
        keys = tuple(Known(str(key)) for key in shell.keys(part.name))
        return Expansion("at" if plain == "@" else "star", keys)
    if part.name.isidentifier() and shell.is_reference(part.name):
        return scalar(Known(shell.target(part.name)[0]))
    value = shell.look(part.name) if part.subscript is None else shell.element(part.name, part.subscript)
    if value is None:
        return scalar(shell.unset(part.name))
    found: list[Value] = []
    for each in alternatives(value):
        text = known_text(each)
        match = (
            re.fullmatch(r"([A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(.*)\])?", text, re.DOTALL) if text is not None else None
        )
        if match is None:
            found.append(derived(shell, each))
            continue
        run_index(shell, text)
        subscript = Word(shell.words_in(match[2]).parts) if match[2] is not None else None
        inner = Parameter(match[1], subscript, "", part.operator, part.argument, part.second)
        result = expand_parameter(shell, inner, in_double=in_double)
        if len(alternatives(value)) == 1:
            return result
        found.extend(result.values)
    return scalar(one_of(found, shell.limits.alternatives))


def _list(shell: Shell, part: Parameter, kind: str, values: tuple[Value, ...], in_double: bool) -> Expansion:
    if part.prefix == "#":
        is_open = any(isinstance(value, Unknown) for value in values) and not shell.counts(part.name)
        return scalar(derived(shell, *values) if is_open else Known(str(len(values))))
    operator = part.operator
    if not operator:
        return Expansion(kind, values)
    if operator == ":":
        return Expansion(kind, _sliced_list(shell, part, values))
    if operator[-1] in "-+=?" and operator.lstrip(":")[:1] in ("-", "+", "=", "?"):
        is_set = bool(values) and not (operator[0] == ":" and all(known_text(value) == "" for value in values))
        if operator[-1] == "+":
            return _word(shell, part.argument, in_double) if is_set else Expansion(kind, ())
        return Expansion(kind, values) if is_set else _word(shell, part.argument, in_double)
    return Expansion(kind, tuple(transformed(shell, part, value) for value in values))


def _sliced_list(shell: Shell, part: Parameter, values: tuple[Value, ...]) -> tuple[Value, ...]:
    start = known_text(shell.arithmetic(part.argument)) if part.argument else "0"
    size = known_text(shell.arithmetic(part.second)) if part.second else None
    if start is None or (part.second and size is None):
        return (derived(shell, *values),) if values else ()
    rows = values
    if part.name in ("@", "*") and part.subscript is None:
        rows = (shell.memory.name, *values)
    offset = int(start)
    if offset < 0:
        offset = max(len(rows) + offset, 0)
    return rows[offset : offset + int(size)] if size is not None and int(size) >= 0 else rows[offset:]


def _word(shell: Shell, word: Word | None, in_double: bool) -> Expansion:
    parts = word.parts if word is not None else ()
    found = segments(shell, parts, in_double=in_double)
    # The word's own unquoted text is split, too: it came out of an expansion.
    return Expansion("at", (), tuple((each[0], SPLIT) if each and each[1] == PLAIN else each for each in found))


def _operated(shell: Shell, part: Parameter, value: Value | None, in_double: bool) -> Expansion:
    operator = part.operator
    if operator and operator.lstrip(":")[:1] in ("-", "=", "?", "+"):
        return _default(shell, part, value, in_double)
    if value is None:
        return scalar(_usual(shell, part))
    return scalar(transformed(shell, part, value)) if operator else scalar(value)


def _default(shell: Shell, part: Parameter, value: Value | None, in_double: bool) -> Expansion:
    kind, counts_empty = part.operator[-1], part.operator[0] == ":"
    if value is None and part.name in ALWAYS_SET:
        value = shell.unset(part.name)
    has_text, lacks_text = _presence(shell, part.name, value, counts_empty)
    if kind == "+":
        if has_text and lacks_text:
            return scalar(one_of((EMPTY, single(shell, part.argument or Word(()))), shell.limits.alternatives))
        return _word(shell, part.argument, in_double) if has_text else scalar(EMPTY)
    if value is not None and not lacks_text:
        return scalar(value)
    if kind == "?":
        return scalar(value if value is not None else shell.unset(part.name))
    if kind == "=":
        given = single(shell, part.argument or Word(()))
        result = given if not has_text or value is None else one_of((value, given), shell.limits.alternatives)
        shell.assign(part.name, result, part.subscript)
        return scalar(result)
    if not has_text:
        if part.argument is None or not part.argument.parts:
            return scalar(assumed(EMPTY))  # nobody knows that it was not given
        return _word(shell, part.argument, in_double)
    given = single(shell, part.argument or Word(()))
    kept = [each for each in alternatives(value or EMPTY) if not (counts_empty and known_text(each) == "")]
    return scalar(one_of((*kept, given), shell.limits.alternatives))


def _presence(shell: Shell, name: str, value: Value | None, counts_empty: bool) -> tuple[bool, bool]:
    """Say whether a parameter may have a value, and whether it may lack one."""
    if value is None:
        return False, True
    if name in ALWAYS_SET or not counts_empty:
        return True, False
    has, lacks = False, False
    for each in alternatives(value):
        text = known_text(each)
        if isinstance(each, Unknown):
            has, lacks = True, True
        elif text == "":
            lacks = True
        else:
            has = True
    return has, lacks


def _usual(shell: Shell, part: Parameter) -> Value:
    """Expand an unset variable under an operator; what every machine agrees on is taken as known."""
    hole = shell.unset(part.name)
    if not part.operator:
        return hole
    if part.name in USUAL:
        result = transformed(shell, part, assumed(Known(USUAL[part.name])))
        text = known_text(result)
        if text is not None and (part.operator == ":" or len(text) <= 2):
            return result
    return transformed(shell, part, hole)
