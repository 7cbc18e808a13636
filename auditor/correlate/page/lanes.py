"""What the timeline shows of a run: its alerts, and the episodes that matter, bounded in number.

Takes a Correlation and its document, gives plain values for the page. Episodes with an incident come
first, then those that other alerts may belong to; the rest is a count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from auditor.correlate.correlation import Correlation
from auditor.correlate.document import Document

_MOST_LANES = 40
_MOST_STEPS = 400
_MOST_ALERTS = 3_000
_MOST_RUNS = 30
_BARS = 240


def runs_of(found: Correlation, document: Document) -> list[dict[str, object]]:
    """Give the runs of the page, those with incidents first."""
    by_trajectory: dict[str, list[int]] = defaultdict(list)
    for index, step in enumerate(found.scene.steps):
        by_trajectory[step.trajectory].append(index)
    incidents: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for incident in document.incidents:
        incidents[incident.step.trajectory, incident.step.step, incident.step.call_id].append(incident.id)
    alerts: dict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(found.found.group.tolist()):
        if group >= 0:
            alerts[found.scene.groups[group].run].append(at)
    order = sorted(range(len(found.scene.runs)), key=lambda run: (-_attributed(found, alerts[run]), run))
    return [_run(found, run, alerts[run], by_trajectory, incidents) for run in order[:_MOST_RUNS]]


def _attributed(found: Correlation, alerts: Sequence[int]) -> int:
    return sum(found.attribution.answers[at].is_attributed for at in alerts)


def _run(
    found: Correlation,
    number: int,
    alerts: Sequence[int],
    by_trajectory: Mapping[str, list[int]],
    incidents: Mapping[tuple[str, int, str], list[str]],
) -> dict[str, object]:
    run = found.scene.runs[number]
    steps = found.scene.steps
    counts: Counter[str] = Counter()
    for at in alerts:
        answer = found.attribution.answers[at]
        if answer.step >= 0:
            counts[steps[answer.step].trajectory] += 1_000 if answer.is_attributed else 1
    chosen = [trajectory for trajectory, _ in counts.most_common(_MOST_LANES)]
    chosen += [each for each in run.trajectories if each not in counts][: max(0, 6 - len(chosen))]
    lanes = []
    for trajectory in sorted(chosen, key=lambda name: (counts[name] < 1_000, steps[by_trajectory[name][0]].start)):
        own = by_trajectory[trajectory][:_MOST_STEPS]
        shown = []
        for index in own:
            step = steps[index]
            named = incidents.get((trajectory, step.step, step.call_id), [])
            text = step.text[:160].replace("\n", " ; ") if named else step.text[:60].replace("\n", " ; ")
            shown.append(
                [round(step.start - run.start, 2), round(step.end - run.start, 2), step.step, step.tool, text, named]
            )
        lanes.append({"name": trajectory, "steps": shown})
    kept = sorted(alerts, key=lambda at: not found.attribution.answers[at].is_attributed)[:_MOST_ALERTS]
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
        "alerts": [_alert(found, at, run.start) for at in sorted(kept)],
    }


def _alert(found: Correlation, at: int, start: float) -> list[object]:
    alert, answer = found.found.alerts[at], found.attribution.answers[at]
    lane = found.scene.steps[answer.step].trajectory if answer.is_attributed else ""
    return [round(float(found.found.start[at]) - start, 2), alert.destination, alert.rule, alert.category, lane]
