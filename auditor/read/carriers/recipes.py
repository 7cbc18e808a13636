"""Line-oriented carriers: Makefile recipes, systemd units and crontabs.

Formats: https://www.gnu.org/software/make/manual/, systemd.service(5), crontab(5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.lines import logical_lines
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value, concat

_ASSIGNMENT = re.compile(r"^(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(\+=|\?=|:{0,3}=|!=)\s*(.*)$", re.DOTALL)
_REFERENCE = re.compile(r"\$(?:\(([^()$]{1,80})\)|\{([^{}$]{1,80})\}|([^($]))")
_EXEC = re.compile(
    r"^\s*Exec(?:StartPre|StartPost|Start|Reload|StopPost|Stop|Condition)\s*=\s*([@\-:+!|]*)(.*)$", re.DOTALL
)
_ENVIRONMENT = re.compile(r'^\s*Environment\s*=\s*"?([A-Za-z_]\w*)=(.*?)"?\s*$')
_SCHEDULE = re.compile(
    r"^\s*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\d*/,A-Za-z-]+\s+){5})\s*(.*)$"
)
_USER = re.compile(r"^(?:root|daemon|nobody|www-data|ubuntu|debian)\s+(?=\S)")
_MOST_EXPANSIONS = 10


def read_makefile(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read every recipe as bash, with the makefile's own variables filled in."""
    variables: dict[str, str] = {}
    for line in logical_lines(unit.text, comment=""):
        here = replace(context, place=Place(unit.id, line.span))
        if line.text.startswith("\t"):
            recipe = re.sub(r"^[\s@+-]+", "", line.text)
            evaluation.run_code(Language.BASH, _expanded(evaluation, recipe, variables), here, made_by="recipe")
            continue
        assignment = _ASSIGNMENT.match(line.text.strip())
        if assignment is not None:
            _assign(evaluation, assignment, variables, here)
        elif ":" in line.text and ";" in line.text.partition(":")[2]:
            recipe = line.text.partition(":")[2].partition(";")[2]
            evaluation.run_code(Language.BASH, _expanded(evaluation, recipe, variables), here, made_by="recipe")
    return Outcome()


def read_systemd(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read what a unit file starts (`Exec…=`), with the environment that it sets."""
    environment = dict(context.environment)
    for line in logical_lines(unit.text):
        setting = _ENVIRONMENT.match(line.text)
        if setting is not None:
            environment[setting[1]] = Known(setting[2])
        started = _EXEC.match(line.text)
        if started is not None and started[2].strip():
            here = replace(context, place=Place(unit.id, line.span), environment=environment)
            evaluation.run_code(Language.BASH, Known(started[2].replace("%%", "%")), here, made_by="ExecStart")
    return Outcome()


def read_crontab(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read the command of every entry; in a command an unescaped `%` begins its standard input."""
    environment = dict(context.environment)
    for number, line in enumerate(unit.text.split("\n"), start=1):
        span = Span(number, 1, number, len(line) + 1)
        setting = re.match(r"^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$", line)
        entry = _SCHEDULE.match(line)
        if entry is not None:
            command = re.split(r"(?<!\\)%", _USER.sub("", entry[1]), maxsplit=1)
            stdin = Known(command[1].replace("%", "\n")) if len(command) > 1 else None
            here = replace(context, place=Place(unit.id, span), environment=environment, stdin=stdin)
            evaluation.run_code(Language.BASH, Known(command[0].replace("\\%", "%")), here, made_by="crontab")
        elif setting is not None:
            environment[setting[1]] = Known(setting[2].strip("\"'"))
    return Outcome()


def _assign(evaluation: Evaluation, match: re.Match[str], variables: dict[str, str], context: Context) -> None:
    name, operator, text = match[1], match[2], match[3].replace("\\\n", " ")
    shell = re.match(r"^\$[({]shell\s+(.*)[)}]$", text, re.DOTALL)
    if operator == "!=" or shell is not None:
        command = _expanded(evaluation, shell[1] if shell else text, variables)
        evaluation.run_code(Language.BASH, command, context, made_by="$(shell)")
        return
    if operator == "?=" and name in variables:
        return
    variables[name] = f"{variables.get(name, '')} {text}".strip() if operator == "+=" else text


def _expanded(evaluation: Evaluation, text: str, variables: dict[str, str]) -> Value:
    """Fill in `$(NAME)`, leave `$$` as the shell's `$`; a name that nobody sets is an unknown."""
    for _ in range(_MOST_EXPANSIONS):
        filled = _REFERENCE.sub(lambda match: variables.get(_name(match), match[0]), text.replace("$$", "\0"))
        filled = filled.replace("\0", "$$")
        if filled == text or len(filled) > 100_000:
            break
        text = filled
    pieces: list[Value] = []
    end = 0
    text = text.replace("$$", "\0")
    for match in _REFERENCE.finditer(text):
        pieces += [Known(text[end : match.start()]), evaluation.fresh(Source.ENVIRONMENT, _name(match))]
        end = match.end()
    pieces.append(Known(text[end:]))
    return concat(
        [Known(str(piece.value).replace("\0", "$")) if isinstance(piece, Known) else piece for piece in pieces]
    )


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)
