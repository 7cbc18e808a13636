"""The report as text, for a terminal: what was read, the test, the incidents, what stays open."""

from __future__ import annotations

from auditor.correlate.document import AlertObject, ClockObject, Document, IncidentObject
from auditor.render.escape import cut, visible

_MOST = 40
_MOST_OPEN = 10
_FEW = 10
_USUAL_TRAJECTORIES = 3
_PHASES = {"tools": "while tools ran", "episodes": "in episodes, no tool at work", "idle": "outside every episode"}


def text_of(document: Document) -> str:
    """Write the report."""
    lines = [f"{count(document.alerts, 'alert')} against {count(document.steps, 'tool call')}", ""]
    lines += _read(document)
    lines += _association(document)
    lines += _clocks(document.clocks)
    lines += ["", *_incidents(document.incidents)]
    lines += ["", *_open(document)]
    lines += _destinations(document)
    aside = document.set_aside
    lines.append(f"Set aside    {aside.inbound:,} inbound, {aside.allowed:,} allowed, {aside.heartbeats:,} heartbeats")
    if document.unexamined_calls:
        lines.append(f"Not audited  {count(document.unexamined_calls, 'call')}; --calls takes more")
    lines += [f"Note         {visible(note)}" for note in document.notes]
    return "\n".join(lines) + "\n"


def count(number: int, noun: str) -> str:
    """Write a number with its noun."""
    many = noun.removesuffix("y") + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else many}"


def usual(document: Document) -> list[str]:
    """Give the destinations that calls of several trajectories reach, that no code explains and no rule names: mirrors
    and services that everybody needs look like that, and the operator knows which of them are.
    """
    chosen = [
        each.destination
        for each in document.destinations
        if not each.explained and each.category == "other" and each.trajectories >= _USUAL_TRAJECTORIES
    ]
    return chosen[:5]


def _read(document: Document) -> list[str]:
    lines = []
    for each in document.files[:_FEW]:
        kinds = ", ".join(f"{number:,} of {kind}" for kind, number in sorted(each.records.items())) or "nothing"
        unread = f"; {count(each.unread, 'line')} unread, the first is line {each.first_unread}" if each.unread else ""
        lines.append(f"{visible(each.name)}: {kinds}{unread}")
    rest = document.files[_FEW:]
    if rest:
        lines.append(f"{count(len(rest), 'more file')}; {sum(each.unread for each in rest):,} lines unread")
    return [f"{'' if number else 'Read':<12} {line}" for number, line in enumerate(lines)]


def _association(document: Document) -> list[str]:
    test = document.association
    lift = "-" if test.lift is None else f"{test.lift:.2f}"
    lines = [
        f"Association  {test.share:.1%} of alerts inside tool calls; chance gives {test.baseline:.1%};"
        f" lift {lift}; p = {_p(test.p)}",
        f"             (chance: {document.shifts:,} random shifts of the alerts; lift: share over chance;"
        " p: how often shifts do as well)",
    ]
    for run in test.runs[:_MOST]:
        of_run = "-" if run.lift is None else f"{run.lift:.2f}"
        lines.append(
            f"  {visible(run.run)}: {count(run.alerts, 'alert')}, {run.share:.1%} against {run.baseline:.1%},"
            f" lift {of_run}, p = {_p(run.p)}"
        )
    if len(test.runs) > _MOST:
        lines.append(f"  and {len(test.runs) - _MOST:,} more runs in incidents.json")
    lines += [
        f"  {_PHASES[each.phase]}: {each.alerts:,.0f} alerts in {each.hours:,.1f} h ({each.per_hour:,.2f} an hour)"
        for each in test.controls
    ]
    near = test.neighbours
    if near.alerts:
        lines.append(
            f"  tools of other sandboxes: {near.share:.1%} at work when alerts came, {near.baseline:.1%} at any time"
        )
    return lines


def clock_text(clock: ClockObject) -> str:
    """Say what was done about a log's clock."""
    if clock.how == "assumed":
        return f"taken to be right, ± {clock.uncertainty:.1f} s"
    origin = "heartbeats" if clock.how == "heartbeats" else "the alerts themselves"
    return f"{clock.offset:+.1f} s ± {clock.uncertainty:.1f} to its times, from {origin}"


