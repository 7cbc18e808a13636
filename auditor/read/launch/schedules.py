"""Commands that run later: crontab, at, and units that systemd starts.

Takes the schedule's text where the script gives it, and reads its commands as bash units.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from auditor.model.unit import Language
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import silent
from auditor.read.launch.identity import made_at
from auditor.read.launch.made import run_text
from auditor.read.launch.options import scan
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.pieces import split
from auditor.read.values import Known, Unknown, Value, alternatives, concat, known_text, words_of

_EXEC = re.compile(r"^\s*Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition)\s*=\s*[-@:+!|]*(.*)$")
_MOST_LINES = 200


def crontab(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`crontab -` and `crontab FILE`: each line's command is read."""
    scanned = scan(arguments, "u s")
    if scanned.has("-l", "-e", "-r"):
        return None if scanned.has("-l") else silent(None)
    path = scanned.operands[0] if scanned.operands else None
    if path is None or known_text(path) == "-":
        content = context.stdin
    else:
        file = made_at(evaluation, str(words_of(path)[0]), context)
        content = file.content if file is not None else None
    if content is not None:
        read_crontab(evaluation, content, context, made_by="crontab")
    return silent(None)


def read_crontab(
    evaluation: Evaluation, content: Value, context: Context, *, made_by: str, has_user: bool = False
) -> None:
    """Read the commands of crontab lines; `has_user` where a user's name stands before each (`/etc/cron.d`)."""
    for single in alternatives(content):
        if isinstance(single, Unknown):
            continue
        for line in split(single, r"\n")[:_MOST_LINES]:
            command = _command(line, has_user)
            if command is not None:
                run_text(evaluation, Language.BASH, command, for_code(context), made_by=made_by, argv=(Known("sh"),))


def _command(line: Value, has_user: bool) -> Value | None:
    text = str(words_of(line)[0])
    if text.lstrip().startswith("#") or not text.strip():
        return None
    times = 1 if text.lstrip().startswith("@") else 5
    pieces = split(line, r"(?<=\S)[ \t]+", times + has_user)
    if len(pieces) != times + has_user + 1 or (
        times == 5 and not re.match(r"\s*[-\d*/,A-Za-z#?%{}_]+$", str(words_of(pieces[0])[0]))
    ):
        return None
    return pieces[-1]


def at(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`at TIME`: standard input, or a file with -f, is code."""
    scanned = scan(arguments, "f q t")
    if scanned.has("-l", "-r", "-d", "-c"):
        return None
    path = scanned.last("-f")
    content = context.stdin
    if path is not None:
        file = made_at(evaluation, str(words_of(path)[0]), context)
        content = file.content if file is not None else None
    if content is not None:
        run_text(evaluation, Language.BASH, content, for_code(context), made_by="at", argv=(Known("sh"),))
    return silent(None)


def systemctl(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`systemctl start|enable NAME`: where the script wrote the unit file, its commands are read."""
    operands = [
        known_text(word) for word in scan(arguments, "H M t p n root host machine type property lines signal").operands
    ]
    if operands[:1] not in (
        ["start"],
        ["enable"],
        ["restart"],
        ["reenable"],
        ["reload-or-restart"],
        ["link"],
        ["try-restart"],
    ):
        return None
    for name in operands[1:]:
        if name is None:
            continue
        base = posixpath.basename(name)
        wanted = {base, f"{base}.service", re.sub(r"\.(?:timer|path|socket)$", ".service", base)}
        for path, file in list(evaluation.files.table.items()):
            if posixpath.basename(path) in wanted:
                read_unit_file(evaluation, file.content, context, made_by=f"systemd {base}")
    return silent(None)


def read_unit_file(evaluation: Evaluation, content: Value, context: Context, *, made_by: str) -> None:
    """Read the commands of a systemd unit file."""
    for single in alternatives(content):
        if isinstance(single, Unknown):
            continue
        for command in _exec_lines(single):
            run_text(evaluation, Language.BASH, command, for_code(context), made_by=made_by, argv=(Known("sh"),))


def _exec_lines(content: Value) -> Iterator[Value]:
    pending: Value | None = None
    for line in split(content, r"\n")[:2000]:
        text = str(words_of(line)[0])
        if pending is not None:
            pending = concat((pending, Known(" "), line))
        elif _EXEC.match(text):
            pending = split(line, r"=\s*[-@:+!|]*", 1)[-1]
        if pending is not None and not text.endswith("\\"):
            yield pending
            pending = None
        elif pending is not None:
            pending = split(pending, r"\\$", 1)[0]
