"""Small factories for the tests of matching: effects from words, readings from effects and texts."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from auditor.match import Ruleset, load_ruleset
from auditor.match.engine import Answer, Engine, Target
from auditor.match.kinds import EFFECTS, canary_line, nonce
from auditor.match.matcher import MatchResult
from auditor.match.texts import TimeLeft
from auditor.model.effect import Effect
from auditor.model.place import Place, Span
from auditor.model.reading import Reading
from auditor.model.unit import Language, Unit
from auditor.model.word import Hole, Word

RULESETS = Path(__file__).parent / "fixtures" / "rulesets"


@cache
def ruleset() -> Ruleset:
    """Load the fixtures' rules."""
    return load_ruleset(RULESETS)


def effect(*words: str | Word | Hole, line: int = 1) -> Effect:
    """Make an effect of one stage at a line of unit 0."""
    return Effect((tuple(_word(word) for word in words),), Place(0, Span(line, 1, line, 2)))


def pipeline(*stages: tuple[str, ...], line: int = 1) -> Effect:
    """Make an effect of several stages."""
    return Effect(tuple(tuple(Word.of(word) for word in stage) for stage in stages), Place(0, Span(line, 1, line, 2)))


def reading(*effects: Effect, text: str = "", language: Language = Language.DATA) -> Reading:
    """Make a reading of one unit."""
    return Reading((Unit(0, language, text),), effects, ())


def found(result: MatchResult) -> list[tuple[str, int]]:
    """Give what was found as rule and line, in order."""
    return [(match.rule.id, match.place.span.line) for match in result.matches]


def sung(lines: str, suffix: str = EFFECTS) -> tuple[Target, str]:
    """Make a target that ends in a canary, and give the canary's number."""
    number = nonce()
    return Target(suffix, f"{lines}\n\n{canary_line(suffix, number)}\n"), number


def ask(engine: Engine, lines: str, suffix: str = EFFECTS, seconds: float = 20) -> tuple[Answer, str]:
    """Ask an engine about one text."""
    target, number = sung(lines, suffix)
    (answer,) = engine.scan([target], seconds, time.monotonic() + 60)
    return answer, number


def soon(seconds: float = 20) -> TimeLeft:
    """Give a time for a whole match."""
    return TimeLeft(seconds, time.monotonic() + seconds)


def _word(word: str | Word | Hole) -> Word:
    return word if isinstance(word, Word) else Word.of(word)
