"""The table of techniques: every one has a row, every rule in it exists, and every rule that is ours stands in it."""

from __future__ import annotations

import yaml

from auditor.match.rules import load_ruleset
from auditor.settings import shipped_rulesets

ROWS = yaml.safe_load((shipped_rulesets() / "techniques.yaml").read_text(encoding="utf-8"))["techniques"]
TECHNIQUES = 97


def test_every_technique_has_one_row() -> None:
    assert len(ROWS) == len({row["id"] for row in ROWS}) == TECHNIQUES
    assert all(set(row) <= {"id", "rules", "reason", "note"} for row in ROWS)


def test_every_rule_of_the_table_exists() -> None:
    known = {card.id for card in load_ruleset(shipped_rulesets()).cards}
    assert {rule for row in ROWS for rule in row["rules"]} - known == set()


def test_what_no_rule_answers_has_a_reason() -> None:
    without = [row for row in ROWS if not row["rules"]]
    assert len(without) <= 5
    assert all(len(row["reason"]) > 60 for row in without)
    assert all("reason" not in row for row in ROWS if row["rules"])


def test_every_rule_answers_a_technique() -> None:
    """What a rule is for stands in the table; checks of code quality are for nothing in it."""
    named = {rule for row in ROWS for rule in row["rules"]}
    cards = load_ruleset(shipped_rulesets()).cards
    ours = {card.id for card in cards if card.engine == "semgrep" or card.family == "incident"}
    assert ours - named == UNNAMED


UNNAMED = {"guards-down-and-code-in"}
"""Answers no technique of its own: it is two of them together."""
