"""Tiny factories: rules, effects, readings and findings as the stages before the judge would make them."""

from __future__ import annotations

from auditor.judge import findings_of
from auditor.model.effect import Effect
from auditor.model.finding import Finding, Match
from auditor.model.gap import Gap
from auditor.model.place import Place, Span, Step
from auditor.model.reading import Reading
from auditor.model.rule import Confidence, Reads, Rule, Severity
from auditor.model.unit import Language, Unit
from auditor.model.word import Hole, Source, Word

UNKNOWN = Hole(Source.ARGUMENT, 1)


def rule(id: str = "ssh-remote-forward", family: str = "reverse-tunnel", **changes: object) -> Rule:  # noqa: A002
    """Make a rule's card."""
    card: dict[str, object] = {
        "id": id,
        "title": "Reverse tunnel over SSH",
        "family": family,
        "reads": Reads.EFFECTS,
        "severity": Severity.CRITICAL,
        "confidence": Confidence.HIGH,
        "attack": ("T1572",),
        "what": "Asks an SSH server to listen and to hand connections back into this machine.",
        "why": "It gives whoever holds the other end a way in past every inbound filter.",
        "instead": "Publish the port through the platform's own ingress, or ask the operator for one.",
        "references": ("https://man.openbsd.org/ssh#R",),
        "anchors": ("ssh",),
        "since": "0.1.0",
    }
    return Rule(**{**card, **changes})  # type: ignore[arg-type]


def words(line: str) -> tuple[Word, ...]:
    """Split at blanks; `?` is an unknown word."""
    return tuple(Word.of(UNKNOWN) if part == "?" else Word.of(part) for part in line.split())


def at(line: int, column: int = 1, width: int = 4, unit: int = 0, trail: tuple[Step, ...] = ()) -> Place:
    """Make a place on one line."""
    return Place(unit, Span(line, column, line, column + width), trail)


def effect(line: str, place: Place) -> Effect:
    """Make an effect of a line split at blanks; `|` parts the stages."""
    return Effect(tuple(words(stage) for stage in line.split(" | ")), place)


def match(line: str, place: Place, card: Rule | None = None) -> Match:
    """Make a match of a rule on an effect."""
    card = card or rule()
    return Match(card, place, card.what, effect(line, place))


def reading(
    text: str = "a\nb\nc\n", *units: Unit, effects: tuple[Effect, ...] = (), gaps: tuple[Gap, ...] = ()
) -> Reading:
    """Make a reading of a bash script with more units inside."""
    return Reading((Unit(0, Language.BASH, text), *units), effects, gaps)


def found(*matches: Match, among: Reading | None = None) -> tuple[Finding, ...]:
    """Make findings of matches."""
    return findings_of(among or reading(), matches)
