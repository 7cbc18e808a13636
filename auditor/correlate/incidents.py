"""Incidents: alerts of one step for one destination, with what explains them, as `incidents.json` has it.

Takes a Correlation, gives the document. An incident is explained where a finding in the step's code
agrees with the alert: its family with the alert's category, or the destination that it names. It is
confirmed where a replay of the call in the sinkhole asked for the same destination.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import numpy as np

from auditor.correlate.alerts.files import Logs
from auditor.correlate.answers import LEAST_POSTERIOR, Answer
from auditor.correlate.association import Association, Tested
from auditor.correlate.content import Claim, Contents
from auditor.correlate.correlation import Correlation
from auditor.correlate.document import (
    VERSION,
    AlertObject,
    AssociationObject,
    CandidateObject,
    ClockObject,
    ControlObject,
    DestinationObject,
    Document,
    FileObject,
    FindingObject,
    IncidentObject,
    NeighboursObject,
    SetAsideObject,
    StepObject,
    TestObject,
)
from auditor.correlate.neighbours import Neighbours
from auditor.correlate.records import Alert, Step

MOST_ALERTS = 200
MOST_UNEXPLAINED = 10_000
_MOST_ASIDE = 200
_MOST_DESTINATIONS = 200
_SWEPT = 5
"""From how many destinations on one port, seen by one rule, on they are one incident."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What else a document tells: what replays showed, by step and destination; notes; what was read."""

    replays: Mapping[tuple[int, str], str] | None = None
    notes: Sequence[str] = ()
    logs: Logs = field(default_factory=lambda: Logs(()))


def document_of(found: Correlation, contents: Contents | None, besides: Besides = Besides()) -> Document:
    """Write a correlation as a document; incidents that their code explains come first."""
    answers = found.attribution.answers
    replays = besides.replays or {}
    incidents = sorted(
        (
            _incident(index, name, own, found, contents, replays.get((index, name), ""))
            for (index, name), own in sorted(members_of(found).items(), key=lambda item: item[1][0])
        ),
        key=lambda incident: (not incident.confirmed, not incident.explained),
    )
    is_open = np.ones(len(answers), dtype=np.bool_)
    is_open[answers.attributed()] = False
    unexplained = np.flatnonzero(is_open).tolist()
    destinations = _destinations(found, incidents)
    return Document(
        version=VERSION,
        incidents=tuple(
            msgspec.structs.replace(each, id=f"incident-{number}") for number, each in enumerate(incidents, start=1)
        ),
        association=_association(found.association, found.neighbours),
        unexplained=tuple(_unexplained(found, at) for at in unexplained[:MOST_UNEXPLAINED]),
        unexplained_count=len(unexplained),
        undecided_count=int((is_open & answers.has_candidate()).sum()),
        set_aside=_aside(found),
        clocks=tuple(
            ClockObject(clock.source, round(clock.offset, 3), round(clock.uncertainty, 3), clock.how)
            for clock in found.clocks
        ),
        steps=len(found.scene.steps),
        alerts=len(found.found.alerts),
        unexamined_calls=found.attribution.unexamined,
        notes=tuple(besides.notes),
        destinations=destinations[:_MOST_DESTINATIONS],
        destination_count=len(destinations),
        files=tuple(
            FileObject(file.name, dict(file.kinds), file.unread, file.first) for file in besides.logs.files
        ),
        shifts=found.shifts,
    )  # fmt: skip


def members_of(found: Correlation) -> dict[tuple[int, str], list[int]]:
    """Give the attributed alerts by step and destination, in order of time; what one step swept is together."""
    alerts, answers = found.found.alerts, found.attribution.answers
    attributed = answers.attributed()
    members: dict[tuple[int, str], list[int]] = defaultdict(list)
    swept: dict[tuple[int, int, str], dict[str, None]] = defaultdict(dict)
    pairs = list(zip(attributed.tolist(), answers.best_steps(attributed).tolist(), strict=True))
    for at, step in pairs:
        swept[step, alerts[at].dst_port, alerts[at].rule][alerts[at].destination] = None
    for at, step in pairs:
        alert = alerts[at]
        those = swept[step, alert.dst_port, alert.rule]
        name = f"{next(iter(those))} and {len(those) - 1:,} more" if len(those) >= _SWEPT else alert.destination
        members[step, name].append(at)
    return members


def claims_for(step: Step, alert: Alert, contents: Contents | None) -> tuple[Claim, ...]:
    """Give the findings of a step's code that agree with an alert."""
    said = contents.of(step) if contents is not None else None
    return said.agrees(alert) if said is not None else ()


