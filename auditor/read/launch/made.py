"""Running what the script made: text is read as code, what was fetched or decoded says so.

Takes a file's content and the command that runs it, gives the outcome. A script that runs itself is
read once per way of calling it, not for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakKeyDictionary

from auditor.model.effect import Effect
from auditor.model.gap import Why
from auditor.model.place import Place, Span
from auditor.model.unit import Language
from auditor.model.word import Hole, Source, Word
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import bounded, merged, report
from auditor.read.launch.languages import language_of
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.normal import normal_forms
from auditor.read.programs.pieces import head_of
from auditor.read.table import File, Footprint
from auditor.read.values import Known, Text, Unknown, Value, alternatives, as_text, one_of, words_of

DECODING = frozenset("base64 base32 xxd gzip bzip2 xz zlib openssl rev tr rot13 uudecode unhex hex".split())
"""Steps of a trail that undo a disguise."""
_TELLING = frozenset({Source.DECODER, Source.LIMIT, Source.UNKNOWN})
"""Origins of a program that the script made of which it is said that nobody knows what it does."""
_MOST_RESTARTS: Final = 2
"""Readings of the same code, called the same way, inside each other: the second may find other files."""
_PASSING: Final = frozenset(
    {Source.COMMAND, Source.NETWORK, Source.CLOCK, Source.INPUT, Source.DECODER, Source.UNKNOWN}
)
"""Origins that may give something else the next time."""
_ORIGINAL: Final = frozenset({Source.NETWORK, Source.DECODER, Source.FILE})
"""Origins of an argument that tell something of code that it becomes."""
_UNKNOWN: Final = ((None,),)
"""The gist of arguments that nobody knows."""
_reading: WeakKeyDictionary[Evaluation, list[tuple[object, ...]]] = WeakKeyDictionary()
"""What is being read: code and how it was called, as far as that can matter to code that runs itself again."""
_seen: WeakKeyDictionary[Evaluation, dict[tuple[object, ...], list[_Run]]] = WeakKeyDictionary()


@dataclass(slots=True)
class _Run:
    """One run of some code: what it found among the files and left there, and what came of it."""

    footprint: Footprint = field(default_factory=Footprint)
    outcome: Outcome = field(default_factory=Outcome)
    effects: tuple[Effect, ...] = ()
    places: set[tuple[int, Span]] = field(default_factory=set)
    """The calls at which the effects are recorded."""

    def repeat(self, evaluation: Evaluation, place: Place) -> None:
        """Record the effects of another run, once for each place that calls."""
        if (place.unit, place.span) not in self.places:
            self.places.add((place.unit, place.span))
            for effect in self.effects:
                evaluation.emit_stages(effect.stages, place)


def run_text(
    evaluation: Evaluation, language: Language, text: Value, context: Context, *, made_by: str, argv: Sequence[Value]
) -> Outcome:
    """Read text as code, and note how it was disguised."""
    note_disguise(evaluation, language, text, context)
    return run_once(evaluation, language, text, context, made_by=made_by, argv=argv)


def run_once(
    evaluation: Evaluation,
    language: Language,
    text: Value,
    context: Context,
    *,
    made_by: str,
    argv: Sequence[Value] = (),
) -> Outcome:
    """Read text as code; the same, called the same way, only once while the files that it looks at hold the same.

    Each time, what it does happens again, at the place of the call.
    """
    reading = _reading.setdefault(evaluation, [_script(evaluation)])
    call = (language, words_of(text), _gist(argv), _gist(context.environment.values()), tuple(context.environment))
    # A script that nobody knows the arguments of has also been read as one without any.
    restarts = reading.count(call) + reading.count((*call[:2], (*call[2], _UNKNOWN), *call[3:]))
    where = (context.directory, context.socket, None if context.stdin is None else words_of(context.stdin))
    exactly = (tuple(map(words_of, argv)), tuple(map(words_of, context.environment.values())))
    table = evaluation.files.table
    seen = _seen.setdefault(evaluation, {})
    # Code that starts itself again is the same whatever tells its unknown arguments from those it has.
    known = [seen.setdefault(key, []) for key in ((call, where, exactly), (call, where))]
    if not any(isinstance(single, Unknown) for single in alternatives(text)):
        for run in reversed([*(known[1] if restarts else ()), *known[0]]):
            if table.would_find(run.footprint):
                table.repeat(run.footprint)
                run.repeat(evaluation, context.place)
                return _renewed(evaluation, run.outcome)
    if restarts and max(restarts, len(known[1])) >= _MOST_RESTARTS:
        evaluation.gap(Why.TOO_MANY, "times that code starts itself again, each finding other files", context.place)
        return Outcome()
    run = _Run(places={(context.place.unit, context.place.span)})
    for runs in known:
        runs.append(run)
    reading.append(call)
    before = evaluation.effect_count
    try:
        with table.footprint(run.footprint):
            inner = replace(context, is_stage=False)
            run.outcome = evaluation.run_code(language, text, inner, made_by=made_by, argv=argv)
    finally:
        reading.pop()
        run.effects = evaluation.effects_since(before)
    return run.outcome


def _script(evaluation: Evaluation) -> tuple[object, ...]:
    """Give how the script itself was called: with arguments that nobody knows."""
    script, environment = evaluation.units[0], evaluation.surroundings.environment
    argv = (Known(evaluation.script_path), Unknown(Hole(Source.ARGUMENT)))
    values = [Known(value) for _, value in environment]
    names = tuple(name for name, _ in environment)
    return script.language, words_of(Known(script.text)), _gist(argv), _gist(values), names


def _renewed(evaluation: Evaluation, outcome: Outcome) -> Outcome:
    """Give the outcome of running the same once more: what is not known of it may be something else this time."""
    renewed: dict[Hole, Hole] = {}

    def again(hole: Hole) -> Hole:
        if hole.source not in _PASSING or not hole.number:
            return hole
        return renewed.setdefault(hole, evaluation.fresh(hole.source, hole.detail).hole)

    singles: list[Value] = []
    for single in alternatives(outcome.stdout):
        if isinstance(single, Text):
            parts = tuple(again(part) if isinstance(part, Hole) else part for part in single.parts)
            singles.append(replace(single, parts=parts))
        else:
            singles.append(replace(single, hole=again(single.hole)) if isinstance(single, Unknown) else single)
    return replace(outcome, stdout=one_of(singles))


def _gist(values: Iterable[Value]) -> tuple[object, ...]:
    """Give values without what tells one unknown from the next, and runs of unknown ones as one.

    A program that restarts itself with an argument more each time would be another one for ever.
    """
    gist: list[object] = []
    for value in values:
        words = tuple(tuple(map(_kind, word.parts)) for word in words_of(value))
        if all(parts == (None,) for parts in words):
            words = _UNKNOWN
        if words != _UNKNOWN or not gist or gist[-1] != _UNKNOWN:
            gist.append(words)
    return tuple(gist)


def _kind(part: str | Hole) -> str | Source | None:
    if isinstance(part, str):
        return part
    return part.source if part.source in _ORIGINAL else None


def note_disguise(evaluation: Evaluation, language: Language, text: Value, context: Context) -> None:
    """Record how many decoders stood before code that was recovered."""
    for single in alternatives(text):
        layers = sum(1 for step in single.trail if step.operation in DECODING)
        if layers and not isinstance(single, Unknown):
            evaluation.emit("hiding.decoded", language.value, str(layers), place=context.place)


def run_made(evaluation: Evaluation, file: File, path: str, argv: Sequence[Value], context: Context) -> Outcome:
    """Run a file of the script's making as a program."""
    inner = replace(context, is_beside=file.is_beside)
    outcomes = [_run_single(evaluation, single, path, argv, inner) for single in alternatives(file.content)]
    commands: list[tuple[Word, ...]] = []
    for normal in normal_forms("", argv[1:]):
        commands += report(evaluation, (argv[0], *normal.words[1:]), context)
    outcome = merged(evaluation, outcomes, context)
    return replace(outcome, commands=bounded(evaluation, commands, context))


