"""C-style formatting: backslash escapes as echo and printf read them, and printf's conversions.

Takes known text, gives text; bytes above 0x7f that escapes make stand as surrogates until they form
UTF-8. Refuses (`CannotFold`) widths and repetitions beyond the limits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.read.filters.streams import CannotFold, text_of

_SIMPLE = {
    "a": b"\a", "b": b"\b", "e": b"\x1b", "E": b"\x1b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v",
    "\\": b"\\", '"': b'"', "'": b"'", "?": b"?",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(0[0-7]{0,3})|([1-7][0-7]{0,2})|(.))", re.S
)
_CONVERSION = re.compile(r"%(?:%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|j|z|t|L)?([a-zA-Z])|\(([^)]*)\)T)")
_MOST_WIDTH = 65_536
_MOST_ROUNDS = 10_000


def unescaped(text: str, *, octal_needs_zero: bool = False) -> tuple[str, bool]:
    """Resolve backslash escapes; the second value says that the escape c ended the output.

    With `octal_needs_zero` (echo -e, printf %b) four digits after a zero are octal; plain printf takes three.
    """
    pieces: list[bytes] = []
    end = 0
    for found in _ESCAPE.finditer(text):
        pieces.append(_encoded(text[end : found.start()]))
        end = found.end()
        hexadecimal, short, long, zero, octal, letter = found.groups()
        if letter == "c":
            return text_of(b"".join(pieces)), True
        if hexadecimal is not None:
            pieces.append(bytes([int(hexadecimal, 16)]))
        elif short is not None or long is not None:
            pieces.append(_code_point(short or long))
        elif zero is not None:
            if octal_needs_zero:
                pieces.append(bytes([int(zero, 8) & 0xFF]))
            else:
                pieces.append(bytes([int(zero[:3], 8) & 0xFF]) + zero[3:].encode())
        elif octal is not None:
            pieces.append(bytes([int(octal, 8) & 0xFF]))
        else:
            pieces.append(_SIMPLE.get(letter, _encoded("\\" + letter)))
    pieces.append(_encoded(text[end:]))
    return text_of(b"".join(pieces)), False


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape") if not _has_strange(text) else text.encode("utf-8", "replace")


def _has_strange(text: str) -> bool:
    return any("\ud800" <= letter <= "\udc7f" or "\udd00" <= letter <= "\udfff" for letter in text)


def _code_point(digits: str) -> bytes:
    number = int(digits, 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return b""
    return chr(number).encode("utf-8")


def echo(arguments: Sequence[str], *, interprets: bool = False) -> str:
    """Give what echo prints; `interprets` where escapes count without -e (dash, `xpg_echo`)."""
    words = list(arguments)
    newline = True
    while words and re.fullmatch(r"-[neE]+", words[0]):
        for letter in words.pop(0)[1:]:
            newline = newline and letter != "n"
            interprets = (interprets or letter == "e") and letter != "E"
    text = " ".join(words)
    if interprets:
        text, is_ended = unescaped(text, octal_needs_zero=True)
        newline = newline and not is_ended
    return text + "\n" if newline else text


def printf(arguments: Sequence[str], limit: int = 4_194_304) -> str:
    """Give what printf prints; the format is used again while arguments are left."""
    words = list(arguments)
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        raise CannotFold("printf without a format")
    template, values = words[0], words[1:]
    output: list[str] = []
    size = 0
    for _ in range(_MOST_ROUNDS):
        text, used, is_ended = _once(template, values)
        output.append(text)
        size += len(text)
        if size > limit:
            raise CannotFold("too much output")
        values = values[used:]
        if is_ended or not values or used == 0:
            return _joined(output)
    raise CannotFold("too many rounds")


def _joined(pieces: Sequence[str]) -> str:
    """Join pieces whose bytes may form one character only together."""
    return (
        text_of("".join(pieces).encode("utf-8", "surrogateescape"))
        if any(_bytes_in(p) for p in pieces)
        else "".join(pieces)
    )


def _bytes_in(text: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in text)


def _once(template: str, values: Sequence[str]) -> tuple[str, int, bool]:
    """Format once: the text, how many values it took, and whether the escape c ended all."""
    output: list[str] = []
    used = 0
    end = 0
    for found in _CONVERSION.finditer(template):
        text, is_ended = unescaped(template[end : found.start()])
        output.append(text)
        end = found.end()
        if is_ended:
            return "".join(output), used, True
        if found[0] == "%%":
            output.append("%")
            continue
        if found[5] is not None:
            raise CannotFold("printf of a time")
        flags, width_text, precision_text, letter = found[1] or "", found[2], found[3], found[4]
        if width_text == "*":
            width_text, used = _value(values, used) or "0", used + 1
        if precision_text == "*":
            precision_text, used = _value(values, used) or "0", used + 1
        value = _value(values, used)
        used += 1
        piece, is_ended = converted(letter, value, flags, "." in found[0] and letter != "c", precision_text)
        output.append(padded(piece, flags, _size(width_text)))
        if is_ended:
            return "".join(output), used, True
    text, is_ended = unescaped(template[end:])
    return "".join([*output, text]), used, is_ended


def _value(values: Sequence[str], index: int) -> str:
    return values[index] if index < len(values) else ""


def _size(text: str | None) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"-?\d{1,6}", text) or abs(int(text)) > _MOST_WIDTH:
        raise CannotFold("width")
    return int(text)


def converted(letter: str, value: str, flags: str, has_precision: bool, precision: str | None) -> tuple[str, bool]:
    """Convert one value; the second value says that the escape c ended the output."""
    if letter == "s":
        return (value[: max(_size(precision), 0)] if has_precision else value), False
    if letter == "b":
        text, is_ended = unescaped(value, octal_needs_zero=True)
        return (text[: max(_size(precision), 0)] if has_precision else text), is_ended
    if letter == "c":
        return value[:1], False
    if letter == "q":
        return (value if re.fullmatch(r"[\w@%+=:,./-]+", value) else "'" + value.replace("'", "'\\''") + "'"), False
    if letter in "diuoxX":
        number = _number(value)
        if letter in "uoxX" and number < 0:
            number += 1 << 64
        digits = {"o": f"{number:o}", "x": f"{number:x}", "X": f"{number:X}"}.get(letter, str(abs(number)))
        digits = digits.rjust(max(_size(precision), 0), "0") if has_precision else digits
        prefix = {"o": "0", "x": "0x", "X": "0X"}.get(letter, "") if "#" in flags and number else ""
        sign = (
            "-"
            if number < 0
            else "+"
            if "+" in flags and letter in "di"
            else " "
            if " " in flags and letter in "di"
            else ""
        )
        return sign + prefix + digits, False
    if letter in "eEfFgG":
        try:
            number_value = float(value or "0")
        except ValueError as refused:
            raise CannotFold("not a number") from refused
        places = _size(precision) if has_precision else 6
        return f"%{'+' if '+' in flags else ''}.{min(max(places, 0), 60)}{letter}" % number_value, False
    raise CannotFold(f"conversion %{letter}")


def _number(value: str) -> int:
    text = value.strip()
    if text[:1] in {"'", '"'}:
        return ord(text[1]) if len(text) > 1 else 0
    if not text:
        return 0
    found = re.fullmatch(r"([-+]?)(?:0[xX]([0-9a-fA-F]{1,16})|(0[0-7]{0,22})|(\d{1,19}))", text)
    if found is None:
        raise CannotFold("not a number")
    number = int(found[2], 16) if found[2] else int(found[3], 8) if found[3] else int(found[4])
    return -number if found[1] == "-" else number


def padded(text: str, flags: str, width: int) -> str:
    """Fill a piece up to its width."""
    if width < 0 or "-" in flags:
        return text.ljust(abs(width))
    if "0" in flags and re.fullmatch(r"[-+ ]?[0-9a-fA-FxX.]+", text):
        sign = text[:1] if text[:1] in {"-", "+", " "} else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)
