"""Notes: what a reader must know of the inputs, in a sentence each; and the refusal of inputs that hold nothing.

Takes what was read and what was found. Silence about an input would look like an answer.
"""

from __future__ import annotations

import numpy as np

from auditor.correlate.alerts import Logs
from auditor.correlate.content import Contents
from auditor.correlate.correlation import Correlation
from auditor.correlate.incidents import moment_text
from auditor.correlate.mapping import Map
from auditor.correlate.text import count
from auditor.correlate.traces import Traces
from auditor.errors import UsageError

_MOST_INSIDE = 0.8
_MUCH = 0.2
"""From which share of alerts without a trace on it is worth a note."""


def refuse_nothing(logs: Logs, traces: Traces) -> None:
    """Raise UsageError where there is no alert, or no tool call with a time."""
    if not logs.alerts:
        names = ", ".join(file.name for file in logs.files[:5])
        if not logs.unread:
            raise UsageError(f"no alert is in {names}", hint="they hold no line, or none of a connection")
        hint = f"{logs.unread:,} lines are of no known format; docs/correlate.md lists the formats"
        raise UsageError(f"no alert could be read from {names}", hint=hint)
    if not traces.steps:
        if traces.untimed:
            raise UsageError("no tool call has a time", hint=f"{traces.untimed:,} calls without one")
        hint = f"{traces.unread:,} parts could not be read" if traces.unread else "the traces hold no call"
        raise UsageError("no tool call is in the traces", hint=hint)


def notes_of(logs: Logs, traces: Traces, given: Map, found: Correlation, contents: Contents) -> list[str]:
    """Give the notes."""
    counted = (
        (logs.unread, "line", "of the logs could not be read"),
        (logs.repeated, "line", "of the logs seen before, counted once"),
        (traces.untimed, "call", "of the traces without a time, left out"),
        (traces.unread, "part", "of the traces could not be read"),
        (traces.repeated, "call", "of the traces seen before, counted once"),
        (contents.partly, "call", "not read whole: what it does may be missing here"),
    )
    notes = [f"{count(number, noun)} {what}" for number, noun, what in counted if number]
    if logs.is_zone_assumed:
        notes.append("some times of the logs name no zone: --zone gives it, UTC by default")
    if any(step.is_zone_assumed for step in traces.steps):
        notes.append("some times of the traces name no zone and are taken for UTC")
    return notes + _of_map(traces, given) + _apart(found)


def _of_map(traces: Traces, given: Map) -> list[str]:
    """Say which trajectories of the map are in no trace, and where nothing says whose an alert is."""
    known = {step.trajectory for step in traces.steps}
    strange = [tie.trajectory for tie in given.ties if tie.trajectory not in known]
    notes = (
        [f"{count(len(strange), 'row')} of the map of trajectories that no trace has: {strange[0]}"] if strange else []
    )
    if len(strange) == len(given.ties) and not any(step.address or step.host or step.sandbox for step in traces.steps):
        notes.append(
            "neither traces nor map say where calls ran: every alert is held against the calls of all; see --map"
        )
    return notes


def _apart(found: Correlation) -> list[str]:
    """Say where many alerts are of no run: the usual reason is a zone, a year or a map that is wrong."""
    lost = int(np.sum(found.found.group < 0))
    if not lost or lost < _MUCH * len(found.found.group):
        return []
    moments = found.found.start
    alerts = f"{moment_text(float(moments.min()))} to {moment_text(float(moments.max()))}"
    first, last = min(run.start for run in found.scene.runs), max(run.end for run in found.scene.runs)
    calls = f"{moment_text(first)} to {moment_text(last)}"
    return [
        f"{lost:,} alerts are of no source and time that the traces know: alerts are from {alerts}, calls from {calls};"
        f" see --map, --zone and --year{_zones(found, first, last)}"
    ]


def _zones(found: Correlation, first: float, last: float) -> str:
    """Name the zones under which nearly all alerts would come while the runs went on; none where now they do."""
    moments = found.found.start

    def share(hours: int) -> float:
        shifted = moments - 3_600 * hours
        return float(np.mean((shifted >= first) & (shifted <= last)))

    if share(0) > _MOST_INSIDE:
        return ""
    fitting = [f"{hours:+03d}:00" for hours in range(-12, 15) if share(hours) > _MOST_INSIDE]
    return f"; they would meet with --zone {' or '.join(fitting[:3])}" if fitting else ""
