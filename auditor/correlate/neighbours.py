"""A control: how many tools of *other* sandboxes on the same host were at work when alerts came, and at any time.

Takes the scene and the alerts' moments by group; gives the mean share of neighbours at work at those
moments, and how large it is at any time. A share that exceeds its baseline as much as the sandbox's
own does says that something common to the host, and not the tool, goes with the alerts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from auditor.correlate.association import Moments, is_within
from auditor.correlate.groups import Scene, merged


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How many alerts had neighbours, the mean share of these at work, and that share at any time."""

    alerts: int
    share: float
    baseline: float

    @property
    def lift(self) -> float | None:
        """The share over its baseline; None where neighbours never work."""
        return self.share / self.baseline if self.baseline > 0 else None


def neighbours_of(scene: Scene, moments: Mapping[int, Moments]) -> Neighbours:
    """Look at the neighbours of every alert: those of its run, its host where one is known, and its kind of name."""
    yards: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for number, group in enumerate(scene.groups):
        if group.identifier and group.kind != "host":
            yards[group.run, group.kind, group.host].append(number)
    count, share, baseline = 0, 0.0, 0.0
    for (run, _, _), members in yards.items():
        alerting = [number for number in members if number in moments]
        if len(members) < 2 or not alerting:
            continue
        windows = {number: merged(scene.groups[number].start, scene.groups[number].end) for number in members}
        starts = np.sort(np.concatenate([windows[number][0] for number in members]))
        ends = np.sort(np.concatenate([windows[number][1] for number in members]))
        span = max(scene.runs[run].end - scene.runs[run].start, 1.0)
        duty = {number: float(np.sum(end - start)) / span for number, (start, end) in windows.items()}
        whole, others = sum(duty.values()), len(members) - 1
        for number in alerting:
            at = moments[number].start
            active = np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="left")
            own = is_within(at, *windows[number])
            share += float(np.sum(active - own)) / others
            baseline += len(at) * (whole - duty[number]) / others
            count += len(at)
    return Neighbours(count, share / max(count, 1), baseline / max(count, 1))
