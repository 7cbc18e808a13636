"""Building words: joined with blanks, split at blanks, and with a value put where a mark stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from auditor.read.programs.pieces import split
from auditor.read.values import Known, Text, Unknown, Value, as_text, concat, known_text


def quoted(word: Value) -> Value:
    """Give a word with blanks or brackets in single quotes, as programs do that keep words together."""
    text = known_text(word)
    return Known(shlex.quote(text)) if text is not None and re.search(r"[\s()]", text) else word


def joined(words: Iterable[Value]) -> Value:
    """Join words with blanks, as `sh -c` gets them from programs that build a command line."""
    pieces: list[Value] = []
    for word in words:
        if pieces:
            pieces.append(Known(" "))
        pieces.append(word)
    return concat(pieces)


def split_words(text: Value) -> tuple[Value, ...]:
    """Split text at blanks, with simple quotes honoured where the text is known."""
    known = known_text(text)
    if known is None:
        return tuple(word for word in split(text, r"\s+") if known_text(word) != "")
    pieces = re.findall(
        r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""", known.replace("\\_", " ").replace("\\t", "\t")
    )
    return tuple(Known(re.sub(r"""\\(.)|["']""", r"\1", piece)) for piece in pieces)


def put(word: Value, mark: str, found: Value) -> Value:
    """Put a value wherever a mark stands in a word."""
    text = as_text(word)
    if isinstance(text, Known) and mark and mark in str(text.value):
        pieces: list[Value] = []
        for piece in str(text.value).split(mark):
            pieces += [found, Known(piece)] if pieces else [Known(piece)]
        return concat(pieces)
    if isinstance(text, Text):
        return concat(
            [put(Known(part), mark, found) if isinstance(part, str) else Unknown(part) for part in text.parts]
        )
    return text
