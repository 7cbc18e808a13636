"""Series: the alerts of one group for one destination, and what their times say of the cause.

Takes alerts on the traces' clock; gives, for each series, how well three causes explain when its
bursts came: tools at each burst, one tool that opened something which went on, or nobody's tool.
Bursts of an outside cause lie in windows as often as windows cover the time; those of a tool's own
nearly always; of what a tool left running only the first does. What several groups saw of one
destination speaks for each of them, within bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auditor.correlate.groups import Floats, Integers, Scene, merged
from auditor.correlate.timed import Timed

BURST_SECONDS = 20.0
CORE, TAIL = 0.8, 0.13
"""How many bursts of a tool's own connections come while it is at work, and while what it started lives on."""
INSIDE = CORE + TAIL
_TO_THE_END = 0.7
"""How many of the things that a tool left running go on until their sandbox is taken down."""
_LATE = 1.5
"""A series may end so many of its intervals before its sandbox does, and have been ended by that."""
_SHARED = 0.9
"""How sure it is that what holds of a destination for one group holds for another."""
_STAYS = 0.5
"""How many of the tools that connect leave something behind which goes on connecting."""
_LEAST_PRIOR = 0.05
_LEAST_DUTY = 1e-4
_MOST_LOG = 30.0

Flags = np.typing.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """All series as columns, and for each alert the number of its series (-1 for none).

    `first` is the alert that began a series, `last` when it ended. `at_work` and `opened` are the
    log-likelihoods of tools and of one tool that opened it, against nobody's. `stray` is the share of
    a tool's bursts inside windows that are nobody's all the same.
    """

    of_alert: Integers
    first: Integers
    last: Floats
    group: Integers
    far: Integers
    at_work: Floats
    opened: Floats
    stray: Floats
    is_first_outside: Flags
    duty: Floats


