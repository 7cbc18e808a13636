"""How likely nobody's tool was behind an alert, from when alerts for the same destination came.

Takes the bursts of alerts of one group for one destination: how many there are, how many began inside
windows, and which part of the time windows cover. Gives the odds of an outside cause to a tool's. What
comes in and out of windows alike is not the tools'; what never comes without one may be.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.correlate.association import is_within
from auditor.correlate.groups import Floats, Group, Integers, Run, merged
from auditor.correlate.timed import Timed, bursts

BURST_SECONDS = 30.0
_INSIDE = 0.9
"""How many bursts of a tool's own connections begin inside its window."""
_LEAST, _MOST = 0.02, 50.0
_LEAST_PRIOR = 0.05


@dataclass(frozen=True, slots=True)
class Tally:
    """Bursts of one destination: all, those inside windows, and the share of time that windows cover."""

    inside: int
    count: int
    duty: float


def odds(tally: Tally, prior: float) -> float:
    """Give the odds of an outside cause for an alert inside a window; `prior` is what its run suggests."""
    inside, count = tally.inside, tally.count
    duty = min(max(tally.duty, 1e-4), 0.9999)
    evidence = inside * math.log(duty / _INSIDE) + (count - inside) * math.log((1 - duty) / (1 - _INSIDE))
    evidence += math.log(prior / (1 - prior))
    is_outside = 1 / (1 + math.exp(-min(max(evidence, -30.0), 30.0)))
    # Even where tools are behind some, those outside windows say how many inside are not theirs.
    strays = min(1.0, duty * (count - inside) / ((1 - duty) * max(inside, 1)))
    share = 1 - (1 - is_outside) * (1 - strays)
    return min(max(share / max(1 - share, 1e-9), _LEAST), _MOST)


def prior_of(tallies: Sequence[Tally]) -> float:
    """Give the share of a run's bursts that nobody's tool is behind, from how many began outside windows."""
    strays = sum(tally.count - tally.inside for tally in tallies)
    expected = sum(tally.count * (1 - tally.duty) for tally in tallies)
    # One made-up burst either way: where windows cover nearly all the time, little was learnt.
    return min(max((strays + 1) / (expected + 2), _LEAST_PRIOR), 1 - _LEAST_PRIOR)


def outside_odds(
    groups: Sequence[Group],
    runs: Sequence[Run],
    found: Timed,
    opened: Mapping[tuple[int, str], Sequence[tuple[float, float]]],
) -> Floats:
    """Give the odds for each alert; `opened` holds spans that a call opened towards a destination, by group."""
    result = np.full(len(found.alerts), _MOST)
    tallies: dict[int, list[tuple[Integers, Tally]]] = defaultdict(list)
    named: list[tuple[Integers, Tally]] = []
    for number, numbers in found.by_group().items():
        group, run = groups[number], runs[groups[number].run]
        windows = merged(group.start, group.end)
        ends: dict[str, list[int]] = defaultdict(list)
        for index in numbers.tolist():
            ends[_far_end(found, index)].append(index)
        for name, indices in ends.items():
            own = np.array(indices, dtype=np.int64)
            spans = opened.get((number, name), ())
            entry = (own, _tally(own, found, _with(windows, spans), run))
            (named if spans else tallies[group.run]).append(entry)
    # What a call names needs no help from the run's average, and says nothing of the rest.
    for own, tally in named:
        result[own] = odds(tally, 0.5)
    for members in tallies.values():
        prior = prior_of([tally for _, tally in members])
        for own, tally in members:
            result[own] = odds(tally, prior)
    return result


def _far_end(found: Timed, index: int) -> str:
    alert = found.alerts[index]
    return alert.dst.lower() or alert.name or alert.rule


def _tally(own: Integers, found: Timed, windows: tuple[Floats, Floats], run: Run) -> Tally:
    moments = found.start[own]
    first = moments[bursts(moments, BURST_SECONDS)]
    duty = float(np.sum(windows[1] - windows[0])) / max(run.end - run.start, 1.0)
    return Tally(int(is_within(first, *windows).sum()), len(first), min(duty, 1.0))


def _with(windows: tuple[Floats, Floats], spans: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    if not spans:
        return windows
    start = np.concatenate((windows[0], np.array([span[0] for span in spans])))
    end = np.concatenate((windows[1], np.array([span[1] for span in spans])))
    order = np.argsort(start, kind="stable")
    return merged(start[order], end[order])