def _run_single(
    evaluation: Evaluation, content: Known | Text | Unknown, path: str, argv: Sequence[Value], context: Context
) -> Outcome:
    if isinstance(content, Unknown):
        hole = content.hole
        if hole.source is Source.NETWORK:
            evaluation.emit(*fetched(hole.detail, "exec"), place=context.place)
        elif hole.source in _TELLING:
            evaluation.emit("code.load", "exec", hole.source.value, place=context.place)
        return Outcome(stdout=evaluation.fresh(Source.COMMAND, path))
    if isinstance(content, Known) and isinstance(content.value, bytes) and content.value.startswith(b"\x7fELF"):
        evaluation.gap(Why.NOT_TEXT, "an executable that the script makes and runs", context.place)
        return Outcome()
    language = language_of(head_of(content), path)
    if language is Language.BINARY:
        evaluation.gap(Why.NOT_TEXT, "an executable that the script makes and runs", context.place)
        return Outcome()
    inner = for_code(context, stdin=context.stdin)
    return run_text(evaluation, language, as_text(content), inner, made_by=f"run {path}", argv=argv)


def fetched(url: str, interpreter: str) -> tuple[str, ...]:
    """Give the effect of running fetched code; without an address it is code of unknown origin."""
    return ("code.fetch", url, interpreter) if url else ("code.load", interpreter, "network")
