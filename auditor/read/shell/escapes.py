"""Backslash escapes: `$'…'`, `echo -e`, `printf` formats and `%b`.

Takes text, gives text. Bytes above 127 that escapes build are read as UTF-8 where they are valid,
as bash's output would be.
"""

from __future__ import annotations

import re

_SIMPLE = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:x\{?([0-9A-Fa-f]{1,2})\}?|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|([0-7]{1,3})|(.))", re.DOTALL
)
_ZERO_OCTAL = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|(c)|0([0-7]{0,3})|(.))", re.DOTALL
)


def ansi_c(text: str) -> str:
    """Decode the inside of `$'…'`; an escaped NUL ends the string, as in bash."""
    return _decode(_ESCAPE, text, quotes="'\"?", control=True).split("\0", 1)[0]


def format_escapes(text: str) -> str:
    """Decode the escapes of a `printf` format."""
    return _decode(_ESCAPE, text, quotes="'\"?")


def echo_escapes(text: str) -> tuple[str, bool]:
    r"""Decode the escapes of `echo -e` and `%b`; the flag says that `\c` ended the output."""
    stop = re.search(r"(?<!\\)(?:\\\\)*\\c", text)
    if stop:
        text = text[: stop.end() - 2]
    return _decode(_ZERO_OCTAL, text, quotes=""), stop is not None


def _decode(pattern: re.Pattern[str], text: str, *, quotes: str, control: bool = False) -> str:
    if "\\" not in text:
        return text
    has_bytes = False

    def one(match: re.Match[str]) -> str:
        nonlocal has_bytes
        code, short, long, key, octal, other = match.groups()
        if code or octal is not None:
            number = (int(code, 16) if code else int(octal or "0", 8)) & 0xFF
            has_bytes = has_bytes or number > 127
            # A lone byte is kept as a surrogate until all of the text is known.
            return chr(number) if number < 128 else chr(0xDC00 + number)
        if short or long:
            number = int(short or long, 16)
            return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "�"
        if key is not None:
            return chr(ord(key[0]) & 0x1F) if control else match[0]
        if other in _SIMPLE:
            return _SIMPLE[other]
        return other if other in quotes else match[0]

    decoded = pattern.sub(one, text)
    if not has_bytes:
        return decoded
    try:
        return decoded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # surrogates that the text itself held
        return decoded.encode("utf-8", "replace").decode("utf-8", "replace")
