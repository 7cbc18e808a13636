"""`printf`: formats over known and partly known arguments.

Takes the format as text and the arguments as values, gives a value. An unknown argument to `%s`
stays a hole; to a numeric conversion it makes that piece unknown.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.filters.formatting import converted, padded
from auditor.read.filters.streams import CannotFold
from auditor.read.shell.escapes import format_escapes
from auditor.read.values import EMPTY, Known, Value, concat, known_text, unknown

_PIECE = re.compile(
    r"%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|j|z|t|L)?([a-zA-Z])|([-+ #0]*)(?:\d+)?\(([^)]*)\)T)"
)
_DOT = re.compile(r"\.")
MAX_ROUNDS = 10_000
MAX_WIDTH = 10_000


def quote(text: str) -> str:
    """Quote as `%q` does, near enough to be read back the same."""
    return shlex.quote(text)


def format_text(text: str, arguments: Sequence[Value], derived: Callable[[Value], Value]) -> Value:
    """Format; the format is used again until all arguments are taken."""
    pieces: list[Value] = []
    waiting = list(arguments)
    for _ in range(MAX_ROUNDS):
        before = len(waiting)
        if _round(text, waiting, pieces, derived):
            break
        if not waiting or len(waiting) == before:
            break
    else:
        return unknown(Source.LIMIT)
    return concat(pieces) if pieces else EMPTY


def _round(text: str, waiting: list[Value], pieces: list[Value], derived: Callable[[Value], Value]) -> bool:
    end = 0
    # Escapes in the format are decoded piece by piece, so that a decoded % is not a conversion.
    for match in _PIECE.finditer(text):
        pieces.append(Known(format_escapes(text[end : match.start()])))
        end = match.end()
        if match[0] == "%%":
            pieces.append(Known("%"))
            continue
        if match[6] is not None:
            pieces.append(derived(waiting.pop(0) if waiting else EMPTY))
            continue
        flags, width = match[1], match[2] or ""
        precision = match[3] if match[3] is not None else ("0" if _DOT.search(match[0]) else None)
        if width == "*":
            width = known_text(waiting.pop(0)) or "" if waiting else ""
            if width.startswith("-"):
                flags, width = flags + "-", width[1:]
        if precision == "*":
            precision = known_text(waiting.pop(0)) if waiting else "0"
        value = waiting.pop(0) if waiting else None
        piece, stops = _convert(match[4], flags, width, precision, value, derived)
        pieces.append(piece)
        if stops:
            return True
    pieces.append(Known(format_escapes(text[end:])))
    return False


def _convert(
    letter: str, flags: str, width: str, precision: str | None, value: Value | None, derived: Callable[[Value], Value]
) -> tuple[Value, bool]:
    given = EMPTY if value is None else value
    known = known_text(given)
    if known is None:
        return (given if letter in "sbq" else derived(given)), False
    has_precision = precision is not None and letter != "c"
    digits = precision if precision is not None and re.fullmatch(r"\d{1,4}", precision) else None
    try:
        text, stops = converted(letter, known, flags, has_precision, digits)
        text = padded(text, flags, min(int(width), MAX_WIDTH) if width.isdigit() else 0)
    except CannotFold:
        return derived(given), False
    return Known(text, given.trail if isinstance(given, Known) else ()), stops
