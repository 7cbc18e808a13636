"""Attribution: how likely each candidate step is behind an alert, against an outside cause.

Takes candidates, what the audit says of their calls, and the odds of an outside cause; gives for each
alert the best step, its posterior and its margin over the second, or that there is none. Never a
guess: a posterior under one half or a margin under a tenth leaves the alert unexplained.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from auditor.correlate.candidates import OUTLIVES, Pairs, strength_at
from auditor.correlate.content import AGREES, USUAL_PORTS, Contents, Said
from auditor.correlate.groups import WEAK, Floats, Scene, Slack
from auditor.correlate.outside import outside_odds
from auditor.correlate.records import Alert
from auditor.correlate.timed import Timed

LEAST_POSTERIOR, LEAST_MARGIN = 0.5, 0.1
_NAMED, _FAMILY, _PORT, _QUIET = 60.0, 15.0, 6.0, 0.3
_MOST_FACTOR = 600.0
_SHOWN = 3
_SCANNED = 200_000
_HOSTS = re.compile(rb"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}|[0-9a-f:]{4,39}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one alert. `step` is the index of the best step, or -1; `others` the next best."""

    step: int
    posterior: float
    margin: float
    outside: float
    is_attributed: bool
    others: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """The answers, in the order of the alerts, and how many calls could not be read for want of room."""

    answers: tuple[Answer, ...]
    unexamined: int = 0


