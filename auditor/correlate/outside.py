"""How likely nobody's tool was behind an alert, from when alerts for the same destination came.

Takes the bursts of alerts of one group for one destination: how many there are, how many began inside
windows, and which part of the time windows cover. Gives the odds of an outside cause to a tool's. What
comes in and out of windows alike is not the tools'; what never comes without one may be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from auditor.correlate.association import is_within
from auditor.correlate.groups import Floats, Group, Integers, Run, merged
from auditor.correlate.timed import Timed, bursts

BURST_SECONDS = 30.0
_INSIDE = 0.9
"""How many bursts of a tool's own connections begin inside its window."""
_LEAST, _MOST = 0.02, 50.0


def odds(inside: int, count: int, duty: float) -> float:
    """Give the odds of an outside cause for an alert inside a window."""
    duty = min(max(duty, 1e-4), 0.9999)
    evidence = inside * math.log(duty / _INSIDE) + (count - inside) * math.log((1 - duty) / (1 - _INSIDE))
    is_outside = 1 / (1 + math.exp(-min(max(evidence, -30.0), 30.0)))
    # Even where tools are behind some, those outside windows say how many inside are not theirs.
    strays = min(1.0, duty * (count - inside) / ((1 - duty) * max(inside, 1)))
    share = 1 - (1 - is_outside) * (1 - strays)
    return min(max(share / max(1 - share, 1e-9), _LEAST), _MOST)


def outside_odds(
    groups: Sequence[Group],
    runs: Sequence[Run],
    found: Timed,
    opened: Mapping[tuple[int, str], Sequence[tuple[float, float]]],
) -> Floats:
    """Give the odds for each alert; `opened` holds spans that a call opened towards a destination, by group."""
    result = np.full(len(found.alerts), _MOST)
    for number, numbers in found.by_group().items():
        group, run = groups[number], runs[groups[number].run]
        windows = merged(group.start, group.end)
        names = np.array([_far_end(found, index) for index in numbers.tolist()])
        for name in dict.fromkeys(names.tolist()):
            own = numbers[names == name] if len(names) > 1 else numbers
            spans = opened.get((number, name), ())
            result[own] = _odds_of(own, found, _with(windows, spans), run)
    return result


def _far_end(found: Timed, index: int) -> str:
    alert = found.alerts[index]
    return alert.dst.lower() or alert.name or alert.rule


def _odds_of(own: Integers, found: Timed, windows: tuple[Floats, Floats], run: Run) -> float:
    moments = found.start[own]
    first = moments[bursts(moments, BURST_SECONDS)]
    duty = float(np.sum(windows[1] - windows[0])) / max(run.end - run.start, 1.0)
    return odds(int(is_within(first, *windows).sum()), len(first), duty)


def _with(windows: tuple[Floats, Floats], spans: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    if not spans:
        return windows
    start = np.concatenate((windows[0], np.array([span[0] for span in spans])))
    end = np.concatenate((windows[1], np.array([span[1] for span in spans])))
    order = np.argsort(start, kind="stable")
    return merged(start[order], end[order])
