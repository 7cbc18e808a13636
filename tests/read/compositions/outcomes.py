"""How well a composition was read: its command exactly, partly, as opaque code, or not at all.

Takes a composition and what its reading predicts; both sides are compared in normal form.
"""

from __future__ import annotations

from enum import Enum

from auditor.model.reading import Reading
from auditor.model.unit import Language, Script
from auditor.model.word import Word
from auditor.read.evaluation import Evaluation
from auditor.read.programs.normal import normal_form
from auditor.read.values import Known, words_of
from tests.read.compositions.composing import Composition

_OPAQUE = frozenset({"code.load", "code.fetch", "code.run"})


class Outcome(Enum):
    """What a reading says of the command that really ran."""

    EXACT = "exact"  # an effect is the command, word for word
    PARTLY = "partly"  # an effect is the command with unknown parts
    OPAQUE = "opaque"  # an effect or a gap says that something could not be read
    SILENT = "silent"  # nothing says so


def reading_of(composition: Composition) -> Reading:
    """Read a composition as a script."""
    script = Script.of(composition.text, Language(composition.language), f"script.{composition.language}")
    return Evaluation(script).read_script()


def normal(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Give a command in the normal form of effects."""
    words = normal_form(argv[0], [Known(word) for word in argv[1:]]).words
    return tuple(str(words_of(word)[0]) for word in words)


def outcome_of(reading: Reading, argv: tuple[str, ...]) -> Outcome:
    """Say how well a reading recovers a command."""
    wanted = normal(argv)
    stages = [_named(stage) for effect in reading.effects for stage in effect.stages]
    if any(tuple(word.text for word in stage) == wanted for stage in stages):
        return Outcome.EXACT
    if any(_may_be(stage, wanted) for stage in stages):
        return Outcome.PARTLY
    if reading.gaps or any(stage[0].text is None or stage[0].text in _OPAQUE for stage in stages):
        return Outcome.OPAQUE
    return Outcome.SILENT


def _named(stage: tuple[Word, ...]) -> tuple[Word, ...]:
    """Write a program in the usual folder by its base name; effects do so for well-known programs only."""
    program = stage[0].text or ""
    return (Word.of(program.removeprefix("/usr/bin/")), *stage[1:]) if program.startswith("/usr/bin/") else stage


def _may_be(stage: tuple[Word, ...], wanted: tuple[str, ...]) -> bool:
    """Say whether words with unknown parts may be a command: the program is known, or most of its arguments are."""
    if all(word.is_known for word in stage):
        return False
    if stage[0].text is not None:
        return stage[0].text == wanted[0]
    return 2 * sum(word.text in wanted for word in stage[1:]) >= len(wanted) - 1
