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


_HIDES = re.compile(
    r"\bconstructor\b|\beval\b|\bFunction\b|\batob\b|fromCharCode|fromCodePoint|\bglobalThis\b|\bglobal\b|\bimport\s*\(|\bReflect\b"
    r"|mainModule|_load|getBuiltinModule|createRequire|\bbinding\b|\bDeno\b|\bBun\b|\\[xu]|\]\s*\(|\brequire\s*\(\s*[^\"'\s)]|\$`|\bvm\b"
)


def may_hide(text: str) -> bool:
    """Whether a text has what it takes to reach a way out without naming it."""
    return _HIDES.search(text) is not None
