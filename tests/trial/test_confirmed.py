"""What a script does in the sandbox is confirmed from the protocol, as root and as an ordinary user."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.trial.driver import Driver
from tests.trial.suspects import HARMLESS, SUSPECTS, Suspect

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("suspect", SUSPECTS, ids=lambda suspect: suspect.name)
def test_a_suspect_is_confirmed_with_evidence(driver: Driver, suspect: Suspect) -> None:
    """It is confirmed, or hidden where nobody foresaw it, with the protocol, the call or the file as evidence."""
    options = dict(suspect.options)
    if suspect.needs:
        options["python"] = sys.executable
    report = driver.trial(suspect.text, suspect.language, **options)
    found = [finding for finding in report["findings"] if finding["rule"] == suspect.rule]
    assert found, [finding["rule"] for finding in report["findings"]]
    assert {finding["status"] for finding in found} == {suspect.status}, shown(report)
    evidence = [item for finding in found for item in finding["evidence"]]
    told = [item for item in evidence if item["source"] == suspect.source and suspect.says in item["detail"]]
    assert told, evidence
    assert report["trial"]["level"] == "full"
    if suspect.status != "hidden":
        assert "hidden" not in {finding["status"] for finding in report["findings"]}, shown(report)


@pytest.mark.parametrize(("name", "language", "text"), HARMLESS, ids=[name for name, _, _ in HARMLESS])
def test_a_harmless_twin_confirms_nothing(driver: Driver, name: str, language: str, text: str) -> None:
    """What only looks alike is neither confirmed nor hidden in a way that the policy denies."""
    report = driver.trial(text, language)
    minded = [finding for finding in report["findings"] if finding["outcome"] == "deny"]
    assert minded == [], shown(report)
    assert report["trial"]["ended"].startswith("exit"), shown(report)


def shown(report: dict[str, Any]) -> str:
    """Write a report's findings and transcript in a few lines, for a failure."""
    findings = [f"{one['status']} {one['rule']} {one['effect']}" for one in report["findings"]]
    observed = [f"{each['effect']} {'' if each['succeeded'] else '(failed)'}" for each in report["trial"]["observed"]]
    return "\n".join([report["trial"]["ended"], *findings, "--", *observed, *report["trial"]["notes"]])
