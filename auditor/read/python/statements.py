"""Statements: branches, loops, `try`, `with`, `match`, and what ends a block.

Each function runs one statement and gives the ways in which it may end. Both sides of a branch
whose test is not known are run, from the same state, and their states are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

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
    FileObj,
    InstanceObj,
    ListObj,
    PyValue,
)
from auditor.read.values import unknown

_SWALLOWING = frozenset(f"{name}()" for name in "suppress raises assertRaises ExitStack AsyncExitStack".split())
_MOST_RAISED = 50
_MOST_RETURNS = 200
_MOST_EXITS = 200
_MOST_LEAVING = 3


def simple_line(machine: Machine, node: cst.SimpleStatementLine) -> int:
    """Run the small statements of a line."""
    machine.evaluation.spend()
    return machine.execute(node.body)


def expression(machine: Machine, node: cst.Expr) -> int:
    """Evaluate for the effects."""
    if isinstance(node.value, cst.SimpleString | cst.ConcatenatedString):
        return NEXT
    machine.evaluate(node.value)
    return RETURN if _ends(machine, node.value) else NEXT


def _ends(machine: Machine, node: cst.BaseExpression) -> bool:
    """Whether a call ends the process, as long as the script put nothing else in that name's place."""
    match node:
        case cst.Call(func=cst.Attribute(value=cst.Name("sys" | "os"), attr=cst.Name("exit" | "_exit")) as func):
            found = machine.evaluate(func)
            return isinstance(found, External) and found.path in ("sys.exit", "os._exit")
    return False


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
    if flow & RETURN:
        frame.exits.append(changes)
        if len(frame.exits) - frame.mark > _MOST_EXITS:
            frame.exits[frame.mark :] = [machine.journal.together(frame.exits[frame.mark :])]


@contextmanager
def _paths_out(machine: Machine, *, is_watched: bool) -> Iterator[list[Changes]]:
    """Collect the states in which a block may be left: on each path that leaves it, and at any point of it."""
    frame = machine.frame
    outer, frame.mark = frame.mark, len(frame.exits)
    mark = frame.mark
    left: list[Changes] = []
    if is_watched:
        machine.journal.watch()
    try:
        yield left
    finally:
        frame.mark = outer
        paths = [*frame.exits[mark:], *([machine.journal.watched()] if is_watched else [])]
        if any(paths):
            left.append(machine.journal.together(paths))


def try_statement(machine: Machine, node: cst.Try | cst.TryStar) -> int:
    """Run the body; then each handler may run; then `else` and `finally`."""
    outer, machine.raised = machine.raised, []
    with _paths_out(machine, is_watched=True) as left:
        flow = _tried(machine, node)
    raised, machine.raised = machine.raised, outer
    if flow & NEXT and node.orelse is not None:
        flow = (flow & ~NEXT) | machine.execute(node.orelse.body.body)
    caught = machine.joined(raised) if raised else unknown(Source.UNKNOWN)
    handlers = [_handler(machine, handler, caught, left) for handler in node.handlers]
    if handlers:
        untouched: list[Callable[[], int]] = [lambda: flow & ~RETURN if flow & NEXT else flow]
        flow |= branch(machine, [*untouched, *handlers])
    if node.finalbody is not None:
        _on_the_way_out(machine, node.finalbody, left)
        last = machine.execute(node.finalbody.body.body)
        flow = flow | (last & ~NEXT) if last & NEXT else last
    return flow


def _on_the_way_out(machine: Machine, body: cst.Finally, left: Sequence[Changes]) -> None:
    """Run `finally` in the states of the paths that leave by it; nothing behind it sees them.

    Inside of others, which would be run twice as often each, what is behind it does.
    """
    if left and machine.journal.leaving >= _MOST_LEAVING:
        machine.journal.merge([{}, *left])
    elif left:
        machine.journal.leaving += 1
        machine.journal.push()
        try:
            machine.journal.merge([{}, *left])
            machine.execute(body.body.body)
        finally:
            machine.journal.pop()
            machine.journal.leaving -= 1


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
    machine: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, caught: PyValue, left: Sequence[Changes]
) -> Callable[[], int]:
    """Give a handler to run, in the state of what was raised at any point of the body."""

    def run() -> int:
        machine.journal.merge([{}, *left])
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
    may_swallow = any(map(_may_swallow, managers))
    with _paths_out(machine, is_watched=may_swallow) as left:
        flow = machine.execute(node.body.body)
    for manager in reversed(managers):
        if isinstance(manager, InstanceObj):
            _special(machine, manager, ("__exit__", "__aexit__"), (NONE, NONE, NONE), node)
        elif isinstance(manager, External) and manager in machine.waiting:
            machine.waiting.pop(manager)()
    if not may_swallow:
        return flow
    machine.journal.merge([{}, *left])
    return flow | NEXT


def _may_swallow(manager: PyValue) -> bool:
    """Whether what is raised inside may end at a manager: it goes on behind it then."""
    if isinstance(manager, External):
        return manager.path.rpartition(".")[2] in _SWALLOWING
    return not isinstance(manager, FileObj)


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
    returns = machine.frame.returns
    returns.append(value)
    if len(returns) > _MOST_RETURNS:
        returns[:] = [machine.joined(returns)]
    return RETURN


def raise_statement(machine: Machine, node: cst.Raise) -> int:
    """Run `raise`: nothing behind it in the block is reached."""
    if node.exc is not None:
        raised = machine.evaluate(node.exc)
        if len(machine.raised) < _MOST_RAISED:
            machine.raised.append(raised)
        else:
            machine.raised[-1] = machine.joined([machine.raised[-1], raised])
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
