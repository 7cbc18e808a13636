"""The operator's policy: what each finding and each gap means, and what is granted.

Takes YAML text, gives a frozen Policy. The first entry of `outcomes` that a finding fits decides;
`default` decides where none does. Refuses, naming the key and the line, whatever it does not know:
a misspelt key must not weaken a policy in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec

from auditor.errors import PolicyError
from auditor.judge.authorisation import Approved
from auditor.judge.grants import Grant, refuse_pattern
from auditor.judge.strict import read_strict, text_of
from auditor.model.finding import Finding, Status
from auditor.model.gap import Gap, Why
from auditor.model.rule import Confidence, Rule, Severity
from auditor.model.verdict import Verdict
from auditor.settings import shipped_rulesets

_SHIPPED: Final = "default policy"


class Mode(Enum):
    """Whether the verdict binds, or only says what it would have been."""

    ENFORCE = "enforce"
    OBSERVE = "observe"


def gap_key(why: Why) -> str:
    """Give the key under which a policy names a kind of gap: `no-reader`, `timed-out`."""
    return why.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Clause:
    """One entry of `outcomes`: each selector that is not empty must hold the finding's value."""

    outcome: Verdict
    rule: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    severity: tuple[Severity, ...] = ()
    confidence: tuple[Confidence, ...] = ()
    status: tuple[Status, ...] = ()

    def fits(self, rule: Rule, status: Status) -> bool:
        """Whether the entry speaks of a rule's findings of a status."""
        return (
            (not self.rule or rule.id in self.rule)
            and (not self.family or rule.family in self.family)
            and (not self.severity or rule.severity in self.severity)
            and (not self.confidence or rule.confidence in self.confidence)
            and (not self.status or status in self.status)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, complete and checked.

    `gaps` is what each kind of gap means; `on_error` is the gate's answer where no verdict was
    reached; `digest` is of the text.
    """

    mode: Mode
    default: Verdict
    clauses: tuple[Clause, ...]
    gap_default: Verdict
    gaps: tuple[tuple[Why, Verdict], ...]
    grants: tuple[Grant, ...]
    name: str
    digest: str
    on_error: Verdict = Verdict.DENY
    compute: tuple[Approved, ...] = ()

    def outcome_of(self, finding: Finding) -> Verdict:
        """What a finding means, grants and baseline aside."""
        return self.outcome_of_rule(finding.rule, finding.status)

    def outcome_of_rule(self, rule: Rule, status: Status = Status.PREDICTED) -> Verdict:
        """What a rule's findings of a status mean."""
        return next((clause.outcome for clause in self.clauses if clause.fits(rule, status)), self.default)

    @property
    def is_shipped(self) -> bool:
        """Whether it is the policy that ships, which names rules that an operator's own ruleset may not have."""
        return self.name == _SHIPPED

    def outcome_of_gap(self, gap: Gap) -> Verdict:
        """What a gap means."""
        return dict(self.gaps).get(gap.why, self.gap_default)

    def expired_grants(self, today: date) -> tuple[Grant, ...]:
        """Grants that no longer count, so that the operator can be told."""
        return tuple(grant for grant in self.grants if grant.is_expired(today))

    def refuse_unknown(self, rules: Collection[Rule]) -> None:
        """Raise PolicyError where a rule or family is named that does not exist: it would never apply."""
        ids = {rule.id for rule in rules}
        families = {rule.family for rule in rules}
        for index, clause in enumerate(self.clauses):
            self._refuse_names(f"outcomes[{index}].rule", clause.rule, ids)
            self._refuse_names(f"outcomes[{index}].family", clause.family, families)
        for index, grant in enumerate(self.grants):
            self._refuse_names(f"grants[{index}].rule", (grant.rule,), ids)

    def _refuse_names(self, key: str, names: tuple[str, ...], known: Collection[str]) -> None:
        for name in names:
            if name not in known:
                raise PolicyError(
                    f"{self.name}: {key}: no {key.rpartition('.')[2]} `{name}`", hint="auditor rules list"
                )


def load_policy(path: Path | None = None) -> Policy:
    """Read the operator's policy, or the one that ships."""
    where = path if path is not None else shipped_rulesets() / "policy.yaml"
    return parse_policy(text_of(where), str(where) if path is not None else _SHIPPED)


def parse_policy(text: str, name: str) -> Policy:
    """Make a policy of YAML text; `name` is what messages call it."""
    file = read_strict(text, _PolicyFile, name)
    gaps = {"default": file.gap} if isinstance(file.gap, Verdict) else file.gap
    return Policy(
        mode=file.mode,
        default=file.default,
        clauses=tuple(clause.value() for clause in file.outcomes),
        gap_default=gaps.get("default", Verdict.REVIEW),
        gaps=tuple((why, gaps[gap_key(why)]) for why in Why if gap_key(why) in gaps),
        grants=tuple(Grant(grant.rule, grant.effect, grant.reason, grant.expires) for grant in file.grants),
        name=name,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        on_error=file.on_error,
        compute=tuple(entry.value() for entry in file.compute.approved),
    )


class _ClauseFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    outcome: Verdict
    rule: str | tuple[str, ...] = ()
    family: str | tuple[str, ...] = ()
    severity: Severity | tuple[Severity, ...] = ()
    confidence: Confidence | tuple[Confidence, ...] = ()
    status: Status | tuple[Status, ...] = ()

    def __post_init__(self) -> None:
        if not (self.rule or self.family or self.severity or self.confidence or self.status):
            raise ValueError(
                "an entry needs rule, family, severity, confidence or status; for all the rest use `default`"
            )

    def value(self) -> Clause:
        """Give the entry with each selector as a tuple."""
        return Clause(
            outcome=self.outcome,
            rule=(self.rule,) if isinstance(self.rule, str) else self.rule,
            family=(self.family,) if isinstance(self.family, str) else self.family,
            severity=(self.severity,) if isinstance(self.severity, Severity) else self.severity,
            confidence=(self.confidence,) if isinstance(self.confidence, Confidence) else self.confidence,
            status=(self.status,) if isinstance(self.status, Status) else self.status,
        )


class _GrantFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    rule: str
    effect: str
    reason: str
    expires: date

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a grant needs a reason")
        wrong = refuse_pattern(self.effect)
        if wrong is not None:
            raise ValueError(f"effect: {wrong}")


class _ApprovedFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    provider: str
    types: tuple[str, ...]
    max_count: int
    reason: str
    service: str = ""
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("approved compute needs a reason")
        if self.max_count < 1 or not self.types:
            raise ValueError("approved compute needs at least one type, and a max_count of at least 1")
        loose = next((kind for kind in self.types if kind.strip("*?[]") == "" or "[" in kind or "?" in kind), None)
        if loose is not None:
            raise ValueError(f"types: {loose!r}: name a type, or a family of types with a `*` in it")

    def value(self) -> Approved:
        """Give the entry."""
        return Approved(self.provider, self.types, self.max_count, self.reason, self.service, self.regions)


class _ComputeFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    approved: tuple[_ApprovedFile, ...] = ()


class _PolicyFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    version: int
    mode: Mode = Mode.ENFORCE
    default: Verdict = Verdict.REVIEW
    outcomes: tuple[_ClauseFile, ...] = ()
    gap: Verdict | dict[str, Verdict] = Verdict.REVIEW
    grants: tuple[_GrantFile, ...] = ()
    on_error: Verdict = Verdict.DENY
    compute: _ComputeFile = _ComputeFile()

    def __post_init__(self) -> None:
        if self.on_error is Verdict.REVIEW:
            raise ValueError("on_error is allow or deny: a host that failed cannot be asked")
        if self.version != 1:
            raise ValueError(f"version {self.version} is not known; this auditor reads version 1")
        if isinstance(self.gap, dict):
            known = ["default", *(gap_key(why) for why in Why)]
            for key in self.gap:
                if key not in known:
                    raise ValueError(f"unknown key `{key}` in gap; known are {', '.join(known)}")
