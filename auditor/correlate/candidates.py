"""Candidates: the steps whose windows hold an alert's beginning, as pairs, with how well each fits.

A pair weighs by identity (1 where a container or sandbox is one trajectory's alone, 0.9 for an address
or a host of its own, 0.8 where several share it) and by time (1 while the step may have run, less
and less after its end, half while its processes live). The weights of one alert sum up to no more
than its identity's: steps that ran side by side share it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auditor.correlate.groups import EXACT, SHARED, STRONG, UNKNOWN, Floats, Group, Integers, Scene, Slack
from auditor.correlate.timed import Timed

_MOST_EACH = 256
"""Pairs of one alert; more would be a shared address where nothing but the content can tell."""
_CHUNK = 200_000
OUTLIVES = 0.5
_NO_FLOATS = np.zeros(0)
_NO_INTEGERS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Alerts and the steps that could be behind them, by alert: `weight` is identity times fit in time."""

    alert: Integers
    step: Integers
    weight: Floats

    def scaled(self, factor: Floats) -> Pairs:
        """Give the pairs with other weights; those that come to nothing are dropped."""
        weight = self.weight * factor
        kept = weight > 0
        return self if kept.all() and (factor == 1).all() else Pairs(self.alert[kept], self.step[kept], weight[kept])

    def sums(self, count: int) -> Floats:
        """Give the weight of all steps together, for each of so many alerts."""
        return np.bincount(self.alert, self.weight, count).astype(np.float64)


def pairs_of(scene: Scene, found: Timed, slack: Slack) -> Pairs:
    """Give all pairs, in the order of the alerts."""
    parts = [Pairs(_NO_INTEGERS, _NO_INTEGERS, _NO_FLOATS)]
    for number, numbers in found.by_group().items():
        group = scene.groups[number]
        begins = range(0, len(numbers), _CHUNK)
        parts += [_of_group(group, numbers[begin : begin + _CHUNK], found, slack) for begin in begins]
    alert = np.concatenate([part.alert for part in parts])
    order = np.argsort(alert, kind="stable")
    return Pairs(
        alert[order],
        np.concatenate([part.step for part in parts])[order],
        np.concatenate([part.weight for part in parts])[order],
    )


def strength_at(group: Group, moments: Floats) -> Floats:
    """Give the weight of identity at each moment: whether the identifier is one trajectory's alone."""
    if not group.identifier:
        return np.full(len(moments), UNKNOWN)
    alone = EXACT if group.is_exact else STRONG
    return np.where(group.trajectories_at(moments) <= 1, alone, SHARED)


def stretches(low: Integers, lengths: Integers) -> tuple[Integers, Integers]:
    """Count from each `low` over its length: gives which stretch each number is of, and the numbers."""
    each = np.repeat(np.arange(len(low)), lengths)
    begun = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return each, np.repeat(low, lengths) + np.arange(len(each)) - begun


def _of_group(group: Group, numbers: Integers, found: Timed, slack: Slack) -> Pairs:
    first, last = found.start[numbers], found.start[numbers] + found.onset[numbers]
    high = np.searchsorted(group.start, last, side="right")
    low = np.maximum(np.searchsorted(group.reach, first, side="left"), high - _MOST_EACH)
    each, window = stretches(low, np.maximum(high - low, 0))
    kept = group.end[window] >= first[each]
    each, window = each[kept], window[kept]
    late = np.maximum(first[each] - group.core[window], 0.0)
    decayed = np.exp(-late / max(slack.tail / 2, 0.1))
    # A window that ends far behind its step is one whose processes outlive it.
    is_long = group.end[window] - group.core[window] > slack.tail + slack.clock + 0.001
    fit = np.where(is_long, np.maximum(decayed, OUTLIVES), decayed)
    crowd = np.maximum(np.bincount(each, fit, len(numbers)), 1.0)
    return Pairs(numbers[each], group.step[window], fit * (strength_at(group, first) / crowd)[each])
