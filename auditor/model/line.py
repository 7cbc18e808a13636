"""Effect lines: one effect as one line of a transcript, and such a line read back into words.

Takes effects and gives text that is valid bash of the plainest kind: bare words, double-quoted
words and `|`. Everything else in a word is percent-encoded, so that no argument can break the line,
leave its quotes or expand. Refuses nothing: every word has a line form, and reading it back gives
the same word, the holes by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.effect import Effect
from auditor.model.word import Hole, Word

_BARE = re.compile(r"[A-Za-z0-9_@+=:,./-]+")
_PLAIN = re.compile(r"[ !#&'()*+,./0-9:;<=>?@A-Z\[\]^_a-z{|}~-]*")
_ENCODED = frozenset('"\\$%`')
_ENCODED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Bash reads these as syntax where they stand bare in front of a line.
_SYNTAX = frozenset(
    "case coproc declare do done elif else esac export fi for function if in local readonly select then time"
    " typeset unset until while".split()
)
_ELLIPSIS = "..."  # any words, in the patterns of rules and grants
_OPERATOR = "=="  # tree-sitter-bash takes a bare one for an operator, and loses the line's end
_TOKEN = re.compile(r' *(?:"(?P<quoted>[^"]*)"|(?P<pipe>\|)|(?P<bare>[^ "|]+))')
_PIECE = re.compile(r"%\{(?P<hole>[a-z_0-9]*)\}|(?P<bytes>(?:%[0-9A-Fa-f]{2})+)")


@dataclass(frozen=True, slots=True)
class LineWord:
    """A word read back from a line: its parts, holes as `None`, and whether it stood in quotes."""

    parts: tuple[str | None, ...]
    is_quoted: bool

    @property
    def text(self) -> str | None:
        """The whole text, or None where a part is unknown."""
        return None if None in self.parts else "".join(part for part in self.parts if part is not None)


def encode_word(word: Word, *, is_command: bool = False) -> str:
    """Write a word: bare where it is plain, else in double quotes with its special characters percent-encoded."""
    text = word.text
    is_syntax = text in (_ELLIPSIS, _OPERATOR) or (is_command and text is not None and (text in _SYNTAX or "=" in text))
    if text is not None and _BARE.fullmatch(text) and not is_syntax:
        return text
    return '"' + "".join(_encode(part) for part in word.parts) + '"'


def encode_words(words: Sequence[Word]) -> str:
    """Write one stage: the command word and its arguments."""
    return " ".join(encode_word(word, is_command=index == 0) for index, word in enumerate(words))


def line_of(effect: Effect) -> str:
    """Write an effect as one line; a pipeline keeps its `|`."""
    return " | ".join(encode_words(stage) for stage in effect.stages)


def read_line(line: str) -> tuple[tuple[LineWord, ...], ...]:
    """Read a line back into stages of words; raises ValueError on text that `line_of` cannot have written."""
    stages: list[list[LineWord]] = [[]]
    end = 0
    line = line.strip(" ")
    while end < len(line):
        match = _TOKEN.match(line, end)
        if match is None:
            raise ValueError(f"not an effect line: a quote is open or inside a word at column {end + 1}")
        if match["pipe"] is not None:
            stages.append([])
        else:
            quoted = match["quoted"]
            stages[-1].append(LineWord(_decode(match["bare"] if quoted is None else quoted), quoted is not None))
        end = match.end()
        if end < len(line) and line[end] != " ":
            raise ValueError(f"not an effect line: no blank before column {end + 1}")
    if not all(stages):
        raise ValueError("not an effect line: an empty stage")
    return tuple(tuple(stage) for stage in stages)


def _encode(part: str | Hole) -> str:
    if isinstance(part, Hole):
        return f"%{{{part.name}}}"
    if _PLAIN.fullmatch(part):
        return part
    return "".join(_encode_character(character) for character in part)


def _encode_character(character: str) -> str:
    if character in _ENCODED or unicodedata.category(character) in _ENCODED_CATEGORIES:
        return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    return character


def _decode(text: str) -> tuple[str | None, ...]:
    parts: list[str | None] = []
    end = 0
    for match in _PIECE.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        if match["hole"] is not None:
            parts.append(None)
        else:
            parts.append(_text_of(bytes.fromhex(match["bytes"].replace("%", ""))))
        end = match.end()
    if end < len(text) or not parts:
        parts.append(text[end:])
    return tuple(parts)


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")
