"""Bytes become text: encodings, NUL bytes, and what is not text at all."""

from __future__ import annotations

import codecs
import re

from auditor.model.gap import Gap, Stage, Why
from auditor.model.unit import Language

# Encodings that Python source may declare (PEP 263) and that decode in linear time.
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_LINEAR_ENCODINGS = re.compile(
    r"ascii|utf-?|utf-?(?:7|8|8-sig|16|16-[lb]e|32|32-[lb]e)|(?:iso-?8859-|latin-?|cp|windows-|koi8-|mac-)[\w-]+|latin1|l1"
    r"|gb2312|gbk|gb18030|big5(?:hkscs)?|shift[-_]?jis|euc[-_]?(?:jp|kr)|(?:raw[-_])?unicode[-_]escape"
)
_BINARY_MAGIC = (
    b"\x7fELF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF",
)


_ODD = bytes(byte for byte in range(32) if byte < 9 or 13 < byte < 27 or byte > 27)


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are not text: a known magic number, or more control bytes than text has."""
    if head.startswith(_BINARY_MAGIC):
        return True
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    if not head:
        return False
    odd = len(head) - len(head.translate(None, _ODD))
    return odd * 10 > len(head) or head.count(0) * 50 > len(head)


def decode(data: bytes, language: Language | None) -> tuple[str, tuple[Gap, ...]]:
    """Decode as the language's own programs would; what cannot be decoded is replaced, and is a gap."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif language in (Language.PYTHON, None):
        declared = _declared(data)
        if declared is not None:
            if not _LINEAR_ENCODINGS.fullmatch(declared.lower().replace("_", "-")):
                what = f"source encoding {declared[:40]!r} is not decoded here"
                return data.decode("utf-8", "replace"), (_gap(Why.NOT_TEXT, what),)
            encoding = "utf-8-sig" if declared.lower().replace("_", "-") in {"utf-8", "utf8"} else declared
    gaps: list[Gap] = []
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        if not _is_passed_over(data, language):
            gaps.append(_gap(Why.NOT_TEXT, f"not valid {encoding.removesuffix('-sig')}{where}"))
        text = data.decode("utf-8", "replace")
    if "\0" in text:
        if language is Language.BASH:
            text = text.replace("\0", "")  # bash drops NUL bytes and goes on
        else:
            gaps.append(_gap(Why.NOT_TEXT, "NUL bytes"))
    return text, tuple(gaps)


def _is_passed_over(data: bytes, language: Language | None) -> bool:
    """Whether the language's program runs the text all the same: bash reads no comment, whatever its bytes."""
    if language is not Language.BASH:
        return False
    rest = b"\n".join(line for line in data.split(b"\n") if not line.lstrip(b" \t").startswith(b"#"))
    try:
        rest.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes) -> str | None:
    for line in data.split(b"\n", 2)[:2]:
        match = _COOKIE.match(line)
        if match is not None:
            return match[1].decode("ascii")
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return None


def _gap(why: Why, what: str) -> Gap:
    return Gap(Stage.INTAKE, why, what)
