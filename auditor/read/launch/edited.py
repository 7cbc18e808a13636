"""`sed` that runs commands: its command `e`, and the flag `e` of a substitution.

Takes the arguments, reads what would be run as shell code; it never gives output. Source: the GNU
sed manual, "Commands Specific to GNU sed".
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.model.word import Hole, Source, Word
from auditor.read.bounds import within
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.made import fetched
from auditor.read.launch.options import Scanned, scan
from auditor.read.launch.pure import run_filter
from auditor.read.launch.sed_commands import SedCommand, sed_commands
from auditor.read.launch.surroundings import for_code
from auditor.read.values import Known, Text, Unknown, Value, alternatives, combinations, known_text, one_of, unknown

_LONGEST = 20_000
_MOST = 20


def sed_runs(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """Read what a script of sed starts."""
    scanned = scan(arguments, "e f l expression file line-length", joined="i")
    if scanned.has("--sandbox"):
        return None
    scripts = _scripts(evaluation, scanned, context)
    for hole in {single.hole for script in scripts for single in alternatives(script) if isinstance(single, Unknown)}:
        if hole.source is Source.NETWORK:
            evaluation.emit(*fetched(hole.detail, "sed"), place=context.place)
        elif hole.source is Source.DECODER:
            evaluation.emit("code.load", "sed", "decoder", place=context.place)
    for row in combinations(scripts, evaluation.limits.alternatives):
        _run_script(evaluation, "\n".join(_shown(evaluation, word) for word in row), scanned, context)
    return None


def _run_script(evaluation: Evaluation, text: str, scanned: Scanned, context: Context) -> None:
    if "e" not in text:
        return
    if len(text) > _LONGEST:
        evaluation.gap(Why.TOO_LARGE, "a script of sed", context.place)
        return
    commands = list(sed_commands(text))
    ends = [0, *(command.end for command in commands)]
    runs = [
        (command, text[:end])
        for end, command in zip(ends, commands, strict=False)
        if command.name == "e" or "e" in command.flags
    ]
    for command, before in within(evaluation, runs, _MOST, "commands of sed that run others", context.place):
        evaluation.spend()
        if command.name == "s":
            before = text[: command.flags_start] + command.flags.replace("e", "")
        for code in _codes(evaluation, before, command, scanned, context):
            evaluation.run_code(Language.BASH, code, for_code(context), made_by="sed e", argv=(Known("sh"),))


def _scripts(evaluation: Evaluation, scanned: Scanned, context: Context) -> list[Value]:
    """Give the scripts, also those in files that the script wrote or that are in reach, or that it is fed."""
    given = list(scanned.every("-e", "--expression"))
    for path in scanned.every("-f", "--file"):
        file = evaluation.files.find(path, context.directory)
        if file is not None:
            given.append(file.content)
        elif known_text(path) in ("-", "/dev/stdin") and context.stdin is not None:
            given.append(context.stdin)
    return given if given or scanned.has("-f", "--file") else list(scanned.operands[:1])


def _shown(evaluation: Evaluation, script: Word) -> str:
    """Give a script as text, with marks for what is not known."""
    return "".join(evaluation.placeholder(part) if isinstance(part, Hole) else part for part in script.parts)


def _codes(
    evaluation: Evaluation, before: str, command: SedCommand, scanned: Scanned, context: Context
) -> Sequence[Value]:
    """Give what one command runs: its argument, or the line as the script before it makes it."""
    if command.name == "e" and command.text:
        return (evaluation.restore(command.text),)
    is_edited = bool(scanned.every("-e", "-f", "--expression", "--file"))
    paths = scanned.operands if is_edited else scanned.operands[1:]
    quiet = [Known("-n")] if scanned.has("-n", "--quiet", "--silent") and "p" in command.flags else []
    extended = [Known("-E")] if scanned.has("-E", "-r", "--regexp-extended") else []
    given = (*quiet, *extended, Known("-e"), Known(before), *paths)
    outcome = run_filter(evaluation, "sed", given, context)
    made: Value = outcome.stdout if outcome is not None else unknown(Source.INPUT)
    if _is_held(evaluation, paths, context):
        made = one_of(evaluation.fresh(Source.DECODER, "sed") if _is_any(one) else one for one in alternatives(made))
    is_lost = all(isinstance(single, Unknown) for single in alternatives(made))
    replacement = evaluation.restore(command.text) if command.name == "s" else made
    shown = known_text(replacement) or "&"
    # what is put in for a whole line is what runs, whatever the line was
    return (made,) if not is_lost or command.name == "e" or "&" in shown or "\\" in shown else (made, replacement)


def _is_any(single: Value) -> bool:
    return isinstance(single, Unknown) and single.hole.source in (Source.COMMAND, Source.INPUT, Source.UNKNOWN)


def _is_held(evaluation: Evaluation, paths: Sequence[Value], context: Context) -> bool:
    """Whether the script itself made what is edited: what nobody can tell of it then is a disguise."""
    files = [evaluation.files.find(path, context.directory) for path in paths]
    held = [file.content for file in files if file is not None] if paths else [context.stdin]
    return any(isinstance(one, Known | Text) for value in held if value is not None for one in alternatives(value))