def _clocks(clocks: tuple[ClockObject, ...]) -> list[str]:
    return [f"  clock of {visible(each.source)}: {clock_text(each)}" for each in clocks]


def _incidents(incidents: tuple[IncidentObject, ...]) -> list[str]:
    told = sum(each.explained for each in incidents)
    if not incidents:
        return ["Incidents    none: no alert could be laid on a tool call with a posterior of 0.8"]
    lines = [
        f"Incidents    {len(incidents):,}: {told:,} explained by the call's code, {len(incidents) - told:,} not",
        "             (posterior: how likely the call was behind the alerts; margin: its lead over the next cause)",
    ]
    most = min(told, _MOST) + _FEW if told else _MOST
    shown = [*incidents[: min(told, _MOST)], *incidents[told:]][:most]
    for incident in shown:
        lines += _incident(incident)
    if len(incidents) > len(shown):
        lines.append(f"  and {len(incidents) - len(shown):,} more in incidents.json")
    return lines


def _open(document: Document) -> list[str]:
    undecided = f", {document.undecided_count:,} of them undecided" if document.undecided_count else ""
    lines = [f"Unexplained  {document.unexplained_count:,}{undecided}"]
    whys: dict[str, int] = {}
    for alert in document.unexplained:
        whys[alert.why] = whys.get(alert.why, 0) + 1
    lines += [f"  {number:,}: {why}" for why, number in sorted(whys.items(), key=lambda item: -item[1])]
    likely: dict[tuple[str, str, int], tuple[AlertObject, int]] = {}
    for alert in document.unexplained:
        if alert.candidates:
            key = (alert.destination, alert.candidates[0].trajectory, alert.candidates[0].step)
            first, number = likely.get(key, (alert, 0))
            likely[key] = (first, number + 1)
    ordered = sorted(likely.values(), key=lambda each: -each[0].candidates[0].posterior)
    return lines + [_undecided(alert, number) for alert, number in ordered[:_MOST_OPEN]]


def _undecided(alert: AlertObject, number: int) -> str:
    """Name the candidates of some alerts: none of them is said to be the cause."""
    steps = ", ".join(
        f"{visible(each.trajectory)} step {each.step} ({each.posterior:.2f})" for each in alert.candidates
    )
    return f"  undecided: {alert.time}, {count(number, 'alert')} for {visible(alert.destination)}; {cut(steps, 120)}"


def _destinations(document: Document) -> list[str]:
    if document.destination_count < 2:
        return []
    lines = [f"Destinations {document.destination_count:,}"]
    lines += [
        f"  {visible(each.destination)}: {count(each.alerts, 'alert')}, {each.explained:,} explained,"
        f" {each.attributed:,} laid on a call, {each.unexplained:,} open;"
        f" {count(each.trajectories, 'trajectory')}"
        for each in document.destinations[:_FEW]
        if each.alerts > 1
    ]
    rest = document.destination_count - len(lines) + 1
    if rest:
        lines.append(f"  and {rest:,} more, which incidents.json counts")
    chosen = usual(document)
    if chosen:
        lines.append(f"  those that you know can be set aside: --allow {' '.join(visible(each) for each in chosen)}")
    return lines


def _incident(incident: IncidentObject) -> list[str]:
    state = "confirmed" if incident.confirmed else "explained" if incident.explained else "not explained by its code"
    step = incident.step
    kind = "" if incident.category == "other" else f" ({incident.category})"
    lines = [
        f"  {incident.id}  {visible(step.trajectory)} step {step.step} {visible(step.call_id)}"
        f"  {state}; posterior {incident.posterior:.2f}, margin {incident.margin:.2f}",
        f"    {count(incident.alert_count, 'alert')}{kind} for {visible(incident.destination)}"
        f" from {incident.alerts[0].time}",
        f"    {cut(visible(incident.text.strip().replace(chr(10), ' ; ')), 100)}",
    ]
    titles = dict.fromkeys((finding.rule, finding.title) for finding in incident.findings)
    lines += [
        f"    {rule}: {visible(title)} ({', '.join(incident.techniques) or 'no technique'})"
        for rule, title in list(titles)[:3]
    ]
    if incident.replay:
        lines.append(f"    replayed: {cut(visible(incident.replay), 100)}")
    return lines


def _p(value: float) -> str:
    return f"{value:.4f}" if value >= 0.0001 else "< 0.0001"
