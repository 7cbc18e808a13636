"""Everyday programs that run a command they are fed: editors, calculators, database shells, rotating logs.

Takes a program, its arguments and what it is fed, gives the shell texts in it: in its standard input, and
in files of the script's making that it is given. What is fetched and fed to one of those that are languages
is code of unknown origin, and a construct that may hide a command is a gap. Sources: the programs' manual pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from auditor.model.gap import Why
from auditor.model.word import Hole, Source
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.made import fetched
from auditor.read.launch.options import scan
from auditor.read.values import Unknown, Value, alternatives, known_text, words_of

_EDITORS = frozenset("ed red ex vi vim nvim vim.tiny".split())
_GIVEN_FILES = frozenset("m4 gdb logrotate psql gnuplot".split())
"""Programs whose operands are scripts; those of an editor are what it edits."""
_SCRIPT_OPTIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys(_EDITORS, ("-S", "-s", "-u"))
_TEXT_OPTIONS: Mapping[str, tuple[str, ...]] = {"lftp": ("-e", "-c")}
_LANGUAGES = frozenset("ed red ex m4 gdb dc gnuplot".split())
"""Those of which what is fetched is a program; a database shell is fed data as often."""
_LONGEST = 200_000
_MOST = 50
# Each is tried at every line: none may pass a line's end but within what it looks for.
_EDITED = (
    re.compile(r"""(?:^|[/\s|:\d,$%.rwe])!(?![=!])[ \t]*(\S.*)$""", re.MULTILINE),
    re.compile(r"""["']!(?![=!])[ \t]*([^"'\n]+)["']"""),
    re.compile(r"""\bsystem(?:list)?\([ \t]*"([^"\n]+)"|\bsystem(?:list)?\([ \t]*'([^'\n]+)'"""),
)
_DATABASE = (
    re.compile(r"\\!\s*([^;\n]+)|^[ \t]*system[ \t]+([^;\n]+)", re.MULTILINE),
    re.compile(r"\\(?:o|g|gx|w|out|write)[ \t]*\|[ \t]*([^\n]+)"),
    re.compile(r"(?i)\bprogram[ \t]+'([^'\n]+)'"),
    re.compile(r"^[ \t]*\\[^`\n]*`([^`\n]+)`", re.MULTILINE),
)
_PUTS_IN = re.compile(r"[\d,$%.;+-]*(?:[aic]|append|insert|change)")
_BANG = re.compile(r"(?:^|;)[ \t]*!(?!$)(.+)$", re.MULTILINE)
_FED: Mapping[str, tuple[re.Pattern[str], ...]] = {
    **dict.fromkeys(_EDITORS, _EDITED),
    **dict.fromkeys("mysql mariadb psql".split(), _DATABASE),
    **dict.fromkeys("ftp lftp sftp telnet".split(), (_BANG,)),
    **dict.fromkeys("mail mailx s-nail".split(), (re.compile(r"^~!(.+)$", re.MULTILINE),)),
    "gnuplot": (
        _BANG,
        re.compile(r"""\bsystem[ \t]*\(?[ \t]*(?:"([^"\n]+)"|'([^'\n]+)')"""),
        re.compile(r"""["'][ \t]*[<|][ \t]*([^"'\n]+)["']"""),
        re.compile(r"`([^`\n]+)`"),
    ),
    "sqlite3": (
        re.compile(r"^[ \t]*\.(?:shell|system)[ \t]+(.+)$", re.MULTILINE),
        re.compile(r"""^[ \t]*\.(?:once|output|import|excel)\b[^|\n]*\|[ \t]*([^"'\n]+)""", re.MULTILINE),
    ),
    "dc": (re.compile(r"!(?![<>=])([^\n]+)"),),
    "m4": (re.compile(r"\be?syscmd\([ \t\n]{0,20}`?([^)']+)"),),
    "gdb": (
        re.compile(r"^[ \t]*(?:shell|make|!)[ \t]*(\S.*)$", re.MULTILINE),
        re.compile(r"^[ \t]*(?:pipe|\|)[ \t][^|\n]*\|[ \t]*(\S.*)$", re.MULTILINE),
    ),
}
_HIDING: Mapping[str, re.Pattern[str]] = {
    "m4": re.compile(r"\b(?:changequote|changeword|indir|builtin)\b|\)\("),
    "gdb": re.compile(r"^[ \t]*(?:python|py|python-interactive|pi|guile|gu)\b", re.MULTILINE),
    **dict.fromkeys(
        ("ex", "vi", "vim", "nvim", "vim.tiny"),
        re.compile(r"^[ \t]*:?(?:py\w*|lua|perl|ruby|tcl|mz\w*|so(?:urce)?)\b|\bexe\w*[ \t]+[^\s\"'!]", re.MULTILINE),
    ),
}
"""What can make a command of text in a way that nobody follows."""


