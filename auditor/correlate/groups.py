"""Runs and groups: which steps could be behind the alerts of one address, host or container.

A run is all the traces of one time span and map: those of one `run`, or, where none is named, those
whose times hang together. A group is one identifier in one run, with the windows of every trajectory
that it is tied to; trajectories tied to nothing share one group, which takes the alerts of
identifiers that nobody knows.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from auditor.correlate.mapping import Tie, normal
from auditor.correlate.records import Alert, Step

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CLOCK_SECONDS = 2.0
TAIL_SECONDS = 5.0
_MOST_LIFE = 86_400.0
"""A map's row that ends later than this after the last step names no time at which a sandbox was taken down."""
_APART_SECONDS = 900.0
"""Trajectories further apart than this are different runs, where none is named."""
_MOST_IDLE = 86_400.0
"""A named run in which nothing went on for longer is two: one wrong time must not stretch it over years."""
_EXACT_KINDS = frozenset({"container", "sandbox"})
EXACT, STRONG, SHARED, UNKNOWN = 1.0, 0.9, 0.8, 0.5
"""How sure an identity is: one's own container or sandbox, one's own address or host, one of several, none given."""


@dataclass(frozen=True, slots=True)
class Slack:
    """How much later or earlier than its step an alert may come: error of clocks, and life of descendants."""

    clock: float = CLOCK_SECONDS
    tail: float = TAIL_SECONDS


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its name, its span, its trajectories."""

    name: str
    start: float
    end: float
    trajectories: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The windows of one identifier in one run, by start.

    A window goes from `start` to `end`; up to `core` the step itself may have run, later its
    descendants. `reach` is the latest end so far, by which a moment's windows are found.
    `tied` are the spans of its trajectories, starts and ends each sorted.
    """

    run: int
    identifier: str
    kind: str
    host: str
    """Where its first step ran, if the trace says."""
    is_exact: bool
    start: Floats
    core: Floats
    end: Floats
    step: Integers
    reach: Floats
    tied_starts: Floats
    tied_ends: Floats
    tied_reach: Floats
    """The latest end so far, by the starts: an interval lies within one span where this is past its end."""
    lives: Floats
    """How long it was tied to each trajectory."""

    def trajectories_at(self, moments: Floats) -> Integers:
        """Count the trajectories that the identifier was tied to at each moment."""
        begun = np.searchsorted(self.tied_starts, moments, side="right")
        left: Integers = np.maximum(begun - np.searchsorted(self.tied_ends, moments, side="left"), 0).astype(np.int64)
        return left


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All runs and groups, and how an alert finds its group."""

    steps: tuple[Step, ...]
    runs: tuple[Run, ...]
    groups: tuple[Group, ...]
    by_identifier: Mapping[str, tuple[int, ...]]
    """Groups of an identifier by run; the empty one is that of trajectories tied to nothing."""
    starts: Floats
    """When each step began."""
    blocks: Mapping[str, tuple[tuple[int, int, str], ...]]
    """Of an address that several share by source port: first and last port, and the identifier of each share."""
    life: Floats
    """Until when what each step left behind can have lived: to the end of its trajectory, or of its sandbox."""

    def group_of(self, alert: Alert, moment: float) -> int:
        """Give the number of an alert's group; -1 where no run knows its source at that time."""
        for identifier in (normal(alert.host) if alert.host else "", *self._sources(alert)):
            found = self.by_identifier.get(identifier) if identifier else None
            if found is not None:
                return self._at(found, moment)
        return self._at(self.by_identifier.get("", ()), moment)

    def is_inbound(self, alert: Alert) -> bool:
        """Whether somebody from outside began it: what a known sandbox began is not, whatever a firewall calls it."""
        src = alert.src.lower()
        is_known = (bool(src) and (src in self.blocks or src in self.by_identifier)) or (
            bool(alert.host) and normal(alert.host) in self.by_identifier
        )
        far = alert.dst.lower()
        is_ours = bool(far) and (far in self.by_identifier or far in self.blocks)
        return not is_known and (alert.direction == "in" or is_ours)

    def _sources(self, alert: Alert) -> tuple[str, ...]:
        src = alert.src.lower()
        blocks = self.blocks.get(src)
        if blocks is None:
            return (src,)
        return (*(name for low, high, name in blocks if low <= alert.src_port <= high), src)

    def _at(self, numbers: Iterable[int], moment: float) -> int:
        for number in numbers:
            run = self.runs[self.groups[number].run]
            if run.start <= moment <= run.end:
                return number
        return -1


