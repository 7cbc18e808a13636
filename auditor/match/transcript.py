"""Transcripts: effects written as lines for Semgrep's bash matcher, and the way back from a line.

Takes predicted effects; gives lines without repetitions, each knowing which effects it stands for.
What would silently disable a regex or cost cubic time is cut, and what is lost by that is a Gap: a long
word and a long command are written as overlapping windows, so that what a rule looks for is still seen,
and a word's window that is not all of it begins or ends in an unknown part.
Lines in which no rule has an anchor are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.match.anchors import Anchors
from auditor.match.needs import Needs
from auditor.model.effect import Effect
from auditor.model.gap import Gap, Stage, Why
from auditor.model.line import encode_word, encode_words
from auditor.model.word import Hole, Source, Word
from auditor.settings import Limits

_WINDOW_WORDS: Final = 128
"""More words, each an option, would make the 10,000 matches of one rule past which Semgrep drops everything."""
_WINDOW_STAGES: Final = 32
_OVERLAP: Final = 16
_PIECES: Final = 8
"""Windows of one long word; what lies behind them is not matched."""
_SHARED: Final = 200
"""Characters that two windows of a word have in common."""
_VARIANTS: Final = 16
_CUT: Final = Hole(Source.LIMIT)

Stages = tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the effects that it stands for, by their places in the reading."""

    text: str
    effects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Lines in the order of the effects, and what was cut from them."""

    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]


def write_transcript(effects: Sequence[Effect], limits: Limits, needs: Needs | None = None) -> Transcript:
    """Write effects as lines; with the rules' needs, only those in which a rule could match."""
    lines: dict[str, list[int]] = {}
    gaps: list[Gap] = []
    for index, effect in enumerate(effects):
        written = _write(effect, limits.word_bytes, needs)
        gaps += written.gaps
        for text in written.lines:
            known = lines.setdefault(text, [])
            if index not in known[-1:]:
                known.append(index)
    return Transcript(tuple(Line(text, tuple(indexes)) for text, indexes in lines.items()), tuple(gaps))


@dataclass(frozen=True, slots=True)
class _Written:
    lines: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


def _write(effect: Effect, word_bytes: int, needs: Needs | None) -> _Written:
    """Write one effect as its line, or as the lines of its windows, where a rule could match."""
    pieces = _long_words(effect.stages, word_bytes)
    anchors = needs.anchors if needs is not None else None
    if not pieces:
        windows = tuple(_windows(effect.stages))
        lines = tuple(_encode(window) for window in windows)
        if needs is not None:
            lines = tuple(line for line in lines if needs.may_match(line))
        return _Written(lines, _too_many(effect) if lines and len(windows) > 1 else ())
    is_hidden, is_dense, is_subject = _weigh(frozenset(pieces), effect.stages, anchors)
    variants, is_whole = _variants(effect.stages, pieces, None if is_subject else anchors)
    lines = tuple(dict.fromkeys(_encode(window) for variant in variants for window in _windows(variant)))
    if not is_hidden and not is_subject:
        return _Written(())
    gaps = _too_many(effect)
    if is_dense or (is_subject and (len(pieces) > 1 or not is_whole)):
        what = f"a word longer than {word_bytes} bytes was matched in parts"
        gaps = (Gap(Stage.MATCH, Why.TOO_LARGE, what, effect.place), *gaps)
    return _Written(lines, gaps)


def _too_many(effect: Effect) -> tuple[Gap, ...]:
    stages = effect.stages
    if len(stages) <= _WINDOW_STAGES and not any(
        _is_option(word) for stage in stages for word in stage[_WINDOW_WORDS:]
    ):
        return ()
    what = f"a command of more than {_WINDOW_WORDS} words or {_WINDOW_STAGES} stages was matched in parts"
    return (Gap(Stage.MATCH, Why.TOO_MANY, what, effect.place),)


def _encode(stages: Stages) -> str:
    return " | ".join(encode_words(stage) for stage in stages)


def _weigh(long_words: frozenset[Word], stages: Stages, anchors: Anchors | None) -> tuple[bool, bool, bool]:
    """Say whether a rule's anchor stands in the long words, in one without blanks, and in the rest of the command.

    Prose and code, which have blanks in them, are no rule's subject unless the rest of the line is:
    code in a word is a unit of its own. A long word without blanks may be a padded path or address.
    """
    is_hidden = is_dense = False
    for word in long_words:
        texts = [part for part in word.parts if isinstance(part, str)]
        if anchors is None or any(anchors.occur_in(text) for text in texts):
            is_hidden = True
            is_dense = is_dense or not any(character.isspace() for text in texts for character in text)
    # without the long words, whose mark of a cut is an anchor itself
    rest = _encode(tuple(tuple(word for word in stage if word not in long_words) for stage in stages))
    return is_hidden, is_dense, anchors is None or anchors.occur_in(rest)


