"""Pipelines: each stage's output is the next one's input, and the whole is one effect.

Takes a pipeline and a shell. A stage that is a program contributes its normal form, a builtin its
own words, a compound command the word `shell.group`. A shell between the two ends of a network tool
is a shell whose input and output are a socket, and is said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from auditor.model.word import Hole, Source
from auditor.model.word import Word as EffectWord
from auditor.read.launch.programs import SHELLS
from auditor.read.shell.memory import Stream
from auditor.read.shell.syntax import Command, Pipeline, Redirected, Simple
from auditor.read.values import value_of

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

Stage = tuple[tuple[EffectWord, ...], ...]  # the words of a stage, one row per alternative
GROUP: Stage = ((EffectWord.of("shell.group"),),)
_NETWORK = frozenset({"nc", "ncat", "netcat", "socat", "telnet", "openssl", "cryptcat", "busybox"})


def run_pipeline(shell: Shell, command: Command) -> None:
    """Walk the stages in order and record the pipeline."""
    assert isinstance(command, Pipeline)
    stages: list[Stage] = []
    before, span = shell.memory, shell.span
    out = before.streams.get(1, Stream())
    content = None
    jumps = shell.exits, shell.returns
    shell.exits, shell.returns = [], []
    try:
        for index, stage in enumerate(command.commands):
            is_last = index == len(command.commands) - 1
            shell.memory = before.copy()
            if index:
                shell.memory.streams[0] = Stream(content=content)
            pipe = out if is_last else Stream()
            shell.memory.streams[1] = pipe
            traps = len(shell.traps)
            stages.append(_stage(shell, stage))
            shell.run_traps(traps)
            if not is_last:
                content = pipe.text
    finally:
        (shell.exits, shell.returns), shell.span = jumps, span
    if "lastpipe" in before.options:
        shell.memory.streams, shell.memory.ended = before.streams, ""
    else:
        shell.memory = before
    shell.status = None
    place = shell.place(command.start, command.end)
    for row in _rows([stage or GROUP for stage in stages], shell.limits.alternatives):
        shell.evaluation.emit_stages(row, place)
        _tie(shell, row, place)


def _rows(stages: Sequence[Stage], limit: int) -> list[tuple[tuple[EffectWord, ...], ...]]:
    """Give the ways in which a pipeline may run.

    With too many of them each alternative of a stage is in one row, and in the other rows, which
    have all combinations that are left, the stages with most alternatives are unknown where they differ.
    """
    if prod(map(len, stages)) <= limit:
        return list(product(*stages))
    most = max(map(len, stages))
    rows = dict.fromkeys(tuple(stage[number % len(stage)] for stage in stages) for number in range(most))
    fewer = list(stages)
    while prod(map(len, fewer)) > limit:
        widest = max(range(len(fewer)), key=lambda index: len(fewer[index]))
        fewer[widest] = (_alike(fewer[widest]),)
    return list(rows | dict.fromkeys(product(*fewer)))


def _alike(stage: Stage) -> tuple[EffectWord, ...]:
    """Give the words that all alternatives of a stage share, unknown where they differ."""
    unlike = EffectWord((Hole(Source.LIMIT),))
    shared = [words[0] if len(set(words)) == 1 else unlike for words in zip(*stage, strict=False)]
    return (*shared, unlike) if len(set(map(len, stage))) > 1 else tuple(shared)


def _stage(shell: Shell, stage: Command) -> Stage:
    from auditor.read.shell.commands import run_stage

    if isinstance(stage, Simple):
        return run_stage(shell, stage)
    if isinstance(stage, Redirected) and isinstance(stage.body, Simple):
        return run_stage(shell, stage.body)
    shell.execute(stage)
    return GROUP


def _tie(shell: Shell, row: Sequence[tuple[EffectWord, ...]], place: object) -> None:
    """Record a shell that stands next to a network tool with host and port (relays between them do not count)."""
    ends: list[tuple[EffectWord, EffectWord]] = []
    has_shell = False
    for words in row:
        name = (words[0].text or "").rpartition("/")[2]
        if name in SHELLS and _is_interactive(words):
            has_shell = True
        elif name in _NETWORK:
            end = _end_of(name, words)
            if end is not None:
                ends.append(end)
    if has_shell:
        for host, port in ends:
            shell.evaluation.emit("process.stdio", "socket", value_of(host), value_of(port), place=shell.place())


def _is_interactive(words: tuple[EffectWord, ...]) -> bool:
    texts = [word.text for word in words[1:]]
    return all(text is not None and (text.startswith("-") and "c" not in text.lstrip("-")[:4]) for text in texts)


def _end_of(name: str, words: tuple[EffectWord, ...]) -> tuple[EffectWord, EffectWord] | None:
    texts = [word.text for word in words]
    if name == "openssl":
        if "s_client" not in texts or "-connect" not in texts[:-1]:
            return None
        host, _, port = (texts[texts.index("-connect") + 1] or "").rpartition(":")
        return (EffectWord.of(host), EffectWord.of(port)) if host else None
    if name == "socat":
        for text in texts[1:]:
            pieces = (text or "").split(",")[0].split(":")
            if len(pieces) == 3 and pieces[0].upper().startswith(("TCP", "OPENSSL", "SSL")):
                return EffectWord.of(pieces[1]), EffectWord.of(pieces[2])
        return None
    operands = [word for word in words[1:] if not (word.text or "x").startswith("-")]
    if name == "busybox":
        operands = operands[1:] if operands and operands[0].text in ("nc", "telnet") else []
    if len(operands) >= 2:
        return operands[-2], operands[-1]
    if len(operands) == 1 and any(text is not None and text.startswith("-") and "l" in text for text in texts):
        return EffectWord.of("0.0.0.0"), operands[0]  # noqa: S104  (a bind shell's address, in an effect)
    return None
