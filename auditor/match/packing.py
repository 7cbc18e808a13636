"""Packing: the lines of many transcripts through an engine together, each distinct line once.

Takes texts; gives the outcome of each, as `match_texts` does. A corpus repeats its commands, and a file
costs Semgrep more than a line, so distinct lines go in small files and what they gave is remembered.
Only for rules that need one line; a hit that reaches over more has its lines asked alone. Lines with
a problem are not remembered, and keep it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from auditor.match.engine import Engine, Hit, Problem
from auditor.match.texts import Outcome, Text, TimeLeft, match_texts

_LINES: Final = 6
"""Lines of one file: fewer cost more files, more cost more than they save."""
_LONG: Final = 1_000
"""A longer line stands alone, since its cost grows faster than its length."""
_REMEMBERED: Final = 50_000
_REMEMBERED_LENGTH: Final = 2_000

_Canaries = Callable[[str], frozenset[str]]
_Found = tuple[tuple[Hit, ...], Problem | None]


class LineMemory:
    """What the engine said of lines before, by kind of text and line. Thread-safe; bounded."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[tuple[str, str], tuple[Hit, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: tuple[str, str]) -> tuple[Hit, ...] | None:
        """Give the hits in a line, None where they are not known."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def keep(self, key: tuple[str, str], hits: tuple[Hit, ...]) -> None:
        """Remember the hits in a line."""
        if len(key[1]) > _REMEMBERED_LENGTH:
            return
        with self._lock:
            self._known[key] = hits
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def match_packed(
    engine: Engine, texts: Sequence[Text], canaries: _Canaries, time_left: TimeLeft, memory: LineMemory
) -> list[Outcome]:
    """Match texts within a time, those that can be divided by their distinct lines."""
    keys = dict.fromkeys((text.suffix, line) for text in texts if text.is_divisible for line in text.lines)
    known: dict[tuple[str, str], _Found] = {}
    asked: list[tuple[str, str]] = []
    for key in keys:
        hits = memory.find(key)
        if hits is None:
            asked.append(key)
        else:
            known[key] = (hits, None)
    packs = _packs(asked)
    whole = [text for text in texts if not text.is_divisible]
    outcomes = match_texts(engine, [*(_text(pack) for pack in packs), *whole], canaries, time_left)
    alone: list[tuple[str, str]] = []
    for pack, outcome in zip(packs, outcomes[: len(packs)], strict=True):
        if len(pack) > 1 and any(hit.line != hit.end_line for hit in outcome.hits):
            alone += pack
        else:
            known.update(_by_line(pack, outcome))
    singles = match_texts(engine, [_text([key]) for key in alone], canaries, time_left) if alone else []
    for key, outcome in zip(alone, singles, strict=True):
        known.update(_by_line([key], outcome))
    for key in asked:
        if known[key][1] is None:
            memory.keep(key, known[key][0])
    others = iter(outcomes[len(packs) :])
    return [_whole(text, known) if text.is_divisible else next(others) for text in texts]


def _packs(keys: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    packs = [[key] for key in keys if len(key[1]) > _LONG]
    by_suffix: dict[str, list[tuple[str, str]]] = {}
    for key in keys:
        if len(key[1]) <= _LONG:
            by_suffix.setdefault(key[0], []).append(key)
    for short in by_suffix.values():
        packs += [short[start : start + _LINES] for start in range(0, len(short), _LINES)]
    return packs


def _text(pack: Sequence[tuple[str, str]]) -> Text:
    return Text(pack[0][0], tuple(line for _, line in pack), is_divisible=True)


def _by_line(pack: Sequence[tuple[str, str]], outcome: Outcome) -> dict[tuple[str, str], _Found]:
    """Give what an outcome says of each line of a pack, as of a text of that line alone."""
    hits: list[list[Hit]] = [[] for _ in pack]
    problems: list[Problem | None] = [None] * len(pack)
    for hit in outcome.hits:
        hits[hit.line - 1].append(_moved(hit, 1 - hit.line))
    for numbers, problem in outcome.problems:
        for number in numbers:
            problems[number] = problem
    return {key: (tuple(found), problem) for key, found, problem in zip(pack, hits, problems, strict=True)}


def _whole(text: Text, known: dict[tuple[str, str], _Found]) -> Outcome:
    """Put together what is known of a text's lines."""
    outcome = Outcome()
    for number, line in enumerate(text.lines):
        hits, problem = known[text.suffix, line]
        outcome.hits += [_moved(hit, number) for hit in hits]
        if problem is not None:
            outcome.problems.append((range(number, number + 1), problem))
    return outcome


def _moved(hit: Hit, lines: int) -> Hit:
    return Hit(hit.rule, hit.line + lines, hit.column, hit.end_line + lines, hit.end_column, hit.message)
