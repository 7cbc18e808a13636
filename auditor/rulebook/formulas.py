"""The patterns of a rule: Semgrep's formula, walked.

Takes a rule's body as YAML gave it; gives its parts in order, each with its operator, and the
branches among which a match chooses. Refuses nothing: what Semgrep does not know, Semgrep refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

OPERATORS = ("pattern", "patterns", "pattern-either", "pattern-regex")
NEGATIONS = ("pattern-not", "pattern-not-regex", "pattern-not-inside")


@dataclass(frozen=True, slots=True)
class Part:
    """One operator of a formula with its text; for a condition on a metavariable, its regex and the metavariable."""

    operator: str
    text: str
    metavariable: str = ""


def parts_of(formula: object) -> Iterator[Part]:
    """Give every part of a formula, outermost first."""
    if isinstance(formula, list):
        for inner in formula:
            yield from parts_of(inner)
    elif isinstance(formula, Mapping):
        for operator, value in formula.items():
            if operator == "metavariable-regex" and isinstance(value, Mapping):
                yield Part(operator, str(value.get("regex", "")), str(value.get("metavariable", "")))
            elif isinstance(value, str) and (operator in OPERATORS or operator in NEGATIONS):
                yield Part(operator, value)
            elif operator in (*OPERATORS, *NEGATIONS):
                yield from parts_of(value)


def formula_of(rule: Mapping[str, object]) -> dict[str, object]:
    """Give a rule's formula: the operators among its keys."""
    return {key: value for key, value in rule.items() if key in OPERATORS}


def conjuncts_of(rule: Mapping[str, object]) -> list[object]:
    """Give what must all hold: the entries under a top-level `patterns`, or the one operator."""
    patterns = rule.get("patterns")
    return list(patterns) if isinstance(patterns, list) else [formula_of(rule)]


def branches_of(formula: object) -> list[list[Part]]:
    """Give the ways to match: each holds the parts that must hold together (conditions and negations included)."""
    if isinstance(formula, list):
        ways: list[list[Part]] = [[]]
        for inner in formula:
            ways = [[*way, *more] for way in ways for more in branches_of(inner)]
            if len(ways) > 20_000:  # a product that no reader would follow either
                return ways
        return ways
    if not isinstance(formula, Mapping):
        return [[]]
    ways = [[]]
    for operator, value in formula.items():
        if operator == "pattern-either" and isinstance(value, list):
            choices = [way for inner in value for way in branches_of(inner)]
        elif operator == "patterns":
            choices = branches_of(value)
        else:
            choices = [list(parts_of({operator: value}))]
        ways = [[*way, *choice] for way in ways for choice in choices]
    return ways
