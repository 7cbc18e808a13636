"""Loops and branches of JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from auditor.model.gap import Why
from auditor.read.javascript.expressions import evaluate
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Array, JsValue, Record, Scope, like
from auditor.read.javascript.operators import truth
from auditor.read.javascript.patterns import bind
from auditor.read.javascript.source import Node
from auditor.read.values import Known


class Done(Enum):
    """How a statement ended; MAYBE where some branch left the function and another did not."""

    NORMAL = "normal"
    BREAK = "break"
    CONTINUE = "continue"
    LEFT = "left"


def runner(machine: Machine, node: Node | None, scope: Scope) -> Callable[[], Done]:
    """Give what runs a statement in a block of its own."""
    from auditor.read.javascript.interpreter import run

    return lambda: run(machine, node, Scope(scope)) if node is not None else Done.NORMAL


def either(machine: Machine, runs: Sequence[Callable[[], Done]]) -> Done:
    """Run alternatives, and give how they end together."""
    outcomes = machine.branches(runs)
    return Done.LEFT if all(outcome is Done.LEFT for outcome in outcomes) else Done.NORMAL


def run_while(machine: Machine, node: Node, scope: Scope) -> Done:
    """Run `while`, `do` and `for`: unrolled while the condition is known, else the body once as a branch."""
    from auditor.read.javascript.interpreter import run

    condition, body, increment = node.get("condition"), node.get("body"), node.get("increment")
    inner = Scope(scope)
    initializer = node.get("initializer")
    if initializer is not None:
        run(machine, initializer, inner)
    rounds = 0
    while body is not None:
        is_test_first = node.type != "do_statement" or rounds > 0
        known = truth(evaluate(machine, condition, inner)) if condition is not None and is_test_first else True
        if known is False:
            break
        rounds += 1
        machine.evaluation.spend()
        is_endless = condition is None or condition.text in {"(true)", "true", "(1)", "true;", "1;", ";", "(!0)", "!0;"}
        is_over = rounds > machine.evaluation.limits.loop_rounds
        if is_over:
            machine.evaluation.gap(Why.TOO_MANY, "rounds of a loop", machine.place(body))
        if known is None or (is_endless and rounds > 1) or is_over:
            either(machine, [runner(machine, body, inner), lambda: Done.NORMAL])
            break
        done = run(machine, body, inner)
        if done is Done.LEFT:
            return done
        if done is Done.BREAK:
            break
        if increment is not None:
            evaluate(machine, increment, inner)
    return Done.NORMAL


def run_for_in(machine: Machine, node: Node, scope: Scope) -> Done:
    """Run `for … of` and `for … in` over what is known, and once over what more there may be."""
    from auditor.read.javascript.interpreter import run

    left, right, body = node.get("left"), node.get("right"), node.get("body")
    if left is None or right is None or body is None:
        return Done.NORMAL
    value = evaluate(machine, right, scope)
    operator = node.get("operator")
    is_of = operator is not None and operator.text == "of"
    items, rest = _items_of(value, is_of=is_of)
    for item in items:
        machine.evaluation.spend()
        inner = Scope(scope)
        bind(machine, left, item, inner)
        done = run(machine, body, inner)
        if done is Done.LEFT:
            return done
        if done is Done.BREAK:
            return Done.NORMAL
    if rest is not None:
        inner = Scope(scope)
        bind(machine, left, rest, inner)
        either(machine, [runner(machine, body, inner), lambda: Done.NORMAL])
    return Done.NORMAL


def _items_of(value: JsValue, *, is_of: bool) -> tuple[list[JsValue], JsValue | None]:
    """Give what a loop goes over, and what more there may be."""
    if isinstance(value, Array):
        if is_of:
            return list(value.items), value.rest
        return [Known(str(index)) for index in range(len(value.items))], value.rest
    if isinstance(value, Record) and not is_of and not value.is_open:
        return [Known(key) for key in value.entries], None
    if isinstance(value, Record) and "@items" in value.entries:
        inner = value.entries["@items"]
        return _items_of(inner, is_of=True)
    if isinstance(value, Known) and isinstance(value.value, str):
        return [Known(c) for c in value.value] if is_of else [Known(str(i)) for i in range(len(value.value))], None
    return [], like(value)
