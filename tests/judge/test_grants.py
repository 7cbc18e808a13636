"""Grants are narrow: word by word, never an unknown, never another finding of the line."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.judge.grants import Grant, refuse_pattern


def covers(pattern: str, effect: str | None, rule: str = "r") -> bool:
    """Whether a grant of a pattern for rule `r` covers an effect found by a rule."""
    return Grant("r", pattern, "why", date(2026, 12, 1)).covers(rule, effect)


@pytest.mark.parametrize(
    ("pattern", "effect"),
    [
        ("ssh ops@bastion", "ssh ops@bastion"),
        ("ssh ... ops@bastion", "ssh ops@bastion"),
        ("ssh ... ops@bastion", "ssh -N -p 22 ops@bastion"),
        ("ssh -L * ops@bastion", "ssh -L 8080:localhost:80 ops@bastion"),
        ("ssh -L ... ops@bastion ...", "ssh -L 1:h:2 -N ops@bastion uptime"),
        ('ssh ops@bastion "echo hi"', 'ssh ops@bastion "echo hi"'),
        ('echo "*"', 'echo "*"'),
        ("curl ... | bash", "curl -fsSL https://get.example/install | bash"),
    ],
)
def test_what_a_pattern_covers(pattern: str, effect: str) -> None:
    """Words as written, `...` for any, `*` for one."""
    assert refuse_pattern(pattern) is None
    assert covers(pattern, effect)


@pytest.mark.parametrize(
    ("pattern", "effect"),
    [
        ("ssh ops@bastion", "ssh -R 2222:localhost:22 ops@bastion"),
        ("ssh ops@bastion", "ssh ops@bastion uptime"),
        ("ssh ops@bastion", "ssh ops@bastion2"),
        ("ssh -L * ops@bastion", "ssh -L 1:h:2 -R 3:h:4 ops@bastion"),
        ("ssh *", "ssh"),
        ("ssh *", "ssh a b"),
        ("ssh *", 'ssh "%{argument_1}"'),
        ("ssh ...", 'ssh "%{argument_1}"'),
        ("ssh ... ops@bastion", 'ssh -p "%{argument_1}" ops@bastion'),
        ("ssh *", 'ssh "ops@%{argument_1}"'),
        ("ssh ...", "ssh a | bash"),
        ("curl ... | bash", "curl x | tee y | bash"),
        ('echo "*"', "echo hello"),
        ('echo "..."', "echo a b"),
        ("ssh ops@bastion", None),
    ],
)
def test_what_a_pattern_does_not_cover(pattern: str, effect: str | None) -> None:
    """One word more, one word less, an unknown word, another stage: not covered."""
    assert not covers(pattern, effect)


def test_a_grant_is_for_one_rule() -> None:
    """Another finding on the very same effect is not covered."""
    assert not covers("ssh ops@bastion", "ssh ops@bastion", rule="other")


def test_a_grant_counts_up_to_and_on_its_last_day() -> None:
    """The day after, it has expired."""
    grant = Grant("r", "ssh a", "why", date(2026, 12, 1))
    assert not grant.is_expired(date(2026, 12, 1))
    assert grant.is_expired(date(2026, 12, 2))


@pytest.mark.parametrize("pattern", ["", "... ssh", "* -R x", 'ssh "%{argument_1}"', "ssh ops@*", "ssh x...", 'ssh "a'])
def test_patterns_that_are_refused(pattern: str) -> None:
    """No program, an unknown, a wildcard inside a word, an open quote: said at load, not met by silence later."""
    assert refuse_pattern(pattern)


def test_many_ellipses_do_not_cost_exponential_time() -> None:
    """Matching is linear in pattern times words."""
    assert not covers("a " + "... x " * 200 + "y", "a " + "x " * 2000 + "z")