def scene_of(steps: Sequence[Step], ties: Sequence[Tie], slack: Slack) -> Scene:
    """Tie steps to identifiers, and make the runs and the groups."""
    by_trajectory: dict[str, list[int]] = defaultdict(list)
    for number, step in enumerate(steps):
        by_trajectory[step.trajectory].append(number)
    tied = _ties(steps, by_trajectory, ties)
    named = {tie.trajectory: tie.run for tie in ties if tie.run}
    spans = {
        name: (min(steps[each].start for each in numbers), max(steps[each].end for each in numbers))
        for name, numbers in by_trajectory.items()
    }
    names = {
        name: named.get(name) or next((steps[each].run for each in numbers if steps[each].run), "")
        for name, numbers in by_trajectory.items()
    }
    ends = _ends(spans, ties, slack)
    runs = _runs(spans, names, ends, slack)
    of_run = {trajectory: number for number, run in enumerate(runs) for trajectory in run.trajectories}
    members: dict[tuple[int, str], list[Tie]] = defaultdict(list)
    for tie in tied:
        members[of_run[tie.trajectory], tie.name].append(tie)
    groups: list[Group] = []
    by_identifier: dict[str, list[int]] = defaultdict(list)
    for (run, identifier), own in sorted(members.items(), key=lambda item: item[0]):
        by_identifier[identifier].append(len(groups))
        groups.append(_group(run, own, steps, (by_trajectory, ends), slack))
    return Scene(
        steps=tuple(steps),
        runs=runs,
        groups=tuple(groups),
        by_identifier={key: tuple(numbers) for key, numbers in by_identifier.items()},
        starts=np.array([step.start for step in steps], dtype=np.float64),
        blocks=_blocks(tied),
        life=np.array([ends[step.trajectory] for step in steps], dtype=np.float64),
    )