def series_of(scene: Scene, found: Timed) -> Series:
    """Find the series, and what the times of their bursts say."""
    kept = np.flatnonzero(found.group >= 0)
    order = kept[np.lexsort((found.start[kept], found.far[kept], found.group[kept]))]
    group, far, start = found.group[order], found.far[order], found.start[order]
    is_new = _changes(group) | _changes(far)
    number = np.cumsum(is_new) - 1
    is_burst = is_new | (np.diff(start, prepend=-np.inf) > BURST_SECONDS)
    at = np.flatnonzero(is_burst)
    ends = np.append(at[1:], len(order)) - 1
    last_of = start[ends[: len(at)]]
    inside, duty, weight = _fallen(scene, group[at], start[at], last_of)
    count = int(number[-1]) + 1 if len(number) else 0
    of_burst = number[at]
    of_alert = np.full(len(found.alerts), -1, dtype=np.int64)
    of_alert[order] = number
    begins = np.flatnonzero(is_new)
    within = np.bincount(of_burst, inside, count)
    size = np.bincount(of_burst, minlength=count)
    mean_duty = np.bincount(of_burst, duty, count) / np.maximum(size, 1)
    # Even where tools are behind some, those outside windows say how many inside are not theirs.
    stray = np.minimum(mean_duty * (size - within) / ((1 - mean_duty) * np.maximum(within, 1)), 1.0)
    last = np.maximum.reduceat(start, begins) if count else np.zeros(0)
    # What was opened begins in a window; how long its first burst lasts says nothing against it.
    is_begun, begun_duty, begun = _fallen(scene, group[begins], start[begins], start[begins])
    contained = _contained(scene, group[begins], start[begins], last)
    ending = _ending(scene, group[begins], start[begins], last, size)
    return Series(
        of_alert=of_alert,
        first=order[begins],
        last=last,
        group=group[begins],
        far=far[begins],
        at_work=np.bincount(of_burst, weight, count).astype(np.float64),
        # Where one burst lies within a window, one that was opened is one of a tool at work.
        opened=np.where(
            ((size > 1) | (within < size)) & (contained > 0),
            begun - np.log(np.maximum(contained, 0.02)) + ending,
            -np.inf,
        ),
        stray=stray,
        is_first_outside=~is_begun,
        duty=begun_duty,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Masses:
    """For each series the weight of each cause: tools at work, what a tool opened, nobody's tool; and before its own
    times were looked at, that of any tool.
    """

    at_work: Floats
    opened: Floats
    outside: Floats
    any_tool: Floats


def masses_of(scene: Scene, series: Series, is_named: Flags) -> Masses:
    """Weigh the causes of each series; those named by a call's code say nothing of the run's average."""
    runs = np.array([group.run for group in scene.groups], dtype=np.int64)[series.group]
    counted = ~is_named
    size = len(scene.runs)
    strays = np.bincount(runs, counted & series.is_first_outside, size)
    expected = np.bincount(runs, counted * (1 - series.duty), size)
    # One made-up series either way: where windows cover nearly all the time, little was learnt.
    prior = np.clip((strays + 1) / (expected + 2), _LEAST_PRIOR, 1 - _LEAST_PRIOR)[runs]
    share = np.where(np.isfinite(series.opened), _STAYS, 0.0)
    with np.errstate(divide="ignore"):
        both = np.logaddexp(np.log(1 - share) + series.at_work, np.log(share) + series.opened)
    others = np.bincount(series.far, both, int(series.far.max(initial=-1)) + 1)[series.far] - both
    odds = np.exp(np.clip(others, -_MOST_LOG, _MOST_LOG))
    shared = (_SHARED * odds + 1 - _SHARED) / ((1 - _SHARED) * odds + _SHARED)
    tool = (1 - prior) * shared
    return Masses(
        at_work=tool * (1 - share) * np.exp(np.clip(series.at_work, -_MOST_LOG, _MOST_LOG)),
        opened=tool * share * np.exp(np.clip(series.opened, -_MOST_LOG, _MOST_LOG)),
        outside=prior,
        any_tool=(1 - prior) * np.maximum(shared, 1.0),
    )


def _fallen(scene: Scene, group: Integers, first: Floats, last: Floats) -> tuple[Flags, Floats, Floats]:
    """Tell which bursts lie inside a window, how probable that is at any time, and the log-likelihood of a tool at work
    against nobody's.
    """
    inside, duty = _inside(scene, group, first, last)
    core, core_duty = _inside(scene, group, first, last, is_core=True)
    weight = np.select(
        [core, inside],
        [np.log(CORE / core_duty), np.log(TAIL / np.maximum(duty - core_duty, _LEAST_DUTY))],
        np.log((1 - INSIDE) / (1 - duty)),
    )
    return inside, duty, weight


def _inside(
    scene: Scene, group: Integers, first: Floats, last: Floats, *, is_core: bool = False
) -> tuple[Flags, Floats]:
    """Tell which bursts lie wholly inside a window, or the part of it in which the tool itself was at work, and how
    probable that is for one of its length at any time.
    """
    inside, duty = np.zeros(len(group), dtype=np.bool_), np.zeros(len(group))
    for low, high in _parts(group):
        own = scene.groups[int(group[low])]
        run = scene.runs[own.run]
        start, end = merged(own.start, own.core if is_core else own.end)
        if len(start):
            at = np.searchsorted(start, first[low:high], side="right") - 1
            inside[low:high] = (at >= 0) & (last[low:high] <= end[np.maximum(at, 0)])
            duty[low:high] = _room(end - start, last[low:high] - first[low:high])
        duty[low:high] /= max(run.end - run.start, 1.0)
    return inside, np.clip(duty, _LEAST_DUTY, 1 - _LEAST_DUTY)


def _contained(scene: Scene, group: Integers, first: Floats, last: Floats) -> Floats:
    """Tell how probable it was for a series of some length to lie within one trajectory's life; 0 where it does not."""
    share = np.zeros(len(group))
    for low, high in _parts(group):
        own = scene.groups[int(group[low])]
        at = np.searchsorted(own.tied_starts, first[low:high], side="right") - 1
        is_within = (at >= 0) & (last[low:high] <= own.tied_reach[np.maximum(at, 0)])
        room = _room(own.lives, last[low:high] - first[low:high]) / max(float(own.lives.sum()), 1.0)
        share[low:high] = np.where(is_within, np.maximum(room, 1e-3), 0.0)
    return share


def _ending(scene: Scene, group: Integers, first: Floats, last: Floats, size: Integers) -> Floats:
    """Weigh, as a log-likelihood, that a series ended as its sandbox did: what a tool left running is ended by that.

    Nobody's series of some length ends anywhere in the life of a sandbox that holds it.
    """
    weight = np.zeros(len(group))
    for low, high in _parts(group):
        own = scene.groups[int(group[low])]
        begun, over, count = first[low:high], last[low:high], size[low:high]
        at = np.searchsorted(own.tied_starts, begun, side="right") - 1
        lived = own.tied_reach[np.maximum(at, 0)] - own.tied_starts[np.maximum(at, 0)]
        near = _LATE * (over - begun) / np.maximum(count - 1, 1)
        by_chance = np.clip(near / np.maximum(lived - (over - begun), 1e-3), 0.05, 1.0)
        is_near = own.tied_reach[np.maximum(at, 0)] - over <= near
        told = np.where(
            is_near, np.log((_TO_THE_END + (1 - _TO_THE_END) * by_chance) / by_chance), np.log(1 - _TO_THE_END)
        )
        # Of two bursts the interval is hardly known; of several sandboxes, whose end it was.
        is_clear = (at >= 0) & (count > 2) & (own.trajectories_at(begun) == 1)
        weight[low:high] = np.where(is_clear, told, 0.0)
    return weight


def _room(spans: Floats, wanted: Floats) -> Floats:
    """Give how long something of each wanted length can begin within one of some spans and end in it as well."""
    lengths = np.sort(spans)
    rest = np.append(np.cumsum(lengths[::-1])[::-1], 0.0)
    longer = np.searchsorted(lengths, wanted, side="right")
    room: Floats = rest[longer] - wanted * (len(lengths) - longer)
    return room


def _parts(values: Integers) -> list[tuple[int, int]]:
    """Give where each stretch of equal values begins and ends."""
    begins = np.flatnonzero(_changes(values)).tolist()
    if not begins:
        return []
    return list(zip(begins, [*begins[1:], len(values)], strict=True))


def _changes(values: Integers) -> Flags:
    """Tell where a column has another value than before; the first always has."""
    return np.append(np.ones(min(len(values), 1), dtype=np.bool_), values[1:] != values[:-1])
