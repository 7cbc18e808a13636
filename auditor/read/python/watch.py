"""When more rounds of an unrolled loop teach nothing, so that the rest of them may be read in one."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from auditor.read.python.journal import Changes, Content, Slot
from auditor.read.python.machine import Machine
from auditor.read.python.mentions import mentions_of
from auditor.read.python.objects import DictObj, External, InstanceObj, ListObj, PyValue, Scope, TupleObj
from auditor.read.values import Unknown

_TRIAL_ROUNDS = 4
_BRIEF_ROUNDS = 2


class Watch:
    """Watches the rounds of one loop: whether they branch on unknowns, find something new, or set something known.

    A loop is idle after some rounds in which nothing new happened, where they branch on unknowns. In a unit
    that can start no program it is idle too where the rounds carry nothing known on to the next.
    """

    def __init__(self, machine: Machine, body: cst.BaseSuite) -> None:
        self.machine = machine
        self.body = body
        self.branches = machine.journal.branches
        self.findings = machine.findings
        self.news = 0  # the last round before which something new happened
        self.sets = 0  # the last round that set something known
        self.temporary: frozenset[str] | None = None

    def saw(self, changes: Changes, rounds: int) -> None:
        """Look at what a round changed: what stood there before it."""
        if self.machine.is_brief and any(self._carries(slot, old) for slot, old in changes.items()):
            self.sets = rounds

    def is_idle(self, rounds: int) -> bool:
        """Whether the loop may be summarised after so many rounds."""
        if self.machine.findings != self.findings:
            self.findings, self.news = self.machine.findings, rounds
        if self.machine.is_stepping:
            return False
        is_brief = self.machine.is_brief
        trial = _BRIEF_ROUNDS if is_brief else _TRIAL_ROUNDS
        if rounds - self.news < trial:
            return False
        return self.machine.journal.branches > self.branches or (is_brief and rounds - self.sets >= trial)

    def _carries(self, slot: Slot, old: Content) -> bool:
        """Whether a change may carry something known from this round to the next."""
        obj, name = slot
        if isinstance(obj, Scope):
            if name is None or isinstance(obj.names.get(name), Unknown | External | InstanceObj | None):
                return False
            if self.temporary is None:
                self.temporary = _temporary(self.body)
            return name not in self.temporary
        if isinstance(obj, ListObj) and isinstance(old, list):
            return len(old) != len(obj.variants) or any(map(_is_told_more, old, obj.variants))
        return True


def _is_told_more(before: Sequence[PyValue], after: Sequence[PyValue]) -> bool:
    """Whether a list changed but for unknown items, or things that hold what else is known."""
    if len(after) < len(before) or any(map(_is_telling, after[len(before) :])):
        return True
    return any(one is not two and _is_telling(two) for one, two in zip(before, after, strict=False))


def _is_telling(item: PyValue) -> bool:
    if isinstance(item, TupleObj):
        return any(map(_is_telling, item.items))
    return not isinstance(item, Unknown | External | InstanceObj | DictObj)


def _temporary(body: cst.BaseSuite) -> frozenset[str]:
    """Give the names that each round sets anew before anything reads them."""
    read: set[str] = set()
    made: set[str] = set()
    for statement in body.body:
        for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,):
            targets = [target.target for target in part.targets] if isinstance(part, cst.Assign) else []
            if isinstance(part, cst.Assign) and all(isinstance(target, cst.Name) for target in targets):
                read |= mentions_of([part.value]).names
                made |= {target.value for target in targets if isinstance(target, cst.Name)} - read
            else:
                read |= mentions_of([part]).names - made
    return frozenset(made)