def merged(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Join intervals that touch; the starts are sorted."""
    if not len(start):
        return start, end
    reach = np.maximum.accumulate(end)
    is_new = np.concatenate(([True], start[1:] > reach[:-1]))
    first = np.flatnonzero(is_new)
    last = np.concatenate((first[1:] - 1, [len(start) - 1]))
    return start[first], reach[last]


def _ties(steps: Sequence[Step], by_trajectory: Mapping[str, list[int]], given: Sequence[Tie]) -> list[Tie]:
    """Give every tie of a trajectory that has steps, those of the traces and those of the map."""
    found: dict[Tie, None] = {}
    for trajectory, numbers in by_trajectory.items():
        for kind in ("address", "host", "sandbox"):
            for identifier in {normal(getattr(steps[each], kind)) for each in numbers} - {""}:
                found[Tie(identifier, kind, trajectory)] = None
    for tie in given:
        if tie.trajectory in by_trajectory:
            found[replace(tie, run="")] = None
    known = {tie.trajectory for tie in found}
    for trajectory in by_trajectory:
        if trajectory not in known:
            found[Tie("", "", trajectory)] = None
    return list(found)


def _blocks(ties: Sequence[Tie]) -> dict[str, tuple[tuple[int, int, str], ...]]:
    found: dict[str, dict[tuple[int, int, str], None]] = defaultdict(dict)
    for tie in ties:
        if tie.name != tie.identifier:
            found[tie.identifier][(*tie.ports, tie.name)] = None
    return {address: tuple(sorted(blocks)) for address, blocks in found.items()}


def _ends(spans: Mapping[str, tuple[float, float]], ties: Sequence[Tie], slack: Slack) -> dict[str, float]:
    """Tell until when the sandbox of each trajectory lived: as the map says, else shortly after the last step."""
    ends = {name: last + max(slack.tail, slack.clock) for name, (_, last) in spans.items()}
    for tie in ties:
        last = spans.get(tie.trajectory, (0.0, 0.0))[1]
        if last < tie.end <= last + _MOST_LIFE:
            ends[tie.trajectory] = max(ends[tie.trajectory], tie.end + slack.clock)
    return ends


def _runs(
    spans: Mapping[str, tuple[float, float]], names: Mapping[str, str], ends: Mapping[str, float], slack: Slack
) -> tuple[Run, ...]:
    runs: dict[str, list[str]] = defaultdict(list)
    latest, count = -math.inf, 0
    until: dict[str, tuple[float, int]] = {}
    for trajectory in sorted(spans, key=lambda name: spans[name]):
        name = names[trajectory]
        if name:
            last, part = until.get(name, (math.inf, 1))
            part += spans[trajectory][0] > last + _MOST_IDLE
            until[name] = (max(spans[trajectory][1], last if last < math.inf else -math.inf), part)
            runs[name if part == 1 else f"{name} ({part})"].append(trajectory)
            continue
        if spans[trajectory][0] > latest + _APART_SECONDS:
            count += 1
        latest = max(latest, spans[trajectory][1])
        runs[f"run {count}"].append(trajectory)
    made = []
    for name, trajectories in runs.items():
        start = math.floor(min(spans[each][0] for each in trajectories) - slack.clock)
        end = math.ceil(max(ends[each] for each in trajectories))
        made.append(Run(name, start, end, tuple(trajectories)))
    return tuple(sorted(made, key=lambda run: (run.start, run.name)))


def _group(
    run: int,
    ties: Sequence[Tie],
    steps: Sequence[Step],
    known: tuple[Mapping[str, list[int]], Mapping[str, float]],
    slack: Slack,
) -> Group:
    by_trajectory, lives = known
    rows: list[tuple[float, float, float, int]] = []
    starts, ends = [], []
    for tie in ties:
        numbers = by_trajectory[tie.trajectory]
        last = lives[tie.trajectory]
        first = min(steps[each].start for each in numbers)
        low, high = tie.start - slack.clock, tie.end + slack.clock
        starts.append(max(first - slack.clock, low))
        ends.append(min(last, high))
        for each in numbers:
            step = steps[each]
            end = last if step.outlives else step.end + max(slack.tail, slack.clock)
            row = (max(step.start - slack.clock, low), min(step.end + slack.clock, high), min(end, high), each)
            if row[0] < row[2]:
                rows.append(row)
    rows.sort()
    table = np.array([row[:3] for row in rows], dtype=np.float64).reshape(-1, 3)
    order = np.argsort(starts, kind="stable")
    tied = np.array([starts, ends], dtype=np.float64).reshape(2, -1)[:, order]
    return Group(
        run=run,
        identifier=ties[0].name,
        kind=ties[0].kind,
        host=steps[by_trajectory[ties[0].trajectory][0]].host,
        is_exact=all(tie.kind in _EXACT_KINDS for tie in ties),
        start=table[:, 0].copy(),
        core=table[:, 1].copy(),
        end=table[:, 2].copy(),
        step=np.array([row[3] for row in rows], dtype=np.int64),
        reach=np.maximum.accumulate(table[:, 2]) if rows else table[:, 2],
        tied_starts=tied[0],
        tied_ends=np.sort(tied[1]),
        tied_reach=np.maximum.accumulate(tied[1]),
        lives=np.maximum(tied[1] - tied[0], 0.0),
    )
