"""The decision: the strictest outcome, with reasons; only a grant or a baseline entry lowers one."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest

from auditor.judge import Baseline, Case, Terms, decide, load_policy, parse_policy
from auditor.judge.baseline import Accepted
from auditor.model.finding import Finding
from auditor.model.gap import Gap, Stage, Why
from auditor.model.rule import Severity
from auditor.model.unit import Language, Script
from auditor.model.verdict import Decision, Verdict
from tests.judge.made import at, found, match, reading, rule

TODAY = date(2026, 11, 23)
ALLOW, REVIEW, DENY = Verdict.ALLOW, Verdict.REVIEW, Verdict.DENY
TUNNEL = "ssh -N -R 2222:localhost:22 ops@bastion"
PLAIN = rule(id="ssh-bastion", family="dynamic-forward", severity=Severity.MEDIUM)
HIDING = rule(id="hidden-command", family="hiding", severity=Severity.LOW, title="A command was hidden")
GAP = Gap(Stage.READ, Why.TOO_DEEP, "nested code", at(3))


def decided(
    *findings: Finding, gaps: tuple[Gap, ...] = (), policy: str = "", baseline: Baseline | None = None
) -> Decision:
    """Judge findings by the default policy, or by the text of another."""
    terms = Terms(parse_policy(policy, "p") if policy else load_policy(), baseline or Baseline(), TODAY)
    script = Script.of("a\nb\nc\n", Language.BASH, "scripts/x.sh")
    return decide(Case(script, reading(), findings, gaps), terms)


def granting(effect: str, rule_id: str = "ssh-remote-forward", expires: str = "2026-12-01") -> str:
    """Write a policy with one grant."""
    return f"version: 1\ngrants:\n  - {{rule: {rule_id}, effect: '{effect}', reason: ticket 7, expires: {expires}}}\n"


def test_nothing_found_and_nothing_left_out_is_allowed() -> None:
    """The only way to a bare allow."""
    assert decided() == Decision(ALLOW, (), ALLOW)


def test_the_strictest_outcome_wins_and_its_reasons_come_first() -> None:
    """Each reason names rule and line."""
    decision = decided(*found(match("x y", at(1), PLAIN), match(TUNNEL, at(2))), gaps=(GAP,))
    assert decision.verdict is DENY
    assert [(reason.verdict, reason.kind, reason.rule, reason.line) for reason in decision.reasons] == [
        (DENY, "finding", "ssh-remote-forward", 2),
        (REVIEW, "finding", "ssh-bastion", 1),
        (REVIEW, "gap", None, 3),
    ]


def test_a_gap_alone_is_never_allowed() -> None:
    """By default it is reviewed; the reason says what was not examined."""
    decision = decided(gaps=(GAP,))
    assert decision.verdict is REVIEW
    assert decision.reasons[0].text == "not examined: nested code (too deep)"


def test_allowed_findings_are_listed_but_are_no_reason() -> None:
    """Their outcome is kept, by fingerprint."""
    (finding,) = found(match("x y", at(1), HIDING))
    decision = decided(finding)
    assert (decision.verdict, decision.reasons) == (ALLOW, ())
    assert decision.outcomes == ((finding.fingerprint, ALLOW),)


def test_hiding_beside_another_finding_is_told_but_does_not_change_the_outcome() -> None:
    """It counts only together with what it hid, and there only in the words."""
    decision = decided(*found(match("x y", at(1), PLAIN), match("hiding.decoded bash 1", at(1), HIDING)))
    assert decision.verdict is REVIEW
    assert [reason.text for reason in decision.reasons] == [
        "Reverse tunnel over SSH; reached through hiding on the same line"
    ]
    apart = decided(*found(match("x y", at(1), PLAIN), match("hiding.decoded bash 1", at(2), HIDING)))
    assert apart.reasons[0].text == "Reverse tunnel over SSH"


def test_observe_allows_and_says_what_it_would_have_been() -> None:
    """The reasons are the same."""
    decision = decided(*found(match(TUNNEL, at(2))), gaps=(GAP,), policy="version: 1\nmode: observe\ndefault: deny\n")
    assert (decision.verdict, decision.would_be) == (ALLOW, DENY)
    assert [reason.verdict for reason in decision.reasons] == [DENY, REVIEW]


def test_a_grant_covers_its_finding_and_is_named() -> None:
    """The verdict is allow, and the reason says by whose leave and how long."""
    decision = decided(*found(match(TUNNEL, at(2))), policy=granting(TUNNEL))
    assert decision.verdict is ALLOW
    assert [(reason.kind, reason.text) for reason in decision.reasons] == [
        ("grant", "Reverse tunnel over SSH: granted until 2026-12-01: ticket 7")
    ]


def test_granting_a_connection_does_not_grant_a_tunnel_through_it() -> None:
    """`ssh ops@bastion` is not `ssh -R … ops@bastion`."""
    assert decided(*found(match(TUNNEL, at(2))), policy=granting("ssh ops@bastion")).verdict is REVIEW


def test_a_grant_never_covers_another_finding_of_the_same_line() -> None:
    """Two rules on one effect: one granted, the other stands."""
    other = rule(id="ssh-no-host-key-check", family="defense-evasion", severity=Severity.HIGH)
    decision = decided(*found(match(TUNNEL, at(2)), match(TUNNEL, at(2), other)), policy=granting(TUNNEL))
    assert decision.verdict is REVIEW
    assert [(reason.kind, reason.rule) for reason in decision.reasons] == [
        ("finding", "ssh-no-host-key-check"),
        ("grant", "ssh-remote-forward"),
    ]


def test_an_expired_grant_is_ignored_and_said() -> None:
    """The finding stands, and the reason tells why the grant did not help."""
    decision = decided(*found(match(TUNNEL, at(2))), policy=granting(TUNNEL, expires="2026-11-22"))
    assert decision.verdict is REVIEW
    assert decision.reasons[0].text == "Reverse tunnel over SSH; the grant for it expired on 2026-11-22"


def test_a_grant_does_not_cover_an_effect_with_an_unknown_word() -> None:
    """What is not known cannot have been meant."""
    assert (
        decided(*found(match("ssh -R ? ops@bastion", at(2))), policy=granting("ssh -R * ops@bastion")).verdict is REVIEW
    )


def test_a_baseline_accepts_the_known_finding_and_no_other() -> None:
    """The same claim twice is one accepted and one new."""
    first, second = found(match(TUNNEL, at(1)), match(TUNNEL, at(2)))
    baseline = Baseline((Accepted(first.fingerprint, first.rule.id, "seen", TODAY),))
    assert decided(first, baseline=baseline).verdict is ALLOW
    decision = decided(first, second, baseline=baseline)
    assert decision.verdict is DENY
    assert [reason.kind for reason in decision.reasons] == ["finding", "baseline"]


def test_a_baseline_entry_may_name_the_script() -> None:
    """There it accepts; elsewhere it does not."""
    (finding,) = found(match(TUNNEL, at(1)))
    for path, expected in (("scripts/x.sh", ALLOW), ("x.sh", ALLOW), ("other/x.sh", DENY), ("s/x.sh", DENY)):
        baseline = Baseline((Accepted(finding.fingerprint, finding.rule.id, "seen", TODAY, path),))
        assert decided(finding, baseline=baseline).verdict is expected


def test_the_day_is_that_of_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that judges for weeks ends a grant when it expires."""
    terms = Terms(parse_policy(granting(TUNNEL, expires="2026-11-24"), "p"))
    case = Case(Script.of("a\n", Language.BASH, "x.sh"), reading(), found(match(TUNNEL, at(1))), ())
    for day, verdict in ((24, ALLOW), (25, REVIEW)):
        monkeypatch.setattr(
            import_module("auditor.judge.decide"),
            "date",
            type("Day", (), {"today": lambda day=day: date(2026, 11, day)}),
        )
        assert decide(case, terms).verdict is verdict
