"""The test of association: do alerts fall into tool calls more often than chance would have it.

The statistic is the share of alerts inside windows of tools. Its baseline and p-value come from
circular shifts of the alerts within each run, which keep their bursts and the tools' rhythm. Time is
binned to seconds, so that the share is that of each alert's second and one Fourier transform gives
all shifts of a group. Where the offset of a clock was estimated from the same alerts, each shift is
allowed the same freedom: the best share within the range that the estimate searched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.correlate.groups import Floats, Group, Integers, Run, Scene, merged

SHIFTS = 10_000
_MOST_BINS = 1 << 23
_GATHERED = 20_000_000
_MOST_SPREAD = 900
"""Bins over which one counted interval is spread."""


@dataclass(frozen=True, slots=True)
class Association:
    """The test for one run, or for all. `randomised` is `p` with ties broken by chance: uniform where nothing is."""

    name: str
    alerts: int
    share: float
    baseline: float
    lift: float
    p: float
    randomised: float


@dataclass(frozen=True, slots=True)
class Control:
    """Alerts and time of one phase of a run: `tools`, `episodes` without a tool at work, `idle`."""

    phase: str
    alerts: float
    hours: float

    @property
    def rate(self) -> float:
        """Alerts in an hour of one identifier."""
        return self.alerts / self.hours if self.hours else 0.0


@dataclass(frozen=True, slots=True)
class Tested:
    """The association of all runs together, of each, and the controls."""

    overall: Association
    runs: tuple[Association, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """When the alerts of one group began: `start`, and how much later each may have been."""

    start: Floats
    onset: Floats


@dataclass(frozen=True, slots=True)
class Chance:
    """How chance is drawn: shifts in number, a seed, and how far a clock's estimate searched (0: none was made)."""

    shifts: int = SHIFTS
    seed: int = 8
    searched: float = 0.0


def association_of(scene: Scene, moments: Mapping[int, Moments], chance: Chance) -> Tested:
    """Test each run and all of them; `moments` are those of the alerts by group."""
    random = np.random.default_rng(chance.seed)
    found: list[Association] = []
    inside = np.zeros(chance.shifts)
    observed, count = 0.0, 0
    for number, run in enumerate(scene.runs):
        groups = [each for each in moments if scene.groups[each].run == number and len(moments[each].start)]
        size = sum(len(moments[each].start) for each in groups)
        if not size:
            continue
        shifts = random.integers(0, _bins(run)[0], chance.shifts)
        here, shifted = _of_run(run, [(scene.groups[each], moments[each]) for each in groups], shifts, chance)
        found.append(_association(run.name, size, here, shifted, random))
        observed, inside, count = observed + here, inside + random.permutation(shifted), count + size
    overall = _association("all", count, observed, inside, random)
    return Tested(overall, tuple(found), _controls(scene, moments))


def coverage(group: Group, run: Run) -> Floats:
    """Give the share of each bin of a run that windows of a group cover."""
    bins, width = _bins(run)
    start, end = merged(group.start, group.end)
    low = np.clip((start - run.start) / width, 0, bins)
    high = np.clip((end - run.start) / width, 0, bins)
    kept = high > low
    low, high = low[kept], high[kept]
    steps = np.zeros(bins + 2)
    first, last = low.astype(np.int64), high.astype(np.int64)
    # An edge inside a bin covers a part of it: the rest goes to the next difference.
    np.add.at(steps, first, 1 - (low - first))
    np.add.at(steps, first + 1, low - first)
    np.add.at(steps, last, -(1 - (high - last)))
    np.add.at(steps, last + 1, -(high - last))
    return np.clip(np.cumsum(steps)[:bins], 0.0, 1.0)


def _of_run(
    run: Run, members: Sequence[tuple[Group, Moments]], shifts: Integers, chance: Chance
) -> tuple[float, Floats]:
    """Give how many alerts lie inside windows, as they are and under each shift."""
    bins, width = _bins(run)
    reach = math.ceil(chance.searched / width)
    observed, total = 0.0, np.zeros(len(shifts))
    everywhere = np.zeros(bins) if reach else None
    for group, moments in members:
        covered = coverage(group, run)
        places, weights = _spread(run, moments)
        observed += float(covered[places] @ weights)
        is_few = len(places) * len(shifts) < 4 * bins * math.log2(bins + 2)
        if everywhere is None and is_few:
            total += _gathered(covered, places, weights, shifts)
            continue
        histogram = np.bincount(places, weights, bins)
        turned = np.fft.irfft(np.conj(np.fft.rfft(histogram)) * np.fft.rfft(covered), bins)
        if everywhere is None:
            total += turned[shifts]
        else:
            everywhere += turned
    if everywhere is None:
        return observed, total
    # Both sides get the same freedom, or the estimate would pay for itself.
    best = everywhere.copy()
    for by in range(1, reach + 1):
        best = np.maximum(best, np.maximum(np.roll(everywhere, by), np.roll(everywhere, -by)))
    return max(observed, float(best[0])), best[shifts]


