"""The reader of ssh_config(5) texts that a script writes, or hands to ssh with -F.

Takes a unit, reports each keyword that opens a forward or runs a command as `ssh.configure`, at its
line, and hands commands to the shell's reader. Host and Match blocks are read as if they applied:
which of them does is decided by names that are seen only when ssh runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.programs.ssh_options import COMMANDS, FORWARDS, arguments_of, is_no, read_option, spelled
from auditor.read.values import Known, Value, alternatives, known_text

_SWITCHES = frozenset({"permitlocalcommand", "tunnel"})


def read_ssh_config(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a configuration text line by line."""
    for number, line in enumerate(unit.text.split("\n"), 1):
        evaluation.spend()
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        option = read_option(evaluation.restore(text))
        if option is None:
            continue
        column = len(line) - len(line.lstrip()) + 1
        place = Place(unit.id, Span(number, column, number, column + len(text)))
        _read_keyword(evaluation, option[0], option[1], replace(context, place=place))
    return Outcome()


def _read_keyword(evaluation: Evaluation, keyword: str, value: Value, context: Context) -> None:
    name = spelled(keyword)
    if keyword in FORWARDS:
        evaluation.emit("ssh.configure", name, *arguments_of(value), place=context.place)
    elif keyword in COMMANDS:
        if known_text(value) not in ("none", ""):
            evaluation.emit("ssh.configure", name, value, place=context.place)
            evaluation.run_code(Language.BASH, value, context, made_by=f"ssh_config {name}")
    elif keyword in _SWITCHES and not is_no(value):
        evaluation.emit("ssh.configure", name, *arguments_of(value), place=context.place)
    elif keyword == "match":
        _read_match(evaluation, arguments_of(value), context)
    elif keyword == "include":
        for path in arguments_of(value):
            evaluation.emit("ssh.configure", name, path, place=context.place)
            _include(evaluation, path, context)


def _read_match(evaluation: Evaluation, words: Sequence[Value], context: Context) -> None:
    """Read a Match line: the command of `exec` is run whenever ssh reads the file."""
    for criterion, command in pairwise(words):
        if (known_text(criterion) or "").lower().lstrip("!") == "exec":
            evaluation.emit("ssh.configure", "Match", Known("exec"), command, place=context.place)
            evaluation.run_code(Language.BASH, command, context, made_by="ssh_config Match exec")


def _include(evaluation: Evaluation, path: Value, context: Context) -> None:
    """Read an included file if the script wrote it; relative paths start from ~/.ssh."""
    for single in alternatives(path):
        file = evaluation.files.find(single, "~/.ssh")
        if file is not None:
            evaluation.run_code(Language.SSH_CONFIG, file.content, context, made_by="ssh_config Include")
