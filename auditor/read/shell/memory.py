"""What a shell remembers: variables, functions, aliases, arguments, descriptors, options.

One `Memory` is one path through the script; branches copy it and are joined again. Nothing here
reads or runs anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from auditor.model.unit import Unit
from auditor.model.word import Source
from auditor.read.shell.syntax import Function
from auditor.read.values import EMPTY, Known, Unknown, Value, concat, one_of, trail_of, unknown

Key = int | str
CLOCKS = frozenset("RANDOM SRANDOM SECONDS EPOCHSECONDS EPOCHREALTIME BASHPID PPID LINENO BASH_COMMAND".split())
OWN = CLOCKS | frozenset("UID EUID BASHOPTS SHELLOPTS BASH_SUBSHELL HISTCMD".split())
"""Variables that hold what bash says, whatever is assigned to them."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable. `value` None means declared or unset: it expands to nothing. Arrays have `items`."""

    value: Value | None = None
    items: Mapping[Key, Value] | None = None
    is_map: bool = False
    is_exported: bool = False
    is_integer: bool = False
    is_reference: bool = False
    is_readonly: bool = False
    case: str = ""  # "u" or "l" where assignments change case
    assigned: object = field(default_factory=object, compare=False)
    """Which assignment gave the value: a condition that narrowed it said nothing of what is assigned since."""

    @property
    def scalar(self) -> Value | None:
        """What the name without an index stands for."""
        if self.items is not None:
            return self.items.get("0" if self.is_map else 0)
        return self.value


@dataclass(slots=True)
class Stream:
    """What a descriptor leads to: text to read, a place to collect output, a file, a socket, or nothing.

    `content` is what can still be read; None where it is the script's own input. `pieces` is what was
    written. `is_error` marks standard error and `/dev/null`, whose text is not kept.
    """

    content: Value | None = None
    pieces: list[Value] = field(default_factory=list)
    path: Value | None = None
    socket: tuple[Value, Value] | None = None
    is_error: bool = False
    writes_through: bool = False

    @property
    def text(self) -> Value:
        """Everything written so far."""
        return combined(self.pieces)


def combined(pieces: list[Value]) -> Value:
    """Join pieces of output; bytes stay bytes."""
    if len(pieces) < 2:
        return pieces[0] if pieces else EMPTY
    values = [piece.value for piece in pieces if isinstance(piece, Known)]
    if len(values) == len(pieces) and any(isinstance(value, bytes) for value in values):
        data = b"".join(
            value if isinstance(value, bytes) else str(value).encode("utf-8", "replace") for value in values
        )
        return Known(data, trail_of(*pieces))
    return concat(pieces)


