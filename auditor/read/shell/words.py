"""Expanding words: from a `Word` to the fields that a command gets, in bash's order.

Brace expansion, parameters, substitutions and arithmetic, splitting by IFS, pathname expansion,
quote removal. Gives alternatives where a value that is one of a few splits differently; refuses
more of them than the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many
from typing import TYPE_CHECKING

from auditor.model.word import Hole, Source
from auditor.read.shell import patterns
from auditor.read.shell.braces import expand_braces, has_braces
from auditor.read.shell.splitting import (
    DEFAULT_SEPARATORS,
    PLAIN,
    SPLIT,
    WHOLE,
    Fields,
    Segment,
    first_separator,
    joined,
    separators,
    split_fields,
)
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
from auditor.read.shell.usual import ALWAYS_SET, USUAL
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
    unknown,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


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
        return split_fields(shell, segments(shell, word.parts), is_command=is_command)
    words = expand_braces(word, shell.limits.collection_items)
    if words is None:
        shell.too_many("words made by brace expansion", word)
        return [(unknown(Source.LIMIT),)]
    shell.evaluation.spend(len(words) // 16)
    rows: list[list[Value]] = [[]]
    for each in words:
        rows = _extended(shell, rows, split_fields(shell, segments(shell, each.parts), is_command=is_command))
    return [tuple(row) for row in rows]


def single(shell: Shell, word: Word) -> Value:
    """Expand a word without splitting and globbing: a value to assign, a target, a subject."""
    plain = word.plain
    if plain is not None:
        return shell.text(plain)
    separator = first_separator(shell)
    values = [Known(separator or " ") if segment is None else segment[0] for segment in segments(shell, word.parts)]
    return values[0] if len(values) == 1 else concat(values, shell.limits.alternatives)


def pattern_of(shell: Shell, word: Word, escape: Callable[[str], str] = patterns.escape) -> str | None:
    """Expand a word as a pattern, quoted text escaped; None where it is not known."""
    pieces: list[str] = []
    for segment in segments(shell, word.parts):
        if segment is None:
            pieces.append(" ")
            continue
        text = known_text(segment[0])
        if text is None:
            return None
        pieces.append(escape(text) if segment[1] == WHOLE else text)
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
            if _may_be_nothing(shell, parts, index):
                found.append((one_of((EMPTY, shell.unset(part.name))), kept))
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
    return _text(before)[-1:].isalnum() and _text(after)[:1].isalnum()


def _text(part: Part) -> str:
    """Give a part's text where it is plain, quoted or not."""
    if isinstance(part, DoubleQuoted) and len(part.parts) == 1:
        part = part.parts[0]
    return part.text if isinstance(part, Literal) else ""


def _may_be_nothing(shell: Shell, parts: Many[Part], index: int) -> bool:
    """Whether a variable that nobody sets stands in a word (`c$u"at"`), the way commands are spelled apart."""
    part = parts[index]
    if not isinstance(part, Parameter) or part.prefix or part.operator or part.subscript is not None:
        return False
    name = part.name
    if not name.isidentifier() or name in USUAL or name in ALWAYS_SET or shell.look(name) is not None:
        return False
    before = _text(parts[index - 1]) if index else ""
    after = _text(parts[index + 1]) if index + 1 < len(parts) else ""
    if before and after:
        return (before[-1].isalnum() or before == "-") and after[0].isalnum()
    # At a word's edge, names in capitals are what an environment gives.
    return not name.isupper() and len(parts) == 2 and (before or after).isalnum()


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
