"""Lines of transcript examples as effects, so that rules are tested without any reader.

Takes lines as `model.line` writes them; gives effects placed at their lines. Refuses lines that no
effect is written as.
"""

from __future__ import annotations

import re
from pathlib import Path

from auditor.model.effect import Effect
from auditor.model.line import read_line
from auditor.model.place import Place, Span
from auditor.model.reading import Reading
from auditor.model.word import Hole, Source, Word

_HOLE = re.compile(r"%\{(?P<source>[a-z]+)(?:_(?P<number>\d+))?\}")


def reading_of(example: Path) -> Reading:
    """Give a transcript example as a reading: one effect for each line that is not a comment."""
    effects = [
        effect_of(line, number)
        for number, line in enumerate(example.read_text(encoding="utf-8").splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    return Reading((), tuple(effects), ())


def effect_of(line: str, number: int) -> Effect:
    """Read one line back into an effect at that line; raises ValueError where it is none."""
    holes = iter(Hole(Source(match["source"]), int(match["number"] or 0)) for match in _HOLE.finditer(line))
    stages = tuple(
        tuple(Word(tuple(part if part is not None else next(holes) for part in word.parts)) for word in stage)
        for stage in read_line(line)
    )
    return Effect(stages, Place(0, Span(number, 1, number, len(line) + 1)))
