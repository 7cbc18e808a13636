"""Loops and branches of JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.gap import Why
from auditor.read.javascript.expressions import evaluate
from auditor.read.javascript.journal import Done, Target
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Array, JsValue, Record, Scope, like
from auditor.read.javascript.operators import truth
from auditor.read.javascript.patterns import bind
from auditor.read.javascript.rounds import many
from auditor.read.javascript.source import Node
from auditor.read.values import Known


def runner(machine: Machine, node: Node | None, scope: Scope) -> Callable[[], Done]:
    """Give what runs a statement in a block of its own."""
    from auditor.read.javascript.interpreter import run

    return lambda: run(machine, node, Scope(scope)) if node is not None else Done.NORMAL


def either(machine: Machine, runs: Sequence[Callable[[], Done]]) -> Done:
    """Run alternatives, and give how they end together."""
    outcomes = machine.branches(runs)
    return Done.LEFT if all(outcome is Done.LEFT for outcome in outcomes) else Done.NORMAL


_ENDLESS = frozenset({"(true)", "true", "(1)", "true;", "1;", ";", "(!0)", "!0;"})


def run_while(machine: Machine, node: Node, scope: Scope) -> Done:
    """Run `while`, `do` and `for`: unrolled while the condition is known, else as a loop of unknown length."""
    from auditor.read.javascript.interpreter import run

    body, initializer = node.get("body"), node.get("initializer")
    inner = Scope(scope)
    if initializer is not None:
        run(machine, initializer, inner)
    if body is None:
        return Done.NORMAL
    label = machine.take_label()
    with machine.journal.loop(label) as target:
        return _rounds(machine, node, body, inner, target)


def _rounds(machine: Machine, node: Node, body: Node, scope: Scope, target: Target) -> Done:
    condition = node.get("condition")
    is_endless = condition is None or condition.text in _ENDLESS
    rounds = 0
    while True:
        is_test_first = node.type != "do_statement" or rounds > 0
        known = truth(evaluate(machine, condition, scope)) if condition is not None and is_test_first else True
        if known is False:
            return Done.NORMAL
        rounds += 1
        is_over = rounds > machine.evaluation.limits.loop_rounds
        if is_over:
            machine.evaluation.gap(Why.TOO_MANY, "rounds of a loop", machine.place(body))
        if known is None or is_endless or is_over:
            is_sure = is_endless and not is_over
            ended = many(
                machine, lambda: _unknown_round(machine, node, body, scope), body=body, scope=scope, is_sure=is_sure
            )
            return _after(machine, target, ended) or Done.NORMAL
        done = _round(machine, node, body, scope)
        after = _after(machine, target, done)
        if after is not None:
            return after


def _round(machine: Machine, node: Node, body: Node, scope: Scope) -> Done:
    """Run the body once, and what stands at its end."""
    from auditor.read.javascript.interpreter import run

    machine.evaluation.spend()
    done = run(machine, body, Scope(scope))
    increment = node.get("increment")
    if done in (Done.NORMAL, Done.CONTINUE) and increment is not None:
        machine.journal.join_round()
        evaluate(machine, increment, scope)
    return done


def _unknown_round(machine: Machine, node: Node, body: Node, scope: Scope) -> Done:
    condition = node.get("condition")
    done = _round(machine, node, body, scope)
    if done in (Done.NORMAL, Done.CONTINUE) and condition is not None:
        evaluate(machine, condition, scope)
    return done


def _after(machine: Machine, target: Target, done: object) -> Done | None:
    """Give how the loop ends with a round; None where it goes on."""
    if done is Done.LEFT:
        return Done.LEFT
    if done in (Done.BREAK, Done.CONTINUE) and machine.label not in ("", target.label):
        return Done.BREAK if done is Done.BREAK else Done.CONTINUE
    if done is Done.BREAK:
        return Done.NORMAL
    machine.journal.join_round()
    return None


def run_for_in(machine: Machine, node: Node, scope: Scope) -> Done:
    """Run `for … of` and `for … in` over what is known, and as a loop of unknown length over what more there may be."""
    left, right, body = node.get("left"), node.get("right"), node.get("body")
    if left is None or right is None or body is None:
        return Done.NORMAL
    label = machine.take_label()
    value = evaluate(machine, right, scope)
    operator = node.get("operator")
    is_of = operator is not None and operator.text == "of"
    items, rest = _items_of(value, is_of=is_of)

    def one(item: JsValue) -> Done:
        from auditor.read.javascript.interpreter import run

        machine.evaluation.spend()
        inner = Scope(scope)
        bind(machine, left, item, inner, is_new=node.get("kind") is not None)
        done = run(machine, body, inner)
        machine.journal.join_round()
        return done

    with machine.journal.loop(label) as target:
        for item in items:
            after = _after(machine, target, one(item))
            if after is not None:
                return after
        if rest is not None:
            ended = many(machine, lambda: one(rest), body=body, scope=scope)
            return _after(machine, target, ended) or Done.NORMAL
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
