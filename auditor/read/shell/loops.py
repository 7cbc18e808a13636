"""Loops: unrolled over known values and while a condition is known, else walked until a round finds nothing new.

Takes a loop and a shell, walks its rounds and joins the paths that leave it. A bound on rounds that
is hit is a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from enum import Enum
from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.read.shell.memory import Memory, Variable, join
from auditor.read.shell.rounds import Rounds, made
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
from auditor.read.table import Footprint
from auditor.read.values import Unknown, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_MOST_CHANGED = 8
"""Rounds of a loop of which only files tell that the next one does something else."""


class Next(Enum):
    """What comes after a round."""

    ROUND = "round"
    LAST = "last"  # a round that may not happen, and nobody knows how many more
    DONE = "done"
    OPEN = "open"  # nobody knows how many more; what a plain one does is known


Streams = dict[int, Value | None]
# What can still be read from each descriptor.


def run_for(shell: Shell, command: Command) -> None:
    """Walk a loop over words, one round per known word."""
    assert isinstance(command, For)
    values = shell.arguments() if command.words is None else fields_of(shell, command.words)[0]
    if not values:
        return
    unknown = tuple(value for value in values if known_text(value) is None) or values

    def once_more() -> None:
        shell.assign(command.name, _any(shell, unknown))
        shell.run_sequence(command.body)

    if command.is_select:
        shell.assign(command.name, values[0] if len(values) == 1 else _any(shell, values))
        _loop(shell, lambda number: Next.DONE if number else Next.ROUND, command.body, once_more, may_skip=True)
        return
    rounds = min(len(values), shell.limits.loop_rounds)
    if rounds < len(values):
        shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", shell.place())

    def next_round(number: int) -> Next:
        if number >= rounds:
            return Next.DONE
        shell.assign(command.name, values[number])
        return Next.ROUND

    _loop(shell, next_round, command.body, once_more, may_skip=unknown is not values)


def _any(shell: Shell, values: tuple[Value, ...]) -> Value:
    from auditor.read.values import one_of

    return one_of(values, shell.limits.alternatives)


def _loop(
    shell: Shell,
    next_round: Callable[[int], Next],
    body: Sequence,
    once_more: Callable[[], None],
    *,
    may_skip: bool,
) -> None:
    """Walk rounds as long as `next_round` says so, and by `once_more` what further ones may do.

    Where `may_skip`, nobody knows how many there are from the start.
    """
    before = shell.memory.copy() if may_skip else None
    table, left = shell.evaluation.files.table, list[Memory]()
    shell.exits.append(left)
    depth = len(shell.memory.scopes)
    rounds = Rounds(shell)
    number = 0
    ended = ""
    try:
        while True:
            rounds.begin()
            goes_on = next_round(number)
            if goes_on in (Next.DONE, Next.OPEN):
                rounds.take_back()
                break
            if goes_on is Next.LAST and before is None:
                before = shell.memory.copy()
            with table.doubt(is_sure=before is None), table.doubt(lambda: len(left)):
                shell.run_sequence(body)
            ended = shell.memory.ended
            if ended in ("break", "continue"):
                shell.memory.ended = ""
            if goes_on is Next.LAST or ended not in ("", "continue"):
                break
            number += 1
        if (
            (before is not None or goes_on is Next.OPEN)
            and ended in ("", "continue")
            and number + (goes_on is Next.LAST)
        ):
            left += rounds.settle(once_more)
    finally:
        rounds.noted.close()
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
    before: tuple[Memory, Streams] | None = None
    looked = Footprint()
    table = shell.evaluation.files.table

    def next_round(number: int) -> Next:
        nonlocal decisions, before, looked
        round_.close()
        if number >= shell.limits.loop_rounds:
            shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", shell.place())
            return Next.DONE
        shell.run_sequence(command.condition)
        status = shell.status
        if status is None or shell.memory.ended:
            return Next.LAST
        if (status == 0) == command.is_until:
            return Next.DONE
        finds_same = number >= _MOST_CHANGED or table.would_find(looked)  # among the files that the round looked at
        if before is not None and finds_same and before[1] == _readable(shell.memory):
            # Only a jump whose condition is known tells how often an endless loop goes round.
            if _is_endless(command) and shell.decisions == decisions:
                return Next.OPEN
            if _is_same(before[0], shell.memory):
                return Next.DONE  # every further round does what the last one did
        decisions = shell.decisions
        before = shell.memory.copy(), _readable(shell.memory)
        looked = Footprint()
        round_.enter_context(table.footprint(looked))
        return Next.ROUND

    def once_more() -> None:
        shell.run_sequence(command.condition)
        shell.run_sequence(command.body)

    with ExitStack() as round_:
        _loop(shell, next_round, command.body, once_more, may_skip=False)
    shell.status = None


def _is_same(before: Memory, after: Memory) -> bool:
    """Whether a round left what the next one depends on: variables, functions, arguments, the directory."""
    if before.arguments != after.arguments or before.directory != after.directory:
        return False
    if len(before.scopes) != len(after.scopes) or made(before) != made(after):
        return False
    if before.aliases != after.aliases:
        return False
    return all(
        old.keys() == new.keys() and all(_are_alike(old[name], new[name]) for name in old)
        for old, new in zip(before.scopes, after.scopes, strict=True)
    )


def _readable(memory: Memory) -> Streams:
    """Give what can still be read from each descriptor."""
    return {number: stream.content for number, stream in memory.streams.items()}


def _are_alike(old: Variable, new: Variable) -> bool:
    """Whether a variable is what it was; one unknown value is like another."""
    return old is new or old == new or (isinstance(old.value, Unknown) and isinstance(new.value, Unknown))


def _is_endless(command: Loop) -> bool:
    last = command.condition.commands[-1] if command.condition.commands else None
    words = [word.plain for word in last.words if isinstance(word, Word)] if isinstance(last, Simple) else []
    if isinstance(last, Arithmetic):
        return (last.expression.plain or "").strip().isdigit()
    if words[:1] in (["["], ["test"]):  # `[ 1 ]`
        return len(words) == 2 + (words[0] == "[") and words[1] is not None
    return words in (["true"], [":"], ["false"], ["sleep"])


def run_counting_for(shell: Shell, command: Command) -> None:
    """Walk `for ((…))`: unrolled while its condition is known, else one round."""
    assert isinstance(command, CountingFor)
    shell.arithmetic(command.first)

    def next_round(number: int) -> Next:
        if number >= shell.limits.loop_rounds:
            shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", shell.place())
            return Next.DONE
        if number:
            shell.arithmetic(command.step)
        if not command.condition.parts:
            return Next.LAST
        text = known_text(shell.arithmetic(command.condition))
        return Next.LAST if text is None else Next.DONE if text == "0" else Next.ROUND

    def once_more() -> None:
        shell.arithmetic(command.step)
        shell.arithmetic(command.condition)
        shell.run_sequence(command.body)

    _loop(shell, next_round, command.body, once_more, may_skip=False)
