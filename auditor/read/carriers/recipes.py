"""Line-oriented carriers: systemd units and crontabs.

Formats: systemd.service(5), systemd.unit(5), crontab(5).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.lines import logical_lines
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value, concat, known_text

_EXEC = re.compile(
    r"^\s*Exec(?:StartPre|StartPost|Start|Reload|StopPost|Stop|Condition)\s*=\s*([@\-:+!|]*)(.*)$", re.DOTALL
)
_ENVIRONMENT = re.compile(r"^\s*Environment\s*=\s*(.*)$", re.DOTALL)
_DIRECTORY = re.compile(r"^\s*WorkingDirectory\s*=\s*-?(\S+)\s*$")
_SPECIFIER = re.compile(r"%([a-zA-Z%])")
_KNOWN_SPECIFIERS = {
    "%": "%", "h": "~", "t": "/run", "S": "/var/lib", "C": "/var/cache", "L": "/var/log", "E": "/etc", }  # fmt: skip
_FIELD = r"(?:[\d*][\d*/,~A-Za-z-]*|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)"
_NAMED = "@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)"
_SCHEDULE = re.compile(rf"^\s*(?:{_NAMED}|(?:{_FIELD}[ \t]+){{4}}{_FIELD})[ \t]+(.*)$")
_SETTING = re.compile(r"^\s*(?:\"([^\"]+)\"|'([^']+)'|([A-Za-z_]\w*))\s*=\s*(.*?)\s*$")
_SYSTEM_TABLES = re.compile(r"(?:^|/)(?:etc/crontab|cron\.d/[^/]+)$")
_USER = re.compile(r"^([a-z_][a-z0-9_-]{0,31}\$?)[ \t]+(?=\S)")
_COMMON_USERS = frozenset("root daemon nobody www-data ubuntu debian ec2-user centos azureuser vagrant".split())


def read_systemd(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read what a unit file starts (`Exec…=`), with the environment and directory that it sets anywhere."""
    lines = list(logical_lines(unit.text, comment="#;"))
    environment = dict(context.environment)
    directory = context.directory
    for line in lines:
        if (setting := _ENVIRONMENT.match(line.text)) is not None:
            pairs = (word.partition("=") for word in _split(setting[1]) if "=" in word)
            environment |= {name: _specified(evaluation, value) for name, _, value in pairs}
        elif (where := _DIRECTORY.match(line.text)) is not None:
            directory = known_text(_specified(evaluation, where[1])) or directory
    for line in lines:
        started = _EXEC.match(line.text)
        if started is None or not started[2].strip():
            continue
        evaluation.spend()
        here = replace(context, place=Place(unit.id, line.span), environment=environment, directory=directory)
        words = [word for text in _split(started[2]) for word in _words(evaluation, text, environment)]
        if "@" in started[1] and len(words) > 1:
            del words[1]  # what the program is told as its own name
        for command in _commands(words):
            evaluation.launch(command, here)
    return Outcome()


def _split(text: str) -> list[str]:
    try:
        return shlex.split(re.sub(r"\\\r?\n\s*", " ", text))
    except ValueError:
        return text.split()


def _commands(words: list[Value]) -> list[list[Value]]:
    """Split a line that starts several programs at its semicolons."""
    found: list[list[Value]] = [[]]
    for word in words:
        if known_text(word) == ";":
            found.append([])
        else:
            found[-1].append(Known(";") if known_text(word) == "\\;" else word)
    return [command for command in found if command]


def _words(evaluation: Evaluation, text: str, environment: dict[str, Value]) -> list[Value]:
    """Fill in variables: `$NAME` alone is split into words, `${NAME}` stays one; another `$` is plain text."""
    whole = re.fullmatch(r"\$(\w+)", text)
    if whole is not None and whole[1][:1].isalpha():
        value = environment.get(whole[1])
        known = known_text(value) if value is not None else None
        if known is not None:
            return [Known(word) for word in _split(known)]
        return [value if value is not None else evaluation.fresh(Source.ENVIRONMENT, whole[1][:80])]
    pieces: list[Value] = []
    end = 0
    for found in re.finditer(r"\$\{(\w{1,80})\}|\$\$", text):
        value = environment.get(found[1] or "") or evaluation.fresh(Source.ENVIRONMENT, found[1] or "")
        pieces += [_specified(evaluation, text[end : found.start()]), Known("$") if found[0] == "$$" else value]
        end = found.end()
    return [concat([*pieces, _specified(evaluation, text[end:])])]


def _specified(evaluation: Evaluation, text: str) -> Value:
    """Give a text with specifiers filled in: `%h` is the home, `%i` and others are not known here."""
    pieces: list[Value] = []
    end = 0
    for found in _SPECIFIER.finditer(text):
        known = _KNOWN_SPECIFIERS.get(found[1])
        value = Known(known) if known is not None else evaluation.fresh(Source.ARGUMENT, f"%{found[1]}")
        pieces += [Known(text[end : found.start()]), value]
        end = found.end()
    return concat([*pieces, Known(text[end:])]) if pieces else Known(text)


def read_crontab(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read the command of every entry; in a command an unescaped `%` begins its standard input."""
    environment = dict(context.environment)
    path = known_text(argv[0]) if argv else None
    is_system = bool(path and _SYSTEM_TABLES.search(path)) or _names_users(unit.text)
    for number, line in enumerate(unit.text.split("\n"), start=1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        evaluation.spend()
        span = Span(number, 1, number, len(line) + 1)
        entry = _SCHEDULE.match(line.removesuffix("\r"))
        setting = _SETTING.match(line) if entry is None else None
        if entry is not None:
            text = entry[1]
            user = _USER.match(text)
            if user is not None and (is_system or user[1] in _COMMON_USERS):
                text = text[user.end() :]
            command = re.split(r"(?<!\\)%", text, maxsplit=1)
            stdin = Known(command[1].replace("%", "\n").replace("\\\n", "%") + "\n") if len(command) > 1 else None
            here = replace(context, place=Place(unit.id, span), environment=environment, stdin=stdin)
            evaluation.run_code(Language.BASH, Known(command[0].replace("\\%", "%")), here, made_by="crontab")
        elif setting is not None:
            environment[setting[1] or setting[2] or setting[3]] = Known(setting[4].strip("\"'"))
    return Outcome()


def _names_users(text: str) -> bool:
    """Whether the header that Debian's system table carries names a column for users."""
    return bool(re.search(r"^#.*\buser(?:-name)?\s+command\b", text[:20_000], re.MULTILINE))
