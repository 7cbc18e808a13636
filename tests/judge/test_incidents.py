"""Incidents: parts that stand together, each filled by a sign of its own, however many decoys stand around them."""

from __future__ import annotations

from auditor.judge import incidents_of
from auditor.model.incident import Incident, Part
from tests.judge.made import at, effect, reading, rule

CARD = rule("made-up", "incident")
PARTS = (Part(effect=r"get \S+"), Part(effect=r"(?:get|put) \S+"))


def given(*lines: str) -> list[int]:
    """Give the lines of the incidents of one line that effects make up."""
    effects = tuple(
        effect(each, at(number)) for number, line in enumerate(lines, 1) for each in line.split(";") if each
    )
    found = incidents_of(reading("\n" * len(lines), effects=effects), (), [Incident(CARD, PARTS, is_one_line=True)])
    return [finding.place.span.line for finding in found]


def test_parts_on_one_line() -> None:
    """Both on one line, and not one on each."""
    assert given("get a;put b", "get c", "put d") == [1]
    assert given("get a") == []
    assert given("get a;get a") == []
    assert given("get a;get b") == [1]


def test_decoys_hide_nothing() -> None:
    """Neither many lines before it, nor many signs beside it."""
    assert given(*["get a"] * 500, "get a;put b") == [501]
    assert given(";".join([*["get a"] * 500, "put b"])) == [1]
    assert given(";".join(f"put {number}" for number in range(500)) + ";get a") == [1]
