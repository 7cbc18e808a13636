"""Alerts on the traces' clock, as columns: when each began, how uncertain that is, whose it is, and where it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.correlate.association import Moments
from auditor.correlate.groups import Floats, Integers, Scene
from auditor.correlate.records import Alert


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """Alerts and their columns; `group` is -1 where no run knows the source at that time.

    `far` numbers the far ends: the address, else the name, else the rule.
    """

    alerts: Sequence[Alert]
    start: Floats
    onset: Floats
    group: Integers
    far: Integers

    def by_group(self) -> dict[int, Integers]:
        """Give the numbers of the alerts of each group, in order of time."""
        order = np.lexsort((self.start, self.group))
        groups, first = np.unique(self.group[order], return_index=True)
        parts = np.split(order, first[1:])
        return {int(group): part for group, part in zip(groups, parts, strict=True) if group >= 0}

    def moments(self) -> dict[int, Moments]:
        """Give when the alerts of each group began."""
        return {number: Moments(self.start[each], self.onset[each]) for number, each in self.by_group().items()}


def timed(scene: Scene, alerts: Sequence[Alert], offsets: Mapping[str, float]) -> Timed:
    """Put alerts on the traces' clock and find the group of each."""
    start = np.array([alert.start + offsets.get(alert.source, 0.0) for alert in alerts], dtype=np.float64)
    group = np.array(
        [scene.group_of(alert, moment) for alert, moment in zip(alerts, start.tolist(), strict=True)], dtype=np.int64
    )
    onset = np.array([alert.onset for alert in alerts], dtype=np.float64)
    ends: dict[str, int] = {}
    far = np.array([ends.setdefault(far_end(alert), len(ends)) for alert in alerts], dtype=np.int64)
    return Timed(alerts, start, onset, group, far)


def far_end(alert: Alert) -> str:
    """Name the other end of an alert, or what stands for it."""
    return alert.dst.lower() or alert.name or alert.rule


def bursts(start: Floats, apart: float) -> np.typing.NDArray[np.bool_]:
    """Tell the first of each burst among moments in order: alerts close together are not independent."""
    return np.diff(start, prepend=-np.inf) > apart
