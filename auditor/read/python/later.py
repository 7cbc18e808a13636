"""Functions that run later, in any order: each finds what the others and the end of the script leave.

Takes what each of them changed when it was read from the end of the script. Where the state differs
by that, those that look at it are read once more, from a state that may be any of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

import libcst as cst

from auditor.model.gap import Why
from auditor.read.python.journal import Changes
from auditor.read.python.machine import Machine
from auditor.read.python.mattering import looks_at
from auditor.read.python.objects import Arguments, BoundMethod, FunctionObj, Partial, PyValue
from auditor.read.python.widening import widen

MOST_LATER = 500
COROUTINE = "\0coroutine"
"""Marks a function that runs while others do."""
_noted: WeakKeyDictionary[Machine, list[tuple[PyValue, Arguments, cst.CSTNode]]] = WeakKeyDictionary()


def note_later(machine: Machine, function: PyValue, given: Arguments, node: cst.CSTNode) -> None:
    """Remember a call that a library makes at some time of its own."""
    noted = _noted.setdefault(machine, [])
    if isinstance(function, FunctionObj) and any(each is function for each, _, _ in noted):
        return  # from the end of the script, one call is like another
    if len(noted) < MOST_LATER:
        noted.append((function, given, node))
    else:
        machine.evaluation.gap(Why.TOO_MANY, f"more than {MOST_LATER} calls that are made later", None)


@dataclass(slots=True)
class Later:
    """The functions that were read from the end of the script, and what each left."""

    readings: list[tuple[FunctionObj, Callable[[], object]]] = field(default_factory=list)
    left: list[Changes] = field(default_factory=list)

    def read(self, machine: Machine, function: FunctionObj, reading: Callable[[], object]) -> None:
        """Read a function as one of those that run later; nothing that it does is done for the next one."""
        machine.journal.push()
        try:
            reading()
        finally:
            changes = machine.journal.pop()
        if not machine.is_brief:
            self.readings.append((function, reading))
            known = [slot for slot in changes if slot[0] is machine.module or machine.journal.content(slot) is not None]
            self.left.append({slot: changes[slot] for slot in known})
        machine.frames[0].exits.clear()

    def read_noted(self, machine: Machine) -> None:
        """Read what threads, timers and handlers call, from the end of the script."""
        for callee, given, node in tuple(_noted.get(machine, ())):
            function = _function(callee)
            if function is not None and looks_at(machine, function, None):
                self.read(machine, function, partial(machine.call, callee, given, node))

    def read_again(self, machine: Machine) -> None:
        """Read once more what looks at a state that another of them changes."""
        names: set[str] = set()
        for changes in self.left:
            names.update(_set_first(machine, changes))
            names |= widen(machine.journal, changes)
        for function, reading in self.readings if names else ():
            if looks_at(machine, function, names):
                machine.journal.push()
                try:
                    reading()
                finally:
                    machine.journal.pop()
                machine.frames[0].exits.clear()


def _set_first(machine: Machine, changes: Changes) -> Iterator[str]:
    """Give names of the module and of objects that were not there before."""
    for slot, content in changes.items():
        before = machine.journal.content(slot)
        if before is None:
            yield slot[1] or ""
        elif isinstance(before, dict) and isinstance(content, dict):
            yield from content.keys() - before.keys()


def _function(callee: PyValue) -> FunctionObj | None:
    while isinstance(callee, BoundMethod | Partial):
        callee = callee.function
    return callee if isinstance(callee, FunctionObj) else None
