"""The report as text, for a terminal: the test, the incidents, what stays open."""

from __future__ import annotations

from auditor.correlate.document import AlertObject, Document, IncidentObject
from auditor.render.escape import cut, visible

_MOST = 40
_MOST_UNDECIDED = 10


def text_of(document: Document) -> str:
    """Write the report."""
    test = document.association
    lift = "-" if test.lift is None else f"{test.lift:.2f}"
    lines = [
        f"{document.alerts:,} alerts against {document.steps:,} tool calls",
        "",
        f"Association  {test.share:.1%} of alerts inside tool calls; chance gives {test.baseline:.1%};"
        f" lift {lift}; p = {_p(test.p)}",
    ]
    for run in test.runs[:_MOST]:
        of_run = "-" if run.lift is None else f"{run.lift:.2f}"
        lines.append(
            f"  {visible(run.run)}: {run.alerts:,} alerts, {run.share:.1%} against {run.baseline:.1%},"
            f" lift {of_run}, p = {_p(run.p)}"
        )
    if len(test.runs) > _MOST:
        lines.append(f"  and {len(test.runs) - _MOST:,} more runs in incidents.json")
    phases = {"tools": "while tools ran", "episodes": "in episodes, no tool at work", "idle": "outside every episode"}
    lines += [
        f"  {phases[each.phase]}: {each.alerts:,.0f} alerts in {each.hours:,.1f} h ({each.per_hour:,.2f} an hour)"
        for each in test.controls
    ]
    near = test.neighbours
    if near.alerts:
        lines.append(
            f"  tools of other sandboxes: {near.share:.1%} at work when alerts came, {near.baseline:.1%} at any time"
        )
    lines += [
        f"  clock of {visible(each.source)}: {each.offset:+.1f} s ± {each.uncertainty:.1f} ({each.how})"
        for each in document.clocks
    ]
    lines += ["", f"Incidents    {len(document.incidents):,}"]
    for incident in document.incidents[:_MOST]:
        lines += _incident(incident)
    if len(document.incidents) > _MOST:
        lines.append(f"  and {len(document.incidents) - _MOST:,} more in incidents.json")
    aside = document.set_aside
    lines += ["", _unexplained(document)]
    whys: dict[str, int] = {}
    for alert in document.unexplained:
        whys[alert.why] = whys.get(alert.why, 0) + 1
    lines += [f"  {count:,}: {why}" for why, count in sorted(whys.items(), key=lambda item: -item[1])]
    likely = sorted(
        (alert for alert in document.unexplained if alert.candidates),
        key=lambda alert: -alert.candidates[0].posterior,
    )
    lines += [_undecided(alert) for alert in likely[:_MOST_UNDECIDED]]
    lines.append(f"Set aside    {aside.inbound:,} inbound, {aside.allowed:,} allowed, {aside.heartbeats:,} heartbeats")
    if document.unexamined_calls:
        lines.append(f"Not audited  {document.unexamined_calls:,} calls; --calls takes more")
    lines += [f"Note         {visible(note)}" for note in document.notes]
    return "\n".join(lines) + "\n"


def _unexplained(document: Document) -> str:
    undecided = f", {document.undecided_count:,} of them undecided" if document.undecided_count else ""
    return f"Unexplained  {document.unexplained_count:,}{undecided}"


def _undecided(alert: AlertObject) -> str:
    """Name an alert's candidates: none of them is said to be the cause."""
    steps = ", ".join(
        f"{visible(each.trajectory)} step {each.step} ({each.posterior:.2f})" for each in alert.candidates
    )
    return f"  undecided: {alert.time} for {visible(alert.destination)}; {cut(steps, 120)}"


def _incident(incident: IncidentObject) -> list[str]:
    state = "confirmed" if incident.confirmed else "explained" if incident.explained else "not explained by its code"
    step = incident.step
    lines = [
        f"  {incident.id}  {visible(step.trajectory)} step {step.step} {visible(step.call_id)}"
        f"  {state}; posterior {incident.posterior:.2f}, margin {incident.margin:.2f}",
        f"    {incident.alert_count:,} alerts ({incident.category}) for {visible(incident.destination)}"
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
