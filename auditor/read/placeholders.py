"""Placeholders: text that stands for unknown parts while code that holds them is parsed.

In shell text a hole is one private-use character, in Python and JavaScript an
identifier; both are turned back
when the code is evaluated. The identifier holds a digest of the script, so that the script cannot
contain it already.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property

from auditor.model.unit import Language
from auditor.model.word import Hole, Word
from auditor.read.values import Known, Text, Unknown

_FIRST = 0xF0000
_MOST = 4_096
_LETTER = re.compile("[\U000f0000-\U000f0fff]")
_NAMES = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT})


class Placeholders:
    """The holes of one script that stand in code, by number."""

    def __init__(self, script: str) -> None:
        self._key = hashlib.sha256(script.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        self._numbers: dict[Hole, int] = {}
        self._holes: list[Hole] = []

    @cached_property
    def _mark(self) -> re.Pattern[str]:
        # Made when first needed: to compile one for each script took a fifth of reading a short one.
        return re.compile(rf"_hole_{self._key}_\d+_|[\U000f0000-\U000f0fff]")

    def text(self, hole: Hole, language: Language) -> str:
        """Give text that stands for a hole in code; past 4,096 of them, text that stands for nothing."""
        number = self._numbers.get(hole)
        if number is None:
            if len(self._holes) >= _MOST:
                return "_"
            number = self._numbers[hole] = len(self._holes)
            self._holes.append(hole)
        return f"_hole_{self._key}_{number}_" if language in _NAMES else chr(_FIRST + number)

    def restore(self, text: str) -> Known | Text | Unknown:
        """Turn placeholders in a piece of code back into holes."""
        if not self._holes:
            return Known(text)
        parts: list[str | Hole] = []
        end = 0
        for match in (self._mark if "_hole_" in text else _LETTER).finditer(text):
            digits = match[0][len(self._key) + 7 : -1]
            number = int(digits[:9]) if digits else ord(match[0]) - _FIRST
            if number >= len(self._holes):
                continue
            parts += [text[end : match.start()], self._holes[number]]
            end = match.end()
        word = Word.of(*parts, text[end:])
        if word.text is not None:
            return Known(word.text)
        return Unknown(word.holes[0]) if len(word.parts) == 1 else Text(word.parts)
