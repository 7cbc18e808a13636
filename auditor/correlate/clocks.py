"""Clocks: how far a log's clock is off from the traces', and how sure that is.

Known heartbeats give the offset directly. Without them it is the offset, within a range, under which
alerts fall best into tool calls: a likelihood over the range, whose spread is the uncertainty. It is
applied only where the alerts speak clearly for it; else the clock is taken to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from auditor.correlate.association import is_within
from auditor.correlate.groups import CLOCK_SECONDS, Floats, Integers, Scene, Slack, merged
from auditor.correlate.mapping import Heartbeat, normal
from auditor.correlate.mentions import Mentions
from auditor.correlate.records import Alert
from auditor.correlate.timed import Timed, bursts

RANGE_SECONDS = 60.0
_STEP = 0.5
_BURST_SECONDS = 30.0
_MOST_ALERTS = 600
_LEAST = 5
_MOST_MENTIONS = 2_000
"""Steps that mention one destination; more say nothing of when it was contacted."""
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


@dataclass(frozen=True, slots=True)
class Hints:
    """What tells of clocks: heartbeats, and the steps that mention a destination."""

    heartbeats: Sequence[Heartbeat] = ()
    mentions: Mentions = field(default_factory=dict)


def clocks_of(scene: Scene, found: Timed, hints: Hints, slack: Slack, reach: float) -> list[Clock]:
    """Give the clock of each source; `reach` bounds the offset, and 0 turns the estimate off."""
    clocks = []
    for source in sorted({alert.source for alert in found.alerts}):
        beats = _of_heartbeats(source, found.alerts, hints.heartbeats, max(reach, RANGE_SECONDS))
        if beats is not None:
            clocks.append(beats)
            continue
        estimate = _of_alerts(source, _parts(source, scene, found, slack, hints.mentions), reach) if reach > 0 else None
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


def _of_alerts(source: str, parts: Sequence[_Part], reach: float) -> Clock | None:
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


def _parts(source: str, scene: Scene, found: Timed, slack: Slack, mentions: Mentions) -> list[_Part]:
    """Give the bursts of a source by group: against the steps that mention their destination, else against all."""
    parts: list[_Part | None] = []
    for number, every in _sampled(source, found).items():
        group = scene.groups[number]
        rest = np.ones(len(every), dtype=np.bool_)
        if mentions:
            fars = found.far[every]
            for far in np.unique(fars).tolist():
                alert = found.alerts[int(every[fars == far][0])]
                own = [*mentions.get(alert.dst.lower(), ()), *mentions.get(alert.name, ())]
                chosen = np.isin(group.step, np.array(own, dtype=np.int64)) if 0 < len(own) <= _MOST_MENTIONS else None
                if chosen is not None and chosen.any():
                    rest &= fars != far
                    parts.append(_part(scene, number, found, every[fars == far], chosen, slack))
        parts.append(_part(scene, number, found, every[rest], None, slack))
    return [part for part in parts if part is not None]


def _part(
    scene: Scene, number: int, found: Timed, alerts: Integers, chosen: NDArray[np.bool_] | None, slack: Slack
) -> _Part | None:
    """Give some alerts of a group, one of each burst, and when its tools, or those chosen of them, were at work."""
    group = scene.groups[number]
    run = scene.runs[group.run]
    start, end = group.start + slack.clock, group.core - slack.clock
    kept = end > start if chosen is None else (end > start) & chosen
    start, end = merged(start[kept], end[kept])
    span = max(run.end - run.start, 1.0)
    duty = float(np.sum(end - start)) / span
    if not len(alerts) or not 0 < duty < 0.98:
        return None
    moments = np.sort(found.start[alerts] + found.onset[alerts] / 2)
    return _Part(moments[bursts(moments, _BURST_SECONDS)], start, end, duty, run.start, span)


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


def _sampled(source: str, found: Timed) -> Mapping[int, Integers]:
    """Give the alerts of a source by group, no more than a bound: of a burst for one destination the first."""
    chosen: dict[int, Integers] = {}
    left = _MOST_ALERTS
    for number, each in found.by_group().items():
        own = np.array([index for index in each.tolist() if found.alerts[index].source == source], dtype=np.int64)
        if not len(own) or left <= 0:
            continue
        order = np.lexsort((found.start[own], found.far[own]))
        start, far = found.start[own][order], found.far[own][order]
        is_first = bursts(start, _BURST_SECONDS) | (np.diff(far, prepend=-1) != 0)
        chosen[number] = np.sort(own[order][is_first])[:left]
        left -= len(chosen[number])
    return chosen


def clock_error(clocks: Sequence[Clock], given: float | None) -> float:
    """Give the error that windows allow for: the operator's, or twice the least sure clock that was set."""
    if given is not None:
        return given
    return min(max([CLOCK_SECONDS, *(2 * clock.uncertainty for clock in clocks if clock.how != "assumed")]), 15.0)
