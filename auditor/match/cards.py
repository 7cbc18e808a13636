"""The form of cards on disk: of a Semgrep rule, of a row for Bandit, and of an incident with its parts.

Takes nothing; gives structures into which YAML is converted. A key that is not known is refused.
"""

from __future__ import annotations

import re

import msgspec

from auditor.model.rule import Confidence, Reads, Severity
from auditor.model.unit import Language


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The keys of `metadata.auditor`."""

    title: str
    family: str
    reads: Reads
    severity: Severity
    confidence: Confidence
    attack: tuple[str, ...]
    what: str
    why: str
    instead: str
    references: tuple[str, ...]
    anchors: tuple[str, ...] = ()
    since: str
    attack_v19: tuple[str, ...] = ()
    negative: str = ""
    units: tuple[Language, ...] = ()


class BanditRow(Card, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of `bandit.yaml`: a check, the rule it becomes, and the card."""

    id: str
    rule: str


class PartRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of an incident's `needs`."""

    rules: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    effect: str = ""
    hosts: int = 0
    ports: int = 0
    wallet: bool = False

    def __post_init__(self) -> None:
        if not (self.rules or self.families or self.effect or self.hosts or self.ports or self.wallet):
            raise ValueError("a part needs rules, families, effect, hosts, ports or wallet")
        try:
            re.compile(self.effect)
        except re.error as error:
            raise ValueError(f"effect is not a regex: {error}") from error


class IncidentRow(Card, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of `incidents.yaml`: what must come together, a script in which it does, and one in which not."""

    id: str
    needs: tuple[PartRow, ...]
    one_line: bool = False
    example: str
    twin: str
