"""Escapes: audited text made safe to show.

Takes any text, gives text in which every character is seen as what it is: control characters,
ANSI sequences, bidi marks, zero-width and other invisible characters become visible escapes, piled
up combining marks are thinned, long lines are cut around the place that matters. Nothing of the
audited text reaches a terminal, a page or a log but through here.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
_TAB = "    "
_PLAIN = re.compile(r"[ -~]*")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and symbols that fonts draw as nothing, and blanks that are not the blank.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06"
    "\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\uffa0"
)
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 2
# A variation selector after an emoji changes how it is drawn and nothing else.
_EMOJI_SELECTOR = "\ufe0f"
_PLACEHOLDER_FIRST, _PLACEHOLDER_LAST = 0xF0000, 0xF0FFF
_UNSAFE_IN_DATA = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Write every character that is not plainly visible as an escape of its code point; the result is one line."""
    if _PLAIN.fullmatch(text):
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if _is_hidden(character, category) or marks > _MARKS_IN_A_ROW:
            shown.append(escaped(character))
        else:
            shown.append(character)
    return "".join(shown)


def visible_code(text: str) -> str:
    """Write a line of code: as `visible`, with tabs as blanks and the stand-ins for unknown parts as `%{…}`."""
    pieces = []
    for piece in re.split("([\t\U000f0000-\U000f0fff])", text):
        if piece == "\t":
            pieces.append(_TAB)
        elif len(piece) == 1 and _PLACEHOLDER_FIRST <= ord(piece) <= _PLACEHOLDER_LAST:
            pieces.append("%{…}")
        else:
            pieces.append(visible(piece))
    return "".join(pieces)


def escaped(character: str) -> str:
    """Write one character by its code point."""
    code = ord(character)
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\x1b"}
    if character in known:
        return known[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cut(text: str, width: int) -> str:
    """Shorten to a width, with an ellipsis in place of the rest."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + ELLIPSIS


def window(text: str, column: int, width: int) -> tuple[str, int]:
    """Cut a long line around a column (from 1); give the piece and how many characters in front of it are gone."""
    if len(text) <= width:
        return text, 0
    start = max(0, min(column - 1 - width // 4, len(text) - width))
    return text[start : start + width], start


def safe_json(document: str) -> str:
    """Escape, in a JSON text, the characters that steer terminals or hide; the value of the document is the same."""
    return _UNSAFE_IN_DATA.sub(lambda match: _json_escape(match[0]), document)


def _json_escape(character: str) -> str:
    if character == "\n":
        return character  # between values; inside strings JSON has escaped it
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\ufffd"  # no JSON reader is bound to accept half a pair
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _is_hidden(character: str, category: str) -> bool:
    if character == _EMOJI_SELECTOR or character == "\u3000":
        return False
    return category in _HIDDEN_CATEGORIES or character in _INVISIBLE or (category == "Zs" and character != " ")
