"""`if`, `elif`, `else`: which branches may run, and in which state.

Takes a chain, runs each branch that may be taken from the state in which its condition was evaluated:
a condition that changes something does so only where those before it failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import libcst as cst

from auditor.read.python.frames import NEXT
from auditor.read.python.journal import Changes
from auditor.read.python.machine import Machine
from auditor.read.python.narrowing import narrow
from auditor.read.python.statements import branch

_MOST_FAILED = 16


def if_statement(machine: Machine, node: cst.If) -> int:
    """Run `if`, `elif`, `else`; a long chain without recursion."""
    bodies: list[Callable[[], int]] = []
    told = _Told()
    here: cst.If | cst.Else | None = node
    while isinstance(here, cst.If):
        verdict = _tested(machine, here.test, told, is_sure=not bodies)
        if verdict is not False:
            bodies.append(_body(machine, here.body, replace(told), here.test))
        if verdict is True:
            break
        told.failed = (*told.failed, here.test)[-_MOST_FAILED:]
        here = here.orelse
    else:
        bodies.append(_body(machine, here.body if here is not None else None, replace(told)))
    return bodies[0]() if len(bodies) == 1 else branch(machine, bodies)


@dataclass(slots=True)
class _Told:
    """What the conditions of a chain said so far, what evaluating them changed, and which names were set by it."""

    failed: tuple[cst.BaseExpression, ...] = ()
    changes: Changes = field(default_factory=dict)
    spoiled: frozenset[str] = frozenset()


def _tested(machine: Machine, test: cst.BaseExpression, told: _Told, *, is_sure: bool) -> bool | None:
    """Evaluate a condition; what it changes, where it may not be evaluated, is kept for those behind it."""
    journal = machine.journal
    machine.evaluation.spend(len(told.changes) // 16)
    journal.push(is_sure=is_sure)
    if not is_sure:
        journal.merge([told.changes])
    verdict = machine.truth(machine.evaluate(test))
    changes = journal.keep() if is_sure else journal.pop()
    if not is_sure:
        told.changes = changes
    set_here = {slot[1] for slot in changes if slot[0] is machine.scope}
    told.spoiled = told.spoiled.union(name for name in set_here if name is not None)
    return verdict


def _body(
    machine: Machine, body: cst.BaseSuite | None, told: _Told, held: cst.BaseExpression | None = None
) -> Callable[[], int]:
    """Give a branch to run, which knows the conditions that failed and the one that held."""

    def run() -> int:
        machine.journal.merge([told.changes])
        for test in told.failed:
            narrow(machine, test, told.spoiled, holds=False)
        if held is not None:
            narrow(machine, held, told.spoiled, holds=True)
        return machine.execute(body.body) if body is not None else NEXT

    return run
