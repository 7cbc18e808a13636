"""The default policy over the rules that ship: the table of the documentation, rule by rule."""

from __future__ import annotations

import pytest

from auditor.judge import load_policy
from auditor.match.rules import load_ruleset
from auditor.model.finding import Finding, Status
from auditor.model.place import START, Place
from auditor.model.rule import Rule
from auditor.model.verdict import Verdict
from auditor.settings import shipped_rulesets

REVIEWED_NEAR_TUNNELS_AND_MINERS = {
    "cluster-port-exposed",
    "gradio-share-link",
    "miner-config-write",
    "miner-library-install",
    "open-notebook-server",
    "router-port-map",
    "zsh-raw-connection",
    "mesh-network-join",
    "miner-download",
    "onion-service",
    "pool-like-host",
    "tunnel-credential-set",
    "tunnel-host-contact",
    "web-terminal",
}
LISTED = {
    "cluster-accelerator-request",
    "cluster-job-submit",
    "data-published",
    "gpu-power-limit",
    "hosted-accelerator-job",
    "library-preload",
    "name-resolution-change",
    "own-address-lookup",
    "privileged-file-search",
    "ssh-server-start",
    "training-job-kill",
    "gpu-visibility-widen",
    "hidden-command",
    "hidden-name",
    "known-installer-run",
    "service-enable",
    "ssh-key-copy",
    "ssh-local-forward",
}


def cards() -> tuple[Rule, ...]:
    found = load_ruleset(shipped_rulesets()).cards
    assert len(found) > 80
    return found


def outcome(rule: Rule) -> Verdict:
    finding = Finding(
        rule=rule,
        status=Status.PREDICTED,
        message="",
        place=Place(0, START),
        effect=None,
        fingerprint="",
        engines=(rule.engine,),
    )
    return load_policy(shipped_rulesets() / "policy.yaml").outcome_of(finding)


def test_tunnels_shells_miners_and_accelerators_are_denied() -> None:
    families = {"reverse-tunnel", "tunnel-service", "reverse-shell", "miner"}
    outcomes = {rule.id: outcome(rule) for rule in cards() if rule.family in families}
    reviewed = {name for name, verdict in outcomes.items() if verdict is Verdict.REVIEW}
    assert reviewed == REVIEWED_NEAR_TUNNELS_AND_MINERS
    assert {verdict for name, verdict in outcomes.items() if name not in reviewed} == {Verdict.DENY}
    assert next(outcome(rule) for rule in cards() if rule.id == "accelerator-machine-rented") is Verdict.DENY


@pytest.mark.parametrize(
    "name",
    [
        "machine-rented",
        "infrastructure-applied",
        "ssh-dynamic-forward",
        "sshuttle-route",
        "cron-edit",
        "service-unit-write",
        "authorized-keys-edit",
        "fetched-code-run",
        "opaque-code-run",
        "metadata-credential-request",
        "secret-file-read",
    ],
)
def test_these_are_reviewed(name: str) -> None:
    assert next(outcome(rule) for rule in cards() if rule.id == name) is Verdict.REVIEW


def test_what_is_only_listed_is_listed_here() -> None:
    allowed = {rule.id for rule in cards() if rule.engine == "semgrep" and outcome(rule) is Verdict.ALLOW}
    assert allowed == LISTED


def test_no_check_of_bandit_holds_a_script_back() -> None:
    checks = [rule for rule in cards() if rule.engine == "bandit"]
    assert len(checks) >= 10
    assert {outcome(rule) for rule in checks} == {Verdict.ALLOW}
