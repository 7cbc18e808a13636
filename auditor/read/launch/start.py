"""A program start, from its argv to its effects: the order in which everything is looked at.

Takes argv and context, gives the outcome. Wrappers come off first, one by one; then the program
word is resolved, code in the arguments is read, and the command is recorded in normal form. Never
raises on account of the arguments; the budget's `Exhausted` passes through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.model.word import Word
from auditor.read.evaluation import OPAQUE_SOURCES, Context, Evaluation, Outcome
from auditor.read.launch.emission import bounded, merged, report, report_normal, rows_of, silent
from auditor.read.launch.identity import Identity, identify
from auditor.read.launch.interpreters import interpret
from auditor.read.launch.made import run_made
from auditor.read.launch.models import MODELS
from auditor.read.launch.outputs import note_input, note_output
from auditor.read.launch.pure import output_of, run_filter
from auditor.read.launch.remote import run_handed
from auditor.read.launch.surroundings import for_code
from auditor.read.launch.wrappers import Peeled, peel
from auditor.read.programs.grammar import grammar_of
from auditor.read.programs.normal import Normal, normal_forms
from auditor.read.values import Known, OneOf, Unknown, Value, alternatives, known_text

_MOST_WRAPPERS = 40
_SCRIPT = re.compile(r"/[^/]*\.(?:sh|bash|py|pl|rb|js|php)$")


def start(evaluation: Evaluation, argv: Sequence[Value], context: Context) -> Outcome:
    """Start a program; each alternative of the program word is started."""
    if not argv:
        return silent()
    if isinstance(argv[0], OneOf):
        outcomes = [start(evaluation, (single, *argv[1:]), context) for single in alternatives(argv[0])]
        return merged(evaluation, outcomes, context)
    for _ in range(_MOST_WRAPPERS):
        evaluation.spend()
        identity = identify(evaluation, argv[0], context)
        if identity.program is None:
            return _start_unnamed(evaluation, identity, argv, context)
        if identity.masks is not None and grammar_of(identity.program) is not None and identity.program != "ld.so":
            evaluation.emit("process.hide", "renamed", identity.masks, identity.program, place=context.place)
        peeled = peel(evaluation, identity.program, argv[1:], context)
        if peeled is None:
            return run(evaluation, identity.program, argv[1:], context)
        if peeled.codes or len(peeled.commands) != 1 or isinstance(peeled.commands[0][0], OneOf):
            return _start_handed(evaluation, identity.program, argv, context, peeled)
        argv, context = peeled.commands[0], peeled.context
    evaluation.gap(Why.TOO_DEEP, f"more than {_MOST_WRAPPERS} wrappers", context.place)
    return Outcome(commands=report(evaluation, argv, context))


def run(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Outcome:
    """Run a program that is no wrapper: read the code it is given, model what it does, record it."""
    outcome = interpret(evaluation, program, arguments, context)
    if outcome is not None:
        return outcome
    commands: list[tuple[Word, ...]] = []
    for normal in _rented_by_file(evaluation, program, arguments, context):
        run_handed(evaluation, program, arguments, normal, context)
        commands += report_normal(evaluation, normal, context)
        note_input(evaluation, normal, context)
    note_output(evaluation, program, arguments, context)
    model = MODELS.get(program)
    result = model(evaluation, arguments, context) if model is not None else None
    if result is None:
        result = run_filter(evaluation, program, arguments, context)
    if result is None:
        is_part = program == "printenv" and arguments
        result = Outcome(stdout=output_of(evaluation, "" if is_part else program, context))
    return replace(result, commands=bounded(evaluation, commands, context))


def _rented_by_file(
    evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context
) -> tuple[Normal, ...]:
    """Give a command's normal forms; what it rents stands in a file that the script wrote where it says `file://`."""
    forms = tuple(normal_forms(program, arguments))
    named = [word for word in arguments if (known_text(word) or "").startswith("file://")]
    if not named:
        return forms
    given: list[Value] = []
    for word in arguments:
        path = (known_text(word) or "").removeprefix("file://") if word in named else ""
        file = evaluation.files.find(Known(path), context.directory) if path else None
        given.append(file.content if file is not None and isinstance(file.content, Known) else word)
    filled = tuple(normal_forms(program, given))
    if len(filled) != len(forms):
        return forms
    return tuple(replace(form, effects=other.effects) for form, other in zip(forms, filled, strict=True))


def _start_unnamed(evaluation: Evaluation, identity: Identity, argv: Sequence[Value], context: Context) -> Outcome:
    """Start a file of the script's making, or a program that is not known."""
    if identity.file is not None and identity.path is not None:
        return run_made(evaluation, identity.file, identity.path, argv, context)
    word = argv[0] if identity.path is None else Known(identity.path)
    if isinstance(word, Unknown) and word.hole.source in OPAQUE_SOURCES:
        evaluation.unresolved(Language.BASH, word.hole, context.place)
    if _SCRIPT.search(known_text(word) or ""):
        evaluation.emit("code.run", "absent", word, place=context.place)
    commands: list[tuple[Word, ...]] = []
    for normal in normal_forms("", argv[1:]):
        commands += report(evaluation, (word, *normal.words[1:]), context)
    return Outcome(commands=bounded(evaluation, commands, context))


def _start_handed(
    evaluation: Evaluation, program: str, argv: Sequence[Value], context: Context, peeled: Peeled
) -> Outcome:
    """Start the several commands, or the shell text, that a wrapper hands on."""
    outcomes = [start(evaluation, command, peeled.context) for command in peeled.commands if command]
    for code in peeled.codes:
        inner = for_code(peeled.context, stdin=peeled.context.stdin)
        read = evaluation.run_code(Language.BASH, code, inner, made_by=program, argv=(Known("sh"),))
        stages = rows_of((Known(program), *argv[1:]), 1) if context.is_stage else ()
        outcomes.append(replace(read, commands=stages))
    return merged(evaluation, outcomes, context)
