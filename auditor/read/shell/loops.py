"""Loops: unrolled over known values and while a condition is known, else walked once.

Takes a loop and a shell, walks its rounds and joins the paths that leave it. A bound on rounds that
is hit is a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.read.shell.memory import Memory, join
from auditor.read.shell.syntax import (
    Arithmetic,
    Command,
    CountingFor,
    For,
    Loop,
    Sequence,
    Simple,
    Word,
)
from auditor.read.shell.words import fields_of
from auditor.read.values import Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


def run_for(shell: Shell, command: Command) -> None:
    """Walk a loop over words, one round per known word."""
    assert isinstance(command, For)
    values = shell.arguments() if command.words is None else fields_of(shell, command.words)[0]
    if not values:
        return
    if command.is_select:
        shell.assign(command.name, values[0] if len(values) == 1 else _any(shell, values))
        _loop(shell, lambda number: number == 0, command.body, may_skip=True)
        return
    rounds = min(len(values), shell.limits.loop_rounds)
    if rounds < len(values):
        shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", shell.place())

    def next_round(number: int) -> bool:
        if number >= rounds:
            return False
        shell.assign(command.name, values[number])
        return True

    _loop(shell, next_round, command.body, may_skip=any(known_text(value) is None for value in values))


def _any(shell: Shell, values: tuple[Value, ...]) -> Value:
    from auditor.read.values import one_of

    return one_of(values, shell.limits.alternatives)


def _loop(shell: Shell, next_round: Callable[[int], bool | None], body: Sequence, *, may_skip: bool) -> None:
    """Walk rounds as long as `next_round` says so; None from it means one last round that may not happen."""
    before = shell.memory.copy() if may_skip else None
    table, left = shell.evaluation.files.table, list[Memory]()
    shell.exits.append(left)
    depth = len(shell.memory.scopes)
    number = 0
    try:
        while True:
            goes_on = next_round(number)
            if goes_on is False:
                break
            if goes_on is None and before is None:
                before = shell.memory.copy()
            with table.doubt(is_sure=before is None), table.doubt(lambda: len(left)):
                shell.run_sequence(body)
            ended = shell.memory.ended
            if ended in ("break", "continue"):
                shell.memory.ended = ""
            if goes_on is None or ended not in ("", "continue"):
                break
            number += 1
    finally:
        shell.exits.pop()
    left = [each for each in left if len(each.scopes) == depth]
    paths = [shell.memory, *left, *([before] if before is not None else [])]
    if len(paths) > 1:
        streams = shell.memory.streams
        shell.memory = join(paths, shell.limits.alternatives)
        shell.memory.streams = streams


def run_loop(shell: Shell, command: Command) -> None:
    """Walk `while` and `until`: unrolled while the condition is known, else one round."""
    assert isinstance(command, Loop)
    decisions = shell.decisions

    def next_round(number: int) -> bool | None:
        nonlocal decisions
        if number >= shell.limits.loop_rounds:
            shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", shell.place())
            return False
        shell.run_sequence(command.condition)
        status = shell.status
        if status is None or shell.memory.ended:
            return None
        if (status == 0) == command.is_until:
            return False
        if _is_endless(command):
            # Only a jump whose condition is known tells how often such a loop goes round.
            if number and shell.decisions == decisions:
                return False
            decisions = shell.decisions
        return True

    _loop(shell, next_round, command.body, may_skip=False)
    shell.status = None


def _is_endless(command: Loop) -> bool:
    last = command.condition.commands[-1] if command.condition.commands else None
    words = [word.plain for word in last.words if isinstance(word, Word)] if isinstance(last, Simple) else []
    if isinstance(last, Arithmetic):
        return (last.expression.plain or "").strip().isdigit()
    return words in (["true"], [":"], ["false"], ["sleep"])


def run_counting_for(shell: Shell, command: Command) -> None:
    """Walk `for ((…))`: unrolled while its condition is known, else one round."""
    assert isinstance(command, CountingFor)
    shell.arithmetic(command.first)

    def next_round(number: int) -> bool | None:
        if number >= shell.limits.loop_rounds:
            shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", shell.place())
            return False
        if number:
            shell.arithmetic(command.step)
        if not command.condition.parts:
            return None
        text = known_text(shell.arithmetic(command.condition))
        return None if text is None else text != "0"

    _loop(shell, next_round, command.body, may_skip=False)
