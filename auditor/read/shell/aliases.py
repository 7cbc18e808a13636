"""Aliases: the text of a command read again with what an alias stands for in place of its first word.

Takes a simple command whose first word is an alias; where ways to here made it differently, or not at all, each
is walked. An alias is not expanded inside itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from auditor.model.word import Word as EffectWord
from auditor.read.shell.grammar import read_program
from auditor.read.shell.syntax import Simple, Word

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

Stage = tuple[tuple[EffectWord, ...], ...]


def run_alias(shell: Shell, command: Simple, first: Word, is_stage: bool) -> Stage | None:
    """Walk a command as its alias says; None where aliases are not expanded."""
    name = first.plain or ""
    if "expand_aliases" not in shell.memory.options or command.end > len(shell.home.text):
        return None
    rest = shell.home.text[first.end : command.end]
    texts: list[str | None] = [f"{text} {rest}" for text in shell.memory.aliases[name]]
    if name in shell.memory.perhaps:
        texts.append(None)
    stages: list[Stage] = []
    before, shell.expanding = shell.expanding, shell.expanding | {name}
    try:
        runs: list[Callable[[], None]] = [partial(_run_text, shell, command, text, stages, is_stage) for text in texts]
        if len(runs) == 1:
            runs[0]()
        else:
            shell.alternatives(runs)
    finally:
        shell.expanding = before
    return tuple(dict.fromkeys(row for stage in stages for row in stage))


def _run_text(shell: Shell, command: Simple, text: str | None, stages: list[Stage], is_stage: bool) -> None:
    """Walk a command by another text; as it stands where there is none, or where it is not shell."""
    from auditor.read.shell.commands import run_words

    program = read_program(text, command.start, 0, shell.limits.shell_nesting) if text is not None else None
    if program is None or program.problem is not None:
        stages.append(run_words(shell, command, is_stage=is_stage))
        return
    commands = [each for line in program.lines for each in line.commands]
    if len(commands) == 1 and isinstance(commands[0], Simple):
        given = replace(commands[0], assignments=(*command.assignments, *commands[0].assignments))
        stages.append(run_words(shell, given, is_stage=is_stage))
        return
    for line in program.lines:
        shell.run_sequence(line)
