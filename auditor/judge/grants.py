"""Grants: findings that the operator permits, narrowly, for a reason, until a date.

Takes a pattern and an effect line, says whether the one covers the other. The pattern is written
like an effect line; a bare `...` stands for any known words, a bare `*` for exactly one. Refuses to
match a word that is unknown in any part, and to look across a `|` that the pattern does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from auditor.model.line import LineWord, read_line

_ANY_WORDS = "..."
_ONE_WORD = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """One rule's findings on one shape of effect, permitted."""

    rule: str
    effect: str
    reason: str
    expires: date

    def covers(self, rule: str, effect: str | None) -> bool:
        """Whether a finding of a rule on an effect line is meant, expired or not."""
        return rule == self.rule and effect is not None and _matches(self.effect, effect)

    def is_expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.expires


def refuse_pattern(pattern: str) -> str | None:
    """Say what is wrong with a pattern, or None."""
    try:
        stages = _split(pattern)
    except ValueError as error:
        return str(error)
    words = [word for stage in stages for word in stage]
    if any(word.text is None for word in words):
        return "an unknown word (%{…}) cannot be granted"
    partial = next((word for word in words if _has_wildcard(word)), None)
    if partial is not None:
        return f"`{partial.text}`: `*` and `...` stand for whole words; put the word in quotes to mean it as it is"
    if any(_is_any_words(stage[0]) or _is_one_word(stage[0]) for stage in stages):
        return "the program must be named: a pattern cannot begin with `...` or `*`"
    return None


def _matches(pattern: str, effect: str) -> bool:
    try:
        stages = _split(effect)
    except ValueError:
        return False
    wanted = _split(pattern)
    return len(wanted) == len(stages) and all(
        all(word.text is not None for word in stage) and _covers(want, stage)
        for want, stage in zip(wanted, stages, strict=True)
    )


def _covers(pattern: tuple[LineWord, ...], words: tuple[LineWord, ...]) -> bool:
    """Match a stage word by word; `reachable` holds how many words each prefix of the pattern can stand for."""
    reachable = {0}
    for want in pattern:
        if _is_any_words(want):
            reachable = set(range(min(reachable), len(words) + 1))
        else:
            reachable = {at + 1 for at in reachable if at < len(words) and _is_same(want, words[at])}
        if not reachable:
            return False
    return len(words) in reachable


def _is_same(want: LineWord, word: LineWord) -> bool:
    return _is_one_word(want) or want.text == word.text


def _is_any_words(word: LineWord) -> bool:
    return not word.is_quoted and word.text == _ANY_WORDS


def _is_one_word(word: LineWord) -> bool:
    return not word.is_quoted and word.text == _ONE_WORD


def _has_wildcard(word: LineWord) -> bool:
    if word.is_quoted or word.text is None or _is_any_words(word) or _is_one_word(word):
        return False
    return "*" in word.text or _ANY_WORDS in word.text


@lru_cache(maxsize=1024)
def _split(line: str) -> tuple[tuple[LineWord, ...], ...]:
    return read_line(line)
