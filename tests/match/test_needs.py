"""Needs: a line is left out only where no rule could match it, and asking stays quick on hostile lines."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from auditor.match import load_ruleset
from auditor.match.needs import Needs
from auditor.model.rule import Reads
from tests.match.made import ruleset

RULE = ruleset().rules[0]


def needs_of(*entries: dict[str, Any]) -> Needs:
    """Make the needs of one rule with these patterns, which has no anchors."""
    return Needs([replace(RULE, card=replace(RULE.card, anchors=()), body={"patterns": list(entries)})])


@pytest.mark.parametrize(
    ("pattern", "line", "may"),
    [
        ("ssh ... -R $SPEC ...", "ssh -N -R 22 h", True),
        ("ssh ... -R $SPEC ...", 'ssh -N "-R" "2%3A" h', True),
        ("ssh ... -R $SPEC ...", "ssh -N h", False),
        ("ssh ... -R $SPEC ...", "sshx -R 22 h", False),
        ("ssh ... -R $SPEC ...", 'echo "ssh -R" x', False),
        ("cat ... | nc $HOST ...", "cat x | nc h 1", True),
        ("cat ... | nc $HOST ...", "cat x | wc", False),
        ("$C ... $X ...", "anything at all", True),
        ('sh -c "$X"', "other words", True),
    ],
)
def test_words_that_a_pattern_spells_out_are_needed(pattern: str, line: str, may: bool) -> None:
    """Each of them whole; a pattern that says more than words and pipes needs nothing."""
    assert needs_of({"pattern": pattern}).may_match(line) is may


def test_all_and_either() -> None:
    """Of `patterns` all are needed, of `pattern-either` one, and of negations nothing."""
    either = {"pattern-either": [{"pattern": "curl ... -T $X ..."}, {"patterns": [{"pattern": "wget ..."}]}]}
    needs = needs_of(either, {"pattern-not": "curl --version"}, {"pattern-regex": "(?im)^.*example.*$"})
    assert needs.may_match("curl -T x https://up.example/")
    assert needs.may_match("wget EXAMPLE")
    assert not needs.may_match("curl -T x https://up.invalid/")
    assert not needs.may_match("curl https://up.example/")


def test_a_metavariable_may_be_any_part() -> None:
    """A word, with or without its quotes, or commands that are piped; an expression is held against its start."""
    needs = needs_of({"pattern": "$C ..."}, {"metavariable-regex": {"metavariable": "$C", "regex": "(?:.*/)?xmrig$"}})
    assert needs.may_match('"/tmp/a b/xmrig" -o x')
    assert needs.may_match("cat x | xmrig")
    assert not needs.may_match("xmrig.conf")
    piped = needs_of({"pattern": "$C"}, {"metavariable-regex": {"metavariable": "$C", "regex": r"b \| c d$"}})
    assert piped.may_match("a | b | c d")
    many = needs_of({"pattern": "f $...A"}, {"metavariable-regex": {"metavariable": "$...A", "regex": "^x y$"}})
    assert many.may_match("f x y")


@pytest.mark.parametrize(
    "entry",
    [
        {"pattern-regex": "(?s)a.*b"},
        {"pattern-regex": r"a\nb"},
        {"pattern-regex": r"[[:alpha:]\K("},
        {"pattern-regex": "a*b*c*d*e"},
        {"pattern-either": [{"pattern": "a"}, {"pattern": "$X"}]},
        {"pattern-inside": "a"},
        {"metavariable-pattern": {"metavariable": "$X", "pattern": "a"}},
    ],
)
def test_where_the_meaning_is_not_plain_nothing_is_needed(entry: dict[str, Any]) -> None:
    """What Python reads otherwise, may cross lines or may take long, and operators that are not known here."""
    assert needs_of(entry).may_match("z")


def test_letters_beyond_ascii_only_need_words() -> None:
    """Case and letters differ between Semgrep's expressions and Python's there."""
    needs = needs_of({"pattern": "f ..."}, {"pattern-regex": r"\bx\b"})
    assert not needs.may_match("f y")
    assert needs.may_match("f é")


def test_hostile_lines_are_answered_quickly() -> None:
    """Expressions are not asked about long lines; asking costs no more than matching would."""
    needs = Needs(rule for rule in load_ruleset().rules if rule.card.reads is Reads.EFFECTS)
    worst = ["perl " * 80, "a/" * 200, "docker xm " * 40, "tor -R:" * 57, "/" * 400, "perl " * 400_000]
    begin = time.process_time()
    for line in worst:
        needs.may_match(line)
    assert time.process_time() - begin < 5
