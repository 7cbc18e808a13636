"""A line's findings do not depend on the lines beside it: a batch puts lines of different scripts into one file."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

import pytest

from auditor.match import Ruleset, default_rulesets_path, load_ruleset
from auditor.match.batch import BatchEngine
from auditor.match.packing import LineMemory, match_packed
from auditor.match.semgrep import canaries_of, configuration
from auditor.match.texts import Outcome, Text, TimeLeft
from auditor.model.rule import Reads

EFFECTS = ".effects.sh"
_NEGATED = re.compile(r"\[\^(?:\\.|[^\]\\])*\]")
_CROSSING = re.compile(r"\\[sWDRX]|\(\?[a-z]*s|\\n(?!.*\])")
RENTED = "cloud.provision aws ec2 t3.medium 10 eu-central-1"
ACCELERATOR = "cloud.provision sky cluster H100 8 default"


@pytest.fixture(scope="module")
def rules() -> Ruleset:
    """Give the rules that ship."""
    return load_ruleset()


@pytest.fixture(scope="module")
def engine(rules: Ruleset) -> Iterator[BatchEngine]:
    """Give the engine of a batch with these rules."""
    made = BatchEngine(configuration(rules.rules))
    yield made
    made.close()


def found(engine: BatchEngine, rules: Ruleset, texts: list[tuple[str, ...]]) -> list[Outcome]:
    """Match texts in one batch that remembers nothing."""
    every = [Text(EFFECTS, lines, is_divisible=True) for lines in texts]
    limit = TimeLeft(20.0, time.monotonic() + 100)
    return match_packed(engine, every, lambda suffix: canaries_of(rules.rules, suffix), limit, LineMemory())


def rules_of(outcome: Outcome) -> list[str]:
    """Name what was found in a text."""
    assert not outcome.problems
    return sorted({hit.rule for hit in outcome.hits})


def ruled_out(body: object) -> Iterator[str]:
    """Give the regular expressions by which a rule leaves matches out."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "pattern-not-regex" and isinstance(value, str):
                yield value
            else:
                yield from ruled_out(value)
    elif isinstance(body, list):
        for each in body:
            yield from ruled_out(each)


def test_no_expression_leaves_out_the_line_behind(rules: Ruleset) -> None:
    """What rules a line out may not reach into the next one: that would be ruled out with it, in silence."""
    seen = 0
    for rule in rules.rules:
        if rule.card.reads is not Reads.EFFECTS:
            continue
        for expression in ruled_out(rule.body):
            seen += 1
            open_classes = [each for each in _NEGATED.findall(expression) if r"\n" not in each and r"\s" not in each]
            assert (rule.card.id, open_classes, _CROSSING.search(expression)) == (rule.card.id, [], None)
    assert seen


def test_a_machine_behind_an_accelerator_is_found(engine: BatchEngine, rules: Ruleset) -> None:
    """Of one script or of two: this pair was lost, and the script with the machine was allowed."""
    both, first, second = found(engine, rules, [(ACCELERATOR, RENTED), (ACCELERATOR,), (RENTED,)])
    assert rules_of(both) == ["accelerator-machine-rented", "machine-rented"]
    assert (rules_of(first), rules_of(second)) == (["accelerator-machine-rented"], ["machine-rented"])


@pytest.mark.slow
def test_the_company_of_a_line_changes_nothing(engine: BatchEngine, rules: Ruleset) -> None:
    """Every example of the rules, in the order of the rules and mixed."""
    lines = tuple(
        dict.fromkeys(
            line
            for path in sorted(default_rulesets_path().glob("*/*.transcript"))
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip() and not line.startswith("#")
        )
    )
    assert len(lines) > 300
    expected = dict(zip(lines, map(rules_of, found(engine, rules, [(line,) for line in lines])), strict=True))
    mixed = list(lines)
    random.Random(5).shuffle(mixed)
    for line, outcome in zip(mixed, found(engine, rules, [(line,) for line in mixed]), strict=True):
        assert rules_of(outcome) == expected[line], line
