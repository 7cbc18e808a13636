"""Clocks: how far a log's clock is off from the traces', and how sure that is.

Known heartbeats give the offset directly. Without them it is the offset, within a range, under which
alerts fall best into tool calls: a likelihood over the range, whose spread is the uncertainty. It is
applied only where the alerts speak clearly for it; else the clock is taken to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.correlate.association import is_within
from auditor.correlate.groups import CLOCK_SECONDS, Floats, Scene, Slack, merged
from auditor.correlate.mapping import Heartbeat, normal
from auditor.correlate.records import Alert
from auditor.correlate.timed import Timed, bursts

RANGE_SECONDS = 60.0
_STEP = 0.5
_BURST_SECONDS = 30.0
_MOST_ALERTS = 600
_LEAST = 5
_DRAWS = 200
_FROM_TOOLS = (0.2, 0.5, 0.8)
"""How many of a log's alerts may come from tools, where the offset is right."""
_GAIN = 5.0
"""Log-likelihood over no offset at all, from which on an estimate is believed."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one source: `offset` is added to its times. `how` is heartbeats, alerts or assumed."""

    source: str
    offset: float
    uncertainty: float
    how: str


def clocks_of(scene: Scene, found: Timed, heartbeats: Sequence[Heartbeat], slack: Slack, reach: float) -> list[Clock]:
    """Give the clock of each source; `reach` bounds the offset, and 0 turns the estimate off."""
    clocks = []
    for source in sorted({alert.source for alert in found.alerts}):
        beats = _of_heartbeats(source, found.alerts, heartbeats, max(reach, RANGE_SECONDS))
        if beats is not None:
            clocks.append(beats)
            continue
        estimate = _of_alerts(source, scene, found, slack, reach) if reach > 0 else None
        clocks.append(estimate or Clock(source, 0.0, slack.clock, "assumed"))
    return clocks


def is_beacon(alert: Alert, heartbeats: Sequence[Heartbeat]) -> bool:
    """Whether an alert is a heartbeat's own, and says nothing of tools."""
    return any(beat.beacon in (alert.dst.lower(), alert.name) for beat in heartbeats)


def _of_heartbeats(source: str, alerts: Sequence[Alert], heartbeats: Sequence[Heartbeat], reach: float) -> Clock | None:
    differences = []
    for beat in heartbeats:
        near = [
            beat.at - (alert.start + alert.onset / 2)
            for alert in alerts
            if alert.source == source
            and beat.beacon in (alert.dst.lower(), alert.name)
            and beat.identifier in ("", alert.src.lower(), normal(alert.host))
            and abs(beat.at - alert.start) <= reach
        ]
        if near:
            differences.append(min(near, key=abs))
    if not differences:
        return None
    offset = float(np.median(differences))
    spread = float(np.median(np.abs(np.array(differences) - offset))) * 1.4826
    return Clock(source, offset, max(spread / len(differences) ** 0.5, 0.5 / len(differences) ** 0.5), "heartbeats")


def _of_alerts(source: str, scene: Scene, found: Timed, slack: Slack, reach: float) -> Clock | None:
    parts = _parts(source, scene, found, slack)
    if sum(len(part.moments) for part in parts) < _LEAST:
        return None
    grid = np.arange(-reach, reach + _STEP / 2, _STEP)
    likelihood = _likelihood(parts, grid, [0.0] * len(parts))
    best = float(likelihood.max())
    if best - float(likelihood[len(grid) // 2]) < _GAIN or best <= _by_chance(parts, reach):
        return None
    weight = np.exp(likelihood - best - 0.5 * (grid / (reach / 2)) ** 2)
    weight /= weight.sum()
    offset = float(grid @ weight)
    spread = float(np.sqrt(((grid - offset) ** 2) @ weight + _STEP**2 / 12))
    if spread > reach / 12:
        return None  # several offsets fit: better none than a wrong one
    return Clock(source, offset, spread, "alerts")


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The bursts of one group, and when its tools were at work."""

    moments: Floats
    start: Floats
    end: Floats
    duty: float
    low: float
    span: float


def _parts(source: str, scene: Scene, found: Timed, slack: Slack) -> list[_Part]:
    parts = []
    for number, moments in _sampled(source, found).items():
        group = scene.groups[number]
        run = scene.runs[group.run]
        start, end = group.start + slack.clock, group.core - slack.clock
        kept = end > start
        start, end = merged(start[kept], end[kept])
        span = max(run.end - run.start, 1.0)
        duty = float(np.sum(end - start)) / span
        if 0 < duty < 0.98:
            parts.append(_Part(moments, start, end, duty, run.start, span))
    return parts


def _likelihood(parts: Sequence[_Part], grid: Floats, shifts: Sequence[float]) -> Floats:
    """Give the log-likelihood of each offset, the share of alerts that come from tools being unknown."""
    total = np.zeros((len(_FROM_TOOLS), len(grid)))
    for part, shift in zip(parts, shifts, strict=True):
        moments = part.low + (part.moments - part.low + shift) % part.span if shift else part.moments
        inside = is_within((moments[:, None] + grid[None, :]).ravel(), part.start, part.end)
        inside = inside.reshape(len(moments), len(grid))
        for row, share in enumerate(_FROM_TOOLS):
            total[row] += np.log(share * inside / part.duty + (1 - share)).sum(axis=0)
    result: Floats = np.logaddexp.reduce(total, axis=0)
    return result


def _by_chance(parts: Sequence[_Part], reach: float) -> float:
    """Give the best that any offset does for alerts at other times, in all but one of a hundred draws."""
    random = np.random.default_rng(5)
    grid = np.arange(-reach, reach + 1, 2.0)
    spans = [part.span for part in parts]
    best = [float(_likelihood(parts, grid, [random.uniform(0, span) for span in spans]).max()) for _ in range(_DRAWS)]
    return float(np.quantile(best, 0.99))


def _sampled(source: str, found: Timed) -> Mapping[int, Floats]:
    """Give the moments of a source's alerts by group, one of each burst."""
    chosen: dict[int, Floats] = {}
    left = _MOST_ALERTS
    for number, each in found.by_group().items():
        own = np.array([index for index in each.tolist() if found.alerts[index].source == source], dtype=np.int64)
        if not len(own) or left <= 0:
            continue
        moments = found.start[own] + found.onset[own] / 2
        chosen[number] = moments[bursts(moments, _BURST_SECONDS)][:left]
        left -= len(chosen[number])
    return chosen


def clock_error(clocks: Sequence[Clock], given: float | None) -> float:
    """Give the error that windows allow for: the operator's, or twice the least sure clock that was set."""
    if given is not None:
        return given
    return min(max([CLOCK_SECONDS, *(2 * clock.uncertainty for clock in clocks if clock.how != "assumed")]), 15.0)
