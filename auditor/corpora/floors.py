"""Floors: figures that a data set's score may not fall below, and false alarms that it may not rise above.

Takes a YAML file of the operator, gives the floors that are broken. `flagged`, `denied` and
`precision` are least shares, `benign_denied` and `benign_reviewed` greatest ones; groups are `all`,
`core`, `dual use`, `family NAME` and `language NAME`. Raises UsageError for a file that says
anything else, or that names a group without rows: a floor that holds for nothing is no floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from auditor.corpora.score import Group, Rate, Score
from auditor.errors import UsageError

_LEAST = frozenset({"flagged", "denied", "precision"})
_MOST = frozenset({"benign_denied", "benign_reviewed"})
_HINT = "groups (all, core, dual use, family NAME, language NAME), each with flagged, denied, precision, benign_…"


@dataclass(frozen=True, slots=True)
class Floor:
    """One bound on one figure of one group."""

    group: str
    figure: str
    bound: float

    def is_broken(self, rate: Rate) -> bool:
        """Whether a figure is on the wrong side."""
        share = round(rate.share, 6)
        return share < self.bound if self.figure in _LEAST else share > self.bound

    def text(self, rate: Rate) -> str:
        """Say it in one line."""
        word = "below" if self.figure in _LEAST else "above"
        return f"{self.group}: {self.figure} {rate.share:.2%} ({rate.hits} of {rate.total}) is {word} {self.bound:.2%}"


def load_floors(path: Path) -> tuple[Floor, ...]:
    """Read a file of floors."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {error}", hint=_HINT) from error
    if not isinstance(loaded, dict) or not loaded:
        raise UsageError(f"{path}: no floors", hint=_HINT)
    return tuple(floor for group, figures in loaded.items() for floor in _floors(path, str(group), figures))


def broken(floors: tuple[Floor, ...], score: Score) -> tuple[str, ...]:
    """Give a line for each floor that a score breaks."""
    groups = groups_of(score)
    lines = []
    for floor in floors:
        group = groups.get(floor.group)
        if group is None or not group.rows:
            raise UsageError(f"a floor for {floor.group!r}, which has no rows", hint=f"one of: {', '.join(groups)}")
        rate = rate_of(group, floor.figure)
        if floor.is_broken(rate):
            lines.append(floor.text(rate))
    return tuple(lines)


def groups_of(score: Score) -> dict[str, Group]:
    """Give the groups of a score by the names that floors use."""
    return {
        "all": score.overall,
        "core": score.core,
        "dual use": score.dual_use,
        **{f"family {group.name}": group for group in score.by_family},
        **{f"language {group.name}": group for group in score.by_language},
    }


def rate_of(group: Group, figure: str) -> Rate:
    """Give one figure of a group."""
    rates = {
        "flagged": group.flagged,
        "denied": group.denied,
        "precision": group.precision,
        "benign_denied": group.benign_denied,
        "benign_reviewed": group.benign_reviewed,
    }
    return rates[figure]


def _floors(path: Path, group: str, figures: object) -> list[Floor]:
    if not isinstance(figures, dict) or not figures:
        raise UsageError(f"{path}: {group}: no figures", hint=_HINT)
    floors = []
    for figure, bound in figures.items():
        if figure not in _LEAST | _MOST:
            raise UsageError(f"{path}: {group}: unknown figure {figure!r}", hint=_HINT)
        if isinstance(bound, bool) or not isinstance(bound, (int, float)) or not 0 <= bound <= 1:
            raise UsageError(f"{path}: {group}: {figure}: {bound!r} is no share from 0 to 1", hint=_HINT)
        floors.append(Floor(group, str(figure), float(bound)))
    return floors
