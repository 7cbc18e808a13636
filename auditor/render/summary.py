"""The summary of a run over several scripts: how many, which verdicts, what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over one run. `skipped` counts what was left out, by kind; `interrupted` says that it ended early."""

    verdicts: tuple[tuple[Verdict, int], ...]
    findings: int
    gaps: int
    skipped: tuple[tuple[str, int], ...]
    seconds: float
    interrupted: bool = False

    @property
    def scripts(self) -> int:
        """How many scripts were audited."""
        return sum(count for _, count in self.verdicts)