@dataclass(slots=True)
class Attributor:
    """Attributes the alerts of a scene."""

    scene: Scene
    found: Timed
    slack: Slack
    contents: Contents | None = None
    _opened: dict[tuple[int, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    _ends: dict[str, float] = field(default_factory=dict)

    def attribute(self, pairs: Pairs) -> Attribution:
        """Give an answer for every alert."""
        unexamined = 0
        if self.contents is not None:
            unexamined = self._examine(pairs)
            pairs = self._with_earlier(pairs)
            pairs = Pairs(pairs.alert, pairs.step, pairs.weight * self._factors(pairs))
        outside = outside_odds(self.scene.groups, self.scene.runs, self.found, self._opened)
        return Attribution(_answers(pairs, outside, len(self.found.alerts)), unexamined)

    def _examine(self, pairs: Pairs) -> int:
        """Audit calls: those that mention an alert's destination, whenever they ran, then candidates by their fit."""
        assert self.contents is not None
        steps = self.scene.steps
        best = np.zeros(len(steps))
        np.maximum.at(best, pairs.step, pairs.weight)
        best += 2.0 * self._mentioning()
        ranked = np.argsort(-best, kind="stable")
        return self.contents.examine(steps[index] for index in ranked[best[ranked] > 0].tolist())

    def _mentioning(self) -> Floats:
        """Tell the steps whose text has an alert's destination in it, letter by letter."""
        alerts = self.found.alerts
        wanted = {text.encode() for alert in alerts for text in (alert.dst.lower(), alert.name) if text}
        known: dict[bytes, bool] = {}
        found = np.zeros(len(self.scene.steps))
        for index, step in enumerate(self.scene.steps):
            for code in step.codes:
                if code.data not in known:
                    known[code.data] = not wanted.isdisjoint(_HOSTS.findall(code.data[:_SCANNED].lower()))
                found[index] = max(found[index], known[code.data])
        return found

    def _with_earlier(self, pairs: Pairs) -> Pairs:
        """Add earlier steps whose effects name an alert's destination: they may have opened what it saw later."""
        by_host = self._by_host()
        if not by_host:
            return pairs
        known = set(zip(pairs.alert.tolist(), pairs.step.tolist(), strict=True))
        added: list[tuple[int, int, float]] = []
        for number, numbers in self.found.by_group().items():
            group = self.scene.groups[number]
            members = set(group.step.tolist())
            for index in numbers.tolist():
                alert, moment = self.found.alerts[index], float(self.found.start[index])
                named = dict.fromkeys((*by_host.get(alert.dst.lower(), ()), *by_host.get(alert.name, ())))
                for step in named:
                    if step not in members or not self._is_alive(step, moment):
                        continue
                    self._open(number, alert, step)
                    if (index, step) not in known:
                        alone = float(strength_at(group, np.array([moment]))[0])
                        added.append((index, step, OUTLIVES * (alone or WEAK)))
        table = np.array(added, dtype=np.float64).reshape(-1, 3)
        return pairs.plus(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2].copy())

    def _by_host(self) -> Mapping[str, Sequence[int]]:
        assert self.contents is not None
        wanted = {alert.dst.lower() for alert in self.found.alerts} | {alert.name for alert in self.found.alerts}
        found: dict[str, list[int]] = defaultdict(list)
        for index, step in enumerate(self.scene.steps):
            said = self.contents.of(step) if step.codes else None
            if said is not None and said.hosts:
                for host in said.hosts & wanted:
                    found[host].append(index)
            self._ends[step.trajectory] = max(self._ends.get(step.trajectory, step.end), step.end)
        return found

    def _is_alive(self, step: int, moment: float) -> bool:
        given = self.scene.steps[step]
        return given.start - self.slack.clock <= moment <= self._ends[given.trajectory] + self.slack.tail

    def _open(self, group: int, alert: Alert, step: int) -> None:
        given = self.scene.steps[step]
        spans = self._opened[group, alert.dst.lower() or alert.name]
        span = (given.start - self.slack.clock, self._ends[given.trajectory] + self.slack.tail)
        if span not in spans:
            spans.append(span)

    def _factors(self, pairs: Pairs) -> Floats:
        """Give how much more likely the call's content makes each pair."""
        assert self.contents is not None
        factors = np.ones(len(pairs.alert))
        said_of: dict[int, Said | None] = {}
        for at, (number, index) in enumerate(zip(pairs.alert.tolist(), pairs.step.tolist(), strict=True)):
            if index not in said_of:
                said_of[index] = self.contents.of(self.scene.steps[index])
            said = said_of[index]
            if said is not None:
                factors[at] = content_factor(said, self.found.alerts[number])
        return factors


def content_factor(said: Said, alert: Alert) -> float:
    """Give how much likelier an alert is after a call with this content than after any call."""
    if said.is_quiet:
        return _QUIET
    factor = _NAMED if said.names(alert) else 1.0
    if alert.dst_port in said.ports and alert.dst_port not in USUAL_PORTS:
        factor *= _PORT
    if said.families & AGREES.get(alert.category, frozenset()):
        factor *= _FAMILY
    return min(factor, _MOST_FACTOR)


def _answers(pairs: Pairs, outside: Floats, count: int) -> tuple[Answer, ...]:
    order = np.lexsort((-pairs.weight, pairs.alert))
    alert, step, weight = pairs.alert[order], pairs.step[order], pairs.weight[order]
    total = np.bincount(alert, weight, minlength=count) + outside
    first = np.searchsorted(alert, np.arange(count), side="left").tolist()
    last = np.searchsorted(alert, np.arange(count), side="right").tolist()
    posterior = (weight / total[alert]).tolist() if len(alert) else []
    steps, rest = step.tolist(), (outside / total).tolist()
    answers = []
    for number in range(count):
        low, high = first[number], last[number]
        if low == high:
            answers.append(Answer(-1, 0.0, 0.0, 1.0, False))
            continue
        second = max(posterior[low + 1] if high - low > 1 else 0.0, rest[number])
        margin = posterior[low] - second
        is_attributed = posterior[low] >= LEAST_POSTERIOR and margin >= LEAST_MARGIN
        others = tuple((steps[at], posterior[at]) for at in range(low + 1, min(high, low + _SHOWN)))
        answers.append(Answer(steps[low], posterior[low], margin, rest[number], is_attributed, others))
    return tuple(answers)