def _gathered(covered: Floats, places: Integers, weights: Floats, shifts: Integers) -> Floats:
    total = np.zeros(len(shifts))
    rows = max(1, _GATHERED // max(len(places), 1))
    for begin in range(0, len(shifts), rows):
        part = shifts[begin : begin + rows]
        total[begin : begin + rows] = covered[(places[None, :] + part[:, None]) % len(covered)] @ weights
    return total


def _spread(run: Run, moments: Moments) -> tuple[Integers, Floats]:
    """Give the bins of alerts and their weights; a counted interval is spread over all its bins."""
    bins, width = _bins(run)
    first = np.clip(((moments.start - run.start) / width).astype(np.int64), 0, bins - 1)
    last = ((moments.start + np.maximum(moments.onset - 1e-6, 0.0) - run.start) / width).astype(np.int64)
    lengths = np.clip(np.minimum(last, bins - 1) - first + 1, 1, _MOST_SPREAD)
    places = np.repeat(first, lengths) + _counted(lengths)
    weights = np.repeat(1.0 / lengths, lengths)
    if len(places) <= 2 * bins:
        return places, weights
    whole = np.bincount(places, weights, bins)
    kept = np.flatnonzero(whole).astype(np.int64)
    return kept, whole[kept].astype(np.float64)


def _counted(lengths: Integers) -> Integers:
    """Count up from nought in each stretch of the given lengths."""
    return np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _association(name: str, count: int, observed: float, shifted: Floats, random: np.random.Generator) -> Association:
    if not count:
        return Association(name, 0, 0.0, 0.0, 0.0, 1.0, 1.0)
    share, shares = observed / count, shifted / count
    slack = 1e-9
    above, level = int(np.sum(shares > share + slack)), int(np.sum(np.abs(shares - share) <= slack))
    baseline = float(np.mean(shares))
    return Association(
        name=name,
        alerts=count,
        share=min(share, 1.0),
        baseline=baseline,
        lift=share / baseline if baseline > 0 else (math.inf if share else 0.0),
        p=(above + level + 1) / (len(shares) + 1),
        randomised=(above + random.uniform() * (level + 1)) / (len(shares) + 1),
    )


def _controls(scene: Scene, moments: Mapping[int, Moments]) -> tuple[Control, ...]:
    """Count alerts and hours while tools ran, in episodes without one, and outside every episode."""
    alerts, hours = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for number, group in enumerate(scene.groups):
        run = scene.runs[group.run]
        of_tools, of_episodes = merged(group.start, group.end), merged(group.tied_starts, np.sort(group.tied_ends))
        seconds = [float(np.sum(end - start)) for start, end in (of_tools, of_episodes)]
        for phase, length in enumerate(
            (seconds[0], max(seconds[1] - seconds[0], 0.0), max(run.end - run.start - seconds[1], 0.0))
        ):
            hours[phase] += length / 3600
        if number not in moments:
            continue
        start = moments[number].start
        is_tool, is_episode = is_within(start, *of_tools), is_within(start, *of_episodes)
        for phase, mask in enumerate((is_tool, is_episode & ~is_tool, ~is_episode & ~is_tool)):
            alerts[phase] += float(np.sum(mask))
    names = ("tools", "episodes", "idle")
    return tuple(Control(name, count, length) for name, count, length in zip(names, alerts, hours, strict=True))


def is_within(moments: Floats, start: Floats, end: Floats) -> np.typing.NDArray[np.bool_]:
    """Whether each moment lies in one of some merged intervals."""
    if not len(start):
        return np.zeros(len(moments), dtype=np.bool_)
    at = np.searchsorted(start, moments, side="right") - 1
    return (at >= 0) & (moments <= end[np.maximum(at, 0)])


def _bins(run: Run) -> tuple[int, float]:
    """Give the number of bins of a run and their width: a second, or more where that would be too many."""
    span = max(run.end - run.start, 1.0)
    width = max(1.0, span / _MOST_BINS)
    return max(_smooth(math.ceil(span / width)), 2), width


def _smooth(number: int) -> int:
    """Give the next number with no prime factor beyond 5, of which a transform is fast."""
    while True:
        left = number
        for factor in (2, 3, 5):
            while left % factor == 0:
                left //= factor
        if left == 1:
            return number
        number += 1
