"""Flow: lists, conditions, loops, `case`. Every branch is walked; loops over known values are unrolled.

Takes compound commands and a shell, walks them, and joins the paths. A loop whose rounds cannot be
known is walked once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from auditor.read.shell.decided import is_decided, items_of
from auditor.read.shell.memory import Memory, join
from auditor.read.shell.narrowing import Guard, looked_at, narrowed
from auditor.read.shell.syntax import (
    AndOr,
    Arithmetic,
    Assignment,
    Case,
    Command,
    If,
    Sequence,
    Simple,
    Test,
    Word,
)
from auditor.read.shell.tests import is_true
from auditor.read.shell.words import pattern_of, single
from auditor.read.values import Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_JUMPS = frozenset({"break", "continue", "return", "exit"})
_SURE = frozenset(
    "echo printf export declare local readonly typeset set cd pushd popd mkdir cp mv rm ln touch chmod cat true : shopt"
    " alias trap unset shift eval let hash umask".split()
)
"""Commands after which a path where they failed is not worth keeping."""


def run_and_or(shell: Shell, command: Command) -> None:
    """Walk `a && b || c`: each side on the path that leads to it."""
    assert isinstance(command, AndOr)
    out = shell.memory.streams.get(1)
    guard = looked_at(shell, command.commands[0])
    shell.execute(command.commands[0])
    success, failure = narrowed(shell, (guard, True)), narrowed(shell, (guard, False))
    can_fail = _can_fail(command.commands[0])
    can_succeed = True
    decided = shell.status is not None and is_decided(shell, command.commands[0])
    if decided:
        can_fail, can_succeed = shell.status != 0, shell.status == 0
    if shell.status is not None and any(_is_jump(each) for each in command.commands[1:]):
        can_fail, can_succeed = shell.status != 0, shell.status == 0
        shell.decisions += 1
    joined: list[Memory] = []
    for operator, right in zip(command.operators, command.commands[1:], strict=True):
        start = success if operator == "&&" else failure
        is_reached = can_succeed if operator == "&&" else can_fail
        if (_is_jump(right) or decided) and not is_reached:
            continue
        decided = False  # what runs decides the rest
        if start.ended and is_reached:
            continue
        shell.memory = start.copy()
        shell.memory.ended = ""
        mark = len(out.pieces) if out is not None else 0
        guard = looked_at(shell, right)
        with shell.evaluation.files.table.doubt(is_sure=operator == "&&" and not can_fail):
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
            success, can_fail = narrowed(shell, (guard, True)), can_fail or fails
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
    said: list[tuple[Guard, bool]] = []
    for condition, body in command.branches:
        guard = looked_at(shell, condition)
        shell.run_sequence(condition)
        if shell.memory.ended:
            return
        taken = partial(_walk, shell, body, (*said, (guard, True)))
        said.append((guard, False))
        if shell.status is not None and (_is_jump(body) or is_decided(shell, condition)):
            # A jump whose condition is known is taken or not: a loop that counts ends where it should.
            shell.decisions += 1
            if shell.status != 0:
                continue
            runs.append(taken)
            decided = True
            break
        runs.append(taken)
    if not decided:
        runs.append(partial(_walk, shell, command.otherwise, tuple(said)))
    shell.alternatives(runs)


def _walk(shell: Shell, body: Sequence | None, said: tuple[tuple[Guard, bool], ...]) -> None:
    """Walk a branch, knowing which conditions failed and which one held."""
    shell.memory = narrowed(shell, *said)
    if body is not None:
        shell.run_sequence(body)


def run_case(shell: Shell, command: Command) -> None:
    """Walk every item of a `case`, and join them."""
    assert isinstance(command, Case)
    single(shell, command.subject)
    runs: list[Callable[[], None]] = []
    catches_all = False
    taken = items_of(shell, command)
    for start, (patterns, body, terminator) in enumerate(command.items):
        index = start
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
        if taken is None:
            runs.append(lambda bodies=tuple(bodies): _run_all(shell, bodies))  # type: ignore[misc]
        elif start in taken:
            _run_all(shell, tuple(bodies))
    if taken is not None:
        return
    if not catches_all:
        runs.append(lambda: None)
    shell.alternatives(runs)


def _run_all(shell: Shell, bodies: tuple[Sequence, ...]) -> None:
    for body in bodies:
        shell.run_sequence(body)


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


def only_assigns(line: Sequence) -> bool:
    """Whether commands set plain variables and do nothing else."""
    return all(
        isinstance(command, Simple)
        and not command.redirects
        and (
            not command.words
            or getattr(command.words[0], "plain", None) in ("declare", "typeset", "export", "local", ":")
        )
        and all(isinstance(word, Assignment) or word.plain is not None for word in command.words)
        for command in line.commands
    )
