"""What a request or a connection carries away: the whole environment, or a file of secrets.

Takes a call that sends and the values that go with it; gives the effect that the shell's own commands
would have (`env | http POST URL`). A variable by its name, or one entry of a file, is none of that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from auditor.model.gap import Why
from auditor.model.word import Hole
from auditor.read.python.call import Call
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    DictObj,
    EnvironObj,
    External,
    FileObj,
    ListObj,
    PathObj,
    PyValue,
    Rest,
    TupleObj,
    each,
)
from auditor.read.secrets import ENVIRONMENT, is_secret, located, note_sent, origins, origins_of
from auditor.read.values import Known, OneOf, Text, Unknown, Value, alternatives, as_text, words_of

_MOST_ITEMS = 5_000
_BODIES = ("data", "json", "files", "content", "params", "body", "fields")
_DIGESTS = ("hashlib", "hmac", "zlib.crc32")
HELD = "\0held"
"""What a library's object was given, in its state."""


def note_carried(call: Call, method: str, url: Value, body: PyValue | None) -> None:
    """Record what a request sends: in its body, its files or its address."""
    given = [value for name in _BODIES if (value := call.kwargs.get(name)) is not None]
    note_held(call, [*([body] if body is not None else []), *given, url], ("http", method, url))


def note_held(call: Call, values: Iterable[PyValue], sender: Sequence[Value | str]) -> None:
    """Record what some values hold that a command of the shell would send."""
    found: dict[str, None] = {}
    for value in values:
        for origin in held_by(call.machine, value):
            found.setdefault(origin)
    if not found:
        return
    row = [word if isinstance(word, str) else call.machine.settle(word) for word in sender]
    note_sent(call.machine.evaluation, tuple(found), row, call.machine.place(call.node))


def held_by(machine: Machine, value: PyValue) -> tuple[str, ...]:
    """Give the origins of what a value holds, a container with all its items, each once; past the bound is a gap."""
    found: dict[str, None] = {}
    waiting: deque[PyValue] = deque([value])
    seen: dict[int, PyValue] = {}  # the values stay alive meanwhile, so that no number is given twice
    while waiting:
        for single in each(waiting.popleft()):
            if id(single) in seen or isinstance(single, Known):
                continue
            if len(seen) >= _MOST_ITEMS:
                machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST_ITEMS} parts of what is sent")
                return tuple(found)
            seen[id(single)] = single
            if len(seen) % 50 == 0:
                machine.evaluation.spend()
            origins_here, inner = _of_one(machine, single)
            found.update(dict.fromkeys(origins_here))
            waiting += [item for item in inner if not isinstance(item, Known)]
    return tuple(found)


def _of_one(machine: Machine, single: PyValue) -> tuple[tuple[str, ...], Sequence[PyValue]]:
    """Give the origins of one value, and what it holds."""
    if isinstance(single, EnvironObj):
        return (ENVIRONMENT,), ()
    if isinstance(single, Unknown | Text | OneOf):
        return origins([single]), ()
    if isinstance(single, FileObj):
        return origins_at(machine, single.path), ()
    if isinstance(single, DictObj):
        return (), [*single.entries.values(), *([single.rest] if single.rest is not None else [])]
    if isinstance(single, ListObj):
        return (), [item for variant in single.variants for item in variant]
    if isinstance(single, TupleObj):
        return (), single.items
    if isinstance(single, Rest):
        return (), [single.value]
    if isinstance(single, External) and not single.path.startswith(_DIGESTS):
        return (), _of_library(single)
    return (), ()


def _of_library(single: External) -> list[PyValue]:
    """Give what a library's object was made of, and what it was given since."""
    kept = single.state.get(HELD)
    inner: list[PyValue] = [*single.args, *single.kwargs.values()]
    inner += [kept] if kept is not None else []
    return [*inner, *([Unknown(single.hole)] if _is_telling(single.hole) else [])]


def _is_telling(hole: Hole) -> bool:
    return bool(origins_of(hole))


def origins_at(machine: Machine, path: PyValue) -> tuple[str, ...]:
    """Give the origins of what stands at a path."""
    files, found = machine.evaluation.files, dict[str, None]()
    text = as_text(path.text if isinstance(path, PathObj) else machine.scalar(path))
    for single in alternatives(text):
        for word in words_of(single):
            place = located(files, str(word), machine.directory)
            if is_secret(place):
                found.setdefault(place)
        file = files.find(single, machine.directory)
        for origin in origins([file.content]) if file is not None else ():
            found.setdefault(origin)
    return tuple(found)


def hold(call: Call, target: External, *values: PyValue) -> None:
    """Remember that a library's object was given some values."""
    kept = target.state.get(HELD)
    items = (kept,) if kept is not None else ()
    call.machine.journal.touch(target)
    target.state[HELD] = TupleObj((*items, *values))
