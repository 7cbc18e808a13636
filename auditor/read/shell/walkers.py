"""Which function walks which kind of command; the kinds that need no more than a line stand here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.shell import commands, flow, functions, loops, pipelines
from auditor.read.shell.memory import Stream
from auditor.read.shell.redirects import hold, with_redirects
from auditor.read.shell.syntax import (
    AndOr,
    Arithmetic,
    Case,
    Command,
    Coproc,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Loop,
    Not,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    Test,
)
from auditor.read.values import EMPTY, Known, Unknown, alternatives

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


def _group(shell: Shell, command: Command) -> None:
    assert isinstance(command, Group)
    shell.run_sequence(command.body)


def _not(shell: Shell, command: Command) -> None:
    assert isinstance(command, Not)
    shell.execute(command.body)
    shell.status = None if shell.status is None else int(shell.status == 0)


def _sequence(shell: Shell, command: Command) -> None:
    assert isinstance(command, Sequence)
    shell.run_sequence(command)


def _subshell(shell: Shell, command: Command) -> None:
    assert isinstance(command, Subshell)
    shell.subshell(command.body)


def _coproc(shell: Shell, command: Command) -> None:
    assert isinstance(command, Coproc)
    number = shell.shared.numbers = shell.shared.numbers + 2
    path = f"/dev/fd/{number + 1}"  # what is written there is its input
    shell.outputs[path] = Sequence((command.body,), (False,))
    hold(shell.evaluation, Known(path), EMPTY)
    kept, output = dict(shell.memory.streams), Stream()
    shell.memory.streams[0], shell.memory.streams[1] = Stream(content=shell.evaluation.fresh(Source.INPUT)), output
    shell.subshell(command.body)
    shell.memory.streams = kept
    if any(isinstance(each, Unknown) and each.hole.source is Source.NETWORK for each in alternatives(output.text)):
        shell.memory.streams[number] = Stream(content=output.text)  # what is read comes from the far end
    shell.set_items(command.name, {0: Known(str(number)), 1: Known(path)})


def _redirected(shell: Shell, command: Command) -> None:
    assert isinstance(command, Redirected)
    with_redirects(shell, command.redirects, lambda: shell.execute(command.body))


WALKERS: dict[type, Callable[[Shell, Command], None]] = {
    Simple: commands.run_simple,
    Pipeline: pipelines.run_pipeline,
    AndOr: flow.run_and_or,
    Sequence: _sequence,
    If: flow.run_if,
    Loop: loops.run_loop,
    For: loops.run_for,
    CountingFor: loops.run_counting_for,
    Case: flow.run_case,
    Function: functions.define_function,
    Subshell: _subshell,
    Group: _group,
    Not: _not,
    Arithmetic: flow.run_arithmetic,
    Test: flow.run_test,
    Coproc: _coproc,
    Redirected: _redirected,
}