def _variants(
    stages: Stages, pieces: dict[Word, tuple[Word, ...]], anchors: Anchors | None
) -> tuple[list[Stages], bool]:
    """Give the command with each long word's beginning, then with each later window in turn that holds an anchor.

    Says also whether the windows reach the end of every word.
    """
    first = _replaced(stages, {word: parts[0] for word, parts in pieces.items()})
    variants = [first]
    for word, parts in pieces.items():
        for part in parts[1:]:
            inner = Word.of(*(each for each in part.parts if each != _CUT))
            if anchors is None or anchors.occur_in(encode_word(inner)):
                others = {other: kept[0] for other, kept in pieces.items()}
                variants.append(_replaced(stages, {**others, word: part}))
    is_whole = len(variants) <= _VARIANTS and all(parts[-1].parts[-1:] != (_CUT,) for parts in pieces.values())
    return variants[:_VARIANTS], is_whole


def _replaced(stages: Stages, words: dict[Word, Word]) -> Stages:
    return tuple(tuple(words.get(word, word) for word in stage) for stage in stages)


def _is_option(word: Word) -> bool:
    return bool(word.parts) and isinstance(word.parts[0], str) and word.parts[0].startswith("-")


def _long_words(stages: Stages, size: int) -> dict[Word, tuple[Word, ...]]:
    """Give the words that are longer than a number of encoded bytes, each with its windows."""
    # a character becomes at most twelve bytes; most effects need no closer look
    if all(sum(_length(part) for part in word.parts) * 12 <= size for stage in stages for word in stage):
        return {}
    return {word: _pieces(word, size) for stage in stages for word in stage if not _fits(word, size)}


def _length(part: str | Hole) -> int:
    return len(part) if isinstance(part, str) else len(part.name) + 3


def _fits(word: Word, size: int) -> bool:
    return len(word.parts) <= size and sum(_length(part) for part in word.parts) <= size and _bytes(word) <= size


def _pieces(word: Word, size: int) -> tuple[Word, ...]:
    """Cut a word into overlapping windows; what is left out on a side is an unknown part there."""
    pieces: list[Word] = []
    before: tuple[Hole, ...] = ()
    rest = word.parts
    while len(pieces) < _PIECES:
        if _fits(Word.of(*before, *rest), size):
            return (*pieces, Word.of(*before, *rest))
        kept, rest = _head(rest, size - _bytes(Word.of(*before, _CUT)))
        pieces.append(Word.of(*before, *kept, _CUT))
        before = (_CUT,)
        last = kept[-1] if kept else _CUT
        if isinstance(last, str) and len(last) > 2 * _SHARED:
            rest = (last[-_SHARED:], *rest)
    return tuple(pieces)


def _head(parts: tuple[str | Hole, ...], left: int) -> tuple[tuple[str | Hole, ...], tuple[str | Hole, ...]]:
    """Take as many parts from the front as can be encoded in a number of bytes; give them and the others."""
    kept: list[str | Hole] = []
    for index, part in enumerate(parts):
        if isinstance(part, Hole):
            left -= _length(part)
            if left < 0:
                return tuple(kept), parts[index:]
            kept.append(part)
            continue
        fitting = _fitting(part[: max(left, 0)], left)
        kept.append(part[:fitting])
        left -= _bytes(Word.of(part[:fitting]))
        if fitting < len(part):
            return tuple(kept), (part[fitting:], *parts[index + 1 :])
    return tuple(kept), ()


def _fitting(text: str, size: int) -> int:
    """Give how many characters of a text can be encoded in a number of bytes."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _bytes(Word.of(text[:middle])) <= size else (low, middle - 1)
    return low


def _bytes(word: Word) -> int:
    return len(encode_word(word).encode("utf-8"))


def _windows(stages: Stages) -> Iterator[Stages]:
    """Give the stages, or overlapping parts of them where there are too many stages or words."""
    if len(stages) <= _WINDOW_STAGES and all(len(stage) <= _WINDOW_WORDS for stage in stages):
        yield stages
        return
    for start in _starts(len(stages), _WINDOW_STAGES):
        yield tuple(stage[:_WINDOW_WORDS] for stage in stages[start : start + _WINDOW_STAGES])
    for stage in stages:
        for start in _starts(len(stage) - 1, _WINDOW_WORDS - 1)[1:]:
            yield ((stage[0], *stage[1 + start : start + _WINDOW_WORDS]),)


def _starts(length: int, size: int) -> range:
    """Give where overlapping windows begin so that the last one reaches the end."""
    step = size - _OVERLAP
    return range(0, max(1, length - _OVERLAP), step)
