"""The summary of a run, and how far a run has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from auditor.corpora.shards import Journal, write_whole
from auditor.corpora.terms import Terms
from auditor.errors import UsageError

NAME = "summary.json"


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What `summary.json` says. `inputs` equals `rows` in every run, and in every shard of one that was cut short."""

    schema: str
    complete: bool
    inputs: int
    rows: int
    duplicates: int
    gaps: int
    rows_with_gaps: int
    cleared: int
    """Rows that provably reach nothing, and were not read any further."""
    findings: int
    text_bytes: int
    verdicts: dict[str, int]
    languages: dict[str, int]
    families: dict[str, int]
    """Rows with a finding of the family that the policy minds."""
    rules: dict[str, int]
    gaps_by_reason: dict[str, int]
    skipped: dict[str, int]
    """Files left out by kind; no inputs."""
    shards: int
    audited: int
    """Texts that the last call of this run audited."""
    known: int
    """Rows whose answer was known by then: from the cache, or from an equal text."""
    seconds: float
    """What the last call of this run took."""
    sources: tuple[str, ...]
    version: str
    ruleset: str
    policy: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: rows in all and of this call, its seconds, and how much of the sources was read."""

    rows: int
    fresh: int
    seconds: float
    read_bytes: int
    total_bytes: int

    def text(self) -> str:
        """Say it in one line."""
        rate = self.fresh / self.seconds if self.seconds > 0 else 0.0
        parts = [f"{self.rows:,} rows", f"{rate:,.1f} a second"]
        share = min(self.read_bytes / self.total_bytes, 1.0) if self.total_bytes else 1.0
        parts.append(f"{share:.0%} read")
        skipped = self.rows - self.fresh
        if 0 < share < 1 and rate > 0:
            expected = self.rows / share
            parts.append(f"about {duration(max(expected - skipped - self.fresh, 0) / rate)} left")
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """Write a time in two units at most."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02} min"


def summary_of(
    journal: Journal,
    *,
    is_complete: bool,
    skipped: Mapping[str, int],
    fresh: Mapping[str, int],
    seconds: float,
    terms: Terms,
    sources: tuple[str, ...],
) -> Summary:
    """Write down what the shards of a journal add up to."""
    counts = journal.counts
    total = counts.get("total", Counter())
    verdicts = counts.get("verdicts", Counter())
    return Summary(
        schema="auditor.corpus/1",
        complete=is_complete,
        inputs=total["inputs"],
        rows=journal.rows,
        duplicates=total["duplicates"],
        gaps=total["gaps"],
        rows_with_gaps=total["rows_with_gaps"],
        cleared=total["cleared"],
        findings=total["findings"],
        text_bytes=total["text_bytes"],
        verdicts={verdict: verdicts[verdict] for verdict in ("allow", "review", "deny")},
        languages=_sorted(counts.get("languages")),
        families=_sorted(counts.get("families")),
        rules=_sorted(counts.get("rules")),
        gaps_by_reason=_sorted(counts.get("gaps")),
        skipped=dict(sorted(skipped.items())),
        shards=len(journal.digests),
        audited=fresh.get("audited", 0),
        known=fresh.get("known", 0),
        seconds=round(seconds, 3),
        sources=sources,
        version=terms.version,
        ruleset=terms.ruleset,
        policy=terms.policy,
    )


def write_summary(folder: Path, summary: Summary) -> None:
    """Write `summary.json`."""
    write_whole(folder / NAME, msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")


def read_summary(folder: Path) -> Summary:
    """Read `summary.json`; raises UsageError where there is none."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Summary)
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{folder}: no results: {error}", hint="give the --out of `auditor corpus scan`") from error


def _sorted(counter: Counter[str] | None) -> dict[str, int]:
    return dict(sorted((counter or {}).items(), key=lambda pair: (-pair[1], pair[0])))
