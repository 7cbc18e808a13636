"""`sed` that runs commands: its command `e`, and the flag `e` of a substitution.

Takes the arguments, reads what would be run as shell code; it never gives output. Source: the GNU
sed manual, "Commands Specific to GNU sed".
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.model.word import Hole, Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.options import Scanned, scan
from auditor.read.launch.pure import run_filter
from auditor.read.launch.sed_commands import SedCommand, sed_commands
from auditor.read.launch.surroundings import for_code
from auditor.read.values import Known, Unknown, Value, alternatives, known_text, unknown, words_of

_LONGEST = 20_000
_MOST = 20


def sed_runs(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """Read what a script of sed starts."""
    scanned = scan(arguments, "e f l expression file line-length", joined="i")
    text = "\n".join(_shown(evaluation, script) for script in _scripts(evaluation, scanned, context))
    if "e" not in text or scanned.has("--sandbox"):
        return None
    if len(text) > _LONGEST:
        evaluation.gap(Why.TOO_LARGE, "a script of sed", context.place)
        return None
    commands = list(sed_commands(text))
    ends = [0, *(command.end for command in commands)]
    runs = [
        (command, text[:end])
        for end, command in zip(ends, commands, strict=False)
        if command.name == "e" or "e" in command.flags
    ]
    if len(runs) > _MOST:
        evaluation.gap(Why.TOO_MANY, f"more than {_MOST} commands of sed that run others", context.place)
    for command, before in runs[:_MOST]:
        evaluation.spend()
        if command.name == "s":
            before = text[: command.flags_start] + command.flags.replace("e", "")
        for code in _codes(evaluation, before, command, scanned, context):
            evaluation.run_code(Language.BASH, code, for_code(context), made_by="sed e", argv=(Known("sh"),))
    return None


def _scripts(evaluation: Evaluation, scanned: Scanned, context: Context) -> list[Value]:
    """Give the scripts, also those in files that the script wrote or that are in reach."""
    files = [evaluation.files.find(path, context.directory) for path in scanned.every("-f", "--file")]
    given = [*scanned.every("-e", "--expression"), *(file.content for file in files if file is not None)]
    return given if given or scanned.has("-f", "--file") else list(scanned.operands[:1])


def _shown(evaluation: Evaluation, script: Value) -> str:
    """Give a script as text, with marks for what is not known."""
    parts = words_of(script)[0].parts
    return "".join(evaluation.placeholder(part) if isinstance(part, Hole) else part for part in parts)


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
    is_lost = all(isinstance(single, Unknown) for single in alternatives(made))
    replacement = evaluation.restore(command.text) if command.name == "s" else made
    shown = known_text(replacement) or "&"
    # what is put in for a whole line is what runs, whatever the line was
    return (made,) if not is_lost or command.name == "e" or "&" in shown or "\\" in shown else (made, replacement)
