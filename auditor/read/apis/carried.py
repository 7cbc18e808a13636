"""What a request carries away: the process's whole environment, as the shell's own commands would send it."""

from __future__ import annotations

from auditor.model.word import Hole, Source
from auditor.read.python.call import Call
from auditor.read.python.objects import DictObj, EnvironObj, External, ListObj, PyValue, Rest, TupleObj, each
from auditor.read.values import Known, Text, Unknown, Value, words_of

_DEPTH = 4
_MOST_ITEMS = 50


def note_environment(call: Call, method: str, url: Value, body: PyValue | None) -> None:
    """Record that a request sends every variable: `env | http POST URL`. A variable by its name is none of that."""
    if body is None or not _is_environment(body, 0):
        return
    for word in words_of(url):
        stages = ((Known("env"),), (Known("http"), Known(method)))
        rows = [tuple(words_of(value)[0] for value in stage) for stage in stages]
        call.machine.evaluation.emit_stages((rows[0], (*rows[1], word)), call.machine.place(call.node))


def _is_environment(value: PyValue, depth: int) -> bool:
    if depth > _DEPTH:
        return False
    for single in each(value):
        if isinstance(single, EnvironObj):
            return True
        if isinstance(single, Unknown) and _is_whole(single.hole):
            return True
        if isinstance(single, Text) and any(isinstance(part, Hole) and _is_whole(part) for part in single.parts):
            return True
        inner: list[PyValue] = []
        if isinstance(single, DictObj):
            inner = [*list(single.entries.values())[:_MOST_ITEMS], *([single.rest] if single.rest is not None else [])]
        elif isinstance(single, ListObj | TupleObj):
            inner = list(single.items)[:_MOST_ITEMS]
        elif isinstance(single, External):
            inner = [*single.args[:_MOST_ITEMS], *([Unknown(single.hole)] if _is_whole(single.hole) else [])]
        elif isinstance(single, Rest):
            inner = [single.value]
        if any(_is_environment(item, depth + 1) for item in inner):
            return True
    return False


def _is_whole(hole: Hole) -> bool:
    return hole.source is Source.ENVIRONMENT and not hole.detail
