"""Compute that the operator has approved, and what a rented machine means beside it.

Takes the policy's `compute.approved` entries and an effect line `cloud.provision PROVIDER SERVICE TYPE COUNT
REGION`; gives the entry that covers it, or None. An entry covers only what it names: an unknown word is never
covered, and a count above `max_count` is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from auditor.model.line import LineWord, read_line

_EFFECT = "cloud.provision"
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Approved:
    """One kind of machine that may be rented. A type may end in `*`; `regions` empty means any, a default one too."""

    provider: str
    types: tuple[str, ...]
    max_count: int
    reason: str
    service: str = ""
    regions: tuple[str, ...] = ()

    def covers(self, words: tuple[LineWord, ...]) -> bool:
        """Whether a rented machine, as the words of its effect, is one of these."""
        texts = [word.text for word in words[1:_WORDS]]
        if len(texts) < _WORDS - 1:
            return False
        provider, service, kind, count, region = texts
        if provider is None or service is None or kind is None or count is None:
            return False
        return (
            provider.lower() == self.provider.lower()
            and (not self.service or service.lower() == self.service.lower())
            and any(fnmatchcase(kind.lower(), wanted.lower()) for wanted in self.types)
            and count.isdigit()
            and 1 <= int(count) <= self.max_count
            and (not self.regions or (region is not None and region in self.regions))
        )


def approval_of(approved: tuple[Approved, ...], effect: str | None) -> Approved | None:
    """Give the entry that covers an effect line, or None where there is none or the line rents nothing."""
    if not approved or effect is None or not effect.startswith(f"{_EFFECT} "):
        return None
    try:
        stages = read_line(effect)
    except ValueError:
        return None
    return next((entry for entry in approved if len(stages) == 1 and entry.covers(stages[0])), None)
