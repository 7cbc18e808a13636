"""Functions that call themselves deeper than they are followed: read once more, for all the depths that are not.

Takes a call that is not followed, with what the calls above it were given. What differs from one depth to the next,
arguments as well as what the function changes around it, is unknown in that last reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.javascript.journal import Changes
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Function, JsValue
from auditor.read.javascript.rounds import forget_changes, general, key_of

_ROOM = 12  # depths that the last reading may take for the functions that it calls
_MOST_LAST = 30
_COMPARED = 3


def last_reading(
    machine: Machine, function: Function, given: Sequence[JsValue], read: Callable[[Sequence[JsValue]], JsValue]
) -> JsValue:
    """Read a call that is not followed further, once for all depths; its result is unknown."""
    above = function.given[-_COMPARED:]
    if not above:
        machine.evaluation.gap(Why.TOO_DEEP, "functions called this deep", machine.place(function.node))
        return machine.fresh(Source.LIMIT)
    if function.is_last:
        return machine.fresh(Source.LIMIT)
    changes: Changes = {}
    for level in machine.journal.levels[function.since :]:
        for slot, was in level.slots.items():
            changes.setdefault(slot, was)
    has_new = forget_changes(machine, changes)
    args = [general([*(each[at] for each in above if at < len(each)), value]) for at, value in enumerate(given)]
    known = tuple(map(key_of, args))
    if known in function.lasts and not has_new:
        return machine.fresh(Source.LIMIT)
    if len(function.lasts) >= _MOST_LAST:
        machine.evaluation.gap(Why.TOO_MANY, "calls of a function by itself", machine.place(function.node))
        return machine.fresh(Source.LIMIT)
    function.lasts.add(known)
    function.is_last = True
    outermost = machine.is_last
    depth, machine.depth = machine.depth, machine.depth if outermost else max(machine.depth - _ROOM, 0)
    machine.is_last = True
    try:
        read(args)
    finally:
        function.is_last = False
        machine.is_last, machine.depth = outermost, depth
    return machine.fresh(Source.LIMIT)
