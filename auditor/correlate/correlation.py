"""The whole correlation on one page: set aside, clocks, association, attribution.

Takes alerts, steps and the map; gives a Correlation, complete at birth. What is not there is said:
alerts of unknown sources, steps without a time, calls that were not audited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.correlate.allowed import Allowed
from auditor.correlate.association import SHIFTS, Chance, Tested, association_of
from auditor.correlate.attribution import Attribution, Known, attribute
from auditor.correlate.candidates import pairs_of
from auditor.correlate.clocks import RANGE_SECONDS, Clock, Hints, clock_error, clocks_of, is_beacon
from auditor.correlate.content import Contents
from auditor.correlate.groups import CLOCK_SECONDS, TAIL_SECONDS, Scene, Slack, scene_of
from auditor.correlate.mapping import Map
from auditor.correlate.mentions import far_names, mentions_of
from auditor.correlate.neighbours import Neighbours, neighbours_of
from auditor.correlate.records import Alert, Step
from auditor.correlate.timed import Timed, timed


@dataclass(frozen=True, slots=True)
class Options:
    """How to correlate. `clock` is None where the error of clocks is to be estimated."""

    clock: float | None = None
    tail: float = TAIL_SECONDS
    reach: float = RANGE_SECONDS
    shifts: int = SHIFTS
    seed: int = 8
    allowed: Allowed = field(default_factory=Allowed)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Alerts that are reported apart, and tested for nothing."""

    inbound: tuple[Alert, ...]
    allowed: tuple[Alert, ...]
    heartbeats: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """What was found. `attribution` has an answer for each alert of `found`."""

    scene: Scene
    found: Timed
    aside: SetAside
    clocks: tuple[Clock, ...]
    slack: Slack
    association: Tested
    attribution: Attribution
    neighbours: Neighbours
    shifts: int = SHIFTS


def correlate(
    alerts: Sequence[Alert],
    steps: Sequence[Step],
    given: Map,
    options: Options = Options(),
    contents: Contents | None = None,
) -> Correlation:
    """Correlate alerts with steps; without `contents` by time and identity alone."""
    slack = Slack(options.clock if options.clock is not None else CLOCK_SECONDS, options.tail)
    scene = scene_of(steps, given.ties, slack)
    kept, aside, beats = _sorted_out(scene, alerts, given, options.allowed)
    # What is allowed tells nothing of incidents, and as much of clocks as anything that tools do.
    first = timed(scene, kept + aside.allowed + beats, {})
    mentions = mentions_of(scene.steps, far_names(first.alerts)) if contents is not None else {}
    known = None if contents is None else Known(mentions, contents)
    clocks = clocks_of(scene, first, Hints(given.heartbeats, mentions), slack, options.reach)
    error = clock_error(clocks, options.clock)
    offsets = {clock.source: clock.offset for clock in clocks}
    is_as_read = len(first.alerts) == len(kept) and error == slack.clock and not any(offsets.values())
    if error != slack.clock:
        slack = Slack(error, options.tail)
        scene = scene_of(steps, given.ties, slack)
    found = first if is_as_read else timed(scene, kept, offsets)
    is_searched = any(clock.how == "alerts" for clock in clocks)
    chance = Chance(options.shifts, options.seed, options.reach if is_searched else 0.0)
    moments = found.moments()
    association = association_of(scene, moments, chance)
    attribution = attribute(scene, found, pairs_of(scene, found, slack), slack, known)
    neighbours = neighbours_of(scene, moments)
    return Correlation(scene, found, aside, tuple(clocks), slack, association, attribution, neighbours,
                       options.shifts)  # fmt: skip


def _sorted_out(
    scene: Scene, alerts: Sequence[Alert], given: Map, allowed: Allowed
) -> tuple[tuple[Alert, ...], SetAside, tuple[Alert, ...]]:
    kept: list[Alert] = []
    inbound: list[Alert] = []
    permitted: list[Alert] = []
    beats: list[Alert] = []
    for alert in alerts:
        if given.heartbeats and is_beacon(alert, given.heartbeats):
            beats.append(alert)
        elif scene.is_inbound(alert):
            inbound.append(alert)
        elif allowed.permits(alert):
            permitted.append(alert)
        else:
            kept.append(alert)
    return tuple(kept), SetAside(tuple(inbound), tuple(permitted), tuple(beats)), tuple(beats)
