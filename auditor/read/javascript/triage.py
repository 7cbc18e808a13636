"""Whether a text can reach anything at all: an over-approximation by the words that every way out needs."""

from __future__ import annotations

import re

_REACHES = re.compile(
    r"\brequire\b|\bimport\b|\bprocess\b|\bmodule\b|\beval\b|\bFunction\s*\(|\bconstructor\s*[.(\]\[\"'`]|\[\s*[\"'`]constr"
    r"|\bglobalThis\b|\bglobal\s*[.\[]|\b(?:window|self|this|top)\s*\[|\bDeno\b|\bBun\b|\bfetch\b|XMLHttpRequest|\bWebSocket\b"
    r"|importScripts|\baxios\b|\$`|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]|\batob\b|fromCharCode|\bReflect\b|\\u\{?[0-9a-fA-F]"
    r"|[\"'`]\s*\+\s*[\"'`][^\"'`\n]*[\"'`]\s*\]"
)


def can_reach(text: str) -> bool:
    """Whether a text names a way out of the page or the process."""
    return _REACHES.search(text) is not None
