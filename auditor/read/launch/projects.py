"""`uv run`: a script, a module or a program in a project's environment.

Takes its arguments, gives the command that runs in the end: Python for a script, a module and
standard input, else the program itself. A script at an address is downloaded and run.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.wrappers import Peeled, peel_parsed
from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.values import Known, Text, Value, known_text

_PYTHON = Known("python")
_SCRIPTS = (".py", ".pyw")


def uv(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Peeled | None:
    """`uv run [-m] [--script] SCRIPT|MODULE|PROGRAM …`; its other subcommands are as their grammar says."""
    grammar = grammar_of("uv")
    if grammar is None:
        return None
    parsed = parse(grammar, arguments)
    peeled = peel_parsed(evaluation, parsed, context)
    # `uv tool run` starts a package's program, which is nobody's script
    texts = [known_text(word) for word in arguments]
    is_script = "run" in texts and "tool" not in texts[: texts.index("run")]
    if peeled is None or not peeled.commands or not is_script:
        return peeled
    words = peeled.commands[0]
    if parsed.has("-m"):
        return Peeled(context, ((_PYTHON, Known("-m"), *words),))
    first = known_text(words[0]) or ""
    if first.startswith(("https://", "http://")):
        evaluation.emit("http.request", "GET", first, place=context.place)
        evaluation.emit("code.fetch", first, "python", place=context.place)
        return None
    if first == "-" or parsed.has("-s") or _ends(words[0]).endswith(_SCRIPTS):
        return Peeled(context, ((_PYTHON, *words),))
    return peeled


def _ends(word: Value) -> str:
    if isinstance(word, Text):
        last = word.parts[-1]
        return last if isinstance(last, str) else ""
    return known_text(word) or ""
