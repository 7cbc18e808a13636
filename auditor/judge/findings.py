"""Findings: what the engines hit becomes what we claim.

Takes a reading and the matches of all engines, gives findings: equal claims merged, each with a
fingerprint that survives line moves, worst first. Drops no claim: a merged one keeps every engine.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.finding import Finding, Match, Status
from auditor.model.line import line_of
from auditor.model.place import Place, Span
from auditor.model.reading import Reading, route
from auditor.model.unit import Unit

_HOLE_NUMBER = re.compile(r"(%\{[a-z]+)_\d+\}")
_SNIPPET_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class _Claim:
    """Matches that say the same: one rule, one line of the script, one effect or one line of source."""

    matches: tuple[Match, ...]
    root: Span
    effect: str | None

    @property
    def first(self) -> Match:
        return self.matches[0]


def findings_of(reading: Reading, matches: Iterable[Match]) -> tuple[Finding, ...]:
    """Give one finding per claim, sorted worst first, then by place."""
    claims = sorted(_claims(reading, matches), key=_place_order)
    counts: dict[str, int] = defaultdict(int)
    findings: list[tuple[_Claim, Finding]] = []
    for claim in claims:
        identity = _identity(reading.units, claim)
        counts[identity] += 1
        findings.append((claim, _finding(claim, _digest(identity, str(counts[identity])))))
    findings.sort(key=lambda pair: (*_badness(pair[1]), *_place_order(pair[0])))
    return tuple(finding for _, finding in findings)


def _claims(reading: Reading, matches: Iterable[Match]) -> list[_Claim]:
    groups: dict[tuple[object, ...], list[tuple[Span, Match]]] = defaultdict(list)
    effects: dict[tuple[object, ...], str | None] = {}
    for match in matches:
        root = route(reading.units, match.place)[0].span
        effect = line_of(match.effect) if match.effect is not None else None
        # A claim about an effect is one per line of the script, a claim about source one per line of its unit.
        inner = (match.place.unit, match.place.span.line) if effect is None else ()
        key: tuple[object, ...] = (match.rule.id, root.line, effect, inner)
        groups[key].append((root, match))
        effects[key] = effect
    claims = []
    for key, group in groups.items():
        group.sort(key=lambda pair: (_span_order(pair[0]), pair[1].place.unit, _span_order(pair[1].place.span)))
        claims.append(_Claim(tuple(match for _, match in group), group[0][0], effects[key]))
    return claims


def _finding(claim: _Claim, fingerprint: str) -> Finding:
    return Finding(
        rule=claim.first.rule,
        status=Status.PREDICTED,
        message=claim.first.message,
        place=claim.first.place,
        effect=claim.effect,
        fingerprint=fingerprint,
        engines=tuple(sorted({match.rule.engine for match in claim.matches})),
    )


def _identity(units: tuple[Unit, ...], claim: _Claim) -> str:
    """Say what makes a claim the same claim after an edit elsewhere: no line number, no number of an unknown."""
    place = claim.first.place
    what = claim.effect if claim.effect is not None else _snippet(units[place.unit], place)
    return _digest(claim.first.rule.id, _HOLE_NUMBER.sub(r"\1}", what), *_path_of_kinds(units, place.unit))


def _snippet(unit: Unit, place: Place) -> str:
    """Give the lines of a place with their white space made equal."""
    lines = unit.text.split("\n")[place.span.line - 1 : place.span.end_line]
    return " ".join("\n".join(lines)[:_SNIPPET_CHARACTERS].split())


def _path_of_kinds(units: tuple[Unit, ...], number: int) -> tuple[str, ...]:
    kinds: list[str] = []
    parent: int | None = number
    while parent is not None:
        unit = units[parent]
        kinds.append(f"{unit.language.value} {unit.made_by}")
        parent = unit.parent
    return tuple(reversed(kinds))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _badness(finding: Finding) -> tuple[int, int]:
    return -finding.rule.severity.order, -finding.rule.confidence.order


def _place_order(claim: _Claim) -> tuple[object, ...]:
    place = claim.first.place
    return (*_span_order(claim.root), place.unit, *_span_order(place.span), claim.first.rule.id, claim.effect or "")


def _span_order(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column
