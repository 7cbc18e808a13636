"""Statements: branches, loops, `try`, `with`, `match`, and what ends a block.

Each function runs one statement and gives the ways in which it may end. Both sides of a branch
whose test is not known are run, from the same state, and their states are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.frames import BREAK, CONTINUE, NEXT, RETURN, Thrown
from auditor.read.python.journal import Changes
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    Arguments,
    Choice,
    External,
    InstanceObj,
    ListObj,
    PyValue,
)
from auditor.read.values import unknown

_MOST_RAISED = 50


def simple_line(machine: Machine, node: cst.SimpleStatementLine) -> int:
    """Run the small statements of a line."""
    machine.evaluation.spend()
    return machine.execute(node.body)


def expression(machine: Machine, node: cst.Expr) -> int:
    """Evaluate for the effects."""
    if not isinstance(node.value, cst.SimpleString | cst.ConcatenatedString):
        machine.evaluate(node.value)
    return NEXT


def branch(machine: Machine, choices: Sequence[Callable[[], int]]) -> int:
    """Run alternatives of which one is taken, each from the present state, and join what they leave."""
    ends = 0
    open_ends: list[Changes] = []
    for choice in choices:
        machine.journal.push()
        flow = choice()
        changes = machine.journal.pop()
        ends |= flow
        if flow & NEXT:
            open_ends.append(changes)
        if flow & ~NEXT and changes:
            leave(machine, flow, changes)
    machine.journal.merge(open_ends)
    return ends


def leave(machine: Machine, flow: int, changes: Changes) -> None:
    """Keep the state of a path that leaves the block, for where it arrives."""
    frame = machine.frame
    if flow & (BREAK | CONTINUE) and frame.loops:
        frame.loops[-1].exits.append(changes)
    if flow & RETURN and len(frame.exits) < 50:
        frame.exits.append(changes)


def if_statement(machine: Machine, node: cst.If) -> int:
    """Run `if`, `elif`, `else`; a long chain without recursion."""
    bodies: list[Callable[[], int]] = []
    here: cst.If | cst.Else | None = node
    while isinstance(here, cst.If):
        verdict = machine.truth(machine.evaluate(here.test))
        if verdict is not False:
            bodies.append(_body(machine, here.body))
        if verdict is True:
            break
        here = here.orelse
    else:
        bodies.append(_body(machine, here.body) if here is not None else (lambda: NEXT))
    return bodies[0]() if len(bodies) == 1 else branch(machine, bodies)


def _body(machine: Machine, body: cst.BaseSuite) -> Callable[[], int]:
    return lambda: machine.execute(body.body)


def try_statement(machine: Machine, node: cst.Try | cst.TryStar) -> int:
    """Run the body; then each handler may run; then `else` and `finally`."""
    outer, machine.raised = machine.raised, []
    flow = _tried(machine, node)
    raised, machine.raised = machine.raised, outer
    if flow & NEXT and node.orelse is not None:
        flow = (flow & ~NEXT) | machine.execute(node.orelse.body.body)
    caught = machine.joined(raised) if raised else unknown(Source.UNKNOWN)
    handlers = [_handler(machine, handler, caught) for handler in node.handlers]
    if handlers:
        untouched: list[Callable[[], int]] = [lambda: flow & ~RETURN if flow & NEXT else flow]
        flow |= branch(machine, [*untouched, *handlers])
    if node.finalbody is not None:
        last = machine.execute(node.finalbody.body.body)
        flow = flow | (last & ~NEXT) if last & NEXT else last
    return flow


def _tried(machine: Machine, node: cst.Try | cst.TryStar) -> int:
    """Run the body of a `try`; what is thrown into a generator there is caught where there are handlers."""
    journal = machine.journal
    depth, uncertain = len(journal.levels), journal.uncertain
    try:
        return machine.execute(node.body.body)
    except Thrown as thrown:
        if not node.handlers:
            raise
        while len(journal.levels) > depth:
            journal.keep()
        journal.uncertain = uncertain
        machine.raised.append(thrown.value)
        return RETURN


def _handler(
    machine: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, caught: PyValue
) -> Callable[[], int]:
    def run() -> int:
        if handler.name is not None:
            machine.tables.assign(machine, handler.name.name, caught)
        return machine.execute(handler.body.body)

    return run


def with_statement(machine: Machine, node: cst.With) -> int:
    """Enter the managers, run the body, leave them."""
    managers: list[PyValue] = []
    for item in node.items:
        manager = machine.evaluate(item.item)
        managers.append(manager)
        entered = _enter(machine, manager, item.item)
        if item.asname is not None:
            machine.tables.assign(machine, item.asname.name, entered)
    flow = machine.execute(node.body.body)
    for manager in reversed(managers):
        if isinstance(manager, InstanceObj):
            _special(machine, manager, ("__exit__", "__aexit__"), (NONE, NONE, NONE), node)
        elif isinstance(manager, External) and manager in machine.waiting:
            machine.waiting.pop(manager)()
    return flow


def _enter(machine: Machine, manager: PyValue, node: cst.CSTNode) -> PyValue:
    if isinstance(manager, InstanceObj):
        return _special(machine, manager, ("__enter__", "__aenter__"), (), node)
    if isinstance(manager, ListObj) and manager.kind == "generator":
        return manager.items[0] if manager.items else NONE
    if isinstance(manager, Choice):
        return machine.joined([_enter(machine, single, node) for single in manager.values])
    return manager


def _special(
    machine: Machine, manager: InstanceObj, names: tuple[str, str], args: tuple[PyValue, ...], node: cst.CSTNode
) -> PyValue:
    from auditor.read.python.classes import class_attribute

    for name in names:
        if class_attribute(manager.cls, name) is not None:
            return machine.call(machine.attribute(manager, name, node), Arguments(args), node)
    return manager


def return_statement(machine: Machine, node: cst.Return) -> int:
    """Run `return`."""
    value = machine.evaluate(node.value) if node.value is not None else NONE
    if len(machine.frame.returns) < 200:
        machine.frame.returns.append(value)
    return RETURN


def raise_statement(machine: Machine, node: cst.Raise) -> int:
    """Run `raise`: nothing behind it in the block is reached."""
    if node.exc is not None:
        raised = machine.evaluate(node.exc)
        if len(machine.raised) < _MOST_RAISED:
            machine.raised.append(raised)
    return RETURN


def break_statement(machine: Machine, node: cst.Break) -> int:
    """Run `break`."""
    return BREAK


def continue_statement(machine: Machine, node: cst.Continue) -> int:
    """Run `continue`."""
    return CONTINUE


def assert_statement(machine: Machine, node: cst.Assert) -> int:
    """Evaluate what is asserted."""
    machine.evaluate(node.test)
    return NEXT


def global_statement(machine: Machine, node: cst.Global) -> int:
    """Declare names of the module."""
    machine.scope.global_names |= {item.name.value for item in node.names}
    return NEXT


def nonlocal_statement(machine: Machine, node: cst.Nonlocal) -> int:
    """Declare names of an enclosing function."""
    machine.scope.outer_names |= {item.name.value for item in node.names}
    return NEXT
