"""Transcripts: effects written as lines for Semgrep's bash matcher, and the way back from a line.

Takes predicted effects; gives lines without repetitions, each knowing which effects it stands for.
What would silently disable a regex or cost cubic time is cut, and the cut is a Gap: a long word
keeps its beginning and ends in an unknown part, a long command is written as overlapping windows,
so that what a rule looks for is still seen. Lines in which no rule has an anchor are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.match.anchors import Anchors
from auditor.model.effect import Effect
from auditor.model.gap import Gap, Stage, Why
from auditor.model.line import encode_word, encode_words
from auditor.model.word import Hole, Source, Word
from auditor.settings import Limits

_WINDOW_WORDS: Final = 128
"""More words, each an option, would make the 10,000 matches of one rule past which Semgrep drops everything."""
_WINDOW_STAGES: Final = 32
_OVERLAP: Final = 16
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


def write_transcript(effects: Sequence[Effect], limits: Limits, anchors: Anchors | None = None) -> Transcript:
    """Write effects as lines; with anchors, only those in which a rule could match."""
    lines: dict[str, list[int]] = {}
    gaps: list[Gap] = []
    for index, effect in enumerate(effects):
        written = _write(effect, limits.word_bytes, anchors)
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


def _write(effect: Effect, word_bytes: int, anchors: Anchors | None) -> _Written:
    """Write one effect as its line, or as the lines of its windows, where a rule could match."""
    stages, long_words = _cut_words(effect.stages, word_bytes)
    windows = tuple(_windows(stages))
    lines = tuple(" | ".join(encode_words(stage) for stage in window) for window in windows)
    if anchors is not None and not long_words:
        lines = tuple(line for line in lines if anchors.occur_in(line))
    if not lines or (len(windows) == 1 and not long_words):
        return _Written(lines)
    gaps = []
    if long_words:
        is_hidden, is_seen = _weigh(long_words, effect.stages, anchors)
        if not is_hidden and not is_seen and not any(anchors is None or anchors.occur_in(line) for line in lines):
            return _Written(())
        if is_seen:
            what = f"a word longer than {word_bytes} bytes was matched by its beginning only"
            gaps.append(Gap(Stage.MATCH, Why.TOO_LARGE, what, effect.place))
    if len(stages) > _WINDOW_STAGES or any(_is_option(word) for stage in stages for word in stage[_WINDOW_WORDS:]):
        what = f"a command of more than {_WINDOW_WORDS} words or {_WINDOW_STAGES} stages was matched in parts"
        gaps.append(Gap(Stage.MATCH, Why.TOO_MANY, what, effect.place))
    return _Written(lines, tuple(gaps))


def _weigh(long_words: frozenset[Word], stages: Stages, anchors: Anchors | None) -> tuple[bool, bool]:
    """Say whether a rule's anchor stands in the long words, and whether what was cut off could have decided.

    Prose and code, which have blanks in them, are no rule's subject unless the rest of the line is:
    code in a word is a unit of its own. A long word without blanks may be a padded path or address.
    """
    if anchors is None:
        return True, True
    is_hidden = False
    is_dense = False
    for word in long_words:
        texts = [part for part in word.parts if isinstance(part, str)]
        if any(anchors.occur_in(text) for text in texts):
            is_hidden = True
            is_dense = is_dense or not any(character.isspace() for text in texts for character in text)
    rest = " | ".join(
        encode_words([Word.of(_CUT) if word in long_words else word for word in stage]) for stage in stages
    )
    return is_hidden, is_dense or anchors.occur_in(rest)


def _is_option(word: Word) -> bool:
    return bool(word.parts) and isinstance(word.parts[0], str) and word.parts[0].startswith("-")


def _cut_words(stages: Stages, size: int) -> tuple[Stages, frozenset[Word]]:
    """Cut every word to a number of encoded bytes; give also the words that were cut."""
    # a character becomes at most twelve bytes; most effects need no closer look
    if all(sum(_length(part) for part in word.parts) * 12 <= size for stage in stages for word in stage):
        return stages, frozenset()
    cut = tuple(tuple(_cut_word(word, size) for word in stage) for stage in stages)
    pairs = (pair for before, after in zip(stages, cut, strict=True) for pair in zip(before, after, strict=True))
    return cut, frozenset(word for word, short in pairs if word is not short)


def _length(part: str | Hole) -> int:
    return len(part) if isinstance(part, str) else len(part.name) + 3


def _cut_word(word: Word, size: int) -> Word:
    if len(word.parts) <= size and sum(_length(part) for part in word.parts) <= size and _bytes(word) <= size:
        return word
    kept: list[str | Hole] = []
    left = size - _bytes(Word.of(_CUT))
    for part in word.parts:
        if isinstance(part, Hole):
            left -= _length(part)
            if left < 0:
                break
            kept.append(part)
            continue
        fitting = _fitting(part[: max(left, 0)], left)
        kept.append(part[:fitting])
        left -= _bytes(Word.of(part[:fitting]))
        if fitting < len(part):
            break
    return Word.of(*kept, _CUT)


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
