"""Causes: the ways in which a step can be behind an alert, each with its weight, and the weight of none.

A step may be at work when the alert comes; it may have been at work when the alert's series began, and
have left behind what goes on; or its code may name the destination, and it came before. Takes the
candidates and the series; gives every pair of an alert and a step once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auditor.correlate.candidates import OUTLIVES, Pairs, strength_at, stretches
from auditor.correlate.groups import Floats, Integers, Scene
from auditor.correlate.series import Masses, Series
from auditor.correlate.timed import Timed

_MOST_OPENING = 16
_WORTH = 0.005
"""Shares of less than this are not followed up."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Steps whose code names the far end of a series."""

    series: Integers
    step: Integers


NOT_NAMED = Named(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Weigher:
    """Weighs the ways in which steps can be behind alerts."""

    scene: Scene
    found: Timed
    series: Series
    masses: Masses
    clock: float

    def weighed(self, pairs: Pairs, named: Named) -> tuple[Pairs, Floats]:
        """Give every pair with its weight, and for each alert the weight of everything that is no pair."""
        opening = self._opening(pairs)
        of, count = self.series.of_alert, len(self.found.alerts)
        at_work = pairs.scaled((self.masses.at_work * (1 - self.series.stray))[of[pairs.alert]])
        left = (self.masses.at_work + self.masses.opened)[of] - at_work.sums(count) - opening.sums(count)
        outside = np.where(of >= 0, self.masses.outside[of] + np.maximum(left, 0.0), 1.0)
        return _once((at_work, opening, self._before(named)), len(self.scene.steps)), outside

    def _opening(self, pairs: Pairs) -> Pairs:
        """Pair each alert with the steps that were at work when its series began, and whose sandbox lived on."""
        of = self.series.of_alert
        whole = self.masses.at_work + self.masses.opened + self.masses.outside
        is_worth = self.masses.opened > _WORTH * whole
        wanted = np.flatnonzero((of >= 0) & is_worth[of])
        first = self.series.first[of[wanted]]
        low = np.searchsorted(pairs.alert, first, side="left")
        high = np.searchsorted(pairs.alert, first, side="right")
        each, place = stretches(low, np.minimum(high - low, _MOST_OPENING))
        alert, step = wanted[each], pairs.step[place]
        # What outlived its sandbox was not opened there.
        kept = self.series.last[of[alert]] <= self.scene.life[step]
        alert, step, place = alert[kept], step[kept], place[kept]
        return Pairs(alert, step, self.masses.opened[of[alert]] * pairs.weight[place])

    def _before(self, named: Named) -> Pairs:
        """Pair alerts with earlier steps that name their destination: they may have opened what was seen later."""
        of = self.series.of_alert
        order = np.argsort(of, kind="stable")
        low = np.searchsorted(of[order], named.series, side="left")
        high = np.searchsorted(of[order], named.series, side="right")
        each, place = stretches(low, high - low)
        alert, step = order[place], named.step[each]
        moment = self.found.start[alert]
        kept = (self.scene.starts[step] - self.clock <= moment) & (moment <= self.scene.life[step])
        alert, step = alert[kept], step[kept]
        strength = np.zeros(len(self.found.alerts))
        groups = self.found.group[alert]
        for number in np.unique(groups).tolist():
            own = np.unique(alert[groups == number])
            strength[own] = strength_at(self.scene.groups[number], self.found.start[own])
        return Pairs(alert, step, OUTLIVES * strength[alert] * self.masses.any_tool[of[alert]])


def _once(parts: tuple[Pairs, ...], steps: int) -> Pairs:
    """Put pairs together, with the sum of the weights where an alert and a step meet more than once."""
    alert = np.concatenate([part.alert for part in parts])
    step = np.concatenate([part.step for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    key = alert * max(steps, 1) + step
    order = np.argsort(key, kind="stable")
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    if not len(begins):
        return Pairs(alert, step, weight)
    return Pairs(alert[order][begins], step[order][begins], np.add.reduceat(weight[order], begins))
