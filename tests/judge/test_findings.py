"""Matches become findings: merged, fingerprinted, sorted."""

from __future__ import annotations

from dataclasses import replace

from auditor.judge import findings_of
from auditor.model.finding import Match, Status
from auditor.model.place import Place, Span
from auditor.model.rule import Confidence, Reads, Severity
from auditor.model.unit import Language, Unit
from auditor.model.word import Hole, Source, Word
from tests.judge.made import at, effect, found, match, reading, rule

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"


def test_no_match_gives_no_finding() -> None:
    """Silence stays silence."""
    assert found() == ()


def test_one_match_gives_one_predicted_finding() -> None:
    """Rule, effect line, place and engine come through."""
    (finding,) = found(match(TUNNEL, at(2)))
    assert finding.status is Status.PREDICTED
    assert finding.effect == TUNNEL
    assert finding.place == at(2)
    assert finding.engines == ("semgrep",)


def test_two_engines_on_one_call_merge_and_both_are_named() -> None:
    """One claim, two sources."""
    card = rule(id="shell-true", reads=Reads.SOURCE)
    (finding,) = found(
        Match(card, at(2, 5), "semgrep says"), Match(replace(card, engine="bandit"), at(2, 1), "bandit says")
    )
    assert finding.engines == ("bandit", "semgrep")


def test_the_same_effect_on_one_line_is_one_finding_and_on_two_lines_two() -> None:
    """Twice through a loop is one claim; two lines of the script are two."""
    assert len(found(match(TUNNEL, at(2)), match(TUNNEL, at(2, 9)))) == 1
    assert len(found(match(TUNNEL, at(1)), match(TUNNEL, at(2)))) == 2


def test_different_rules_and_effects_on_one_line_stay_apart() -> None:
    """Merging never swallows another claim."""
    other = rule(id="ssh-no-host-key-check", family="defense-evasion")
    assert len(found(match(TUNNEL, at(2)), match(TUNNEL, at(2), other), match(TUNNEL + "1", at(2)))) == 3


def test_source_findings_on_different_lines_of_an_inner_unit_stay_apart() -> None:
    """They share the line of the script that holds the unit, but not the line that they speak of."""
    inner = Unit(1, Language.PYTHON, "x\ny\n", 0, Span(1, 1, 1, 2), "python -c")
    card = rule(reads=Reads.SOURCE)
    assert (
        len(found(Match(card, at(1, unit=1), "m"), Match(card, at(2, unit=1), "m"), among=reading("a\n", inner))) == 2
    )


def test_findings_come_worst_first_then_surest_then_by_place() -> None:
    """Severity, confidence, line."""
    low = rule(id="low", severity=Severity.LOW)
    unsure = rule(id="unsure", confidence=Confidence.MEDIUM)
    findings = found(match("a b", at(1), low), match("c d", at(1), unsure), match("e f", at(3)), match("g h", at(2)))
    assert [finding.effect for finding in findings] == ["g h", "e f", "c d", "a b"]


def test_fingerprints_survive_line_moves_and_white_space() -> None:
    """The same claim further down, indented, is the same claim."""
    card = rule(reads=Reads.SOURCE)
    (before,) = findings_of(reading("ssh  -R x\n"), [Match(card, at(1), "m")])
    (after,) = findings_of(reading("\n\n  ssh -R\tx\n"), [Match(card, at(3), "m")])
    assert before.fingerprint == after.fingerprint
    assert found(match(TUNNEL, at(1)))[0].fingerprint == found(match(TUNNEL, at(3)))[0].fingerprint


def test_fingerprints_do_not_depend_on_the_number_of_an_unknown() -> None:
    """Another parameter earlier in the script renumbers the unknowns; the claim is the same."""
    prints = set()
    for number in (1, 7):
        made = effect("ssh -R", at(1))
        stage = (*made.words, Word.of(Hole(Source.ARGUMENT, number)))
        prints.add(found(Match(rule(), at(1), "m", replace(made, stages=(stage,))))[0].fingerprint)
    assert len(prints) == 1


def test_fingerprints_tell_rule_effect_way_in_and_ordinal_apart() -> None:
    """Each of the four changes the fingerprint."""
    inner = Unit(1, Language.BASH, "x\n", 0, Span(1, 1, 1, 2), "bash -c")
    findings = [
        *found(match(TUNNEL, at(1)), match(TUNNEL, at(2))),
        *found(match(TUNNEL, at(1), rule(id="other"))),
        *found(match(TUNNEL + "1", at(1))),
        *found(match(TUNNEL, at(1, unit=1)), among=reading("a\n", inner)),
    ]
    assert len({finding.fingerprint for finding in findings}) == 5


def test_fingerprints_are_unique_within_a_report() -> None:
    """Many equal lines are told apart by their ordinal."""
    text = "x\n" * 50
    findings = findings_of(reading(text), [match(TUNNEL, at(line)) for line in range(1, 51)])
    assert len({finding.fingerprint for finding in findings}) == 50


def test_lone_surrogates_do_not_stop_a_fingerprint() -> None:
    """Text that no encoding holds is hashed all the same."""
    (finding,) = findings_of(reading("\ud800\n"), [Match(rule(reads=Reads.SOURCE), Place(0, Span(1, 1, 1, 2)), "m")])
    assert len(finding.fingerprint) == 64
