"""Builtins that run commands or look them up: `eval`, `source`, `trap`, `exec`, `command`, `type`, `hash`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.launch.lookups import which
from auditor.read.launch.made import note_disguise
from auditor.read.shell.commands import Stage, launch, run_argv, tie
from auditor.read.shell.redirects import reading, write
from auditor.read.values import (
    EMPTY,
    Known,
    Unknown,
    Value,
    alternatives,
    concat,
    known_text,
    words_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


Arguments = tuple[Value, ...]


def evaluate_words(shell: Shell, arguments: Arguments) -> None:
    """`eval`."""
    if arguments and known_text(arguments[0]) == "--":
        arguments = arguments[1:]
    pieces: list[Value] = []
    for index, value in enumerate(arguments):
        pieces += [Known(" "), value] if index else [value]
    _evaluate(shell, concat(pieces, shell.limits.alternatives) if pieces else EMPTY, "eval")


def _evaluate(shell: Shell, text: Value, made_by: str) -> None:
    note_disguise(shell.evaluation, Language.BASH, text, shell.inner_context())
    if any(isinstance(each, Unknown) for each in alternatives(text)):
        tie(shell)
    shell.evaluate(text, made_by=made_by)


def source(shell: Shell, arguments: Arguments) -> None:
    """`source`."""
    rest = [value for index, value in enumerate(arguments) if index or known_text(value) != "--"]
    shell.status = None
    if not rest:
        return
    path = rest[0]
    memory = shell.memory
    saved = memory.arguments, memory.knows_arguments
    if len(rest) > 1:
        memory.arguments, memory.knows_arguments = tuple(rest[1:]), True
    content = reading(shell, path)
    text = known_text(path)
    if isinstance(content, Unknown) and content.hole.source is Source.FILE:
        shell.evaluation.emit("code.run", "absent", path, place=shell.place())
    else:
        shell.returns.append([])
        _evaluate(shell, content, f"source {text}" if text else "source")
        shell.returns.pop()
        if shell.memory.ended == "return":
            shell.memory.ended = ""
    if len(rest) > 1:
        shell.memory.arguments, shell.memory.knows_arguments = saved


def trap(shell: Shell, arguments: Arguments) -> None:
    """`trap`."""
    rest = [value for value in arguments if known_text(value) != "--"]
    shell.status = 0
    if len(rest) < 2 or (known_text(rest[0]) or "x") in ("-", "-p", "-l"):
        return
    if known_text(rest[0]) != "":
        shell.traps.append(rest[0])
    shell.shared.has_debug = shell.shared.has_debug or any(known_text(each) in (None, "DEBUG") for each in rest[1:])
    note_debugged(shell)


def note_debugged(shell: Shell) -> None:
    """Say that a handler decides what is run: with `extdebug`, one for DEBUG that fails has a command left out."""
    if shell.shared.has_debug and "extdebug" in shell.memory.options:
        shell.evaluation.gap(Why.NO_READER, "commands that a DEBUG trap may leave out", shell.place())


def execute(shell: Shell, arguments: Arguments) -> Stage:
    """`exec`."""
    rest = list(arguments)
    name: Value | None = None
    while rest:
        text = known_text(rest[0]) or ""
        if text == "--":
            rest.pop(0)
            break
        if not re.fullmatch(r"-[acl]+", text):
            break
        rest.pop(0)
        if "a" in text and rest:
            name = rest.pop(0)
    if not rest or re.match(r"-.", known_text(rest[0]) or ""):
        return ()  # redirections alone; or an option that is none, and bash goes on
    if name is not None and known_text(name) != known_text(rest[0]):
        base = posixpath.basename(known_text(rest[0]) or "")
        if (known_text(name) or "").lstrip("-") != base:
            shell.evaluation.emit("process.hide", "renamed", name, rest[0], place=shell.place())
    stage = launch(shell, tuple(rest), {})
    shell.memory.ended = "" if "execfail" in shell.memory.options else "exit"
    return stage


def command(shell: Shell, arguments: Arguments) -> Stage | None:
    """`command`."""
    rest = list(arguments)
    looks_up = False
    while rest and re.fullmatch(r"-[pvV]+|--", known_text(rest[0]) or ""):
        looks_up = looks_up or bool(set("vV") & set(known_text(rest.pop(0)) or ""))
    if looks_up:
        _look_up(shell, tuple(rest))
        return None
    return run_argv(shell, tuple(rest), {}, skips_functions=True) if rest else ()


def builtin(shell: Shell, arguments: Arguments) -> Stage | None:
    """`builtin`."""
    name = known_text(arguments[0]) if arguments else None
    from auditor.read.shell.builtins import BUILTINS

    found = BUILTINS.get(name or "")
    return found(shell, arguments[1:]) if found is not None else ()


def type_(shell: Shell, arguments: Arguments) -> None:
    """`type`."""
    flags = "".join(known_text(value) or "" for value in arguments if (known_text(value) or "").startswith("-"))
    names = tuple(value for value in arguments if not (known_text(value) or "").startswith("-"))
    if set("pP") & set(flags):
        _look_up(shell, names, only_files=True)
    else:
        shell.status = None
        write(shell, shell.evaluation.fresh(Source.COMMAND, "type"))


def _look_up(shell: Shell, names: Arguments, *, only_files: bool = False) -> None:
    """`command -v`, `type -P`: the path of a program, of a file the script wrote along PATH, or the name itself."""
    from auditor.read.shell.builtins import BUILTINS

    shell.status = None
    for value in names:
        name = known_text(value)
        if name is not None and not only_files and (name in shell.memory.functions or name in BUILTINS):
            write(shell, Known(name + "\n"))
            shell.status = 0
            continue
        path = _on_path(shell, name) if name is not None else None
        if path is not None:
            write(shell, Known(path + "\n"))
            continue
        outcome = which(shell.evaluation, (value,), shell.inner_context())
        if outcome is not None:
            write(shell, outcome.stdout)


def _on_path(shell: Shell, name: str) -> str | None:
    found = shell.memory.find("PATH")
    if found is None or found[1].scalar is None or "/" in name:
        return None
    directories = [name for word in words_of(found[1].scalar) for name in str(word).split(":")]
    shell.evaluation.spend(len(directories) // 16)
    for directory in directories:
        path = posixpath.join(directory, name)
        if directory and shell.evaluation.files.find(Known(path), shell.memory.directory) is not None:
            return path
    return None


def hash_(shell: Shell, arguments: Arguments) -> None:
    """`hash`."""
    shell.status = 0
    if len(arguments) >= 3 and known_text(arguments[0]) == "-p":
        for name in arguments[2:]:
            shell.memory.hashed[known_text(name) or ""] = arguments[1]
    elif arguments and known_text(arguments[0]) == "-r":
        shell.memory.hashed.clear()