def commands_fed(
    evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context
) -> tuple[Value, ...]:
    """Give the shell texts in what a program is fed."""
    if program not in _FED and program != "logrotate":
        return ()
    found: list[Value] = []
    for text in _texts(evaluation, program, arguments, context):
        found += map(evaluation.restore, _commands_in(program, text))
        if _may_hide(program, text):
            evaluation.gap(Why.NO_READER, f"commands that {program} may be given in a way of its own", context.place)
    if len(found) > _MOST:
        evaluation.gap(Why.TOO_MANY, f"more than {_MOST} commands fed to {program}", context.place)
    return tuple(found[:_MOST])


def _may_hide(program: str, text: str) -> bool:
    if program in _HIDING and _HIDING[program].search(text):
        return True
    return program == "m4" and "syscmd" in text and re.search(r"\$[\d@*]", text) is not None


def _commands_in(program: str, text: str) -> Iterator[str]:
    if program == "logrotate":
        yield from _rotated(text)
    text = "\n".join(_without_text(text)) if program in _EDITORS else text
    for pattern in _FED.get(program, ()):
        for match in pattern.finditer(text):
            yield next(filter(None, match.groups()))


def _without_text(script: str) -> Iterator[str]:
    """Give an editor's commands without the lines that they put in, which end at a dot."""
    is_text = False
    for line in script.splitlines():
        if not is_text:
            yield line
        is_text = (
            line != "." if is_text else re.fullmatch(r"[\d,$%.;+-]*(?:[aic]|append|insert|change)", line) is not None
        )


def _rotated(text: str) -> Iterator[str]:
    """Give the scripts between `prerotate` and its kind, and `endscript`."""
    lines: list[str] | None = None
    for line in text.splitlines():
        if re.match(r"[ \t]*(?:pre|post|first|last)(?:rotate|action)[ \t]*$", line):
            lines = []
        elif line.strip() == "endscript" and lines is not None:
            yield "\n".join(lines)
            lines = None
        elif lines is not None:
            lines.append(line)


def _given(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Iterator[Value]:
    """Give what a program takes commands from."""
    if context.stdin is not None:
        yield context.stdin
    scanned = scan(arguments, "S s u e c")
    yield from scanned.every(*_TEXT_OPTIONS.get(program, ()))
    paths = [*scanned.every(*_SCRIPT_OPTIONS.get(program, ())), *(arguments if program in _GIVEN_FILES else ())]
    for path in paths:
        file = evaluation.files.find(path, context.directory) if known_text(path) else None
        if file is not None:
            yield file.content


def _texts(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Iterator[str]:
    is_language = program in _LANGUAGES or (
        program in _EDITORS and bool({"-e", "-s", "-es", "-E", "-Es"}.intersection(map(known_text, arguments)))
    )
    for value in _given(evaluation, program, arguments, context):
        for single in alternatives(value):
            if isinstance(single, Unknown):
                if is_language:
                    _note_opaque(evaluation, program, single.hole, context)
                continue
            parts = words_of(single)[0].parts
            text = "".join(evaluation.placeholder(part) if isinstance(part, Hole) else part for part in parts)
            if len(text) > _LONGEST:
                evaluation.gap(Why.TOO_LARGE, "text that a program is fed", context.place)
                continue
            yield text


def _note_opaque(evaluation: Evaluation, program: str, hole: Hole, context: Context) -> None:
    if hole.source is Source.NETWORK:
        evaluation.emit(*fetched(hole.detail, program), place=context.place)
    elif hole.source is Source.DECODER:
        evaluation.emit("code.load", program, "decoder", place=context.place)
