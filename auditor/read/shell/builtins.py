"""The builtins: what each does to the shell.

`BUILTINS` maps a name to a function that takes the shell and the expanded arguments and gives the
words for a pipeline, or None for its own. Names that are not here are programs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.launch.lookups import which
from auditor.read.launch.made import note_disguise
from auditor.read.shell.commands import Stage, launch, run_argv, tie
from auditor.read.shell.escapes import echo_escapes
from auditor.read.shell.input import mapfile, read
from auditor.read.shell.printf import format_text, quote
from auditor.read.shell.redirects import reading, write
from auditor.read.shell.tests import holds
from auditor.read.shell.words import derived
from auditor.read.values import (
    EMPTY,
    Known,
    Text,
    Unknown,
    Value,
    alternatives,
    as_text,
    concat,
    known_text,
    one_of,
    words_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

Arguments = tuple[Value, ...]
Builtin = Callable[["Shell", Arguments], "Stage | None"]


def _echo(shell: Shell, arguments: Arguments) -> None:
    ends, escapes = "\n", "xpg_echo" in shell.memory.options
    rest = list(arguments)
    while rest and re.fullmatch(r"-[neE]+", known_text(rest[0]) or ""):
        flags = known_text(rest.pop(0)) or ""
        ends = "" if "n" in flags else ends
        for flag in flags:
            escapes = flag == "e" if flag in "eE" else escapes
    pieces: list[Value] = []
    for index, value in enumerate(rest):
        pieces += [Known(" "), value] if index else [value]
    if escapes:
        decoded: list[Value] = []
        for value in pieces:
            text, stops = _decoded(value)
            decoded.append(text)
            if stops:
                ends = ""
                break
        pieces = decoded
    write(shell, concat([*pieces, Known(ends)], shell.limits.alternatives) if ends or pieces else EMPTY)
    shell.status = 0


def _decoded(value: Value) -> tuple[Value, bool]:
    rows: list[Value] = []
    stops = False
    for each in alternatives(value):
        if isinstance(each, Text):
            rows.append(Text(tuple(echo_escapes(p)[0] if isinstance(p, str) else p for p in each.parts), each.trail))
        elif isinstance(each, Known):
            text, stops = echo_escapes(known_text(each) or "")
            rows.append(Known(text, each.trail))
        else:
            rows.append(each)
    return one_of(rows), stops


def _printf(shell: Shell, arguments: Arguments) -> None:
    name = None
    rest = list(arguments)
    if rest and (known_text(rest[0]) or "").startswith("-v"):
        text = known_text(rest.pop(0)) or ""
        name = text[2:] or (known_text(rest.pop(0)) if rest else None)
    if rest and known_text(rest[0]) == "--":
        rest.pop(0)
    shell.status = 0
    if not rest:
        return
    rows: list[Value] = []
    for each in alternatives(rest[0]):
        text = known_text(each)
        trail = each.trail
        if text is None:
            rows.append(concat(rest) if isinstance(each, Text) else derived(shell, *rest))
            continue
        made = format_text(text, rest[1:], lambda value: derived(shell, value))
        rows.append(
            replace(made, trail=(*trail, *made.trail)[-8:]) if trail and isinstance(made, (Known, Text)) else made
        )
    value = shell.bounded(one_of(rows, shell.limits.alternatives))
    if name is None:
        write(shell, value)
        return
    match = re.fullmatch(r"([A-Za-z_]\w*)(?:\[(.*)\])?", name)
    if match:
        shell.assign(match[1], value, shell.words_in(match[2]) if match[2] is not None else None)


def _read(shell: Shell, arguments: Arguments) -> None:
    read(shell, arguments)


def _mapfile(shell: Shell, arguments: Arguments) -> None:
    mapfile(shell, arguments)


def _eval(shell: Shell, arguments: Arguments) -> None:
    pieces: list[Value] = []
    for index, value in enumerate(arguments):
        pieces += [Known(" "), value] if index else [value]
    _evaluate(shell, concat(pieces, shell.limits.alternatives) if pieces else EMPTY, "eval")


def _evaluate(shell: Shell, text: Value, made_by: str) -> None:
    note_disguise(shell.evaluation, Language.BASH, text, shell.inner_context())
    if any(isinstance(each, Unknown) for each in alternatives(text)):
        tie(shell)
    shell.evaluate(text, made_by=made_by)


def _source(shell: Shell, arguments: Arguments) -> None:
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
    if content == Unknown_file(content, shell, path):
        shell.evaluation.emit("code.run", "absent", path, place=shell.place())
    else:
        shell.returns.append([])
        _evaluate(shell, content, f"source {text}" if text else "source")
        shell.returns.pop()
        if shell.memory.ended == "return":
            shell.memory.ended = ""
    if len(rest) > 1:
        shell.memory.arguments, shell.memory.knows_arguments = saved


def Unknown_file(content: Value, shell: Shell, path: Value) -> Value | None:  # noqa: N802
    """Give the content back where it is that of a file out of reach."""
    is_absent = isinstance(content, Unknown) and content.hole.source is Source.FILE
    return content if is_absent else None


def _trap(shell: Shell, arguments: Arguments) -> None:
    rest = [value for value in arguments if known_text(value) != "--"]
    shell.status = 0
    if len(rest) < 2 or (known_text(rest[0]) or "x") in ("-", "-p", "-l"):
        return
    if known_text(rest[0]) != "":
        shell.traps.append(rest[0])


def _exec(shell: Shell, arguments: Arguments) -> Stage:
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
    if not rest:
        return ()
    if name is not None and known_text(name) != known_text(rest[0]):
        base = posixpath.basename(known_text(rest[0]) or "")
        if (known_text(name) or "").lstrip("-") != base:
            shell.evaluation.emit("process.hide", "renamed", name, rest[0], place=shell.place())
    stage = launch(shell, tuple(rest), {})
    shell.memory.ended = "exit"
    return stage


def _command(shell: Shell, arguments: Arguments) -> Stage | None:
    rest = list(arguments)
    looks_up = False
    while rest and re.fullmatch(r"-[pvV]+|--", known_text(rest[0]) or ""):
        looks_up = looks_up or bool(set("vV") & set(known_text(rest.pop(0)) or ""))
    if looks_up:
        _look_up(shell, tuple(rest))
        return None
    return run_argv(shell, tuple(rest), {}, skips_functions=True) if rest else ()


def _builtin(shell: Shell, arguments: Arguments) -> Stage | None:
    name = known_text(arguments[0]) if arguments else None
    found = BUILTINS.get(name or "")
    return found(shell, arguments[1:]) if found is not None else ()


def _type(shell: Shell, arguments: Arguments) -> None:
    flags = "".join(known_text(value) or "" for value in arguments if (known_text(value) or "").startswith("-"))
    names = tuple(value for value in arguments if not (known_text(value) or "").startswith("-"))
    if set("pP") & set(flags):
        _look_up(shell, names, only_files=True)
    else:
        shell.status = None
        write(shell, shell.evaluation.fresh(Source.COMMAND, "type"))


def _look_up(shell: Shell, names: Arguments, *, only_files: bool = False) -> None:
    """`command -v`, `type -P`: the path of a program, of a file the script wrote along PATH, or the name itself."""
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
    for directory in str(words_of(found[1].scalar)[0]).split(":")[:64]:
        path = posixpath.join(directory, name)
        if directory and shell.evaluation.files.find(Known(path), shell.memory.directory) is not None:
            return path
    return None


def _hash(shell: Shell, arguments: Arguments) -> None:
    shell.status = 0
    if len(arguments) >= 3 and known_text(arguments[0]) == "-p":
        for name in arguments[2:]:
            shell.memory.hashed[known_text(name) or ""] = arguments[1]
    elif arguments and known_text(arguments[0]) == "-r":
        shell.memory.hashed.clear()


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
        name = match[1]
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
        scope[shell.target(name)[0] if "n" not in flags else name] = Variable()


def _alias(shell: Shell, arguments: Arguments) -> None:
    shell.status = 0
    for value in arguments:
        name, sign, text = (known_text(value) or "").partition("=")
        if sign and name:
            shell.memory.aliases[name] = text


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
    elif any("u" in text for text in texts if text.startswith("-")):
        shell.memory.options -= names
    shell.status = 0


def _enable(shell: Shell, arguments: Arguments) -> None:
    texts = [known_text(value) or "" for value in arguments]
    names = {text for text in texts if not text.startswith("-")}
    shell.memory.disabled = shell.memory.disabled | names if "-n" in texts else shell.memory.disabled - names


def _getopts(shell: Shell, arguments: Arguments) -> None:
    name = known_text(arguments[1]) if len(arguments) > 1 else None
    if name and re.fullmatch(r"[A-Za-z_]\w*", name):
        shell.assign(name, shell.evaluation.fresh(Source.ARGUMENT, "getopts"))
    shell.assign("OPTARG", shell.evaluation.fresh(Source.ARGUMENT, "OPTARG"))
    shell.status = None


def _exit(shell: Shell, arguments: Arguments) -> None:
    shell.memory.ended = "exit"


def _return(shell: Shell, arguments: Arguments) -> None:
    if shell.returns:
        shell.returns[-1].append(shell.memory.copy())
        shell.memory.ended = "return"


def _jump(kind: str) -> Builtin:
    def jump(shell: Shell, arguments: Arguments) -> None:
        if shell.exits:
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


_SILENT = (
    "umask ulimit jobs bg fg disown times dirs complete compopt bind caller logout suspend history fc compgen".split()
)

BUILTINS: dict[str, Builtin] = {
    "echo": _echo, "printf": _printf, "read": _read, "mapfile": _mapfile, "readarray": _mapfile, "eval": _eval,
    "source": _source, ".": _source, "trap": _trap, "exec": _exec, "command": _command, "builtin": _builtin,
    "type": _type, "hash": _hash, "cd": _cd, "pushd": _cd, "popd": _status(None), "pwd": _pwd, "test": _test,
    "[": _bracket, "true": _status(0), "false": _status(1), ":": _status(0), "let": _let, "set": _set, "shift": _shift,
    "unset": _unset, "alias": _alias, "unalias": _unalias, "shopt": _shopt, "enable": _enable, "getopts": _getopts,
    "exit": _exit, "return": _return, "break": _jump("break"), "continue": _jump("continue"), "wait": _status(None),
    "declare": _quoted, "typeset": _quoted, "local": _quoted, "export": _quoted, "readonly": _quoted,
    **{name: _status(None) for name in _SILENT},
}  # fmt: skip

__all__ = ["BUILTINS", "quote"]
