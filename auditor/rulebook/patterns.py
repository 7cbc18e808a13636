"""What a rule's patterns must hold to: nothing matches an unknown by accident, everything has an anchor.

Takes one effects rule's YAML, gives problems in words. A reason under `negative` on the card
permits what would otherwise be refused: a negation, or a regex that an unknown word matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from auditor.model.word import Source
from auditor.rulebook.anchors import anchor_regex
from auditor.rulebook.formulas import NEGATIONS, Part, branches_of, conjuncts_of, formula_of, parts_of

_NEGATIVE_LOOK = re.compile(r"\(\?<?!")
_METAVARIABLE = re.compile(r"\$[A-Z_][A-Z0-9_]*")
_NOT_LITERAL = re.compile(r"^(?:\.\.\.|\||\$[A-Z_][A-Z0-9_]*)$")
_UNKNOWNS = tuple(f"%{{{source.value}{number}}}" for source in Source for number in ("", "_1", "_12"))
_UNKNOWN_LINES = tuple(
    " ".join([f'"{word}"'] * count) for word in ("%{argument_1}", "%{unknown}") for count in (1, 2, 3, 4, 6)
)


def pattern_problems(rule: Mapping[str, object], card: Mapping[str, object]) -> Iterator[str]:
    """Give what is wrong with the patterns of a rule over effects."""
    parts = list(parts_of(formula_of(rule)))
    if not parts:
        yield "there is no pattern"
        return
    is_excused = bool(str(card.get("negative", "")).strip())
    anchors = [str(anchor) for anchor in card.get("anchors", []) or []]  # type: ignore[attr-defined]
    if not is_excused:
        yield from _negations([part for part in parts if not _is_anchors(part, anchors)])
    for part in parts:
        if part.operator in ("pattern-regex", "pattern-not-regex", "metavariable-regex"):
            yield from _regex_problems(part, is_excused)
    yield from _anchor_problems(rule, anchors)
    for branch in branches_of(formula_of(rule)):
        yield from _branch_problems(branch, anchors)


def _negations(parts: list[Part]) -> Iterator[str]:
    for part in parts:
        if part.operator in NEGATIONS:
            yield f"{part.operator} without a reason under `negative`: {part.text[:60]}"
        elif _NEGATIVE_LOOK.search(part.text) and part.operator != "pattern":
            yield f"a negative look-around without a reason under `negative`: {part.text[:60]}"


def _regex_problems(part: Part, is_excused: bool) -> Iterator[str]:
    try:
        regex = _compiled(part.text)
    except re.error as error:
        yield f"{part.text[:60]} is not a regex that can be checked: {error}"
        return
    if is_excused or part.operator == "pattern-not-regex":
        return
    if part.operator == "metavariable-regex":
        for unknown in _UNKNOWNS:
            if regex.match(unknown):
                yield f"the regex on {part.metavariable} matches an unknown word, {unknown}"
                return
    elif any(regex.search(line) for line in _UNKNOWN_LINES):
        yield f"the regex matches a line of unknown words: {part.text[:60]}"


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _anchor_problems(rule: Mapping[str, object], anchors: list[str]) -> Iterator[str]:
    if not anchors:
        yield "the card has no anchors"
        return
    regexes = [
        entry["pattern-regex"]
        for entry in conjuncts_of(rule)
        if isinstance(entry, Mapping) and isinstance(entry.get("pattern-regex"), str)
    ]
    if not regexes:
        yield f"no pattern-regex stands beside the patterns; from the anchors it would be '{anchor_regex(anchors)}'"


def _branch_problems(branch: list[Part], anchors: list[str]) -> Iterator[str]:
    positive = [part for part in branch if part.operator not in NEGATIONS]
    patterns = [part.text for part in positive if part.operator == "pattern"]
    bound = {part.metavariable for part in positive if part.operator == "metavariable-regex"}
    has_regex = any(part.operator == "pattern-regex" and part.text != anchor_regex(anchors) for part in positive)
    for pattern in patterns:
        words = pattern.split()
        is_open = all(_NOT_LITERAL.match(word) for word in words)
        if is_open and not has_regex and not bound & set(_METAVARIABLE.findall(pattern)):
            yield f"`{pattern}` matches everything: no literal, and no regex on its metavariables"
    if anchors and positive:
        text = " ".join(
            re.sub(r"\\([^A-Za-z0-9])", r"\1", part.text) for part in positive if not _is_anchors(part, anchors)
        )
        if not any(anchor.lower() in text.lower() for anchor in anchors):
            yield f"no anchor can occur in a match of `{' & '.join(patterns) or 'the regex'}`"


def _is_anchors(part: Part, anchors: list[str]) -> bool:
    return part.operator == "pattern-regex" and part.text == anchor_regex(anchors)
