"""Replay: the call behind an incident is run again in the sinkhole, to see whether it asks for the same destination.

Takes a Correlation and a warm auditor; gives, by step and destination, what was observed. Only calls
with a finding are run, each once, and no more than a bound. Nothing is run outside the sandbox.
"""

from __future__ import annotations

from auditor.correlate.content import Contents, reached_by
from auditor.correlate.correlation import Correlation
from auditor.correlate.incidents import claims_for, members_of
from auditor.correlate.records import Alert, Step
from auditor.intake import language_named
from auditor.model.line import line_of
from auditor.model.trial import Observation
from auditor.pipeline import Auditor

MOST_TRIALS = 20


def replays_of(
    found: Correlation, contents: Contents, auditor: Auditor, most: int = MOST_TRIALS
) -> dict[tuple[int, str], str]:
    """Run the calls of explained incidents; raises SandboxUnavailable where that cannot be done in isolation."""
    seen: dict[int, tuple[Observation, ...]] = {}
    shown: dict[tuple[int, str], str] = {}
    for (index, name), own in members_of(found).items():
        step, alert = found.scene.steps[index], found.found.alerts[own[0]]
        if not claims_for(step, alert, contents):
            continue
        if index not in seen:
            if len(seen) >= most:
                continue
            seen[index] = _observed(step, auditor)
        line = _agreeing(seen[index], alert)
        if line:
            shown[index, name] = line
    return shown


def _observed(step: Step, auditor: Auditor) -> tuple[Observation, ...]:
    found: list[Observation] = []
    for code in step.codes:
        language = code.language or (None if code.path else language_named("bash"))
        report = auditor.trial(code.data, language=language, path=code.path or "<call>")
        if report.trial is not None:
            found += report.trial.observed
    return tuple(found)


def _agreeing(observed: tuple[Observation, ...], alert: Alert) -> str:
    """Give the line of an observation that reached the alert's destination over its protocol; empty for none."""
    wanted = {alert.dst.lower(), alert.name} - {""}
    for observation in observed:
        name = observation.effect.name or ""
        if "." not in name:
            continue  # the start of a program proves no connection
        hosts, ports = reached_by(observation.effect)
        is_port = not ports or not alert.dst_port or alert.dst_port in ports
        words = observation.effect.words
        is_protocol = name != "net.connect" or alert.protocol in ("", words[1].text)
        if hosts & wanted and is_port and is_protocol:
            return line_of(observation.effect)
    return ""
