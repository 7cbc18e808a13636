"""Expanding words: from a `Word` to the fields that a command gets, in bash's order.

Brace expansion, parameters, substitutions and arithmetic, splitting by IFS, pathname expansion,
quote removal. Gives alternatives where a value that is one of a few splits differently; refuses
more of them than the limit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Many
from itertools import product
from typing import TYPE_CHECKING

from auditor.model.word import Hole, Source
from auditor.read.shell import patterns
from auditor.read.shell.braces import expand_braces, has_braces
from auditor.read.shell.globs import pathnames
from auditor.read.shell.syntax import (
    ArithmeticExpansion,
    CommandSubstitution,
    DoubleQuoted,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Word,
)
from auditor.read.values import (
    EMPTY,
    Known,
    OneOf,
    Text,
    Unknown,
    Value,
    alternatives,
    concat,
    known_text,
    trail_of,
    unknown,
    value_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

# A value and how it is taken; None separates fields. Quoted text stays whole, unquoted literal text is
# globbed, what comes out of an unquoted expansion is also split.
WHOLE, PLAIN, SPLIT = "whole", "plain", "split"
Segment = tuple[Value, str] | None
Fields = tuple[Value, ...]
DEFAULT_SEPARATORS = " \t\n"


def fields_of(shell: Shell, words: Many[Word], *, is_command: bool = False) -> list[Fields]:
    """Expand words to fields; each entry is one alternative of the whole."""
    rows: list[list[Value]] = [[]]
    first = is_command
    for word in words:
        choices = word_fields(shell, word, is_command=first)
        first = first and all(not choice for choice in choices)
        rows = _extended(shell, rows, choices)
    return [tuple(row) for row in rows]


def _extended(shell: Shell, rows: list[list[Value]], choices: list[Fields]) -> list[list[Value]]:
    """Add one word's fields to every row; past the limit its alternatives become one unknown."""
    if len(rows) * len(choices) > shell.limits.alternatives:
        choices = [tuple(unknown(Source.LIMIT) for _ in choices[0])]
    if len(choices) == 1:
        for row in rows:
            row.extend(choices[0])
        return rows
    return [[*row, *choice] for row in rows for choice in choices]


