"""What a script does, without a judgement: its units as a tree and its predicted effects as a transcript.

Takes a script and its reading; gives text for people or a JSON object. The text goes through
`escape` and `redact` like everything else.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Literal

import msgspec

from auditor.model.line import line_of
from auditor.model.place import Place, Span
from auditor.model.reading import Reading
from auditor.model.unit import Script, Unit
from auditor.model.verdict import Verdict
from auditor.render.escape import cut, safe_json, visible
from auditor.render.format import Count, Positive, ScriptObject
from auditor.render.look import Look
from auditor.render.paper import LABEL, STYLES, Paper
from auditor.render.redact import redact
from auditor.render.trail import root_of

EFFECTS_SCHEMA: Literal["auditor.effects/1"] = "auditor.effects/1"
_CHARACTERS = 2_000


class UnitObject(msgspec.Struct, frozen=True):
    """A piece of code; unit 0 is the script, every other has a parent and the line in it that hands it over."""

    id: Count
    language: str
    made_by: str
    parent: Count | None
    line: Positive | None
    lines: Count


class EffectObject(msgspec.Struct, frozen=True):
    """One effect; `line` is the script's, `unit` and `unit_line` are where the code stands."""

    effect: str
    line: Positive
    unit: Count
    unit_line: Positive


class EffectsObject(msgspec.Struct, frozen=True):
    """What `auditor effects --format json` prints."""

    schema: Literal["auditor.effects/1"]
    script: ScriptObject
    units: list[UnitObject]
    effects: list[EffectObject]
    gaps: list[str]


def effects_json(script: Script, reading: Reading) -> str:
    """Give the reading as a JSON object."""
    value = EffectsObject(
        schema=EFFECTS_SCHEMA,
        script=ScriptObject(script.path, script.language.value, script.sha256),
        units=[_unit(unit) for unit in reading.units],
        effects=[
            EffectObject(
                redact(line_of(effect)),
                root_of(reading, effect.place).line,
                effect.place.unit,
                effect.place.span.line,
            )
            for effect in reading.effects
        ],
        gaps=[redact(f"{gap.what} ({gap.why.value})") for gap in reading.gaps],
    )
    return safe_json(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)) + "\n"


def effects_text(script: Script, reading: Reading, look: Look) -> str:
    """Give the reading as text for people."""
    paper = Paper(look)
    paper.line((cut(visible(script.path), 400), "bold"), (f"  {script.language.value}", LABEL))
    if len(reading.units) > 1:
        paper.blank()
        paper.line(("units", LABEL), indent=2)
        _write_units(paper, reading)
    paper.blank()
    paper.line(("effects" if reading.effects else "no effects", LABEL), indent=2)
    for effect in reading.effects:
        label = _where(reading, effect.place)
        paper.row([(label, 16, LABEL)], cut(visible(redact(line_of(effect))), _CHARACTERS), indent=4)
    if reading.gaps:
        paper.blank()
        paper.line(("not examined", STYLES[Verdict.REVIEW]), indent=2)
    for gap in reading.gaps:
        label = _where(reading, gap.place) if gap.place is not None else ""
        paper.row([(label, 16, LABEL)], visible(redact(f"{cut(gap.what, 400)} ({gap.why.value})")), indent=4)
    return paper.text()


def _write_units(paper: Paper, reading: Reading) -> None:
    children: dict[int, list[Unit]] = defaultdict(list)
    for unit in reading.units[1:]:
        children[unit.parent or 0].append(unit)
    child, last, on, nothing = paper.look.branches
    stack: list[tuple[Unit, str, str]] = [(reading.units[0], "", "")]
    while stack:
        unit, branch, below = stack.pop()
        spot = f", line {unit.span.line}" if unit.span is not None else ""
        made = cut(visible(redact(unit.made_by)), 60)
        paper.raw(
            (f"    {branch}", LABEL), f"{unit.id} {unit.language.value}", (f"  {made}{spot}  {_size(unit)}", LABEL)
        )
        inner = children[unit.id]
        for index in range(len(inner) - 1, -1, -1):
            is_last = index == len(inner) - 1
            stack.append((inner[index], below + (last if is_last else child), below + (nothing if is_last else on)))


def _where(reading: Reading, place: Place) -> str:
    """Say a place in a few words: the line of the script, and the unit where it is another."""
    root: Span = root_of(reading, place)
    return f"line {root.line}" if place.unit == 0 else f"line {root.line} unit {place.unit}"


def _unit(unit: Unit) -> UnitObject:
    line = None if unit.span is None else unit.span.line
    return UnitObject(unit.id, unit.language.value, redact(unit.made_by), unit.parent, line, _lines(unit))


def _size(unit: Unit) -> str:
    lines = _lines(unit)
    return f"{lines} line" if lines == 1 else f"{lines} lines"


def _lines(unit: Unit) -> int:
    return len(unit.text.splitlines())
