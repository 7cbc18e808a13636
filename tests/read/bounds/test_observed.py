"""Programs that a trial saw: more than are written in normal form are a gap, and none is lost."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.unit import Language, Script
from auditor.read.commands import normalise
from auditor.settings import DEFAULT_LIMITS

SCRIPT = Script.of("true", Language.BASH)


def test_programs_up_to_the_bound_are_no_gap() -> None:
    """As many effects as are kept are all given."""
    limits = replace(DEFAULT_LIMITS, effects=50)
    reading = normalise([("ls", str(number)) for number in range(50)], SCRIPT, limits)
    assert len(reading.effects) == 50
    assert not reading.gaps


def test_programs_past_the_bound_are_a_gap() -> None:
    """What is dropped is said, once."""
    limits = replace(DEFAULT_LIMITS, effects=50)
    reading = normalise([("ls", str(number)) for number in range(60)], SCRIPT, limits)
    assert [gap.why for gap in reading.gaps] == [Why.TOO_MANY]


def test_a_budget_that_is_spent_leaves_the_words_as_they_were() -> None:
    """Every program stays among the effects, and the gap says that some are not in normal form."""
    limits = replace(DEFAULT_LIMITS, steps=30)
    reading = normalise([("ssh", f"-NfR{number}:h:1", "h") for number in range(1, 41)], SCRIPT, limits)
    assert {effect.place.span.line for effect in reading.effects if effect.name == "ssh"} == set(range(1, 41))
    assert Why.TOO_MANY in {gap.why for gap in reading.gaps}


def test_code_that_nothing_reads_is_no_gap_here() -> None:
    """What an interpreter did was observed itself."""
    assert not normalise([("awk", "BEGIN { c = $1; system(c) }")], SCRIPT, DEFAULT_LIMITS).gaps
