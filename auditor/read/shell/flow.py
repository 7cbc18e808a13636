"""Flow: lists, conditions, loops, `case`. Every branch is walked; loops over known values are unrolled.

Takes compound commands and a shell, walks them, and joins the paths. A loop whose rounds cannot be
known is walked once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.shell.memory import Memory, join
from auditor.read.shell.syntax import (
    AndOr,
    Arithmetic,
    Case,
    Command,
    CountingFor,
    For,
    If,
    Loop,
    Sequence,
    Simple,
    Test,
    Word,
)
from auditor.read.shell.tests import is_true
from auditor.read.shell.words import derived, fields_of, pattern_of, single
from auditor.read.values import Known, Text, Unknown, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_JUMPS = frozenset({"break", "continue", "return", "exit"})
_SURE = frozenset(
    "echo printf export declare local readonly typeset set cd pushd popd mkdir cp mv rm ln touch chmod cat true : shopt alias"
    " trap unset shift eval let hash umask".split()
)
"""Commands after which a path where they failed is not worth keeping."""


def run_and_or(shell: Shell, command: Command) -> None:
    """Walk `a && b || c`: each side on the path that leads to it."""
    assert isinstance(command, AndOr)
    out = shell.memory.streams.get(1)
    shell.execute(command.commands[0])
    success, failure = shell.memory, shell.memory
    can_fail = _can_fail(command.commands[0])
    can_succeed = True
    if shell.status is not None and any(_is_jump(each) for each in command.commands[1:]):
        can_fail, can_succeed = shell.status != 0, shell.status == 0
        shell.decisions += 1
    joined: list[Memory] = []
    for operator, right in zip(command.operators, command.commands[1:], strict=True):
        start = success if operator == "&&" else failure
        is_reached = can_succeed if operator == "&&" else can_fail
        if _is_jump(right) and not is_reached:
            continue
        if start.ended and is_reached:
            continue
        shell.memory = start.copy()
        shell.memory.ended = ""
        mark = len(out.pieces) if out is not None else 0
        shell.execute(right)
        if out is not None and operator == "||" and mark and len(out.pieces) > mark:
            _either(shell, out.pieces, mark)
        if not is_reached:
            # Unreachable on a straight reading; it was walked for its effects only.
            continue
        fails = _can_fail(right)
        if operator == "&&":
            if not can_fail:
                failure = shell.memory
            elif fails:
                failure = join([failure, shell.memory], shell.limits.alternatives)
            success, can_fail = shell.memory, can_fail or fails
        else:
            success = join([success, shell.memory], shell.limits.alternatives) if can_succeed else shell.memory
            failure, can_fail, can_succeed = shell.memory, fails, True
        shell.status = None
    joined = [success] if can_succeed else []
    if can_fail and failure is not success:
        joined.append(failure)
    shell.memory = join(joined or [failure], shell.limits.alternatives)


def _either(shell: Shell, pieces: list[Value], mark: int) -> None:
    """After `a || b`, the output is that of one of the two."""
    from auditor.read.values import concat, one_of

    left, right = concat(pieces[mark - 1 : mark]), concat(pieces[mark:])
    pieces[mark - 1 :] = [one_of((left, right), shell.limits.alternatives)]


def _can_fail(command: Command) -> bool:
    if isinstance(command, Simple):
        if not command.words:
            return False
        first = command.words[0]
        return not (isinstance(first, Word) and first.plain in _SURE)
    return True


def _is_jump(command: Command) -> bool:
    if isinstance(command, Sequence):
        return len(command.commands) == 1 and _is_jump(command.commands[0])
    return isinstance(command, Simple) and bool(command.words) and getattr(command.words[0], "plain", None) in _JUMPS


def run_if(shell: Shell, command: Command) -> None:
    """Walk every branch of an `if`, and join them."""
    assert isinstance(command, If)
    runs: list[Callable[[], None]] = []
    decided = False
    for condition, body in command.branches:
        shell.run_sequence(condition)
        if shell.memory.ended:
            return
        if shell.status is not None and _is_jump(body):
            # A jump whose condition is known is taken or not: a loop that counts ends where it should.
            shell.decisions += 1
            if shell.status != 0:
                continue
            runs.append(lambda body=body: shell.run_sequence(body))  # type: ignore[misc]
            decided = True
            break
        runs.append(lambda body=body: shell.run_sequence(body))  # type: ignore[misc]
    if command.otherwise is not None and not decided:
        otherwise = command.otherwise
        runs.append(lambda: shell.run_sequence(otherwise))
    elif not decided:
        runs.append(lambda: None)
    shell.alternatives(runs)


def run_case(shell: Shell, command: Command) -> None:
    """Walk every item of a `case`, and join them."""
    assert isinstance(command, Case)
    single(shell, command.subject)
    runs: list[Callable[[], None]] = []
    catches_all = False
    for index, (patterns, body, terminator) in enumerate(command.items):
        for pattern in patterns:
            if pattern.plain == "*":
                catches_all = True
            elif pattern.plain is None:
                pattern_of(shell, pattern)
        bodies = [body]
        while terminator == ";&" and index + 1 < len(command.items):
            index += 1
            bodies.append(command.items[index][1])
            terminator = command.items[index][2]
        runs.append(lambda bodies=tuple(bodies): _run_all(shell, bodies))  # type: ignore[misc]
    if not catches_all:
        runs.append(lambda: None)
    shell.alternatives(runs)


def _run_all(shell: Shell, bodies: tuple[Sequence, ...]) -> None:
    for body in bodies:
        shell.run_sequence(body)


# Loops


def run_for(shell: Shell, command: Command) -> None:
    """Walk a loop over words, one round per known word."""
    assert isinstance(command, For)
    values: tuple[Value, ...]
    if command.words is None:
        values = shell.arguments()
    else:
        values = tuple(dict.fromkeys(value for row in fields_of(shell, command.words) for value in row)) if _many(
            shell, command
        ) else fields_of(shell, command.words)[0]  # fmt: skip
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


def _many(shell: Shell, command: For) -> bool:
    """Whether the words have alternatives; looked at without expanding them twice for their effects."""
    return False


def _any(shell: Shell, values: tuple[Value, ...]) -> Value:
    from auditor.read.values import one_of

    return one_of(values, shell.limits.alternatives)


def _loop(shell: Shell, next_round: Callable[[int], bool | None], body: Sequence, *, may_skip: bool) -> None:
    """Walk rounds as long as `next_round` says so; None from it means one last round that may not happen."""
    before = shell.memory.copy() if may_skip else None
    shell.exits.append([])
    depth = len(shell.memory.scopes)
    number = 0
    try:
        while not shell.memory.ended:
            goes_on = next_round(number)
            if goes_on is False:
                break
            if goes_on is None and before is None:
                before = shell.memory.copy()
            shell.run_sequence(body)
            if shell.memory.ended in ("break", "continue"):
                stops = shell.memory.ended == "break"
                shell.memory.ended = ""
                if stops:
                    break
            if goes_on is None:
                break
            number += 1
    finally:
        exits = shell.exits.pop()
    left = [each for each in exits if len(each.scopes) == depth]
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
    return words in (["true"], [":"], ["false"], ["sleep"]) or (isinstance(last, Arithmetic))


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


def run_arithmetic(shell: Shell, command: Command) -> None:
    """Walk `((…))`."""
    assert isinstance(command, Arithmetic)
    text = known_text(shell.arithmetic(command.expression))
    shell.status = None if text is None else int(text == "0")


def run_test(shell: Shell, command: Command) -> None:
    """Walk `[[…]]`: its words are expanded for what they do, its result is used where it is known."""
    assert isinstance(command, Test)
    result = is_true(shell, command.words)
    shell.status = None if result is None else int(not result)


__all__ = [
    "Known",
    "Source",
    "Text",
    "Unknown",
    "derived",
    "run_and_or",
    "run_arithmetic",
    "run_case",
    "run_counting_for",
    "run_for",
    "run_if",
    "run_loop",
    "run_test",
]
