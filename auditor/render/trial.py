"""What a trial saw, as text for people: how the run went, and what the script did, in order.

Takes a paper and a trial; everything of the audited text goes through `escape` and `redact`.
"""

from __future__ import annotations

from rich.text import Text

from auditor.model.finding import Evidence
from auditor.model.line import line_of
from auditor.model.trial import Observation, Trial
from auditor.render.escape import cut, visible
from auditor.render.paper import LABEL, Paper
from auditor.render.redact import redact

_SHOWN = 12
_CHARACTERS = 200
_NOTE = 300
_WIDTH = 8


def write_trial(paper: Paper, trial: Trial, *, is_verbose: bool) -> None:
    """Write how the run went and what was seen; without -v, the first of it."""
    paper.blank()
    paper.line(("trial", LABEL), indent=2)
    passes = "1 pass" if trial.passes == 1 else f"{trial.passes} passes"
    ran = f"{passes}, {trial.wall_ms / 1000:.1f} s, {trial.ended}; isolation {trial.level}"
    paper.row([("ran", _WIDTH, LABEL)], ran if trial.is_complete else f"{ran}; not complete", indent=4)
    for note in trial.notes:
        paper.row([("note", _WIDTH, LABEL)], _safe(note, _NOTE), indent=4)
    told = [each for each in trial.observed if is_verbose or (each.effect.name or "") not in {"dns.query"}]
    for each in told if is_verbose else told[:_SHOWN]:
        _write_observation(paper, each)
    if len(told) > _SHOWN and not is_verbose:
        paper.line((f"and {len(told) - _SHOWN} more; -v shows all", LABEL), indent=4)
    if not trial.observed:
        paper.row([("saw", _WIDTH, LABEL)], "nothing that leaves a trace", indent=4)


def said(evidence: Evidence) -> str:
    """Quote one piece of evidence: what happened, where it was seen, when, and which process did it."""
    who = "" if evidence.pid is None else f", pid {evidence.pid}"
    who += f": {evidence.program}" if evidence.program else ""
    detail = cut(evidence.detail, _NOTE)
    what = detail if detail.startswith((f"{evidence.event}(", f"{evidence.event},")) else f"{evidence.event} {detail}"
    return _safe(f"{what} ({evidence.source}, {evidence.moment_ms:.0f} ms{who})", 2 * _NOTE)


def _write_observation(paper: Paper, observation: Observation) -> None:
    line = _safe(line_of(observation.effect), _CHARACTERS)
    value = Text.assemble(line, *(() if observation.succeeded else (("  (failed)", LABEL),)))
    paper.row([(f"{observation.evidence.moment_ms:.0f} ms", _WIDTH, LABEL)], value, indent=4)


def _safe(text: str, width: int) -> str:
    return cut(visible(redact(text)), width)
