"""Simple commands: assignments, aliases, functions, builtins and programs, in bash's order.

Takes a simple command and a shell, does what bash would do with it short of running anything, and
gives the words that a pipeline shows for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.model.word import Word as EffectWord
from auditor.read.evaluation import OPAQUE_SOURCES
from auditor.read.launch.programs import SHELLS, program_of
from auditor.read.launch.surroundings import record_variables
from auditor.read.shell.aliases import run_alias
from auditor.read.shell.history import VARIABLES, note_kept
from auditor.read.shell.memory import Key, Stream, Variable
from auditor.read.shell.redirects import feed, open_all, with_redirects, write
from auditor.read.shell.splitting import Fields
from auditor.read.shell.syntax import Assignment, Command, Simple, Word
from auditor.read.shell.words import fields_of, single, word_fields
from auditor.read.values import (
    EMPTY,
    Known,
    OneOf,
    Unknown,
    Value,
    alternatives,
    combinations,
    concat,
    known_text,
    unknown,
)

if TYPE_CHECKING:
    from auditor.read.shell.builtins import Builtin
    from auditor.read.shell.interpreter import Shell

Stage = tuple[tuple[EffectWord, ...], ...]
DECLARING = frozenset({"declare", "typeset", "local", "export", "readonly"})
COMMAND_VARIABLES = frozenset(
    {"GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "RSYNC_RSH", "PROMPT_COMMAND", "GIT_EXTERNAL_DIFF", "LESSOPEN", "MANPAGER"}
)
"""Variables whose value a program runs as a command."""
_MOST_ROWS = 8
_PROMPTS = frozenset({"PS0", "PS4"})
_TOLD = COMMAND_VARIABLES | _PROMPTS | VARIABLES


def run_simple(shell: Shell, command: Command) -> None:
    """Walk a simple command."""
    assert isinstance(command, Simple)
    run_words(shell, command, is_stage=False)


def run_stage(shell: Shell, command: Simple) -> Stage:
    """Walk a simple command as a stage of a pipeline, and give its words."""
    return run_words(shell, command, is_stage=True)


def run_words(shell: Shell, command: Simple, *, is_stage: bool) -> Stage:
    """Walk a simple command, its first word an alias perhaps."""
    shell.span = (command.start, command.end)
    first = command.words[0] if command.words else None
    if isinstance(first, Word) and first.plain is not None:
        if first.plain in shell.memory.aliases and first.plain not in shell.expanding:
            stage = run_alias(shell, command, first, is_stage)
            if stage is not None:
                return stage
        if first.plain == "exec" and len(command.words) == 1 and "exec" not in shell.memory.functions:
            open_all(shell, command.redirects, lasting=True)
            shell.status = 0
            return ()
    found: list[Stage] = []
    with_redirects(shell, command.redirects, lambda: found.append(_inside(shell, command, is_stage)))
    return found[0] if found else ()


def _inside(shell: Shell, command: Simple, is_stage: bool) -> Stage:
    if not command.words:
        shell.status = 0
        for assignment in command.assignments:
            assign(shell, assignment)
        source = shell.memory.streams.get(0)
        if not command.assignments and source is not None and [each.operator for each in command.redirects] == ["<"]:
            write(shell, source.content if source.content is not None else unknown(Source.INPUT))
        return ()
    first = command.words[0]
    if isinstance(first, Word) and first.plain in DECLARING and not _is_made(shell, first.plain or ""):
        from auditor.read.shell.declare import declare

        for assignment in command.assignments:
            assign(shell, assignment)
        declare(shell, first.plain or "", command.words[1:])
        return ((EffectWord.of(first.plain or ""),),)
    words = [word if isinstance(word, Word) else _as_word(word) for word in command.words]
    rows = fields_of(shell, words, is_command=True)
    given = {each.name: _value(shell, each) for each in command.assignments}
    if len(rows) == 1:
        return run_argv(shell, rows[0], given, is_stage=is_stage)
    stages: list[Stage] = []
    shell.alternatives([lambda row=row: stages.append(run_argv(shell, row, given, is_stage=is_stage)) for row in rows])  # type: ignore[misc]
    return tuple(dict.fromkeys(row for stage in stages for row in stage))


def _is_made(shell: Shell, name: str) -> bool:
    """Whether the script made a function of a name, whichever way it took."""
    return name in shell.memory.functions and name not in shell.memory.perhaps


def _as_word(assignment: Assignment) -> Word:
    from auditor.read.shell.syntax import Literal

    operator = "+=" if assignment.is_append else "="
    parts = assignment.value.parts if assignment.value is not None else ()
    return Word((Literal(assignment.name + operator), *parts), assignment.start, assignment.end)


# Assignments


def _value(shell: Shell, assignment: Assignment) -> Value:
    value = single(shell, assignment.value) if assignment.value is not None else EMPTY
    if assignment.is_append:
        return concat((shell.look(assignment.name) or EMPTY, value), shell.limits.alternatives)
    return value


def assign(shell: Shell, assignment: Assignment) -> None:
    """Do one assignment."""
    if assignment.items is not None:
        found = shell.memory.find(assignment.name)
        items = array_items(shell, assignment, is_map=found is not None and found[1].is_map)
        shell.set_items(assignment.name, items, append=assignment.is_append)
        return
    value = single(shell, assignment.value) if assignment.value is not None else EMPTY
    shell.assign(assignment.name, value, assignment.subscript, append=assignment.is_append)
    if assignment.name in _TOLD:
        telling(shell, {assignment.name: value})


def array_items(shell: Shell, assignment: Assignment, *, is_map: bool) -> dict[Key, Value]:
    """Expand the items of `name=(…)`."""
    items: dict[Key, Value] = {}
    following = 0
    plain_fields: list[Value] = []
    for item in assignment.items or ():
        assert item.value is not None
        shell.evaluation.spend()
        if item.subscript is None:
            for value in word_fields(shell, item.value)[0]:
                items[following] = value
                plain_fields.append(value)
                following += 1
            continue
        index = known_text(single(shell, item.subscript) if is_map else shell.arithmetic(item.subscript))
        value = single(shell, item.value)
        if is_map:
            items[index or ""] = value
        elif index is not None and index.lstrip("-").isdigit():
            following = int(index[:9])
            items[following] = concat((items.get(following, EMPTY), value)) if item.is_append else value
            following += 1
    if is_map and plain_fields:
        keys = [known_text(value) or "" for value in plain_fields[::2]]
        return dict(zip(keys, [*plain_fields[1::2], EMPTY], strict=False))
    return items


def telling(shell: Shell, given: dict[str, Value]) -> None:
    """Record variables that change what programs do, and read those that hold commands."""
    context = shell.inner_context()
    record_variables(shell.evaluation, given, context)
    for name, value in given.items():
        if name in COMMAND_VARIABLES:
            shell.evaluation.run_code(Language.BASH, value, context.deeper(), made_by=name, argv=(Known("bash"),))
        elif name in _PROMPTS:
            shell.prompt(value)
        elif name in VARIABLES:
            note_kept(shell, name, value)
        elif name == "BASH_ENV":
            from auditor.read.shell.redirects import reading

            shell.evaluation.run_code(
                Language.BASH, reading(shell, value), context.deeper(), made_by=name, argv=(Known("bash"),)
            )


# Commands by what their name stands for


def run_argv(
    shell: Shell, argv: Fields, given: dict[str, Value], *, is_stage: bool = False, skips_functions: bool = False
) -> Stage:
    """Run a command whose words are expanded."""
    shell.evaluation.spend()
    if not argv:
        for variable, value in given.items():
            shell.assign(variable, value)
        return ()
    name = known_text(argv[0])
    if isinstance(argv[0], OneOf):
        stages: list[Stage] = []
        shell.alternatives(
            [
                lambda each=each: stages.append(run_argv(shell, (each, *argv[1:]), given, is_stage=is_stage))  # type: ignore[misc]
                for each in argv[0].values
            ]
        )
        return tuple(dict.fromkeys(row for stage in stages for row in stage))
    if name is not None and not skips_functions and name in shell.memory.functions:
        from auditor.read.shell.functions import call

        if name in shell.memory.perhaps and name in _builtins():
            shell.alternatives([lambda: call(shell, name, argv, given), lambda: _run_otherwise(shell, argv, given)])
            return rows_of(argv)
        if name in shell.memory.perhaps:
            _run_besides(shell, argv, given)
        call(shell, name, argv, given)
        return rows_of(argv)
    if name is not None:
        builtin = _builtins().get(name)
        if builtin is not None and name not in shell.memory.disabled:
            if given:
                shell.memory.scopes.append({key: Variable(value, is_exported=True) for key, value in given.items()})
            try:
                stage = builtin(shell, argv[1:])
            finally:
                if given:
                    shell.memory.scopes.pop()
            return stage if stage is not None else rows_of(argv)
    return launch(shell, argv, given, is_stage=is_stage)


def _run_besides(shell: Shell, argv: Fields, given: dict[str, Value]) -> None:
    """Walk a command as if no function had its name, for its effects; what it leaves is the function's business."""
    memory, status = shell.memory, shell.status
    shell.memory = memory.copy()
    shell.memory.streams[1] = Stream()
    with shell.evaluation.files.table.doubt():
        _run_otherwise(shell, argv, given)
    shell.memory, shell.status = memory, status


