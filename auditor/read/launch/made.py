"""Running what the script made: text is read as code, what was fetched or decoded says so.

Takes a file's content and the command that runs it, gives the outcome. A script that runs itself is
read once per way of calling it, not for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakKeyDictionary

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.model.word import Hole, Source, Word
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import bounded, merged, report
from auditor.read.launch.languages import language_of
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.normal import normal_forms
from auditor.read.programs.pieces import head_of
from auditor.read.table import File, Footprint
from auditor.read.values import Known, Text, Unknown, Value, alternatives, as_text, words_of

DECODING = frozenset("base64 base32 xxd gzip bzip2 xz zlib openssl rev tr rot13 uudecode unhex hex".split())
"""Steps of a trail that undo a disguise."""
_TELLING = frozenset({Source.DECODER, Source.LIMIT, Source.UNKNOWN})
"""Origins of a program that the script made of which it is said that nobody knows what it does."""
_MOST_RESTARTS: Final = 2
"""Readings of the same code, called the same way, inside each other: the second may find other files."""
_reading: WeakKeyDictionary[Evaluation, list[tuple[object, ...]]] = WeakKeyDictionary()
"""What is being read: code and how it was called, as far as that can matter to code that runs itself again."""
_seen: WeakKeyDictionary[Evaluation, dict[tuple[object, ...], list[_Run]]] = WeakKeyDictionary()


@dataclass(slots=True)
class _Run:
    """One run of some code: what it found among the files and left there, and what came of it."""

    footprint: Footprint = field(default_factory=Footprint)
    outcome: Outcome = field(default_factory=Outcome)


def run_text(
    evaluation: Evaluation, language: Language, text: Value, context: Context, *, made_by: str, argv: Sequence[Value]
) -> Outcome:
    """Read text as code, and note how it was disguised.

    The same text called the same way is read once, as long as the files that it looks at hold the same.
    """
    note_disguise(evaluation, language, text, context)
    seen = _seen.setdefault(evaluation, {})
    key = (
        language,
        words_of(text),
        tuple(words_of(word) for word in argv),
        context.directory,
        context.socket,
        None if context.stdin is None else words_of(context.stdin),
        tuple(sorted((name, words_of(value)) for name, value in context.environment.items())),
    )
    table = evaluation.files.table
    runs = seen.setdefault(key, [])
    if not any(isinstance(single, Unknown) for single in alternatives(text)):
        for run in reversed(runs):
            if table.would_find(run.footprint):
                table.repeat(run.footprint)
                return run.outcome
    reading = _reading.setdefault(evaluation, [])
    call = (language, words_of(text), _gist(argv), _gist(context.environment.values()), tuple(context.environment))
    if reading.count(call) >= _MOST_RESTARTS:
        return Outcome()
    run = _Run()
    runs.append(run)
    reading.append(call)
    try:
        with table.footprint(run.footprint):
            inner = replace(context, is_stage=False)
            run.outcome = evaluation.run_code(language, text, inner, made_by=made_by, argv=argv)
    finally:
        reading.pop()
    return run.outcome


def _gist(values: Iterable[Value]) -> tuple[object, ...]:
    """Give values without what tells one unknown from the next, and runs of unknown ones as one.

    A program that restarts itself with an argument more each time would be another one for ever.
    """
    gist: list[tuple[tuple[str | Source, ...], ...]] = []
    for value in values:
        words = tuple(
            tuple(part.source if isinstance(part, Hole) else part for part in word.parts) for word in words_of(value)
        )
        is_unknown = all(len(parts) == 1 and isinstance(parts[0], Source) for parts in words)
        if not (is_unknown and gist and gist[-1] == words):
            gist.append(words)
    return tuple(gist)


def note_disguise(evaluation: Evaluation, language: Language, text: Value, context: Context) -> None:
    """Record how many decoders stood before code that was recovered."""
    for single in alternatives(text):
        layers = sum(1 for step in single.trail if step.operation in DECODING)
        if layers and not isinstance(single, Unknown):
            evaluation.emit("hiding.decoded", language.value, str(layers), place=context.place)


def run_made(evaluation: Evaluation, file: File, path: str, argv: Sequence[Value], context: Context) -> Outcome:
    """Run a file of the script's making as a program."""
    outcomes = [_run_single(evaluation, single, path, argv, context) for single in alternatives(file.content)]
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
