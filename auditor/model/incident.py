"""Incidents: what findings and effects of one script mean together.

An incident is a card without patterns and the parts that it needs; `judge.incidents` looks for
them. The rows are in `rulesets/incidents.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.rule import Rule, Severity


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an incident needs: a finding of certain rules or families, or an effect.

    `effect` is a regex that an effect's whole line must match. `hosts` asks for so many distinct private
    addresses, and `ports` for so many distinct ports of one host, among what the script contacts. `wallet` asks
    for a payout address, valid by its checksum, that is handed to a program or a server.
    """

    rules: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    effect: str = ""
    hosts: int = 0
    ports: int = 0
    wallet: bool = False


@dataclass(frozen=True, slots=True)
class Incident:
    """A card and its parts; with `is_one_line`, they must stand on one line of the script."""

    card: Rule
    parts: tuple[Part, ...]
    is_one_line: bool = False
