"""Escapes in strings, templates and names of JavaScript."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|(\r\n|[\s\S]))"
)
_SINGLE = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\n": "",
    "\r\n": "",
    "\r": "",
    "\u2028": "",
}
_LARGEST = 0x10FFFF


def unescaped(text: str) -> str:
    """Give a text with its escapes undone."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_one, text)
    if any("\ud800" <= c <= "\udfff" for c in plain):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def _one(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if digits is not None:
        number = int(digits, 16)
        return chr(number) if number <= _LARGEST else "\ufffd"
    if found[4] is not None:
        return chr(int(found[4], 8))
    return _SINGLE.get(found[5], found[5])
