"""A stage for launches: a tiny reader in place of bash, so that launching is tested apart from the shell's reader.

It knows lines, words as shlex cuts them, pipes and `&&`, and nothing else.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from auditor.model.place import START, Place
from auditor.model.unit import Language, Script, Unit
from auditor.model.word import Word
from auditor.read import readers
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value, concat

real_reader_of = readers.reader_of


@dataclass(frozen=True, slots=True)
class Told:
    """What a script was read to do, as text."""

    lines: tuple[str, ...]
    units: tuple[tuple[str, str, str], ...]
    gaps: tuple[str, ...]

    def __contains__(self, line: str) -> bool:
        return line in self.lines

    def starting(self, beginning: str) -> tuple[str, ...]:
        """Give the effects that begin so."""
        return tuple(line for line in self.lines if line.startswith(beginning))


def _read_lines(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    output: list[Value] = []
    for line in unit.text.split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            commands = _split(shlex.split(line), "&&")
        except ValueError:
            continue
        output += [_run(evaluation, unit, context, _split(command, "|")).stdout for command in commands]
    return Outcome(stdout=concat(output))


def _split(words: list[str], mark: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == mark:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _run(evaluation: Evaluation, unit: Unit, context: Context, stages: list[list[str]]) -> Outcome:
    place = Place(unit.id, START)
    outcome = Outcome()
    stdin = context.stdin
    rows: list[tuple[Word, ...]] = []
    for words in stages:
        here = replace(context.deeper(), place=place, stdin=stdin, is_stage=len(stages) > 1)
        outcome = evaluation.launch([evaluation.restore(word) for word in words], here)
        stdin = outcome.stdout
        rows += outcome.commands[:1] if here.is_stage else ()
    if len(stages) > 1 and rows:
        evaluation.emit_stages(rows, place)
    return outcome


def _read_nothing(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    return Outcome()


Play = Callable[..., Told]


def told(evaluation: Evaluation) -> Told:
    """Give what an evaluation has collected, as text."""
    reading = evaluation.read_script()
    lines = (" | ".join(" ".join(map(str, stage)) for stage in effect.stages) for effect in reading.effects)
    return Told(
        tuple(lines),
        tuple((unit.language.value, unit.made_by, unit.text) for unit in reading.units[1:]),
        tuple(f"{gap.why.value}: {gap.what}" for gap in reading.gaps),
    )


def reader_of(language: Language) -> readers.Reader | None:
    """Give the stage's readers for bash and Python, the real ones for the rest."""
    if language is Language.BASH:
        return _read_lines
    return _read_nothing if language is Language.PYTHON else real_reader_of(language)


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Play:
    """Give a function that reads lines of commands; files of the script's making may be given."""
    monkeypatch.setattr(readers, "reader_of", reader_of)

    def run(text: str, files: Mapping[str, Value | str] | None = None) -> Told:
        evaluation = Evaluation(Script.of(text, Language.BASH))
        for path, content in (files or {}).items():
            evaluation.files.write(Known(path), Known(content) if isinstance(content, str) else content)
        return told(evaluation)

    return run