def _run_otherwise(shell: Shell, argv: Fields, given: dict[str, Value]) -> None:
    run_argv(shell, argv, given, skips_functions=True)


def _builtins() -> dict[str, Builtin]:
    from auditor.read.shell.builtins import BUILTINS

    return BUILTINS


def rows_of(argv: Fields) -> Stage:
    """Give the words of a command, one row per alternative; where they are many, some words are unknown."""
    return tuple(combinations(argv, _MOST_ROWS))


def launch(shell: Shell, argv: Fields, given: dict[str, Value], *, is_stage: bool = False) -> Stage:
    """Start a program, and let its output go where descriptor 1 leads."""
    name = known_text(argv[0])
    if name is not None and name in shell.memory.hashed:
        argv = (shell.memory.hashed[name], *argv[1:])
    context = shell.inner_context()
    if given:
        telling(shell, given)
        context = replace(context, environment={**context.environment, **given})
    _tie(shell, argv)
    outcome = shell.evaluation.launch(argv, replace(context, is_stage=is_stage))
    shell.status = outcome.status
    write(shell, outcome.stdout)
    for word in argv[1:]:
        text = known_text(word)
        if text in shell.outputs:
            file = shell.evaluation.files.find(word)
            written = file.content if file is not None and known_text(file.content) != "" else outcome.stdout
            feed(shell, shell.outputs[text], written)
    return outcome.commands


def tie(shell: Shell) -> None:
    """Record that commands which come from elsewhere run with a socket for input or output."""
    for number in (0, 1):
        stream = shell.memory.streams.get(number)
        if stream is not None and stream.socket is not None:
            shell.evaluation.emit("process.stdio", "socket", *stream.socket, place=shell.place())
            return


def _tie(shell: Shell, argv: Fields) -> None:
    is_shell = program_of(known_text(argv[0]) or "") in SHELLS
    for value in argv if is_shell else argv[:1]:
        for each in alternatives(value):
            if isinstance(each, Unknown) and each.hole.source in (*OPAQUE_SOURCES, Source.INPUT):
                tie(shell)
                return
