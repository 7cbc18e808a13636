"""Sequences without an end, beside those with one: `itertools.cycle` and `itertools.count` in `zip` and `map`.

Takes the arguments of a call that walks several sequences together, gives the items of each.
"""

from __future__ import annotations

from itertools import cycle, islice

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.objects import External, PyValue, Rest
from auditor.read.values import Known, unknown


def columns(call: Call, values: tuple[PyValue, ...]) -> list[list[PyValue]]:
    """Give the items of sequences that are walked together; one that goes round is as long as the others."""
    endless = [_is_endless(value) for value in values]
    columns = [[] if is_endless else call.items(value) for value, is_endless in zip(values, endless, strict=True)]
    longest = min((len(column) for column, goes in zip(columns, endless, strict=True) if not goes), default=0)
    for index, value in enumerate(values):
        if endless[index] and isinstance(value, External):
            columns[index] = _round(call, value, longest)
    return columns


def _is_endless(value: PyValue) -> bool:
    return isinstance(value, External) and value.path in ("itertools.cycle()", "itertools.count()")


def _round(call: Call, value: External, length: int) -> list[PyValue]:
    if value.path == "itertools.cycle()":
        items = call.items(value.args[0]) if value.args else []
        return list(islice(cycle(items), length)) if items else []
    start, step = (
        call.machine.known(value.args[index]) if index < len(value.args) else default
        for index, default in enumerate((0, 1))
    )
    if not isinstance(start, int) or not isinstance(step, int):
        return [Rest(unknown(Source.UNKNOWN))]
    return [Known(start + step * index) for index in range(length)]
