"""Arguments of the models: options, words, and the context of a process that they describe."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.evaluation import Context
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import items_of
from auditor.read.javascript.objects import Array, External, Function, JsValue, Record, Undefined
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import plain
from auditor.read.launch.surroundings import record_variables
from auditor.read.values import Value, known_text


def option(args: Sequence[JsValue], name: str) -> JsValue | None:
    """Give an option from the objects among arguments."""
    for argument in args:
        if isinstance(argument, Record) and name in argument.entries:
            found = argument.entries[name]
            return None if isinstance(found, Undefined) else found
    return None


def text_of(machine: Machine, value: JsValue | None) -> Value | None:
    """Give a value as text; None where there is none."""
    return machine.text(value) if value is not None else None


def words_of_array(machine: Machine, value: JsValue | None) -> list[Value]:
    """Give the words that an array of arguments holds, with what more there may be as one."""
    if value is None or isinstance(value, Record | Function | Undefined):
        return []
    items, rest = items_of(machine, value)
    return [*(machine.text(item) for item in items), *([machine.text(rest)] if rest is not None else [])]


def peer_of(value: JsValue | None) -> tuple[Value, Value] | None:
    """Give host and port of a socket, or of what was made from it."""
    here = value if isinstance(value, External) else None
    for _ in range(10):
        if here is None:
            return None
        peer = here.state.get("@peer")
        if isinstance(peer, Array) and len(peer.items) == 2:
            host, port = peer.items
            return host, port  # type: ignore[return-value]
        here = here.parent
    return None


def process_context(machine: Machine, args: Sequence[JsValue], node: Node) -> Context:
    """Give the context of a process from its options: directory, variables, standard input."""
    context = machine.child(node)
    changes: dict[str, object] = {}
    directory = text_of(machine, option(args, "cwd"))
    if directory is not None and (known := known_text(directory)) is not None:
        changes["directory"] = known
    variables = option(args, "env")
    if isinstance(variables, Record):
        given = {name: machine.text(value) for name, value in variables.entries.items() if not name.startswith("@")}
        record_variables(machine.evaluation, given, context)
        changes["environment"] = {**machine.environment, **given}
    stdin = option(args, "input")
    if stdin is not None:
        changes["stdin"] = machine.text(stdin)
    stdio = option(args, "stdio")
    for item in items_of(machine, stdio)[0] if isinstance(stdio, Array) else [stdio]:
        peer = peer_of(item)
        if peer is not None:
            changes["socket"] = peer
    return machine.child(node, **changes) if changes else context


def is_set(args: Sequence[JsValue], name: str) -> bool:
    """Whether an option is given and not plainly false."""
    from auditor.read.javascript.operators import truth

    value = option(args, name)
    return value is not None and truth(value) is not False


def name_of(args: Sequence[JsValue], index: int) -> str | None:
    """Give an argument as text where it is known."""
    return plain(args[index]) if index < len(args) else None
