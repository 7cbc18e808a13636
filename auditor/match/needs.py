"""Needs: what a line of a transcript must hold before a rule on effects can match it.

Takes rules; gives one question, asked of a line: could any of them match. The needs are read from the
rules' own patterns: the words that a pattern spells out, each of them whole, and its regular
expressions over the line. Refuses to be clever: where a pattern's meaning is not plain it needs
nothing, and then the rule's anchors decide alone.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.match.anchors import Anchors
from auditor.match.rules import SemgrepRule

_PLAIN_WORD: Final = re.compile(r"(?!.*\.\.\.)[\w-][\w./:+@-]*", re.ASCII)
_NOT_PLAIN: Final = frozenset("\"'`(){}<>;&\\\n#=*?[]!~")
_WORD: Final = re.compile(r'(?:"[^"]*"|[^ "])+')
_MOST_ALTERNATIVES: Final = 400
_MOST_STAGES: Final = 8
_LONG: Final = 400
_MOST_REPEATS: Final = 3
"""Repetitions in one branch of an expression, each of which may cost a factor of the text's length."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way for a rule to match: the words that a line must hold and the regular expressions that it must fit."""

    words: frozenset[str] = frozenset()
    of_line: frozenset[re.Pattern[str]] = frozenset()
    of_word: frozenset[re.Pattern[str]] = frozenset()
    """Each must fit the start of some word, that which a metavariable stands for."""

    def joined(self, other: _Way) -> _Way:
        return _Way(self.words | other.words, self.of_line | other.of_line, self.of_word | other.of_word)


_ANY: Final[tuple[_Way, ...]] = (_Way(),)


class Needs:
    """An index of what rules need of one line."""

    def __init__(self, rules: Iterable[SemgrepRule]) -> None:
        kept = tuple(rules)
        self.anchors = Anchors(rule.card for rule in kept)
        self._by_word: dict[str, list[_Way]] = {}
        self._wordless: list[tuple[Anchors, tuple[_Way, ...]]] = []
        for rule in kept:
            ways = _ways(rule.body)
            wordless = tuple(way for way in ways if not way.words)
            if wordless:
                self._wordless.append((Anchors([rule.card]), wordless))
            for way in ways:
                if way.words:
                    self._by_word.setdefault(max(way.words, key=_rarity), []).append(way)

    def may_match(self, line: str) -> bool:
        """Say whether a rule could match a line."""
        if not self.anchors.occur_in(line):
            return False
        words = frozenset(_words_of(line))
        # Semgrep's expressions know letters and cases of ASCII only, Python's know more
        is_plain = line.isascii()
        parts = _Parts(line, words)
        for word in words:
            for way in self._by_word.get(word, ()):
                if way.words <= words and (not is_plain or _fits(way, parts)):
                    return True
        return any(
            anchors.occur_in(line) and (not is_plain or any(_fits(way, parts) for way in ways))
            for anchors, ways in self._wordless
        )


def _rarity(word: str) -> tuple[bool, int, str]:
    # options are in many patterns, and a long word is in few lines
    return (not word.startswith("-"), len(word), word)


class _Parts:
    """What a metavariable may stand for in a line: a word, a command, several piped into each other."""

    def __init__(self, line: str, words: frozenset[str]) -> None:
        stages = line.split(" | ")
        self._line = line
        self._parts = list(words)
        self._is_known = len(stages) <= _MOST_STAGES
        if self._is_known:
            ends = range(1, len(stages) + 1)
            self._parts += [" | ".join(stages[start:end]) for end in ends for start in range(end)]
        self._found: dict[re.Pattern[str], bool] = {}

    def hold(self, expression: re.Pattern[str]) -> bool:
        """Say whether an expression fits a part, from its start, as Semgrep asks of a metavariable."""
        found = self._found.get(expression)
        if found is None:
            found = not self._is_known or any(_may_fit(expression.match, part) for part in self._parts)
            self._found[expression] = found
        return found

    def is_line_fit(self, expression: re.Pattern[str]) -> bool:
        """Say whether an expression is found in the line."""
        return _may_fit(expression.search, self._line)


def _may_fit(ask: Callable[[str], re.Match[str] | None], text: str) -> bool:
    """Ask an expression, unless the text is so long that a hostile one could make it take long."""
    return len(text) > _LONG or ask(text) is not None


def _words_of(line: str) -> list[str]:
    if '"' not in line:
        return line.split(" ")
    return [word.strip('"') for word in _WORD.findall(line)]


def _fits(way: _Way, parts: _Parts) -> bool:
    return all(map(parts.hold, way.of_word)) and all(map(parts.is_line_fit, way.of_line))


def _ways(body: Mapping[str, object]) -> tuple[_Way, ...]:
    """Give the ways in which a rule, or one entry of its patterns, can match."""
    found: tuple[_Way, ...] = _ANY
    for key, value in body.items():
        if key == "pattern" and isinstance(value, str):
            found = _all(found, (_Way(words=_words(value)),))
        elif key == "pattern-regex" and isinstance(value, str):
            found = _all(found, (_Way(of_line=_expression(value)),))
        elif key == "metavariable-regex" and isinstance(value, dict):
            found = _all(found, (_Way(of_word=_expression_of_word(value)),))
        elif key == "patterns" and isinstance(value, list):
            for entry in value:
                found = _all(found, _ways(entry))
        elif key == "pattern-either" and isinstance(value, list):
            either = tuple(dict.fromkeys(way for entry in value for way in _ways(entry)))
            found = _all(found, either if len(either) <= _MOST_ALTERNATIVES else _ANY)
    return found


def _all(first: tuple[_Way, ...], second: tuple[_Way, ...]) -> tuple[_Way, ...]:
    """Give the ways in which both match; those of the first alone where that would be too many."""
    if len(first) * len(second) > _MOST_ALTERNATIVES:
        return first
    return tuple(dict.fromkeys(one.joined(other) for one in first for other in second))


def _words(pattern: str) -> frozenset[str]:
    """Give the words that a pattern spells out; none where it holds more than words, blanks and pipes."""
    if not _NOT_PLAIN.isdisjoint(pattern):
        return frozenset()
    return frozenset(word for word in pattern.split() if _PLAIN_WORD.fullmatch(word))


def _expression(expression: str) -> frozenset[re.Pattern[str]]:
    """Compile an expression over a line; give none where Python reads it otherwise, or it may cross lines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(expression)
    except (re.error, Warning, OverflowError, RecursionError):
        return frozenset()
    is_plain = not compiled.flags & re.DOTALL and "\\n" not in expression
    repeats = max(piece.count("*") + piece.count("+") for piece in expression.split("|"))
    return frozenset({compiled}) if is_plain and repeats <= _MOST_REPEATS else frozenset()


def _expression_of_word(body: Mapping[str, object]) -> frozenset[re.Pattern[str]]:
    """Compile the expression of a metavariable that stands for one word; give none where that is not plain."""
    name, expression = body.get("metavariable"), body.get("regex")
    if not isinstance(name, str) or not isinstance(expression, str) or name.startswith("$..."):
        return frozenset()
    return _expression(expression.replace("(?is)", "(?i)"))
