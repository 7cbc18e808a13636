"""Baselines: findings that the operator has seen and accepted, each with a reason and a date.

Takes YAML or JSON text, gives a frozen Baseline, and writes one from reports. An entry accepts one
fingerprint of one rule, in one script where it names a path. Refuses entries without a reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import msgspec

from auditor.judge.strict import read_strict, text_of
from auditor.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted finding. `path` limits it to scripts whose path ends so; None means any script."""

    fingerprint: str
    rule: str
    reason: str
    date: date
    path: str | None = None

    def covers(self, finding: Finding, path: str) -> bool:
        """Whether this finding of the script at a path is the accepted one."""
        is_same = finding.fingerprint == self.fingerprint and finding.rule.id == self.rule
        return is_same and (self.path is None or _ends_with(path, self.path))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Accepted findings, in the file's order."""

    entries: tuple[Accepted, ...] = ()

    def entry_for(self, finding: Finding, path: str) -> Accepted | None:
        """Give the entry that accepts a finding of the script at a path."""
        return next((entry for entry in self.entries if entry.covers(finding, path)), None)


def load_baseline(path: Path) -> Baseline:
    """Read the operator's baseline."""
    return parse_baseline(text_of(path), str(path))


def parse_baseline(text: str, name: str) -> Baseline:
    """Make a baseline of YAML or JSON text; raises PolicyError that names the line and the key."""
    if not text.strip():
        return Baseline()
    entries = read_strict(text, tuple[_AcceptedFile, ...], name)
    return Baseline(
        tuple(Accepted(entry.fingerprint, entry.rule, entry.reason, entry.date, entry.path) for entry in entries)
    )


def dump_baseline(accepted: Iterable[tuple[str, Finding]], reason: str, today: date, before: Baseline) -> str:
    """Write a baseline that keeps the entries of `before` and accepts findings, given with their scripts' paths."""
    entries = {(entry.fingerprint, entry.path): entry for entry in before.entries}
    for path, finding in accepted:
        if before.entry_for(finding, path) is None:
            new = Accepted(finding.fingerprint, finding.rule.id, reason, today, path)
            entries.setdefault((new.fingerprint, new.path), new)
    return "".join(f"- {_flow(entry)}\n" for entry in entries.values()) or "[]\n"


class _AcceptedFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    fingerprint: str
    rule: str
    reason: str
    date: date
    path: str | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("an accepted finding needs a reason")


def _flow(entry: Accepted) -> str:
    # JSON strings are YAML's double-quoted scalars, so one entry a line reads, diffs and merges well.
    pairs = {"rule": entry.rule, "path": entry.path, "fingerprint": entry.fingerprint, "reason": entry.reason}
    written = [f"{key}: {json.dumps(value)}" for key, value in pairs.items() if value is not None]
    return "{" + ", ".join([*written, f"date: {entry.date.isoformat()}"]) + "}"


def _ends_with(path: str, end: str) -> bool:
    wanted = PurePosixPath(end).parts
    return bool(wanted) and PurePosixPath(path).parts[-len(wanted) :] == wanted
