"""Trying a script: run it in the sandbox, put what it did into normal form, and let the rules judge that too.

Takes a script and what was predicted of it; gives the Trial and the matches of its observations.
Raises SandboxUnavailable and SandboxError; never runs a script unisolated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.judge.confirm import Judged, confirm, is_confirmable
from auditor.match import Matcher
from auditor.model.effect import Effect
from auditor.model.finding import Evidence, Finding, Match, Status
from auditor.model.gap import Gap, Stage, Why
from auditor.model.line import line_of
from auditor.model.place import START, Place
from auditor.model.reading import Reading, route
from auditor.model.trial import Observation, Trial
from auditor.model.unit import Script, Unit
from auditor.model.word import Word
from auditor.read.remote import RemoteReader
from auditor.render.redact import redact
from auditor.running import CONFIRMED, further, new_code, read_piece, rounds, tools_of, wanted_of
from auditor.trial.decode import Observed, decode
from auditor.trial.emerged import emerged
from auditor.trial.isolation import Level
from auditor.trial.keeping import Kept, keep, refuse_used
from auditor.trial.plan import plan, reached_lines
from auditor.trial.proofs import Proof, proofs_of
from auditor.trial.remote import Trials
from auditor.trial.request import Recording, TrialLimits, TrialRequest

_UNKNOWN = "unknown"
_SHOWN_OTHERWISE = frozenset({"process.stdio", "net.connect", "net.listen"})


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """How a script is tried: its arguments, a directory copied in, an interpreter, limits, where a recording goes."""

    arguments: tuple[str, ...] = ()
    workdir: Path | None = None
    limits: TrialLimits = field(default_factory=TrialLimits)
    python: Path | None = None
    """The Python that runs Python scripts; its prefix is shown in the sandbox. By default the system's."""
    record: Path | None = None
    level: Level | None = None
    """How isolated it must be; by default as much as the machine can, and no less than `attempts`."""
    as_root: bool = False
    """Run it once more as a user that looks like root."""
    with_terminal: bool = False
    """Run it once more with a terminal, where somebody says yes."""
    may_end_early: bool = False
    """End a run once all that was predicted has been seen; only where nothing could make the verdict stricter."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial, and what the rules say of its observations."""

    trial: Trial
    judged: Judged
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Engines:
    """What trying a script needs of the audit."""

    reader: RemoteReader
    matcher: Matcher
    trials: Trials


def try_script(
    script: Script, reading: Reading, findings: Sequence[Finding], options: TrialOptions, engines: Engines
) -> Tried:
    """Run a script, as often as it takes, and say what was seen.

    With `may_end_early` a run is ended when everything predicted has been seen; where the judgement
    does not agree that it has, the script runs again to its end.
    """
    if options.record is not None:
        refuse_used(options.record)
    lines = tuple(sorted({line for finding in findings for line in _lines(reading, finding)}))
    request = plan(
        script, arguments=options.arguments, workdir=options.workdir, lines=lines,
        wanted=wanted_of(reading), limits=options.limits, python=options.python,
        proofs=_proofs(reading, findings) if options.may_end_early else (), tools=tools_of(reading),
        level=options.level,
    )  # fmt: skip
    kept = Kept(script, options.arguments, lines, _run(request, reading, options, engines))
    tried = judge_again(kept, reading, engines.reader, engines.matcher)
    if tried.trial.ended == CONFIRMED and not _is_settled(reading, findings, tried):
        kept = replace(kept, recordings=_run(replace(request, proofs=()), reading, options, engines))
        tried = judge_again(kept, reading, engines.reader, engines.matcher)
    if options.record is not None:
        keep(options.record, kept, redact)
    return tried


def _run(request: TrialRequest, reading: Reading, options: TrialOptions, engines: Engines) -> tuple[Recording, ...]:
    request, recordings = rounds(request, engines.reader, engines.trials, _known(reading))
    if recordings[-1].ended == CONFIRMED:
        return recordings
    more = further(request, engines.trials, as_root=options.as_root, with_terminal=options.with_terminal)
    return (*recordings, *more)


def _known(reading: Reading) -> frozenset[str]:
    return frozenset(unit.text.strip() for unit in reading.units)


def _proofs(reading: Reading, findings: Sequence[Finding]) -> tuple[Proof, ...]:
    """Give what to wait for: proofs of every finding that a trial can confirm; none where one has no proof."""
    effects = {line_of(effect): effect for effect in reading.effects}
    pending = [effects.get(finding.effect or "") for finding in findings if is_confirmable(finding)]
    known = [effect for effect in pending if effect is not None]
    return (proofs_of(known) or ()) if len(known) == len(pending) else ()


def _is_settled(reading: Reading, findings: Sequence[Finding], tried: Tried) -> bool:
    judged = confirm(reading, findings, tried.trial, tried.judged)
    return all(finding.status in {Status.CONFIRMED, Status.PREDICTED, Status.HIDDEN} for finding in judged)


