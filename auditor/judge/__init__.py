"""Judging: matches become findings, and findings, gaps and the operator's policy become a decision."""

from __future__ import annotations

from auditor.judge.baseline import Accepted, Baseline, dump_baseline, load_baseline, parse_baseline
from auditor.judge.decide import Case, Terms, decide, minded
from auditor.judge.findings import findings_of
from auditor.judge.incidents import incidents_of
from auditor.judge.policy import Mode, Policy, load_policy, parse_policy

__all__ = [
    "Accepted",
    "Baseline",
    "Case",
    "Mode",
    "Policy",
    "Terms",
    "decide",
    "dump_baseline",
    "findings_of",
    "incidents_of",
    "load_baseline",
    "load_policy",
    "minded",
    "parse_baseline",
    "parse_policy",
]
