"""Interpreters: shells, Python and others that are given code as text, as a file, or on standard input.

Takes an interpreter's name and arguments, reads the code it runs as units of their own, and gives
the outcome; None for programs that are no interpreters. Code that cannot be known becomes the effect
that says where it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.model.unit import Language
from auditor.model.word import Source, Word
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.calls import SPECS, Call, read_call, read_shell_call
from auditor.read.launch.emission import bounded, merged, report, rows_of
from auditor.read.launch.foreign import read_foreign
from auditor.read.launch.harmless import is_harmless
from auditor.read.launch.identity import made_at
from auditor.read.launch.languages import BY_INTERPRETER
from auditor.read.launch.made import run_text
from auditor.read.launch.one_liners import run_one_liner
from auditor.read.launch.programs import SHELLS
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.programs.normal import normal_forms
from auditor.read.programs.pieces import head_of
from auditor.read.table import File
from auditor.read.values import EMPTY, Known, Text, Unknown, Value, alternatives, as_text, concat, known_text, words_of

_STDIN_PATHS = frozenset({"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "-"})
_PYTHON_RUNNERS = frozenset(
    """pdb cProfile profile trace runpy torch.distributed.run torch.distributed.launch accelerate.commands.launch
    debugpy coverage timeit memory_profiler line_profiler kernprof viztracer scalene""".split()
)
_FILE_RUNNERS = frozenset(
    """Rscript julia java deno bun tsx ts-node osascript tclsh wish groovy scala elixir escript octave swift runghc
    runhaskell racket guile sbcl nim dart kotlin v crystal jshell tcc pwsh powershell""".split()
)
"""Interpreters of languages that have no reader: code that is held becomes a gap."""
_INLINE = frozenset({"-e", "-E", "--eval", "-eval", "eval", "-c", "-Command", "-command"})
_SUBCOMMANDS = frozenset({"run", "script", "--script", "-f"})

_DEAF = frozenset({"java", "dart"})
"""Those that take no code from standard input."""
_FED = frozenset({"sbatch", "qsub", "bsub"})
"""Schedulers that read a job's script from standard input."""