def moment_text(moment: float) -> str:
    """Write a time as ISO 8601 in UTC, to the millisecond."""
    try:
        shown = datetime.fromtimestamp(moment, UTC)
    except (OverflowError, ValueError, OSError):
        return str(moment)
    return shown.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _incident(
    index: int, name: str, own: Sequence[int], found: Correlation, contents: Contents | None, replay: str
) -> IncidentObject:
    step = found.scene.steps[index]
    alerts = [found.found.alerts[at] for at in own]
    answers = [found.attribution.answers[at] for at in own]
    claims = dict.fromkeys(claim for alert in _kinds(alerts) for claim in claims_for(step, alert, contents))
    said = contents.of(step) if contents is not None else None
    group = int(found.found.group[own[0]])
    destinations = tuple(dict.fromkeys(alert.destination for alert in alerts))
    return IncidentObject(
        id="",
        run=found.scene.runs[found.scene.groups[group].run].name,
        destination=name,
        destinations=destinations[:MOST_ALERTS],
        destination_count=len(destinations),
        category=max(dict.fromkeys(alert.category for alert in alerts), key=lambda kind: kind != "other"),
        alerts=tuple(_alert(found.found.alerts[at], float(found.found.start[at])) for at in own[:MOST_ALERTS]),
        alert_count=len(own),
        step=StepObject(
            step.trajectory, step.step, step.call_id, step.tool, moment_text(step.start), moment_text(step.end)
        ),
        posterior=_mean([answer.posterior for answer in answers]),
        margin=_mean([answer.margin for answer in answers]),
        techniques=tuple(dict.fromkeys(technique for claim in claims for technique in claim.techniques)),
        findings=tuple(
            FindingObject(claim.rule, claim.title, claim.family, claim.effect, claim.status, claim.line)
            for claim in claims
        ),
        explained=bool(claims),
        confirmed=bool(replay),
        verdict=said.verdict if said is not None else "",
        replay=replay,
        text=step.text[:4_000],
    )  # fmt: skip


def _kinds(alerts: Sequence[Alert]) -> list[Alert]:
    """Give one alert of each kind: those of one destination differ in nothing else that findings see."""
    return list({(alert.category, alert.dst, alert.name): alert for alert in alerts}.values())[:MOST_ALERTS]


def _destinations(found: Correlation, incidents: Sequence[IncidentObject]) -> tuple[DestinationObject, ...]:
    """Count what became of the alerts for each destination, those with most alerts first."""
    explained: dict[tuple[str, int, str], set[str]] = defaultdict(set)
    for incident in incidents:
        if incident.explained:
            step = incident.step
            explained[step.trajectory, step.step, step.call_id].update(incident.destinations)
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    categories: dict[str, str] = {}
    trajectories: dict[str, set[str]] = defaultdict(set)
    attributed = np.zeros(len(found.found.alerts), dtype=np.bool_)
    attributed[found.attribution.answers.attributed()] = True
    best = found.attribution.answers.best().tolist()
    for alert, step_at, is_named in zip(found.found.alerts, best, attributed.tolist(), strict=True):
        name = alert.destination
        row = rows[name]
        row[0] += 1
        if alert.category != "other":
            categories[name] = alert.category
        if is_named:
            step = found.scene.steps[step_at]
            trajectories[name].add(step.trajectory)
            row[1 if name in explained.get((step.trajectory, step.step, step.call_id), ()) else 2] += 1
    made = (
        DestinationObject(
            name, categories.get(name, "other"), count, told, named, count - told - named, len(trajectories[name])
        )
        for name, (count, told, named) in rows.items()
    )
    return tuple(sorted(made, key=lambda each: (-each.alerts, each.destination)))


def _aside(found: Correlation) -> SetAsideObject:
    aside = found.aside
    offsets = {clock.source: clock.offset for clock in found.clocks}
    return SetAsideObject(
        len(aside.inbound), len(aside.allowed), len(aside.heartbeats),
        tuple(
            _alert(alert, alert.start + offsets.get(alert.source, 0.0), why)
            for why, alerts in (("inbound", aside.inbound), ("allowed", aside.allowed))
            for alert in alerts[:_MOST_ASIDE]
        ),
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


def _unexplained(found: Correlation, at: int) -> AlertObject:
    answer = found.attribution.answers[at]
    alert = found.found.alerts[at]
    return _alert(alert, float(found.found.start[at]), _why(found, at, answer), _candidates(found, answer))


def _why(found: Correlation, at: int, answer: Answer) -> str:
    if found.found.group[at] < 0:
        return "no run knows its source at that time"
    if answer.step < 0:
        return "no tool was at work"
    if answer.outside >= answer.posterior:
        return "undecided: an outside cause is likelier than any step"
    return f"undecided: no step reaches {LEAST_POSTERIOR:.0%}"


def _candidates(found: Correlation, answer: Answer) -> tuple[CandidateObject, ...]:
    if answer.step < 0:
        return ()
    shown = []
    for index, posterior in ((answer.step, answer.posterior), *answer.others):
        step = found.scene.steps[index]
        shown.append(CandidateObject(step.trajectory, step.step, step.call_id, round(posterior, 4)))
    return tuple(shown)


def _alert(alert: Alert, moment: float, why: str = "", candidates: tuple[CandidateObject, ...] = ()) -> AlertObject:
    return AlertObject(
        id=alert.id, time=moment_text(moment), source=alert.source, src=alert.src, destination=alert.destination,
        protocol=alert.protocol, rule=alert.rule, category=alert.category, digest=alert.digest.hex(), why=why,
        candidates=candidates,
    )  # fmt: skip


def _association(found: Tested, near: Neighbours) -> AssociationObject:
    whole = _test(found.overall)
    return AssociationObject(
        share=whole.share, baseline=whole.baseline, lift=whole.lift, p=whole.p, alerts=whole.alerts,
        runs=tuple(_test(each) for each in found.runs),
        controls=tuple(
            ControlObject(each.phase, each.alerts, round(each.hours, 4), round(each.rate, 4))
            for each in found.controls
        ),
        neighbours=NeighboursObject(
            near.alerts, round(near.share, 4), round(near.baseline, 4),
            None if near.lift is None else round(near.lift, 4),
        ),
    )  # fmt: skip


def _test(found: Association) -> TestObject:
    lift = None if found.lift == float("inf") else round(found.lift, 4)
    return TestObject(
        found.name, found.alerts, round(found.share, 4), round(found.baseline, 4), lift, round(found.p, 6)
    )
