"""Pure functions of scripting languages on known text, and the escapes of their strings."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from urllib.parse import unquote

from auditor.read.filters.formatting import unescaped

_MOST_TEXT = 200_000


def escapes(text: str) -> str:
    """Resolve the escapes of a double-quoted string."""
    text = re.sub(r"\\x\{([0-9a-fA-F]{1,6})\}", lambda found: character(int(found[1], 16)), text)
    text = re.sub(r"\\u\{([0-9a-fA-F]{1,6})\}", lambda found: character(int(found[1], 16)), text)
    text = re.sub(r"\\([@$#%&{}|;/.!~()*?<>\[\] =`-])", r"\1", text)
    return unescaped(text.replace("\\c", "\\\\c"))[0]


def character(number: int) -> str:
    """Give the character of a number; nothing for what is none."""
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def pure_call(name: str, texts: list[str]) -> str | None:
    """Give what a pure function of one of the languages returns, or None."""
    first = texts[0]
    if sum(map(len, texts)) > _MOST_TEXT:
        return None
    last = name.rpartition(".")[2]
    try:
        if last in {"chr", "fromCharCode", "char"} and all(text.isdigit() for text in texts):
            return "".join(character(int(text)) for text in texts)
        if last in {"reverse", "strrev"} and len(texts) == 1:
            return first[::-1]
        if last in {"lc", "downcase", "strtolower", "lower", "toLowerCase"}:
            return first.lower()
        if last in {"uc", "upcase", "strtoupper", "upper", "toUpperCase"}:
            return first.upper()
        if last in {"base64_decode", "decode_base64", "atob", "decode64", "strict_decode64", "urlsafe_decode64"}:
            return base64.b64decode(first + "=" * (-len(first) % 4)).decode("utf-8", "surrogateescape")
        if name in {"Buffer.from", "Buffer"} and len(texts) == 2:
            return _decoded(first, texts[1])
        if last in {"hex2bin", "unhexlify"}:
            return bytes.fromhex(first).decode("utf-8", "surrogateescape")
        if last == "str_rot13":
            return codecs.encode(first, "rot13")
        if last == "pack":
            return _packed(texts) if not first.startswith(("H*", "m")) or len(texts) > 1 else None
        if last in {"unpack1", "unpack"} and len(texts) == 2:
            return _decoded(texts[0], {"m": "base64", "m0": "base64"}.get(texts[1], ""))
        if last == "urldecode" or name == "decodeURIComponent":
            return unquote(first)
    except (ValueError, binascii.Error):
        return None
    return None


def _packed(texts: list[str]) -> str | None:
    """`pack("H*", X)` of perl and php, and Ruby's `[X].pack("H*")`, whose format stands last."""
    form, values = (
        (texts[0], texts[1:]) if texts[0][:2] in {"H*", "C*", "c*", "U*", "A*", "a*"} else (texts[-1], texts[:-1])
    )
    if form == "H*":
        return "".join(bytes.fromhex(value).decode("utf-8", "surrogateescape") for value in values)
    if form in {"C*", "c*", "U*"}:
        return "".join(character(int(value)) for value in values if value.isdigit())
    return "".join(values) if form in {"A*", "a*"} else None


def _decoded(text: str, encoding: str) -> str | None:
    if encoding == "base64":
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "surrogateescape")
    if encoding == "hex":
        return bytes.fromhex(text).decode("utf-8", "surrogateescape")
    return text if encoding in {"utf8", "utf-8", "ascii", "latin1"} else None
