"""The policy file: read strictly, and the default says what the documentation's table says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor.errors import PolicyError
from auditor.judge import Policy, load_policy, parse_policy
from auditor.judge.policy import gap_key
from auditor.match.rules import load_ruleset
from auditor.model.finding import Finding, Status
from auditor.model.gap import Gap, Stage, Why
from auditor.model.rule import Confidence, Severity
from auditor.model.verdict import Verdict
from tests.judge.made import at, found, match, rule

DEFAULT = load_policy()
ALLOW, REVIEW, DENY = Verdict.ALLOW, Verdict.REVIEW, Verdict.DENY


def finding(family: str, severity: Severity = Severity.HIGH, confidence: Confidence = Confidence.HIGH) -> Finding:
    """Make a finding of a family."""
    return found(match("x y", at(1), rule(id="r", family=family, severity=severity, confidence=confidence)))[0]


def policy(body: str) -> Policy:
    """Read a policy of one more line than its version."""
    return parse_policy("version: 1\n" + body, "policy.yaml")


@pytest.mark.parametrize(
    ("family", "severity", "expected"),
    [
        ("reverse-tunnel", Severity.CRITICAL, DENY),
        ("tunnel-service", Severity.HIGH, DENY),
        ("reverse-shell", Severity.CRITICAL, DENY),
        ("miner", Severity.CRITICAL, DENY),
        ("compute-provisioning", Severity.HIGH, DENY),
        ("compute-provisioning", Severity.MEDIUM, REVIEW),
        ("dynamic-forward", Severity.MEDIUM, REVIEW),
        ("local-forward", Severity.LOW, ALLOW),
        ("persistence", Severity.HIGH, REVIEW),
        ("persistence", Severity.MEDIUM, REVIEW),
        ("persistence", Severity.LOW, ALLOW),
        ("download-and-execute", Severity.HIGH, REVIEW),
        ("opaque-code", Severity.MEDIUM, REVIEW),
        ("hiding", Severity.HIGH, ALLOW),
        ("code-quality", Severity.HIGH, ALLOW),
        ("credential-access", Severity.HIGH, REVIEW),
        ("exfiltration", Severity.CRITICAL, DENY),
        ("defense-evasion", Severity.LOW, ALLOW),
        ("a-family-of-tomorrow", Severity.LOW, REVIEW),
    ],
)
def test_the_default_policy(family: str, severity: Severity, expected: Verdict) -> None:
    """One line of the documentation's table each; what nobody thought of is reviewed."""
    assert DEFAULT.outcome_of(finding(family, severity)) is expected


def test_the_default_policy_and_the_shipped_rules_name_the_same_families() -> None:
    """No entry is for a family that does not exist, and no family is left to the default."""
    cards = load_ruleset().cards
    DEFAULT.refuse_unknown(cards)
    named = {family for clause in DEFAULT.clauses for family in clause.family}
    assert {card.family for card in cards} == named


@pytest.mark.parametrize("why", list(Why))
def test_no_gap_is_allowed_by_default(why: Why) -> None:
    """Text that was not examined is never clean."""
    assert DEFAULT.outcome_of_gap(Gap(Stage.READ, why, "x")) is REVIEW


def test_an_empty_policy_reviews_everything() -> None:
    """What is not said is not allowed."""
    bare = policy("")
    assert bare.outcome_of(finding("miner")) is REVIEW
    assert bare.outcome_of_gap(Gap(Stage.READ, Why.TOO_DEEP, "x")) is REVIEW


def test_the_first_entry_that_fits_decides() -> None:
    """Order is meaning; every selector of an entry must hold."""
    made = policy(
        "default: allow\n"
        "outcomes:\n"
        "  - {rule: r, severity: low, outcome: deny}\n"
        "  - {family: [a, b], status: [predicted, confirmed], confidence: high, outcome: review}\n"
        "  - {family: b, outcome: deny}\n"
    )
    assert made.outcome_of(finding("b")) is REVIEW
    assert made.outcome_of(finding("b", confidence=Confidence.LOW)) is DENY
    assert made.outcome_of(finding("c", Severity.LOW)) is DENY
    assert made.outcome_of(finding("c")) is ALLOW


def test_outcomes_by_status() -> None:
    """A confirmed finding may mean more than a predicted one."""
    made = policy("default: review\noutcomes: [{status: confirmed, outcome: deny}]\n")
    predicted = finding("x")
    confirmed = Finding(
        predicted.rule, Status.CONFIRMED, "m", predicted.place, predicted.effect, predicted.fingerprint, ("semgrep",)
    )
    assert (made.outcome_of(predicted), made.outcome_of(confirmed)) == (REVIEW, DENY)


