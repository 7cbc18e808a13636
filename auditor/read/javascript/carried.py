"""What leaves with a request, a stream or a form: the whole environment, or the text of a file of secrets.

Takes values, gives the origins of what they hold, and the effect that the shell's own command would
have (`cat FILE | http POST URL`). A member of an unknown value is not the whole of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import (
    HELD,
    SCALARS,
    UNDEFINED,
    Array,
    External,
    Function,
    JsValue,
    Record,
    choices,
)
from auditor.read.javascript.options import peer_of
from auditor.read.javascript.source import Node
from auditor.read.secrets import ENVIRONMENT, is_secret, located, note_sent, origins, origins_of
from auditor.read.values import Known, Unknown, Value, alternatives, words_of

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_DEPTH: Final = 5
_MOST_ITEMS: Final = 50
_NOT_SENT: Final = frozenset({"headers", "auth", "agent", "httpsAgent", "ca", "cert", "key", "@peer", "@path"})
_FORMS: Final = ("FormData()", "form-data()", "undici.FormData()", "node-fetch.FormData()", "formdata-node.FormData()")


def held_by(machine: Machine, value: JsValue, depth: int = 0) -> tuple[str, ...]:
    """Give the origins of what a value holds, with everything in it."""
    if depth > _DEPTH:
        return ()
    found: dict[str, None] = {}
    for single in choices(value):
        inner: list[JsValue] = []
        if isinstance(single, SCALARS):
            found.update(dict.fromkeys(origins([single])))
        elif isinstance(single, Record):
            inner = [item for name, item in single.entries.items() if name not in _NOT_SENT]
        elif isinstance(single, Array):
            inner = [*single.items[:_MOST_ITEMS], *([single.rest] if single.rest is not None else [])]
        elif isinstance(single, External):
            if single.path == "process.env":
                found[ENVIRONMENT] = None
            inner = [*single.args, *(item for name, item in single.state.items() if name not in _NOT_SENT)]
            if single.hole is not None and origins_of(single.hole):
                inner.append(Unknown(single.hole))
        for item in inner[:_MOST_ITEMS]:
            if not isinstance(item, Function):
                found.update(dict.fromkeys(held_by(machine, item, depth + 1)))
    return tuple(found)


def note_carried(machine: Machine, method: str, url: Value, values: Sequence[JsValue], node: Node) -> None:
    """Record what a request sends."""
    found = dict.fromkeys(origin for value in (*values, url) for origin in held_by(machine, value))
    if found:
        note_sent(machine.evaluation, tuple(found), ("http", method, url), machine.place(node))


def place_of(machine: Machine, path: Value) -> str:
    """Give the file of secrets that a path leads to, or nothing."""
    for single in alternatives(path):
        for word in words_of(single):
            place = located(machine.evaluation.files, str(word), machine.directory)
            if is_secret(place):
                return place
    return ""


def pass_to(machine: Machine, target: External, value: JsValue, node: Node) -> None:
    """Record what goes into a request, a socket, or something that hands it on."""
    request = target.state.get("@request")
    peer = peer_of(target)
    found = held_by(machine, value)
    if isinstance(request, Array) and found:
        sender = ["http", *(item for item in request.items if isinstance(item, SCALARS))]
        note_sent(machine.evaluation, found, sender, machine.place(node))
    elif peer is not None and found:
        note_sent(machine.evaluation, found, ("nc", *peer), machine.place(node))


def _into_request(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`request.write(text)`, `request.end(text)`."""
    if function.parent is not None and args:
        pass_to(machine, function.parent, args[0], node)
    return Known(True)


def _added(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`form.append(name, value)`."""
    if function.parent is not None and len(args) > 1:
        hold(machine, function.parent, args[1])
    return UNDEFINED


def hold(machine: Machine, target: External, value: JsValue) -> None:
    """Remember that an object was given a value."""
    kept = target.state.get(HELD)
    items = kept.items if isinstance(kept, Array) else []
    if len(items) < _MOST_ITEMS:
        machine.put(target.state, HELD, Array([*items, value]))


MODELS: dict[str, Model] = {
    "http.answer.write": _into_request,
    "http.answer.end": _into_request,
    **{f"{form}.{name}": _added for form in _FORMS for name in ("append", "set")},
}