@dataclass(frozen=True, slots=True)
class Home:
    """A unit's text as the interpreter reads it: where lines start, and what was dropped in front of each offset."""

    unit: Unit
    text: str
    line_starts: tuple[int, ...]
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A function and the unit it stands in; two are the same where it is the same place."""

    function: Function
    home: Home


@dataclass(slots=True)
class Memory:
    """One path's state. `scopes` are global first, then one per function call, looked up innermost first."""

    scopes: list[dict[str, Variable]] = field(default_factory=lambda: [{}])
    functions: dict[str, tuple[Definition, ...]] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    perhaps: frozenset[str] = frozenset()  # functions and aliases that not every way to here has made
    arguments: tuple[Value, ...] = ()
    knows_arguments: bool = True
    name: Value = EMPTY
    directory: str | None = None
    streams: dict[int, Stream] = field(default_factory=dict)
    hashed: dict[str, Value] = field(default_factory=dict)
    options: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
    ended: str = ""  # "exit", "return", "break", "continue": the path goes no further here

    def copy(self) -> Memory:
        """Give a copy that can go its own way; streams are shared, as after a fork."""
        return Memory(
            scopes=[dict(scope) for scope in self.scopes],
            functions=dict(self.functions),
            aliases=dict(self.aliases),
            perhaps=self.perhaps,
            arguments=self.arguments,
            knows_arguments=self.knows_arguments,
            name=self.name,
            directory=self.directory,
            streams=dict(self.streams),
            hashed=dict(self.hashed),
            options=self.options,
            disabled=self.disabled,
            ended=self.ended,
        )

    def find(self, name: str) -> tuple[dict[str, Variable], Variable] | None:
        """Give the innermost variable of a name and its scope."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope, scope[name]
        return None


@dataclass(slots=True)
class Shared:
    """What all paths and units of one shell process have in common."""

    unset: dict[str, Unknown] = field(default_factory=dict)
    numbers: int = 64
    has_closed: bool = False  # a descriptor was closed somewhere
    has_debug: bool = False  # a handler for DEBUG was set somewhere
    text: str = ""  # of the script, to tell whether it uses its arguments


def join(paths: list[Memory], limit: int) -> Memory:
    """Give the state after any of some paths; paths that ended do not count unless all did."""
    live = [path for path in paths if not path.ended] or paths[-1:]
    result = live[0]
    for other in live[1:]:
        result = _join_two(result, other, limit)
    return result


def _join_two(first: Memory, second: Memory, limit: int) -> Memory:
    if first is second:
        return first
    scopes = []
    for one, other in zip(first.scopes, second.scopes, strict=False):
        scope = dict(other)
        for name, variable in one.items():
            found = other.get(name)
            if found is None:
                scope[name] = variable
            elif found is not variable and found != variable:
                scope[name] = _join_variables(variable, found, limit)
        scopes.append(scope)
    functions = dict(first.functions)
    for name, definitions in second.functions.items():
        known = {id(each.function): each for each in (*functions.get(name, ()), *definitions)}
        functions[name] = tuple(known.values())[-limit:]
    one_sided = (first.functions.keys() ^ second.functions.keys()) | (first.aliases.keys() ^ second.aliases.keys())
    aliases = dict(first.aliases)
    for name, texts in second.aliases.items():
        aliases[name] = tuple(dict.fromkeys((*aliases.get(name, ()), *texts)))[-limit:]
    same = len(first.arguments) == len(second.arguments)
    most = max(len(first.arguments), len(second.arguments))
    arguments = tuple(one_of(pair, limit) for pair in zip(_padded(first, most), _padded(second, most), strict=True))
    hashed = {name: _either(name, first, second, limit) for name in first.hashed.keys() | second.hashed.keys()}
    return replace(
        second,
        scopes=scopes,
        functions=functions,
        aliases=aliases,
        perhaps=first.perhaps | second.perhaps | one_sided,
        arguments=arguments,
        knows_arguments=first.knows_arguments and second.knows_arguments and same,
        streams=_join_streams(first.streams, second.streams, limit),
        hashed=hashed,
        options=first.options | second.options,
        disabled=first.disabled & second.disabled,
    )


def _padded(memory: Memory, most: int) -> list[Value]:
    """Give arguments up to a number of them: what is not there is nothing, or not known."""
    rest = EMPTY if memory.knows_arguments else unknown(Source.ARGUMENT)
    return [*memory.arguments, *[rest] * (most - len(memory.arguments))]


def _either(name: str, first: Memory, second: Memory, limit: int) -> Value:
    """Give where `hash` says that a program is, on the ways on which it says so, and else its name."""
    return one_of([each.hashed.get(name, Known(name)) for each in (first, second)], limit)


def _join_streams(first: dict[int, Stream], second: dict[int, Stream], limit: int) -> dict[int, Stream]:
    """Join what descriptors lead to: a socket rather than anything else, and any text that may be read."""
    joined = {**first, **second}
    for number in first.keys() & second.keys():
        one, other = first[number], second[number]
        if one is other or other.socket is not None or one.content is other.content:
            continue
        if one.socket is not None:
            joined[number] = one
        else:
            texts = [each.content if each.content is not None else unknown(Source.INPUT) for each in (one, other)]
            joined[number] = replace(other, content=one_of(texts, limit))
    return joined


def _join_variables(first: Variable, second: Variable, limit: int) -> Variable:
    made = replace(
        second,
        is_exported=first.is_exported or second.is_exported,
        is_readonly=first.is_readonly or second.is_readonly,
        assigned=first.assigned if first.assigned is second.assigned else object(),
    )
    if first.items is not None and second.items is not None:
        items = dict(first.items)
        for key, value in second.items.items():
            items[key] = one_of((items[key], value), limit) if key in items else value
        return replace(made, items=items)
    if first.items is not None or second.items is not None:
        listed, plain = (first, second) if first.items is not None else (second, first)
        start: Key = "0" if listed.is_map else 0
        items = dict(listed.items or {})
        found = [each for each in (items.get(start), plain.value) if each is not None]
        items |= {start: one_of(found, limit)} if found else {}
        return replace(made, value=None, items=items, is_map=listed.is_map)
    values = [value if value is not None else EMPTY for value in (first.value, second.value)]
    return replace(made, value=one_of(values, limit))
