"""Everyday programs that run a command they are fed: editors, calculators, database shells, rotating logs.

Takes a program, its arguments and what it is fed, gives the shell texts in it: in its standard input, and
in files of the script's making that it is given. Sources: the programs' manual pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from auditor.model.gap import Why
from auditor.model.word import Hole
from auditor.read.evaluation import Context, Evaluation
from auditor.read.values import Known, Text, Value, alternatives, known_text, words_of

_GIVEN_FILES = frozenset("m4 gdb logrotate psql gnuplot".split())
"""Programs whose operands are scripts; those of an editor are what it edits."""
_LONGEST = 200_000
_MOST = 50
_EDITED = re.compile(
    r"^[ \t]*:?(?:silent\s*!?\s*)?[\d,$%.;+-]*(?:r|w|e|read|write)?[ \t]*!(?!$)[ \t]*(\S.*)$", re.MULTILINE
)
_FED: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys("ed red ex vi vim nvim vim.tiny".split(), _EDITED),
    **dict.fromkeys("mysql mariadb psql".split(), re.compile(r"\\!\s*([^;\n]+)|^\s*system\s+([^;\n]+)", re.MULTILINE)),
    **dict.fromkeys("ftp lftp sftp gnuplot telnet".split(), re.compile(r"^[ \t]*!(?!$)(.+)$", re.MULTILINE)),
    **dict.fromkeys("mail mailx s-nail".split(), re.compile(r"^~!(.+)$", re.MULTILINE)),
    "sqlite3": re.compile(r"^\s*\.(?:shell|system)\s+(.+)$", re.MULTILINE),
    "dc": re.compile(r"!(?![<>=])([^\n]+)"),
    "m4": re.compile(r"\b(?:esyscmd|syscmd)\(\s*`?([^)']+)"),
    "gdb": re.compile(r"^\s*(?:shell|make|!)\s*(\S.*)$", re.MULTILINE),
    "logrotate": re.compile(
        r"^\s*(?:pre|post|first|last)(?:rotate|action)\s*\n(.*?)^\s*endscript", re.MULTILINE | re.DOTALL
    ),
}


def commands_fed(
    evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context
) -> tuple[Value, ...]:
    """Give the shell texts in what a program is fed."""
    pattern = _FED.get(program)
    if pattern is None:
        return ()
    found = [
        evaluation.restore(next(filter(None, match.groups())))
        for text in _texts(evaluation, arguments if program in _GIVEN_FILES else (), context)
        for match in pattern.finditer(text)
    ]
    if len(found) > _MOST:
        evaluation.gap(Why.TOO_MANY, f"more than {_MOST} commands fed to {program}", context.place)
    return tuple(found[:_MOST])


def _texts(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Iterator[str]:
    given: list[Value] = [context.stdin] if context.stdin is not None else []
    for argument in arguments:
        if known_text(argument):
            file = evaluation.files.find(argument, context.directory)
            given += [file.content] if file is not None else []
    for value in given:
        for single in alternatives(value):
            if not isinstance(single, Known | Text):
                continue
            parts = words_of(single)[0].parts
            text = "".join(evaluation.placeholder(part) if isinstance(part, Hole) else part for part in parts)
            if len(text) > _LONGEST:
                evaluation.gap(Why.TOO_LARGE, "text that a program is fed", context.place)
                continue
            yield text
