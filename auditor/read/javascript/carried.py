"""What leaves with a request, a stream or a form: the whole environment, or the text of a file of secrets.

Takes values, gives the origins of what they hold, and the effect that the shell's own command would
have (`cat FILE | http POST URL`). A member of an unknown value is not the whole of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from auditor.model.gap import Why
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
_MOST_ITEMS: Final = 5_000
_NOT_SENT: Final = frozenset({"headers", "auth", "agent", "httpsAgent", "ca", "cert", "key", "@peer", "@path"})
_FORMS: Final = ("FormData()", "form-data()", "undici.FormData()", "node-fetch.FormData()", "formdata-node.FormData()")


def held_by(machine: Machine, value: JsValue) -> tuple[str, ...]:
    """Give the origins of what a value holds, with everything in it, each once; past the bound is a gap."""
    found: dict[str, None] = {}
    waiting: deque[JsValue] = deque([value])
    seen: dict[int, JsValue] = {}  # the values stay alive meanwhile, so that no number is given twice
    while waiting:
        for single in choices(waiting.popleft()):
            if id(single) in seen or isinstance(single, Known | Function):
                continue
            if len(seen) >= _MOST_ITEMS:
                machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST_ITEMS} parts of what is sent")
                return tuple(found)
            seen[id(single)] = single
            if len(seen) % 50 == 0:
                machine.evaluation.spend()
            if isinstance(single, SCALARS):
                found.update(dict.fromkeys(origins([single])))
            elif isinstance(single, External) and single.path == "process.env":
                found[ENVIRONMENT] = None
            waiting += [item for item in _inside(single) if not isinstance(item, Known)]
    return tuple(found)


def _inside(value: JsValue) -> list[JsValue]:
    """Give what a value is made of, and what it was given since."""
    if isinstance(value, Record):
        return [item for name, item in value.entries.items() if name not in _NOT_SENT]
    if isinstance(value, Array):
        return [*value.items, *([value.rest] if value.rest is not None else [])]
    if not isinstance(value, External):
        return []
    inner = [*value.args, *(item for name, item in value.state.items() if name not in _NOT_SENT)]
    return [*inner, *([Unknown(value.hole)] if value.hole is not None and origins_of(value.hole) else [])]


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
    machine.put(target.state, HELD, Array([*([kept] if kept is not None else []), value]))


MODELS: dict[str, Model] = {
    "http.answer.write": _into_request,
    "http.answer.end": _into_request,
    **{f"{form}.{name}": _added for form in _FORMS for name in ("append", "set")},
}