def test_gaps_by_kind() -> None:
    """A table may say what each kind of gap means; what it leaves out is its default, or review."""
    made = policy("gap: {no-reader: allow, timed-out: deny}\n")
    outcomes = {why: made.outcome_of_gap(Gap(Stage.READ, why, "x")) for why in Why}
    assert outcomes[Why.NO_READER] is ALLOW
    assert outcomes[Why.TIMED_OUT] is DENY
    assert outcomes[Why.NOT_PARSED] is REVIEW
    assert {gap_key(why) for why in Why} >= {"no-reader", "timed-out", "engine-failed"}


GRANT = "{rule: r, effect: ssh a, reason: why, expires: 2026-12-01}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("colour: red\n", "policy.yaml:2: unknown key `colour` in the file"),
        ("outcomes:\n  - family: a\n    outcom: deny\n", "policy.yaml:4: unknown key `outcom` in outcomes[0]"),
        ("outcomes:\n  - family: a\n", "policy.yaml:3: missing key `outcome` in outcomes[0]"),
        (
            "outcomes:\n  - family: a\n    outcome: block\n",
            "policy.yaml:4: outcomes[0].outcome: invalid enum value 'block'",
        ),
        ("outcomes:\n  - outcome: deny\n", "policy.yaml:3: outcomes[0]: an entry needs rule, family"),
        ("mode: enforce\nmode: observe\n", "policy.yaml:3: the key `mode` is given twice"),
        ("mode: off\n", "policy.yaml:2: mode: expected `str`, got `bool`"),
        ("gap: {too-dep: allow}\n", "unknown key `too-dep` in gap"),
        (f"grants:\n  - {GRANT.replace(', expires: 2026-12-01', '')}\n", "missing key `expires` in grants[0]"),
        (f"grants:\n  - {GRANT.replace('reason: why', 'reason: ')}\n", "grants[0].reason"),
        ("grants:\n  - " + GRANT.replace("why", "' '") + "\n", "grants[0]: a grant needs a reason"),
        (f"grants:\n  - {GRANT.replace('ssh a', '... a')}\n", "grants[0]: effect: the program must be named"),
        (f"grants:\n  - {GRANT.replace('2026-12-01', 'soon')}\n", "grants[0].expires"),
        ("outcomes: [\n", "not valid YAML"),
        ("- 1\n", "not valid YAML"),
    ],
)
def test_what_is_not_known_is_an_error_that_names_the_key(body: str, message: str) -> None:
    """A misspelt policy says so, with the line; it never weakens in silence."""
    with pytest.raises(PolicyError) as error:
        policy(body)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected `object`"),
        ("version: 2\n", "version 2 is not known"),
        ("mode: enforce\n", "missing key `version`"),
    ],
)
def test_a_policy_says_its_version(text: str, message: str) -> None:
    """Without a version that we know, nothing is guessed."""
    with pytest.raises(PolicyError, match=message):
        parse_policy(text, "p")


def test_names_of_rules_that_do_not_exist_are_refused() -> None:
    """An entry for a rule that does not exist would never apply."""
    rules = [rule(id="r", family="f")]
    policy(f"outcomes: [{{family: f, rule: r, outcome: deny}}]\ngrants: [{GRANT}]\n").refuse_unknown(rules)
    for body in (
        "outcomes: [{family: g, outcome: deny}]\n",
        "outcomes: [{rule: s, outcome: deny}]\n",
        f"grants: [{GRANT.replace('r,', 's,')}]\n",
    ):
        with pytest.raises(PolicyError, match=r"(outcomes|grants)\[0\]\.(rule|family): no (rule|family) `[gs]`"):
            policy(body).refuse_unknown(rules)


def test_expired_grants_are_named() -> None:
    """So that the command line can tell the operator."""
    made = policy(f"grants: [{GRANT}]\n")
    assert made.expired_grants(date(2026, 12, 1)) == ()
    assert made.expired_grants(date(2026, 12, 2)) == made.grants


def test_a_policy_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    """Missing or not text: said so, never replaced by the default."""
    with pytest.raises(PolicyError, match="No such file"):
        load_policy(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="not UTF-8"):
        load_policy(tmp_path / "bytes.yaml")


def test_the_digest_changes_with_the_text() -> None:
    """A verdict can be traced to the policy that gave it."""
    assert policy("").digest != policy("mode: observe\n").digest
