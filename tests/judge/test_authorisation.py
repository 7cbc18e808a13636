"""Approved compute: what an entry covers, and that nothing unknown is ever covered."""

from __future__ import annotations

import pytest

from auditor import Auditor
from auditor.errors import PolicyError
from auditor.judge import parse_policy
from auditor.judge.authorisation import Approved, approval_of
from auditor.settings import shipped_rulesets

ENTRY = Approved("aws", ("g5.*", "p4d.24xlarge"), 2, "tuning", service="ec2", regions=("us-east-1",))
POLICY = (shipped_rulesets() / "policy.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("effect", "is_covered"), [
    ("cloud.provision aws ec2 g5.xlarge 2 us-east-1", True),
    ("cloud.provision AWS ec2 P4D.24xlarge 1 us-east-1", True),
    ("cloud.provision aws ec2 g5.xlarge 3 us-east-1", False),
    ("cloud.provision aws ec2 g5.xlarge 0 us-east-1", False),
    ("cloud.provision aws ec2 g6.xlarge 1 us-east-1", False),
    ("cloud.provision aws sagemaker g5.xlarge 1 us-east-1", False),
    ("cloud.provision gcp ec2 g5.xlarge 1 us-east-1", False),
    ("cloud.provision aws ec2 g5.xlarge 1 eu-west-1", False),
    ("cloud.provision aws ec2 g5.xlarge 1 default", False),
    ('cloud.provision aws ec2 "%{argument_1}" 1 us-east-1', False),
    ('cloud.provision aws ec2 g5.xlarge "%{argument_1}" us-east-1', False),
    ('cloud.provision aws ec2 g5.xlarge 1 "%{argument_1}"', False),
    ('cloud.provision "%{argument_1}" ec2 g5.xlarge 1 us-east-1', False),
    ("cloud.provision aws ec2 g5.xlarge", False),
    ("aws ec2 run-instances --instance-type g5.xlarge", False),
])  # fmt: skip
def test_what_an_entry_covers(effect: str, is_covered: bool) -> None:
    assert (approval_of((ENTRY,), effect) is ENTRY) is is_covered


def test_without_entries_nothing_is_approved() -> None:
    assert approval_of((), "cloud.provision aws ec2 g5.xlarge 1 us-east-1") is None
    assert approval_of((ENTRY,), None) is None


def with_entry(entry: str) -> str:
    assert "  approved: []" in POLICY
    return POLICY.replace("  approved: []", f"  approved:\n  - {entry}")


@pytest.mark.parametrize(("entry", "said"), [
    ("{provider: aws, types: ['*'], max_count: 1, reason: x}", "name a type"),
    ("{provider: aws, types: [], max_count: 1, reason: x}", "at least one type"),
    ("{provider: aws, types: [g5.xlarge], max_count: 0, reason: x}", "max_count of at least 1"),
    ("{provider: aws, types: [g5.xlarge], max_count: 1, reason: ' '}", "needs a reason"),
    ("{provider: aws, types: [g5.xlarge], max_count: 1}", "reason"),
    ("{provider: aws, types: [g5.xlarge], max_count: 1, reason: x, region: us-east-1}", "region"),
])  # fmt: skip
def test_a_loose_or_misspelt_entry_is_refused(entry: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        parse_policy(with_entry(entry), "policy")


def test_the_verdict_follows_the_approval() -> None:
    """Approved machines are allowed and say why; more of them, other accelerators and other machines are not."""
    entry = "{provider: aws, types: [g5.xlarge], max_count: 2, reason: tuning}"
    command = "aws ec2 run-instances --image-id ami-0abc --region us-east-1 --instance-type"
    with Auditor(policy=parse_policy(with_entry(entry), "policy"), follow=False) as auditor:
        report = auditor.audit(f"{command} g5.xlarge --count 2", language="bash")
        assert report.verdict.value == "allow"
        assert [reason.text for reason in report.reasons] == ["Accelerator machines rented: approved compute: tuning"]
        for words, verdict in (
            ("g5.xlarge --count 3", "deny"), ("p4d.24xlarge --count 1", "deny"),
            ("t3.micro --count 1", "review"), ('"$KIND"', "review"),
        ):  # fmt: skip
            assert auditor.audit(f"{command} {words}", language="bash").verdict.value == verdict, words
