"""The normal form of a command: however its arguments are spelled, one way to write them.

Takes a program's base name and its arguments (wrappers already off), gives the words of the effect
line and what else the arguments alone say: further effects, the command that runs on another
machine, configuration files, commands that the program starts itself. Never raises.

An argument with alternatives is taken whole, as a value or an operand. Where alternatives decide
what is an option, use `normal_forms`, which gives one form for each combination.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from auditor.read.programs.cloud import provisions_of
from auditor.read.programs.grammar import Grammar, Item, Parsed, grammar_of, parse
from auditor.read.programs.pieces import drop, head_of, search
from auditor.read.values import Known, OneOf, Value, alternatives, as_text, concat

_JOINED = re.compile(
    r"(--[A-Za-z0-9][\w.-]*)="  # --url=…
    r"|(-[A-Za-z])=?(?=[a-z][a-z0-9+.-]*://)"  # -ostratum+tcp://…
    r"|(-[A-Za-z][\w-]*)=(?=[a-z][a-z0-9+.-]*://)"  # -pool=ssl://…
)
_DECIDES = re.compile(r"^-|=|://|:")
_MOST_FORMS = 16


@dataclass(frozen=True, slots=True)
class Normal:
    """A command in normal form.

    `words` begins with the program. `effects` are further effect lines. `remote` is shell text that
    runs on another machine, and the last word. `configs` are paths of ssh_config files that are
    read. `commands` are shell texts that the program runs on this machine; `socket` is host and port
    that their input and output are tied to. `parsed` is how the arguments were understood.
    """

    words: tuple[Value, ...]
    effects: tuple[tuple[Value | str, ...], ...] = ()
    remote: Value | None = None
    configs: tuple[Value, ...] = ()
    commands: tuple[Value, ...] = ()
    socket: tuple[Value, Value] | None = None
    parsed: Parsed | None = None


Former = Callable[[str, Grammar, Sequence[Value]], Normal]


def normal_form(program: str, arguments: Sequence[Value]) -> Normal:
    """Give the normal form of a command; alternatives are taken whole."""
    grammar = grammar_of(program)
    if grammar is None:
        return Normal((Known(program), *_separated(arguments)))
    former = _former(grammar.program)
    if former is not None:
        return former(program, grammar, arguments)
    return plain_form(program, grammar, arguments)


def normal_forms(program: str, arguments: Sequence[Value]) -> tuple[Normal, ...]:
    """Give a normal form for each combination of alternatives that may be options, at most sixteen."""
    choices: list[tuple[Value, ...]] = []
    count = 1
    for argument in arguments:
        singles = alternatives(argument)
        decides = isinstance(argument, OneOf) and any(_DECIDES.search(head_of(single)) for single in singles)
        if decides and count * len(singles) <= _MOST_FORMS:
            count *= len(singles)
            choices.append(singles)
        else:
            choices.append((argument,))
    return tuple(normal_form(program, row) for row in product(*choices))


def plain_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the normal form that the grammar alone decides, and the machines that the command rents."""
    parsed = parse(grammar, arguments)
    effects = provisions_of(parsed) if grammar.provisions else ()
    words = (Known(program), *words_of_items(hoisted(parsed)))
    return Normal(words, effects, commands=_commands(parsed), parsed=parsed)


def _commands(parsed: Parsed) -> tuple[Value, ...]:
    """Give the commands in options that the grammar lists as such."""
    commands: list[Value] = []
    for entry in parsed.grammar.runs:
        name, _, pattern = entry.partition(":")
        for value in parsed.every(name):
            found = search(value, pattern) if pattern else value
            commands += [found] if found is not None else []
    return tuple(commands)


def hoisted(parsed: Parsed) -> tuple[Item, ...]:
    """Give the items with the command words in front of the options before them."""
    count = max(parsed.grammar.hoists, len(parsed.path))
    front: list[Item] = []
    behind: list[Item] = []
    for item in parsed.items:
        is_command = item.name is None and len(front) < count
        (front if is_command else behind).append(_canonical(item) if parsed.grammar.canonical else item)
    return (*front, *behind)


def words_of_items(items: Sequence[Item]) -> tuple[Value, ...]:
    """Give items as separate words."""
    return tuple(word for item in items for word in item.words)


def joined(words: Sequence[Value]) -> Value | None:
    """Give words as one text with spaces between, as ssh sends them; None where there are none."""
    return concat([piece for word in words for piece in (Known(" "), word)][1:]) if words else None


def _canonical(item: Item) -> Item:
    return replace(item, spelled=item.name) if item.name else item


def _separated(arguments: Sequence[Value]) -> tuple[Value, ...]:
    """Separate `--name=value`, and an address joined to a letter, where no grammar says better."""
    words: list[Value] = []
    is_ended = False
    for argument in map(as_text, arguments):
        joined = None if is_ended else _JOINED.match(head_of(argument))
        is_ended = is_ended or argument == Known("--")
        if joined is None:
            words.append(argument)
        else:
            name = next(group for group in joined.groups() if group is not None)
            words += [Known(name), drop(argument, joined.end())]
    return tuple(words)


def _former(program: str) -> Former | None:
    """Give the function for a program whose arguments mean more than its grammar says."""
    if program in ("ssh", "autossh"):
        from auditor.read.programs.ssh import ssh_form

        return ssh_form
    from auditor.read.programs.clients import CLIENTS

    if program in CLIENTS:
        return CLIENTS[program]
    if program == "socat":
        from auditor.read.programs.socat import socat_form

        return socat_form
    from auditor.read.programs.netcat import NETCATS

    return NETCATS.get(program)
