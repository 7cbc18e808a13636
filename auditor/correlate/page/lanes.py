"""What the timeline shows of a run: its alerts, and the episodes that matter, bounded in number.

Takes a Correlation and its document, gives plain values for the page. Episodes with an incident come
first, then those that other alerts may belong to; the rest is a count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.correlate.correlation import Correlation
from auditor.correlate.document import Document
from auditor.correlate.groups import Integers

_MOST_LANES = 40
_MOST_STEPS = 400
_MOST_ALERTS = 3_000
_MOST_RUNS = 30
_BARS = 240
_NONE, _LAID, _EXPLAINED = 0, 1, 2
"""What a call or an alert is drawn as."""


def runs_of(found: Correlation, document: Document) -> list[dict[str, object]]:
    """Give the runs of the page, those with incidents first."""
    by_trajectory: dict[str, list[int]] = defaultdict(list)
    for index, step in enumerate(found.scene.steps):
        by_trajectory[step.trajectory].append(index)
    incidents: dict[tuple[str, int, str], set[str]] = defaultdict(set)
    for incident in document.incidents:
        place = incidents[incident.step.trajectory, incident.step.step, incident.step.call_id]
        if incident.explained:
            place.update(incident.destinations)
    alerts: dict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(found.found.group.tolist()):
        if group >= 0:
            alerts[found.scene.groups[group].run].append(at)
    answers = found.attribution.answers
    told = _Told(answers.best(), set(answers.attributed().tolist()))
    counts = {run: sum(at in told.attributed for at in own) for run, own in alerts.items()}
    order = sorted(range(len(found.scene.runs)), key=lambda run: (-counts.get(run, 0), run))
    return [_run(found, run, (alerts[run], told), by_trajectory, incidents) for run in order[:_MOST_RUNS]]


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The best step of every alert, and which alerts are attributed to it."""

    best: Integers
    attributed: set[int]


def _run(
    found: Correlation,
    number: int,
    given: tuple[Sequence[int], _Told],
    by_trajectory: Mapping[str, list[int]],
    incidents: Mapping[tuple[str, int, str], set[str]],
) -> dict[str, object]:
    alerts, told = given
    run = found.scene.runs[number]
    steps = found.scene.steps
    counts: Counter[str] = Counter()
    for at, step in zip(alerts, told.best[np.array(alerts, dtype=np.int64)].tolist(), strict=True):
        if step >= 0:
            best = steps[step]
            is_told = at in told.attributed and bool(incidents.get((best.trajectory, best.step, best.call_id)))
            counts[best.trajectory] += 1_000_000 if is_told else 1_000 if at in told.attributed else 1
    chosen = [trajectory for trajectory, _ in counts.most_common(_MOST_LANES)]
    chosen += [each for each in run.trajectories if each not in counts][: max(0, 6 - len(chosen))]
    lanes = []
    for trajectory in sorted(chosen, key=lambda name: (counts[name] < 1_000, steps[by_trajectory[name][0]].start)):
        own = by_trajectory[trajectory][:_MOST_STEPS]
        shown = []
        for index in own:
            step = steps[index]
            those = incidents.get((trajectory, step.step, step.call_id))
            kind = _NONE if those is None else _EXPLAINED if those else _LAID
            text = step.text[: 160 if kind else 60].replace("\n", " ; ")
            shown.append(
                [round(step.start - run.start, 2), round(step.end - run.start, 2), step.step, step.tool, text, kind]
            )
        lanes.append({"name": trajectory, "steps": shown})
    kept = sorted(alerts, key=lambda at: at not in told.attributed)[:_MOST_ALERTS]
    moments = found.found.start[np.array(alerts, dtype=np.int64)] - run.start
    bars = np.histogram(moments, bins=_BARS, range=(0.0, max(run.end - run.start, 1.0)))[0].tolist()
    return {
        "name": run.name,
        "start": run.start,
        "span": max(run.end - run.start, 1.0),
        "episodes": len(run.trajectories),
        "count": len(alerts),
        "bars": bars,
        "lanes": lanes,
        "alerts": [_alert(found, at, run.start, incidents) for at in sorted(kept)],
    }


def _alert(
    found: Correlation, at: int, start: float, incidents: Mapping[tuple[str, int, str], set[str]]
) -> list[object]:
    alert, answer = found.found.alerts[at], found.attribution.answers[at]
    lane, kind = "", _NONE
    if answer.is_attributed:
        step = found.scene.steps[answer.step]
        lane, place = step.trajectory, (step.trajectory, step.step, step.call_id)
        kind = _EXPLAINED if alert.destination in incidents.get(place, ()) else _LAID
    return [round(float(found.found.start[at]) - start, 2), alert.destination, alert.rule, alert.category, lane, kind]
