"""Anchors: an index says yes exactly where one of the literals occurs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auditor.match.anchors import Anchors
from tests.match.made import ruleset

CARD = ruleset().rules[0].card
LITERALS = st.lists(st.text(alphabet="abAB.-|()é", min_size=1, max_size=4), min_size=1, max_size=6)


@given(LITERALS, st.text(alphabet="abAB.-|()é ", max_size=20))
def test_the_index_agrees_with_looking_for_each(literals: list[str], text: str) -> None:
    """One question gives what a search for each literal gives, in whatever case."""
    anchors = Anchors([replace(CARD, anchors=tuple(literals))])
    assert anchors.occur_in(text) == any(literal.lower() in text.lower() for literal in literals)


def test_a_rule_without_anchors_is_always_asked() -> None:
    """No anchor means that every text could match."""
    assert Anchors([CARD, replace(CARD, anchors=())]).occur_in("")
    assert Anchors([replace(CARD, anchors=("",))]).occur_in("")


def test_no_rules_are_never_asked() -> None:
    """With nothing to look for, nothing is looked at."""
    assert not Anchors([]).occur_in("ssh -R 1 h")
