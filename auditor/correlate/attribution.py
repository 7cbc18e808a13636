"""Attribution: how likely each candidate step is behind an alert, against an outside cause.

Takes candidates, the series that alerts belong to, and what the audit says of the calls; gives for
each alert its candidates with their posteriors, best first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.correlate.answers import Answers, answers_of
from auditor.correlate.bearing import Usual, bearing_of, usual_of
from auditor.correlate.candidates import Pairs
from auditor.correlate.causes import NOT_NAMED, Named, Weigher
from auditor.correlate.content import Contents
from auditor.correlate.groups import Floats, Scene, Slack
from auditor.correlate.mentions import Mentions, far_names
from auditor.correlate.records import Code, Step
from auditor.correlate.series import Series, masses_of, series_of
from auditor.correlate.timed import Timed


@dataclass(frozen=True, slots=True)
class Attribution:
    """The answers, in the order of the alerts, and how many calls could not be read for want of room."""

    answers: Answers
    unexamined: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the calls' code: where it mentions destinations, and what audits it."""

    mentions: Mentions
    contents: Contents


def attribute(scene: Scene, found: Timed, pairs: Pairs, slack: Slack, known: Known | None = None) -> Attribution:
    """Give an answer for every alert; without `known` by time and identity alone."""
    series = series_of(scene, found)
    if not len(series.first):  # no run knows the source of any alert
        return Attribution(answers_of(pairs, np.ones(len(found.alerts))))
    unexamined, named, rates = 0, NOT_NAMED, {}
    contents = known.contents if known is not None else None
    if known is not None and contents is not None:
        unexamined = contents.examine(_ranked(scene, known.mentions, pairs))
        by_host = _by_host(scene, found, contents)
        rates = {host: len(steps) / len(scene.steps) for host, steps in by_host.items()}
        named = _named(scene, found, series, by_host)
    is_named = np.zeros(len(series.first), dtype=np.bool_)
    is_named[named.series] = True
    masses = masses_of(scene, series, is_named)
    weigher = Weigher(scene, found, series, masses, slack.clock)
    every, outside = weigher.weighed(pairs, named)
    if contents is not None:
        unnamed = float(np.sum(1 - masses.outside[~is_named]))
        usual = _usual(scene, contents, _causes(named), unnamed)
        every = every.scaled(_factors(scene, found, every, (contents, usual), rates))
    return Attribution(answers_of(every, outside), unexamined)


def _ranked(scene: Scene, mentions: Mentions, pairs: Pairs) -> Iterator[Step]:
    """Order the steps to audit: those that mention an alert's destination, then candidates by their fit."""
    best = np.zeros(len(scene.steps))
    np.maximum.at(best, pairs.step, pairs.weight)
    best[[step for steps in mentions.values() for step in steps]] += 2.0
    ranked = np.argsort(-best, kind="stable")
    return (scene.steps[index] for index in ranked[best[ranked] > 0].tolist())


def _by_host(scene: Scene, found: Timed, contents: Contents) -> Mapping[str, Sequence[int]]:
    """Give the steps whose effects reach a host that some alert is for."""
    wanted = far_names(found.alerts)
    reached: dict[str, list[int]] = defaultdict(list)
    for index, step in enumerate(scene.steps):
        said = contents.of(step)
        if said is not None and said.hosts:
            for host in said.hosts & wanted:
                reached[host].append(index)
    return reached


def _named(scene: Scene, found: Timed, series: Series, by_host: Mapping[str, Sequence[int]]) -> Named:
    """Give, for each series, the steps of its group that name its destination."""
    if not by_host:
        return NOT_NAMED
    groups_of: dict[int, list[int]] = defaultdict(list)
    every = np.unique(np.array([step for steps in by_host.values() for step in steps], dtype=np.int64))
    for number, group in enumerate(scene.groups):
        for step in group.step[np.isin(group.step, every, kind="table")].tolist():
            groups_of[step].append(number)
    in_group: dict[tuple[int, str], list[int]] = defaultdict(list)
    for host, steps in by_host.items():
        for step in steps:
            for number in dict.fromkeys(groups_of[step]):
                in_group[number, host].append(step)
    numbers: list[int] = []
    named: list[int] = []
    groups = series.group.tolist()
    for number, first in enumerate(series.first.tolist()):
        alert = found.alerts[first]
        own = [in_group.get((groups[number], host), []) for host in {alert.dst.lower(), alert.name} - {""}]
        chosen = dict.fromkeys(step for part in own for step in part)
        numbers += [number] * len(chosen)
        named += chosen
    return Named(np.array(numbers, dtype=np.int64), np.array(named, dtype=np.int64))


def _causes(named: Named) -> int:
    """Count the calls that show what they are behind: one that sweeps a network is one, whatever it reached."""
    _, at = np.unique(named.series, return_index=True)
    return len(np.unique(named.step[at]))


def _usual(scene: Scene, contents: Contents, named: int, unnamed: float) -> Usual:
    """Give what is usual among the calls that were audited."""
    said = (contents.of(step) for step in scene.steps)
    return usual_of((each.reach for each in said if each is not None), named, unnamed)


def _factors(
    scene: Scene, found: Timed, pairs: Pairs, known: tuple[Contents, Usual], rates: Mapping[str, float]
) -> Floats:
    """Give how much more likely the call's content makes each pair; pairs of equal content are asked for once."""
    contents, usual = known
    texts: dict[tuple[Code, ...] | str, int] = {}
    kinds: dict[tuple[str, str, int, str], int] = {}
    text = np.array([texts.setdefault(step.codes or step.asked, len(texts)) for step in scene.steps], dtype=np.int64)
    kind = np.array(
        [
            kinds.setdefault((alert.dst, alert.name, alert.dst_port, alert.category), len(kinds))
            for alert in found.alerts
        ],
        dtype=np.int64,
    )
    key = text[pairs.step] * max(len(kinds), 1) + kind[pairs.alert]
    _, at, back = np.unique(key, return_index=True, return_inverse=True)
    factors = np.ones(len(at))
    for place, pair in enumerate(at.tolist()):
        said = contents.of(scene.steps[int(pairs.step[pair])])
        if said is not None:
            alert = found.alerts[int(pairs.alert[pair])]
            rate = max(rates.get(alert.dst.lower(), 0.0), rates.get(alert.name, 0.0))
            factors[place] = bearing_of(said, alert, rate, usual)
    return factors[back]
