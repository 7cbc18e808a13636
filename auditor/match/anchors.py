"""Anchors: literals without one of which a rule cannot match, so that an engine need not be asked.

Takes the anchors of rules; gives one question, asked of a text in one pass: does any of them occur,
in whatever case. A rule without anchors makes the answer always yes. Refuses to be clever: a yes
too many costs a few milliseconds, a no too many would be a finding lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.model.rule import Rule


class Anchors:
    """An index of the anchors of some rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        cards = tuple(rules)
        self._is_always = any(not card.anchors or "" in card.anchors for card in cards)
        words = sorted({anchor.lower() for card in cards for anchor in card.anchors if anchor})
        self._pattern = re.compile(_trie(words), re.IGNORECASE) if words else None

    def occur_in(self, text: str) -> bool:
        """Say whether a rule could match in a text."""
        if self._is_always:
            return True
        return self._pattern is not None and self._pattern.search(text) is not None


def _trie(words: list[str]) -> str:
    """Write sorted words as a regular expression that branches on one character at a time."""
    shortest: list[str] = []
    for word in words:
        # whoever contains a shorter anchor from its start adds nothing
        if not shortest or not word.startswith(shortest[-1]):
            shortest.append(word)
    return _branch(shortest, 0)


def _branch(words: list[str], depth: int) -> str:
    if len(words) == 1:
        return re.escape(words[0][depth:])
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[depth], []).append(word)
    if len(groups) == 1:
        ((letter, inner),) = groups.items()
        return re.escape(letter) + _branch(inner, depth + 1)
    return "(?:" + "|".join(re.escape(letter) + _branch(inner, depth + 1) for letter, inner in groups.items()) + ")"
