"""Baseline files: strict to read, and what is written reads back."""

from __future__ import annotations

import json
from datetime import date

import pytest

from auditor.errors import PolicyError
from auditor.judge import Baseline, dump_baseline, parse_baseline
from tests.judge.made import at, found, match

TODAY = date(2026, 11, 23)
FINDING = found(match("ssh -R x y", at(1)))[0]


def test_what_is_written_reads_back_and_is_not_written_twice() -> None:
    """Reason, date and path come through, whatever characters they hold."""
    reason = 'seen: "on" purpose # no\nnewline \u202e'
    text = dump_baseline([("a/ü.sh", FINDING), ("a/ü.sh", FINDING)], reason, TODAY, Baseline())
    (entry,) = parse_baseline(text, "b").entries
    assert (entry.fingerprint, entry.rule) == (FINDING.fingerprint, FINDING.rule.id)
    assert (entry.reason, entry.date, entry.path) == (reason, TODAY, "a/ü.sh")
    assert text.isascii()
    again = dump_baseline([("a/ü.sh", FINDING)], "another reason", TODAY, parse_baseline(text, "b"))
    assert again == text


def test_json_is_read_too() -> None:
    """A baseline may be JSON."""
    entry = {"fingerprint": "f", "rule": "r", "reason": "why", "date": "2026-11-23"}
    assert parse_baseline(json.dumps([entry]), "b").entries[0].path is None


@pytest.mark.parametrize("text", ["", "[]\n", "# nothing yet\n[]"])
def test_an_empty_baseline(text: str) -> None:
    """It accepts nothing."""
    assert parse_baseline(text, "b") == Baseline()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {fingerprint: f, rule: r, date: 2026-11-23}", r"b:1: missing key `reason` in \[0\]"),
        ("- {fingerprint: f, rule: r, reason: ' ', date: 2026-11-23}", "needs a reason"),
        ("- {fingerprint: f, rule: r, reason: x}", "missing key `date`"),
        ("- {fingerprint: f, rule: r, reason: x, date: 2026-11-23, until: 2}", "unknown key `until`"),
        ("fingerprint: f", "expected `array`"),
    ],
)
def test_entries_without_reason_or_date_are_refused(text: str, message: str) -> None:
    """Nothing is accepted without saying why and when."""
    with pytest.raises(PolicyError, match=message):
        parse_baseline(text, "b")
