"""`printf`: formats over known and partly known arguments.

Takes the format as text and the arguments as values, gives a value. An unknown argument to `%s`
stays a hole; to a numeric conversion it makes that piece unknown.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence

from auditor.read.shell.arithmetic import parse_number, wrap
from auditor.read.shell.escapes import format_escapes, percent_b
from auditor.read.values import EMPTY, Known, Value, concat, known_text

_PIECE = re.compile(
    r"%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|j|z|t|L)?([a-zA-Z])|([-+ #0]*)(?:\d+)?\(([^)]*)\)T)"
)
_DOT = re.compile(r"\.")
MAX_ROUNDS = 2_000
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
    stops = False
    if letter == "b":
        text, stops = percent_b(known)
    elif letter == "s":
        text = known
    elif letter == "q":
        text = quote(known)
    elif letter == "c":
        text = known[:1]
    elif letter in "diouxX":
        text = _integer(letter, flags, precision, _number(known))
        precision = None
    elif letter in "eEfFgGaA":
        text = _floating(letter, precision, known)
        precision = None
    else:
        return EMPTY, False
    if precision is not None and precision.isdigit():
        text = text[: int(precision)]
    size = min(int(width), MAX_WIDTH) if width.isdigit() else 0
    if "-" in flags:
        text = text.ljust(size)
    elif "0" in flags and letter not in "sbqc":
        sign = text[: text[:1] in ("-", "+")]
        text = sign + text[len(sign) :].rjust(size - len(sign), "0")
    else:
        text = text.rjust(size)
    return Known(text, given.trail if isinstance(given, Known) else ()), stops


def _number(text: str) -> int:
    text = text.strip()
    if text[:1] in ("'", '"'):
        return ord(text[1]) if len(text) > 1 else 0
    match = re.match(r"([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)", text)
    if match is None or len(match[2]) > 80:
        return 0
    return -parse_number(match[2]) if match[1] == "-" else parse_number(match[2])


def _integer(letter: str, flags: str, precision: str | None, number: int) -> str:
    if letter in "di":
        text = str(abs(number))
        sign = "-" if number < 0 else "+" if "+" in flags else " " if " " in flags else ""
    else:
        number = wrap(number) & ((1 << 64) - 1)
        text = {"o": f"{number:o}", "u": str(number), "x": f"{number:x}", "X": f"{number:X}"}[letter]
        sign = {"o": "0", "x": "0x", "X": "0X"}.get(letter, "") if "#" in flags and number else ""
    if precision is not None and precision.isdigit():
        text = text.rjust(min(int(precision), MAX_WIDTH), "0")
    return sign + text


def _floating(letter: str, precision: str | None, text: str) -> str:
    try:
        number = float(text or "0")
    except ValueError:
        number = 0.0
    digits = min(int(precision), 100) if precision is not None and precision.isdigit() else 6
    return f"{number:.{digits}{letter}}" if letter in "eEfFgG" else number.hex()
