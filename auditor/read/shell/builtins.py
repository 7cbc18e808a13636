"""The builtins: what each does to the shell.

`BUILTINS` maps a name to a function that takes the shell and the expanded arguments and gives the
words for a pipeline, or None for its own. Names that are not here are programs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.launch.surroundings import load_library
from auditor.read.shell.commands import Stage
from auditor.read.shell.completion import compgen
from auditor.read.shell.getopts import getopts
from auditor.read.shell.history import forget, history
from auditor.read.shell.input import mapfile, read
from auditor.read.shell.memory import join
from auditor.read.shell.numbers import run_index
from auditor.read.shell.output import echo, printf
from auditor.read.shell.redirects import write
from auditor.read.shell.running import (
    builtin,
    command,
    evaluate_words,
    execute,
    hash_,
    note_debugged,
    source,
    trap,
    type_,
)
from auditor.read.shell.tests import holds
from auditor.read.shell.zsh import ztcp
from auditor.read.values import (
    EMPTY,
    Known,
    Unknown,
    Value,
    alternatives,
    as_text,
    concat,
    known_text,
    unknown,
    words_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

Arguments = tuple[Value, ...]
Builtin = Callable[["Shell", Arguments], "Stage | None"]


def _read(shell: Shell, arguments: Arguments) -> None:
    read(shell, arguments)


def _mapfile(shell: Shell, arguments: Arguments) -> None:
    mapfile(shell, arguments)


def _cd(shell: Shell, arguments: Arguments) -> None:
    rest = [value for value in arguments if not re.fullmatch(r"-[LPe@]+|--", known_text(value) or "")]
    target = rest[0] if rest else Known("~")
    if known_text(target) == "-":
        target = shell.look("OLDPWD") or shell.unset("OLDPWD")
    old = shell.look("PWD") or shell.unset("PWD")
    path = shell.evaluation.files.path(target, shell.memory.directory)
    shell.memory.directory = path
    shell.assign("OLDPWD", old)
    parts = words_of(target)[0].parts
    is_whole = bool(parts) and (not isinstance(parts[0], str) or parts[0].startswith(("/", "~")))
    shell.assign("PWD", as_text(target) if is_whole and known_text(target) is None else Known(path))
    # Whether a directory exists is not known; that scripts go on as if it did is the useful reading.
    shell.status = None


def _pwd(shell: Shell, arguments: Arguments) -> None:
    write(shell, concat((shell.look("PWD") or shell.unset("PWD"), Known("\n"))))
    shell.status = 0


def _test(shell: Shell, arguments: Arguments) -> None:
    result = holds(shell, arguments)
    shell.status = None if result is None else int(not result)


def _bracket(shell: Shell, arguments: Arguments) -> None:
    _test(shell, arguments[:-1] if arguments and known_text(arguments[-1]) == "]" else arguments)


def _let(shell: Shell, arguments: Arguments) -> None:
    result: Value = EMPTY
    for value in arguments:
        result = shell.number(value)
    text = known_text(result)
    shell.status = None if text is None else int(text == "0")


def _set(shell: Shell, arguments: Arguments) -> None:
    rest = list(arguments)
    memory = shell.memory
    shell.status = 0
    if not rest:
        write(shell, unknown(Source.COMMAND, 0, "set"))  # all variables, with their values
    options = {"f": "noglob", "a": "allexport"}
    while rest:
        text = known_text(rest[0])
        if text is None or not text.startswith(("-", "+")) or text == "-":
            break
        rest.pop(0)
        if text == "--":
            memory.arguments, memory.knows_arguments = tuple(rest), not _is_open(shell, rest)
            return
        named = [options[letter] for letter in text[1:] if letter in options]
        if "o" in text[1:] and rest:
            named.append(known_text(rest.pop(0)) or "")
            if text[0] == "+" and named[-1] == "history":
                forget(shell)
        if "posix" in named:
            named.append("expand_aliases")
        memory.options = memory.options | set(named) if text[0] == "-" else memory.options - set(named)
    if rest:
        memory.arguments, memory.knows_arguments = tuple(rest), not _is_open(shell, rest)


def _is_open(shell: Shell, values: list[Value]) -> bool:
    """Whether one of the values stands for all the arguments that are not known."""
    return any(isinstance(value, Unknown) and value.hole.detail == "@" for value in values)


def _shift(shell: Shell, arguments: Arguments) -> None:
    text = known_text(arguments[0]) if arguments else "1"
    count = int(text) if text and text.isdigit() else 1
    shell.memory.arguments = shell.memory.arguments[count:]
    shell.status = 0 if shell.memory.knows_arguments else None


def _unset(shell: Shell, arguments: Arguments) -> None:
    from auditor.read.shell.memory import Variable

    flags = "".join(known_text(value) or "" for value in arguments if (known_text(value) or "").startswith("-"))
    shell.status = 0
    for value in arguments:
        match = re.fullmatch(r"([A-Za-z_][\w.:-]*)(?:\[(.*)\])?", known_text(value) or "")
        if match is None:
            continue
        run_index(shell, known_text(value))
        name = match[1]
        if name == "HISTFILE":
            forget(shell)
        found = shell.memory.find(name if "n" in flags else shell.target(name)[0])
        if "f" in flags or (found is None and name in shell.memory.functions and "v" not in flags):
            shell.memory.functions.pop(name, None)
            continue
        scope = found[0] if found is not None else shell.memory.scopes[0]
        if match[2] is not None and found is not None and found[1].items is not None:
            key = known_text(shell.index(found[1], shell.words_in(match[2])))
            wanted = key if found[1].is_map else int(key) if key and re.fullmatch(r"\d{1,9}", key) else None
            scope[name] = replace(found[1], items={each: v for each, v in found[1].items.items() if each != wanted})
            continue
        if found is None or not found[1].is_readonly:
            scope[shell.target(name)[0] if "n" not in flags else name] = Variable()


def _alias(shell: Shell, arguments: Arguments) -> None:
    shell.status = 0
    for value in arguments:
        name, sign, text = (known_text(value) or "").partition("=")
        if sign and name:
            shell.memory.aliases[name] = (text,)
            shell.memory.perhaps -= {name}


def _unalias(shell: Shell, arguments: Arguments) -> None:
    for value in arguments:
        if known_text(value) == "-a":
            shell.memory.aliases.clear()
        shell.memory.aliases.pop(known_text(value) or "", None)


def _shopt(shell: Shell, arguments: Arguments) -> None:
    texts = [known_text(value) or "" for value in arguments]
    names = {text for text in texts if not text.startswith("-")}
    if any("s" in text for text in texts if text.startswith("-")):
        shell.memory.options |= names
        if "extdebug" in names:
            note_debugged(shell)
    elif any("u" in text for text in texts if text.startswith("-")):
        shell.memory.options -= names
    shell.status = 0


def _enable(shell: Shell, arguments: Arguments) -> None:
    texts = [known_text(value) or "" for value in arguments]
    if "-f" in texts[:-1]:
        load_library(shell.evaluation, arguments[texts.index("-f") + 1], shell.inner_context())
        return
    names = {text for text in texts if not text.startswith("-")}
    shell.memory.disabled = shell.memory.disabled | names if "-n" in texts else shell.memory.disabled - names


def _is_help(arguments: Arguments) -> bool:
    """Whether a jump only tells how it is used."""
    return bool(arguments) and any(known_text(each) == "--help" for each in alternatives(arguments[0]))


def _exit(shell: Shell, arguments: Arguments) -> None:
    if _is_help(arguments):
        return
    if shell.traps:
        shell.left.append(shell.memory.copy())
        if len(shell.left) > shell.limits.alternatives:
            shell.left[-2:] = [join(shell.left[-2:], shell.limits.alternatives)]
    shell.memory.ended = "exit"


def _return(shell: Shell, arguments: Arguments) -> None:
    if shell.returns and not _is_help(arguments):
        shell.returns[-1].append(shell.memory.copy())
        shell.memory.ended = "return"


def _jump(kind: str) -> Builtin:
    def jump(shell: Shell, arguments: Arguments) -> None:
        if shell.exits and not _is_help(arguments):
            shell.exits[-1].append(shell.memory.copy())
            shell.memory.ended = kind

    return jump


def _status(status: int | None) -> Builtin:
    def settled(shell: Shell, arguments: Arguments) -> None:
        shell.status = status

    return settled


def _quoted(shell: Shell, arguments: Arguments) -> None:
    """`declare` and the like, reached through a value (`$d x=1`): each argument is one declaration."""
    from auditor.read.shell.declare import declare
    from auditor.read.shell.syntax import Literal, Word

    words = [Word((Literal(text, is_quoted=True),)) for value in arguments if (text := known_text(value)) is not None]
    declare(shell, "declare", tuple(words))


_SILENT = "umask ulimit jobs bg fg disown times dirs complete compopt bind caller logout suspend fc".split()

BUILTINS: dict[str, Builtin] = {
    "echo": echo, "printf": printf, "read": _read, "mapfile": _mapfile, "readarray": _mapfile, "eval": evaluate_words,
    "source": source, ".": source, "trap": trap, "exec": execute, "command": command, "builtin": builtin,
    "type": type_, "hash": hash_, "cd": _cd, "pushd": _cd, "popd": _status(None), "pwd": _pwd, "test": _test,
    "[": _bracket, "true": _status(0), "false": _status(1), ":": _status(0), "let": _let, "set": _set, "shift": _shift,
    "unset": _unset, "alias": _alias, "unalias": _unalias, "shopt": _shopt, "enable": _enable, "getopts": getopts,
    "exit": _exit, "return": _return, "break": _jump("break"), "continue": _jump("continue"), "wait": _status(None),
    "history": history, "compgen": compgen,
    "ztcp": ztcp, "zmodload": _status(0),
    "declare": _quoted, "typeset": _quoted, "local": _quoted, "export": _quoted, "readonly": _quoted,
    **{name: _status(None) for name in _SILENT},
}  # fmt: skip