def word_fields(shell: Shell, word: Word, *, is_command: bool = False) -> list[Fields]:
    """Expand one word to fields."""
    plain = word.plain
    if plain is not None and not any(c in plain for c in "{*?["):
        return [(shell.text(plain),)]
    if not has_braces(word):
        return _one(shell, word, is_command)
    words = expand_braces(word, shell.limits.collection_items)
    if words is None:
        shell.too_many("words made by brace expansion", word)
        return [(unknown(Source.LIMIT),)]
    shell.evaluation.spend(len(words) // 16)
    rows: list[list[Value]] = [[]]
    for each in words:
        rows = _extended(shell, rows, _one(shell, each, is_command))
    return [tuple(row) for row in rows]


def single(shell: Shell, word: Word) -> Value:
    """Expand a word without splitting and globbing: a value to assign, a target, a subject."""
    plain = word.plain
    if plain is not None:
        return shell.text(plain)
    separator = first_separator(shell)
    values: list[Value] = []
    for segment in segments(shell, word.parts):
        values.append(Known(separator or " ") if segment is None else segment[0])
    return values[0] if len(values) == 1 else concat(values, shell.limits.alternatives)


def pattern_of(shell: Shell, word: Word) -> str | None:
    """Expand a word as a pattern, quoted text escaped; None where it is not known."""
    pieces: list[str] = []
    for segment in segments(shell, word.parts):
        if segment is None:
            pieces.append(" ")
            continue
        text = known_text(segment[0])
        if text is None:
            return None
        pieces.append(patterns.escape(text) if segment[1] == WHOLE else text)
    return "".join(pieces)


def segments(shell: Shell, parts: Many[Part], *, in_double: bool = False) -> list[Segment]:
    """Expand parts in order."""
    found: list[Segment] = []
    kept = WHOLE if in_double else SPLIT
    for index, part in enumerate(parts):
        if isinstance(part, Literal):
            found.append((shell.text(part.text), WHOLE if in_double or part.is_quoted else PLAIN))
        elif isinstance(part, DoubleQuoted):
            inner = segments(shell, part.parts, in_double=True)
            if not (len(part.parts) == 1 and _is_list(part.parts[0])):
                found.append((EMPTY, WHOLE))
            found.extend(inner)
        elif isinstance(part, Parameter):
            if part.name in ("@", "*") and not shell.memory.knows_arguments and _is_filler(parts, index):
                continue
            found.extend(_parameter_segments(shell, part, in_double))
        elif isinstance(part, CommandSubstitution):
            found.append((shell.capture(part.body, is_function=part.is_function), kept))
        elif isinstance(part, ProcessSubstitution):
            found.append((shell.process_substitution(part), WHOLE))
        elif isinstance(part, ArithmeticExpansion):
            found.append((shell.arithmetic(part.expression), kept))
    return [(segment[0], WHOLE) if segment is not None else None for segment in found] if in_double else found


def _is_filler(parts: Many[Part], index: int) -> bool:
    """Whether `$@` stands between letters (`s$@sh`), where it can only mean nothing."""
    if not 0 < index < len(parts) - 1:
        return False
    before, after = parts[index - 1], parts[index + 1]
    if not (isinstance(before, Literal) and isinstance(after, Literal)):
        return False
    return before.text[-1:].isalnum() and after.text[:1].isalnum()


def _is_list(part: Part) -> bool:
    if not isinstance(part, Parameter) or part.prefix == "#":
        return False
    subscript = part.subscript.plain if part.subscript is not None else None
    return part.name == "@" or subscript == "@" or (part.prefix == "!" and part.operator == "@")


def _parameter_segments(shell: Shell, part: Parameter, in_double: bool) -> list[Segment]:
    from auditor.read.shell.parameters import expand_parameter

    result = expand_parameter(shell, part, in_double=in_double)
    kept = WHOLE if in_double else SPLIT
    if result.segments is not None:
        return list(result.segments)
    if result.kind == "scalar":
        return [(result.values[0], kept)]
    if result.kind == "star" and in_double:
        return [(joined(shell, result.values), WHOLE)]
    found: list[Segment] = []
    ifs = separators(shell)
    keeps_empty = any(c not in DEFAULT_SEPARATORS for c in ifs)
    for index, value in enumerate(result.values):
        if index:
            found.append(None)
        # With a separator that is no blank, bash keeps empty items apart from a last one.
        is_kept = keeps_empty and index < len(result.values) - 1 and known_text(value) == ""
        found.append((value, WHOLE if is_kept else kept))
    return found


def joined(shell: Shell, values: Many[Value]) -> Value:
    """Join values as `"$*"` does."""
    separator = first_separator(shell)
    pieces: list[Value] = []
    for index, value in enumerate(values):
        if index and separator:
            pieces.append(Known(separator))
        pieces.append(value)
    return concat(pieces, shell.limits.alternatives) if pieces else EMPTY


def separators(shell: Shell) -> str:
    """Give IFS."""
    variable = shell.memory.find("IFS")
    if variable is None or variable[1].scalar is None:
        return DEFAULT_SEPARATORS
    text = known_text(variable[1].scalar)
    return DEFAULT_SEPARATORS if text is None else text


def first_separator(shell: Shell) -> str:
    """Give the first character of IFS, or empty text."""
    return separators(shell)[:1]


def _one(shell: Shell, word: Word, is_command: bool) -> list[Fields]:
    found = segments(shell, word.parts)
    ifs = separators(shell)
    choices: list[tuple[Segment, ...]] = [()]
    for segment in found:
        options: tuple[Segment, ...] = (segment,)
        if segment is not None and segment[1] == SPLIT and isinstance(segment[0], OneOf) and _splits(segment[0], ifs):
            options = tuple((value, SPLIT) for value in segment[0].values)
        if len(choices) * len(options) > shell.limits.alternatives:
            options = ((unknown(Source.LIMIT), WHOLE),)
        choices = [(*row, option) for row, option in product(choices, options)]
    rows = [_fields(shell, row, ifs, is_command) for row in choices]
    return list(dict.fromkeys(rows)) if len(rows) > 1 else rows


def _splits(value: OneOf, ifs: str) -> bool:
    for single_value in value.values:
        text = known_text(single_value)
        if text is not None and (not text or any(c in ifs or c in "*?[" for c in text)):
            return True
        if isinstance(single_value, Text) and any(
            isinstance(p, str) and any(c in ifs for c in p) for p in single_value.parts
        ):
            return True
    return False


def _fields(shell: Shell, row: tuple[Segment, ...], ifs: str, is_command: bool) -> Fields:
    fields: list[list[tuple[Value, str]]] = []
    current: list[tuple[Value, str]] | None = None
    after_blank = False
    for segment in row:
        if segment is None:
            if current is not None:
                fields.append(current)
                current = None
            continue
        value, kept = segment
        if kept != SPLIT:
            current = [] if current is None else current
            current.append((value, kept))
            after_blank = False
            continue
        for piece in _pieces(value, ifs):
            if isinstance(piece, str):
                if piece == " ":
                    if current is not None:
                        fields.append(current)
                        current, after_blank = None, True
                elif current is not None:
                    fields.append(current)
                    current = None
                    after_blank = False
                elif after_blank:
                    after_blank = False
                else:
                    fields.append([(EMPTY, WHOLE)])
            else:
                current = [] if current is None else current
                current.append((piece, SPLIT))
                after_blank = False
    if current is not None:
        fields.append(current)
    done: list[Value] = []
    for field in fields:
        done.extend(_globbed(shell, field, is_command and not done))
    return tuple(done)


def _pieces(value: Value, ifs: str) -> list[Value | str]:
    """Cut an expansion at IFS: " " for a run of blanks, "," for one other separator."""
    if isinstance(value, (Unknown, OneOf)):
        return [value]
    if isinstance(value, Known):
        text = known_text(value) or ""
        if not any(c in ifs for c in text):
            return [value] if text else []
        return [piece if isinstance(piece, str) else Known(piece[0], value.trail) for piece in _cut(text, ifs)]
    found: list[Value | str] = []
    for part in value.parts:
        if isinstance(part, Hole):
            found.append(Unknown(part, value.trail))
        else:
            found.extend(piece if isinstance(piece, str) else Known(piece[0], value.trail) for piece in _cut(part, ifs))
    return found


def _cut(text: str, ifs: str) -> list[str | tuple[str]]:
    if not ifs:
        return [(text,)]
    blanks = "".join(c for c in ifs if c in DEFAULT_SEPARATORS)
    others = "".join(c for c in ifs if c not in DEFAULT_SEPARATORS)
    found: list[str | tuple[str]] = []
    shape = []
    if blanks:
        shape.append(f"(?P<b>[{re.escape(blanks)}]+)")
    if others:
        shape.append(f"(?P<o>[{re.escape(others)}])")
    shape.append(f"(?P<t>[^{re.escape(ifs)}]+)")
    for match in re.finditer("|".join(shape), text):
        found.append(" " if match.lastgroup == "b" else "," if match.lastgroup == "o" else (match[0],))
    return found


def _globbed(shell: Shell, field: list[tuple[Value, str]], is_command: bool) -> list[Value]:
    value = field[0][0] if len(field) == 1 else concat([piece for piece, _ in field], shell.limits.alternatives)
    if all(kept == WHOLE for _, kept in field) or "noglob" in shell.memory.options:
        return [value]
    pieces: list[str] = []
    has_pattern = False
    for piece, kept in field:
        text = known_text(piece)
        if text is None:
            return [value]
        has_pattern = has_pattern or (kept != WHOLE and any(c in text for c in "*?["))
        pieces.append(patterns.escape(text) if kept == WHOLE else text)
    if not has_pattern:
        return [value]
    found = pathnames(shell, "".join(pieces), is_command=is_command)
    trail = trail_of(value)
    return [Known(path, trail) for path in found] if found else [value]


def derived(shell: Shell, *values: Value) -> Value:
    """Give a new unknown of the same origin as the unknown parts of some values."""
    holes: list[Hole] = []
    for value in values:
        for each in alternatives(value):
            if isinstance(each, Unknown):
                holes.append(each.hole)
            elif isinstance(each, Text):
                holes.extend(part for part in each.parts if isinstance(part, Hole))
    opaque = [hole for hole in holes if hole.source in (Source.NETWORK, Source.DECODER)]
    hole = (opaque or holes or [Hole(Source.UNKNOWN)])[0]
    made = shell.evaluation.fresh(hole.source, hole.detail)
    return Unknown(made.hole, trail_of(*values))


__all__ = [
    "derived",
    "fields_of",
    "first_separator",
    "joined",
    "pattern_of",
    "segments",
    "separators",
    "single",
    "value_of",
    "word_fields",
]