def interpret(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """Run an interpreter; None where the program is none."""
    if program in SHELLS:
        return _shell(evaluation, program, arguments, context)
    if program == "python":
        return _python(evaluation, arguments, context)
    if program in SPECS:
        return run_one_liner(evaluation, program, read_call(SPECS[program], arguments), arguments, context)
    if program in _FILE_RUNNERS or (program == "go" and arguments and known_text(arguments[0]) == "run"):
        return _file_runner(evaluation, program, arguments, context)
    grammar = grammar_of(program)
    if grammar is None or not (grammar.code or grammar.subcommands):
        return None
    parsed = parse(grammar, arguments)
    code = parsed.grammar.code
    if code is not None and not parsed.rest and program in _FED:
        return run_stdin(evaluation, Language(code.language), program, arguments, (), context)
    if code is None or not parsed.rest:
        return None
    language = Language(code.language)
    if parsed.has(*code.modules):
        return _module(evaluation, program, arguments, Call(module=parsed.rest[0], operands=parsed.rest[1:]), context)
    return run_file(evaluation, language, program, arguments, parsed.rest, context)


def _shell(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Outcome:
    call = read_shell_call(arguments)
    words = (Known(program), *arguments)
    inner = for_code(context, stdin=context.stdin)
    if call.codes:
        argv = call.operands or (Known(program),)
        code = concat((_started_with(evaluation, program, call, context), call.codes[0]))
        outcome = run_text(evaluation, Language.BASH, code, inner, made_by=f"{program} -c", argv=argv)
        return replace(outcome, commands=rows_of(words, 16) if context.is_stage else ())
    is_script = bool(call.operands) and "s" not in call.letters
    if is_script and not _is_stdin(evaluation, call.operands[0], context):
        return run_file(evaluation, Language.BASH, program, arguments, call.operands, context)
    for path in call.loaded:
        file = evaluation.files.find(path, context.directory)
        if file is not None:
            run_text(evaluation, Language.BASH, file.content, inner, made_by=f"{program} --rcfile", argv=words[:1])
    if context.socket is not None:
        evaluation.emit("process.stdio", "socket", *context.socket, place=context.place)
    parameters = call.operands[1:] if is_script else call.operands
    return run_stdin(evaluation, Language.BASH, program, arguments, parameters, context)


def _started_with(evaluation: Evaluation, program: str, call: Call, context: Context) -> Value:
    """Give what a shell reads before its code: start-up files that the script wrote, when it is told to."""
    paths: list[Value] = []
    if "i" in call.letters:
        paths += call.loaded or [context.environment.get("ENV", EMPTY) if program != "bash" else Known("~/.bashrc")]
    if "l" in call.letters:
        paths += [Known("~/.profile"), Known("~/.bash_profile")]
    files = [evaluation.files.find(path, context.directory) for path in paths if path != EMPTY]
    texts = [file.content for file in files if file is not None and isinstance(file.content, Known | Text | Unknown)]
    if not texts:
        return EMPTY
    before = Known("shopt -s expand_aliases\n" if "i" in call.letters else "")
    return concat([before, *(piece for text in texts for piece in (as_text(text), Known("\n")))])


def _python(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome:
    call = read_call(SPECS["python"], arguments)
    inner = for_code(context, stdin=context.stdin)
    if call.codes:
        argv = (Known("-c"), *call.operands)
        outcome = run_text(evaluation, Language.PYTHON, call.codes[0], inner, made_by="python -c", argv=argv)
        stages = rows_of((Known("python"), *arguments), 16) if context.is_stage else ()
        return replace(outcome, commands=stages)
    if call.module is not None:
        return _module(evaluation, "python", arguments, call, context)
    if call.operands and not _is_stdin(evaluation, call.operands[0], context):
        return run_file(evaluation, Language.PYTHON, "python", arguments, call.operands, context)
    return run_stdin(evaluation, Language.PYTHON, "python", arguments, call.operands[1:], context)


def _module(evaluation: Evaluation, program: str, arguments: Sequence[Value], call: Call, context: Context) -> Outcome:
    """Run `python -m NAME`: a module that the script wrote, or a runner whose argument is a script."""
    name = known_text(call.module) if call.module is not None else None
    if name is None:
        return _recorded(evaluation, program, arguments, context)
    path = name.replace(".", "/")
    for candidate in (f"{path}.py", f"{path}/__main__.py"):
        if _file(evaluation, Known(candidate), context) is not None:
            return run_file(
                evaluation, Language.PYTHON, program, arguments, (Known(candidate), *call.operands), context
            )
    if name in _PYTHON_RUNNERS:
        texts = [known_text(word) or "" for word in call.operands]
        for index, text in enumerate(texts):
            if text.endswith(".py"):
                return run_file(evaluation, Language.PYTHON, program, arguments, call.operands[index:], context)
    return _recorded(evaluation, program, arguments, context)


def run_file(
    evaluation: Evaluation,
    language: Language,
    program: str,
    arguments: Sequence[Value],
    operands: Sequence[Value],
    context: Context,
) -> Outcome:
    """Run an interpreter on a file: one that the script made is read, another is out of reach."""
    outcomes = []
    for path in alternatives(operands[0]):
        file = _file(evaluation, path, context)
        if file is None:
            evaluation.emit("code.run", "absent", path, place=context.place)
            outcomes.append(Outcome(stdout=evaluation.fresh(Source.COMMAND, program)))
            continue
        inner = for_code(context, stdin=context.stdin)
        argv = (path, *operands[1:])
        made_by = f"{program} {words_of(path)[0]}"
        outcomes.append(run_text(evaluation, language, file.content, inner, made_by=made_by, argv=argv))
    recorded = _recorded(evaluation, program, arguments, context)
    return replace(merged(evaluation, outcomes, context), commands=recorded.commands)


def run_stdin(
    evaluation: Evaluation,
    language: Language,
    program: str,
    arguments: Sequence[Value],
    parameters: Sequence[Value],
    context: Context,
) -> Outcome:
    """Run an interpreter on its standard input; the script's own is nothing that we hold."""
    if context.stdin is None:
        return _recorded(evaluation, program, arguments, context)
    inner = for_code(context, stdin=EMPTY)
    argv = (Known(program), *parameters)
    if all(
        isinstance(single, Unknown) and single.hole.source is Source.INPUT for single in alternatives(context.stdin)
    ):
        return _recorded(evaluation, program, arguments, context)
    outcome = run_text(evaluation, language, context.stdin, inner, made_by=f"{program} stdin", argv=argv)
    stages = rows_of((Known(program), *arguments), 16) if context.is_stage else ()
    return replace(outcome, commands=stages)


def _file(evaluation: Evaluation, path: Value, context: Context) -> File | None:
    text = str(words_of(path)[0])
    if not text:
        return None
    return made_at(evaluation, text, context) or evaluation.files.find(Known(text), context.directory)


def _is_stdin(evaluation: Evaluation, path: Value, context: Context) -> bool:
    text = known_text(path)
    return text in _STDIN_PATHS and (text == "-" or made_at(evaluation, text, context) is None)


def _file_runner(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Outcome:
    """Run an interpreter whose language nothing reads: a file that the script made is a gap."""
    language = BY_INTERPRETER.get(program, Language.OTHER)
    operands = [
        word for word in arguments if not head_of(word).startswith("-") and known_text(word) not in _SUBCOMMANDS
    ]
    if context.stdin is not None and not operands and program not in _DEAF:
        _foreign(evaluation, program, language, context.stdin, replace(context, stdin=None))
        return _recorded(evaluation, program, arguments, context)
    for index, word in enumerate(arguments[:-1]):
        if known_text(word) in _INLINE:
            _foreign(evaluation, program, language, arguments[index + 1], context)
            return _recorded(evaluation, program, arguments, context)
    for word in arguments:
        text = known_text(word)
        if text is None or text.startswith("-") or text in _SUBCOMMANDS:
            continue
        if made_at(evaluation, text, context) is not None:
            return run_file(evaluation, language, program, arguments, (word,), context)
    return _recorded(evaluation, program, arguments, context)


def _foreign(evaluation: Evaluation, program: str, language: Language, code: Value, context: Context) -> None:
    """Read code given as an argument in a language without a reader, by its sinks."""
    for single in alternatives(code):
        text = "".join(part if isinstance(part, str) else "_" for part in words_of(single)[0].parts)
        if isinstance(single, Unknown) or not is_harmless(language, text):
            inner = for_code(context, stdin=context.stdin)
            if language is Language.OTHER and read_foreign(evaluation, text, inner):
                continue
            run_text(evaluation, language, single, inner, made_by=f"{program} -e", argv=(Known(program),))


def _recorded(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Outcome:
    commands: list[tuple[Word, ...]] = []
    for normal in normal_forms(program, arguments):
        commands += report(evaluation, normal.words, context)
    stdout = evaluation.fresh(Source.COMMAND, program)
    return Outcome(stdout=stdout, commands=bounded(evaluation, commands, context))
