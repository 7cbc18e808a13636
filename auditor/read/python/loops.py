"""Loops: unrolled over what is known, otherwise read as if run once and twice, and joined with not at all."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from auditor.read.python.frames import BREAK, NEXT, RETURN, Loop
from auditor.read.python.journal import Changes
from auditor.read.python.machine import Machine
from auditor.read.python.objects import PyValue, Rest
from auditor.read.python.watch import Watch
from auditor.read.python.widening import forget, widen

_SHARE = 4  # one loop may use this fraction of the steps that are left
_CHEAP = 64  # items that cost as much to join as one step
_PASSES_DEPTH = 2  # bodies of loops nested deeper are read once, not twice


def for_statement(machine: Machine, node: cst.For) -> int:
    """Run a `for` loop."""
    items = machine.iterate(machine.evaluate(node.iter), node.iter)
    allowance = machine.evaluation.steps_left - machine.evaluation.steps_left // _SHARE
    flow = NEXT
    broke = False
    watch = Watch(machine, node.body)
    for count, item in enumerate(items):
        over = count >= machine.limits.loop_rounds or machine.evaluation.steps_left < allowance or watch.is_idle(count)
        if isinstance(item, Rest) or over:
            rest: list[PyValue] = [one.value if isinstance(one, Rest) else one for one in items[count:]]
            machine.evaluation.spend(len(rest) // _CHEAP)
            value = machine.joined(rest) if over else item.value if isinstance(item, Rest) else item
            flow |= _unknown_rounds(machine, node, value)
            if over:
                break
            continue
        machine.evaluation.spend()
        machine.tables.assign(machine, node.target, item)
        machine.journal.push(is_sure=True)
        ended = body(machine, node.body)
        watch.saw(machine.journal.keep(), count + 1)
        flow |= ended & RETURN
        if ended & BREAK and not ended & NEXT:
            broke = True
            break
        if not ended & NEXT:
            return flow & ~NEXT
    if node.orelse is not None and not broke:
        flow |= machine.execute(node.orelse.body.body)
    return flow


def body(machine: Machine, block: cst.BaseSuite) -> int:
    """Run a loop's body once; `continue` counts as its end. NEXT in the result: another round may follow."""
    loop = Loop()
    machine.frame.loops.append(loop)
    try:
        flow = machine.execute(block.body)
    finally:
        machine.frame.loops.pop()
    if loop.exits:
        machine.journal.merge([{}, *loop.exits])
    if flow & ~(BREAK | RETURN):
        flow |= NEXT
    return flow & (BREAK | RETURN | NEXT)


def _unknown_rounds(machine: Machine, node: cst.For, value: PyValue) -> int:
    def one() -> int:
        machine.evaluation.spend()
        machine.tables.assign(machine, node.target, value)
        return body(machine, node.body)

    return maybe(machine, node, one)


def maybe(machine: Machine, node: cst.CSTNode, one: Callable[[], int], passes: int = 2) -> int:
    """Run a body that may run any number of times; give how it may leave the function, and NEXT."""
    flow = NEXT
    is_quick = machine.is_brief or sum(len(frame.loops) for frame in machine.frames) >= _PASSES_DEPTH
    if is_quick:
        forget(machine, machine.carried.get(node, frozenset()))
    for number in range(passes):
        decided = machine.decided
        machine.journal.push()
        flow |= one() & RETURN
        changes: Changes = machine.journal.pop()
        if not changes:
            break
        if number:
            machine.journal.merge([{}, changes])
            continue
        wider = widen(machine.journal, changes)
        if wider:
            machine.carried[node] = machine.carried.get(node, frozenset()) | wider
        if is_quick and not (wider and machine.decided > decided):
            break
    return flow


def while_statement(machine: Machine, node: cst.While) -> int:
    """Run a `while` loop: round by round while its test is known, otherwise as a loop of unknown length."""
    allowance = machine.evaluation.steps_left - machine.evaluation.steps_left // _SHARE
    flow = NEXT
    endless = _is_constant(node.test) and not _breaks(node.body)
    rounds = 0
    watch = Watch(machine, node.body)
    changes: Changes = {}
    while True:
        machine.evaluation.spend()
        verdict = machine.truth(machine.evaluate(node.test))
        if verdict is False:
            if node.orelse is not None:
                flow |= machine.execute(node.orelse.body.body)
            return flow
        over = (
            rounds >= machine.limits.loop_rounds or machine.evaluation.steps_left < allowance or watch.is_idle(rounds)
        )
        if verdict is None or over or (endless and rounds and not machine.is_stepping):
            break
        machine.journal.push(is_sure=True)
        ended = body(machine, node.body)
        changes = machine.journal.keep()
        flow |= ended & RETURN
        rounds += 1
        if not ended & NEXT:
            return flow if ended & BREAK else flow & ~NEXT
        if ended & (BREAK | RETURN) or not changes:
            break
    if rounds:
        widen(machine.journal, changes)
    flow |= maybe(machine, node, lambda: _while_round(machine, node), passes=1 if rounds else 2)
    return flow


def _while_round(machine: Machine, node: cst.While) -> int:
    machine.evaluation.spend()
    machine.evaluate(node.test)
    return body(machine, node.body)


def _is_constant(test: cst.BaseExpression) -> bool:
    return isinstance(test, cst.Integer) or (isinstance(test, cst.Name) and test.value == "True")


def _breaks(block: cst.BaseSuite) -> bool:
    """Whether a loop's own body has a `break` or `return` anywhere."""
    pending: list[cst.CSTNode] = list(block.body)
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Break | cst.Return):
            return True
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            continue
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite | cst.IndentedBlock):
            pending += node.body
            continue
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, None)
            if isinstance(inner, cst.CSTNode):
                pending.append(inner)
            elif isinstance(inner, list | tuple):
                pending += inner
    return False
