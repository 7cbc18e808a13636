"""From expanded segments to fields: splitting by IFS, then pathname expansion.

Takes segments in order, gives alternatives of fields, since a value that is one of a few can split
differently. Refuses more alternatives than the limit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Many
from itertools import product
from typing import TYPE_CHECKING

from auditor.model.word import Hole, Source
from auditor.read.shell import patterns
from auditor.read.shell.globs import pathnames
from auditor.read.values import (
    EMPTY,
    Known,
    OneOf,
    Text,
    Unknown,
    Value,
    concat,
    known_text,
    trail_of,
    unknown,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

# A value and how it is taken; None separates fields. Quoted text stays whole, unquoted literal text is
# globbed, what comes out of an unquoted expansion is also split.
WHOLE, PLAIN, SPLIT = "whole", "plain", "split"
Segment = tuple[Value, str] | None
Fields = tuple[Value, ...]
DEFAULT_SEPARATORS = " \t\n"


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


def split_fields(shell: Shell, found: list[Segment], *, is_command: bool) -> list[Fields]:
    """Split segments into fields; each entry is one alternative."""
    ifs = separators(shell)
    choices: list[list[Segment]] = [[]]
    for segment in found:
        options: tuple[Segment, ...] = (segment,)
        if segment is not None and segment[1] == SPLIT and isinstance(segment[0], OneOf) and _splits(segment[0], ifs):
            options = tuple((value, SPLIT) for value in segment[0].values)
        if len(choices) * len(options) > shell.limits.alternatives:
            options = ((unknown(Source.LIMIT), WHOLE),)
        if len(options) == 1:
            for row in choices:
                row.append(options[0])
        else:
            choices = [[*row, option] for row, option in product(choices, options)]
    rows = [_fields(shell, tuple(row), ifs, is_command) for row in choices]
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
    shape = []
    if blanks:
        shape.append(f"(?P<b>[{re.escape(blanks)}]+)")
    if others:
        shape.append(f"(?P<o>[{re.escape(others)}])")
    shape.append(f"(?P<t>[^{re.escape(ifs)}]+)")
    return [
        " " if match.lastgroup == "b" else "," if match.lastgroup == "o" else (match[0],)
        for match in re.finditer("|".join(shape), text)
    ]


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