def judge_again(kept: Kept, reading: Reading, reader: RemoteReader, matcher: Matcher) -> Tried:
    """Say what recordings show, and let the rules judge it; nothing is run. `reading` is the script's."""
    recordings = kept.recordings
    observed, lost = _observations(kept.script, recordings, reader)
    last = {recording.kind: recording for recording in recordings}
    trial = Trial(
        level=recordings[-1].level.value,
        passes=len(recordings),
        wall_ms=round(sum(recording.wall_ms for recording in recordings), 1),
        ended=last[""].ended,
        observed=observed,
        reached=_reached(kept.script, recordings, kept.lines),
        is_complete=all(_is_whole(each) for each in last.values()),
        notes=tuple(dict.fromkeys(note for each in recordings for note in (*each.bounds, *each.notes))),
    )
    effects = tuple(dict.fromkeys(observation.effect for observation in observed))
    matched = matcher.match(Reading((Unit(0, kept.script.language, ""),), effects, ()))
    matches = tuple(match for match in matched.matches if match.effect is not None)
    new, unread = _emerged(kept, reading, reader, matcher)
    return Tried(trial, Judged(matches, new), (*lost, *matched.gaps, *unread))


def _is_whole(recording: Recording) -> bool:
    """Whether nothing kept a run from showing all that it would do."""
    return recording.ended.startswith("exit") and recording.level is Level.FULL and not recording.bounds


def _emerged(
    kept: Kept, reading: Reading, reader: RemoteReader, matcher: Matcher
) -> tuple[tuple[tuple[Match, Evidence], ...], tuple[Gap, ...]]:
    """Read the code that appeared while the script ran and that reading had not seen, and let the rules judge it."""
    found: list[tuple[Match, Evidence]] = []
    gaps = [_gap(Why.TOO_LARGE, text) for each in kept.recordings for text in emerged(each).lost]
    gaps += [_gap(Why.UNREADABLE, text) for each in kept.recordings for text in emerged(each).gone]
    gaps += [_gap(Why.TOO_MANY, text) for each in kept.recordings for text in each.lost]
    most = TrialLimits().pieces
    pieces = new_code(kept.recordings, _known(reading))
    if len(pieces) > most:
        gaps.append(_gap(Why.TOO_MANY, f"more than {most} pieces of code that were run in the trial"))
    for piece in pieces[:most]:
        inner = read_piece(piece, reader)
        matched = matcher.match(inner)
        found += [(match, piece.evidence) for match in matched.matches if match.effect is not None]
        gaps += [
            replace(gap, what=f"code that was run in the trial: {gap.what}", place=None)
            for gap in (*inner.gaps, *matched.gaps)
        ]
    return tuple(found), tuple(dict.fromkeys(gaps))


def _gap(why: Why, text: str) -> Gap:
    return Gap(Stage.TRIAL, why, text)


def _observations(
    script: Script, recordings: Iterable[Recording], reader: RemoteReader
) -> tuple[tuple[Observation, ...], tuple[Gap, ...]]:
    """Give what all runs showed, in normal form, equal effects once, a success before a failure."""
    seen: dict[Effect, Observation] = {}
    gaps: list[Gap] = []
    for recording in recordings:
        decoded = decode(recording)
        programs = [each for each in decoded if each.is_program]
        normal = reader.normalise(script, tuple(each.words for each in programs))
        gaps += normal.gaps
        by_line: dict[int, list[Effect]] = {}
        for effect in normal.effects:
            by_line.setdefault(effect.place.span.line, []).append(effect)
        numbers = {id(each): number for number, each in enumerate(programs, start=1)}
        for each in decoded:
            stages = [effect.stages for effect in by_line.get(numbers.get(id(each), 0), ())] or [_stages(each)]
            for words in stages:
                effect = Effect(words, Place(0, START))
                # A tool that was started with the words for it may be a stand-in: the streams themselves tell.
                succeeded = each.succeeded and not (each.is_program and effect.name in _SHOWN_OTHERWISE)
                old = seen.get(effect)
                if old is None or (succeeded and not old.succeeded):
                    seen[effect] = Observation(effect, each.evidence, succeeded)
    return tuple(sorted(seen.values(), key=lambda observation: observation.evidence.moment_ms)), tuple(gaps)


def _stages(observed: Observed) -> tuple[tuple[Word, ...], ...]:
    return (tuple(Word.of(word or _UNKNOWN) for word in observed.words),)


def _lines(reading: Reading, finding: Finding) -> range:
    span = route(reading.units, finding.place)[0].span
    return range(span.line, min(span.end_line, span.line + 200) + 1)


def _reached(script: Script, recordings: Sequence[Recording], lines: Sequence[int]) -> frozenset[int] | None:
    found = [reached_lines(script, recording, lines) for recording in recordings]
    known = [each for each in found if each is not None]
    return frozenset().union(*known) if known else None
