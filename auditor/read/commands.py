"""Program starts that were observed, in the normal form of predicted ones.

Takes argv's as a trial saw them; gives a Reading whose effects stand at line N for the Nth of them.
Code in an argument of an interpreter is not read here: what it did was observed itself. A bound
that is hit is a gap of the reading; code that nothing reads is none here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.place import Place, Span
from auditor.model.reading import Reading
from auditor.model.unit import Script, Unit
from auditor.model.word import Word
from auditor.read.evaluation import Context, Evaluation, Exhausted
from auditor.read.values import Known
from auditor.settings import Limits

_INTERPRETERS = re.compile(r"(?:.*/)?(?:(?:ba|da|z|k|a)?sh|python[\d.]*|perl|ruby|node|php|lua)$")
_WRAPPERS = re.compile(r"(?:.*/)?(?:env|sudo|doas|nohup|timeout|setsid|nice|ionice|stdbuf|xargs|time|chrt|taskset)$")
_BOUNDS = frozenset({Why.TOO_MANY, Why.TOO_LARGE, Why.TOO_DEEP, Why.TIMED_OUT})
_KEPT_PSEUDO = frozenset({"cloud.provision", "process.stdio", "net.connect", "net.listen"})


def normalise(commands: Sequence[Sequence[str]], script: Script, limits: Limits) -> Reading:
    """Write each command in normal form, with what its own words amount to (a rented machine)."""
    evaluation = Evaluation(script, limits)
    evaluation.units.append(Unit(0, script.language, script.text))
    for number, argv in enumerate(commands, start=1):
        place = Place(0, Span(number, 1, number, 1))
        if _WRAPPERS.match(argv[0]):  # what it starts was seen by itself
            evaluation.emit_stages(((Word.of(argv[0]),),), place)
            continue
        if _INTERPRETERS.match(argv[0]):
            evaluation.emit_stages((tuple(Word.of(word) for word in argv),), place)
            continue
        for words in _launched(evaluation, argv, place) or (tuple(Word.of(word) for word in argv),):
            evaluation.emit_stages((words,), place)
    reading = evaluation.reading()
    kept = tuple(effect for effect in reading.effects if "." not in (effect.name or "") or effect.name in _KEPT_PSEUDO)
    gaps = dict.fromkeys(replace(gap, place=None) for gap in reading.gaps if gap.why in _BOUNDS)
    return Reading(reading.units[:1], kept, tuple(gaps))


def _launched(evaluation: Evaluation, argv: Sequence[str], place: Place) -> tuple[tuple[Word, ...], ...]:
    """Give a command in normal form; nothing where the budget is spent."""
    try:
        return evaluation.launch([Known(word) for word in argv], Context(place, is_stage=True)).commands
    except Exhausted as bound:
        evaluation.gap(bound.why, bound.what)
        return ()
