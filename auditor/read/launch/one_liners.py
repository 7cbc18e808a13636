"""Interpreters of languages that have no full reader: perl, ruby, php, lua, node and awk, and their one-liners.

Takes how the interpreter is called, reads code in arguments, in files that the script made and on
standard input by its sinks (`scripting.py`), and gives what it prints where that is plain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.unit import Language
from auditor.model.word import Hole, Source, Word
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.javascript.triage import may_hide
from auditor.read.launch.calls import Call
from auditor.read.launch.emission import bounded, report
from auditor.read.launch.expressions import Expressions
from auditor.read.launch.harmless import is_harmless
from auditor.read.launch.identity import made_at
from auditor.read.launch.languages import BY_INTERPRETER
from auditor.read.launch.made import run_text
from auditor.read.launch.pure import output_of, run_filter
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.normal import normal_forms
from auditor.read.values import Known, Text, Unknown, Value, alternatives, as_text, concat, known_text, words_of

_PRINT = re.compile(
    r"^\s*(?:<\?php\s+|<\?=\s*)?(?:BEGIN\s*\{)?\s*(print|say|puts|echo|printf|putc|console\.log|process\.stdout\.write|io\.write|p)\b\s*(\()?"
)


def run_one_liner(
    evaluation: Evaluation, program: str, call: Call, arguments: Sequence[Value], context: Context
) -> Outcome:
    """Run an interpreter of such a language."""
    language = BY_INTERPRETER[program]
    commands: list[tuple[Word, ...]] = []
    for normal in normal_forms(program, arguments):
        commands += report(evaluation, normal.words, context)
    codes, operands = call.codes, call.operands
    if program == "awk" and not codes and not call.files and operands:
        codes, operands = operands[:1], operands[1:]
    stdout: Value = output_of(evaluation, program, context, is_own=bool(codes) and not operands and not call.files)
    if codes:
        code = concat([piece for single in codes for piece in (single, Known("\n"))]) if len(codes) > 1 else codes[0]
        argv = (Known(program), *operands)
        printed = _run_code(evaluation, program, language, code, arguments, context, argv)
        is_told = printed is not None and not (isinstance(printed, Unknown) and printed.hole.source is Source.COMMAND)
        stdout = printed if is_told and printed is not None else stdout
    elif call.files or operands:
        _run_file(evaluation, program, language, (*call.files, *operands)[0], context)
    elif context.stdin is not None:
        inner = for_code(context)
        run_text(evaluation, language, context.stdin, inner, made_by=f"{program} stdin", argv=(Known(program),))
    return Outcome(stdout=stdout, commands=bounded(evaluation, commands, context))


def _run_code(
    evaluation: Evaluation,
    program: str,
    language: Language,
    code: Value,
    arguments: Sequence[Value],
    context: Context,
    argv: tuple[Value, ...],
) -> Value | None:
    """Read code given as an argument; gives what it prints, or None."""
    if program == "awk":
        outcome = run_filter(evaluation, "awk", arguments, context)
        printed = outcome.stdout if outcome is not None else None
    else:
        printed = concat([_printed(language, single) for single in alternatives(as_text(code))])
    if any(not _is_plain(evaluation, language, single) for single in alternatives(as_text(code))):
        inner = for_code(context, stdin=context.stdin)
        given = _assigned(arguments) if program == "awk" else argv
        run_text(evaluation, language, code, inner, made_by=f"{program} -e", argv=given)
    return printed


def _assigned(arguments: Sequence[Value]) -> tuple[Value, ...]:
    """Give the `name=value` words of awk's `-v` options, behind a place for its name."""
    found: list[Value] = [Known("awk")]
    for index, word in enumerate(arguments):
        if known_text(word) == "-v" and index + 1 < len(arguments):
            found.append(arguments[index + 1])
    return tuple(found)


def _is_plain(evaluation: Evaluation, language: Language, code: Known | Text | Unknown) -> bool:
    if isinstance(code, Unknown):
        return False
    text = "".join(part if isinstance(part, str) else evaluation.placeholder(part) for part in words_of(code)[0].parts)
    return is_harmless(language, text) and not (language is Language.JAVASCRIPT and may_hide(text))


def _run_file(evaluation: Evaluation, program: str, language: Language, path: Value, context: Context) -> None:
    text = str(words_of(path)[0])
    is_named = text not in {"-", ""}
    file = made_at(evaluation, text, context) if is_named else None
    if file is None and is_named:
        file = evaluation.files.find(Known(text), context.directory)
    if text == "-" and context.stdin is not None:
        run_text(evaluation, language, context.stdin, for_code(context), made_by=f"{program} stdin", argv=())
    elif file is None:
        evaluation.emit("code.run", "absent", path, place=context.place)
    else:
        inner = replace(for_code(context, stdin=context.stdin), is_beside=file.is_beside)
        run_text(evaluation, language, file.content, inner, made_by=f"{program} {text}", argv=())


def _printed(language: Language, code: Known | Text | Unknown) -> Value:
    """Give what a one-liner prints that only prints; else it is the output of a program."""
    text = known_text(code)
    found = _PRINT.match(text) if text is not None and len(text) < 100_000 else None
    if text is None or found is None or found[1] == "printf":
        return Unknown(Hole(Source.COMMAND))
    expressions = Expressions(language, text)
    items, end = expressions.items(found.end())
    rest = text[end:].strip()
    if not items or not re.fullmatch(r"\)?\s*;?\s*\}?\s*(?:\?>)?\s*", rest):
        return Unknown(Hole(Source.COMMAND))
    ends = "\n" if found[1] in {"say", "puts", "console.log"} else ""
    joint = " " if found[1] == "console.log" else "\n" if found[1] == "puts" else ""
    pieces: list[Value] = []
    for item in items:
        pieces += [Known(joint), item] if pieces else [item]
    return concat([*pieces, Known(ends)])
