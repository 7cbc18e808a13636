"""Markdown read on request: the fenced blocks of code in it, in order, one process for each.

A document speaks of commands and runs none, so this reader is used only where an operator names the
language; the format is https://spec.commonmark.org/current/#fenced-code-blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value

_FENCE = re.compile(r"^[ \t>]{0,12}(`{3,}|~{3,})[ \t]*\{?\.?([\w+-]*)[^`]*$")
_LANGUAGES: dict[str, Language] = {
    **dict.fromkeys("bash sh shell zsh shell-session".split(), Language.BASH),
    **dict.fromkeys("console terminal".split(), Language.BASH),
    **dict.fromkeys("python py python3 pycon".split(), Language.PYTHON),
    **dict.fromkeys("javascript js node mjs jsx".split(), Language.JAVASCRIPT),
    **dict.fromkeys("typescript ts tsx".split(), Language.TYPESCRIPT),
    **dict.fromkeys("dockerfile docker".split(), Language.DOCKERFILE),
    **dict.fromkeys("terraform hcl tf".split(), Language.TERRAFORM),
    **dict.fromkeys("makefile make".split(), Language.MAKEFILE),
}
_PROMPT = re.compile(r"^\s*(?:[\w@:~/.-]*[$#%]|>>>|\.\.\.)\s+(.*)$")
_WITH_PROMPTS = frozenset("console terminal shell-session pycon".split())


def read_markdown(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read the blocks of a document whose language is known; others are text."""
    fence, label, start = "", "", 0
    body: list[str] = []
    lines = unit.text.split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        found = _FENCE.match(line.removesuffix("\r"))
        if not fence:
            if found is not None:
                fence, label, start, body = found[1], found[2].lower(), number, []
            continue
        is_end = found is not None and found[1].startswith(fence) and not found[2]
        if not is_end and number <= len(lines):
            body.append(line)
            continue
        fence = ""
        language = _LANGUAGES.get(label)
        if language is None:
            continue
        evaluation.spend()
        if label in _WITH_PROMPTS:
            body = [prompt[1] if (prompt := _PROMPT.match(row)) is not None else "" for row in body]
        here = replace(context, place=Place(unit.id, Span(start, 1, max(number - 1, start), 1)))
        evaluation.run_code(language, Known("\n" + "\n".join(body)), here, made_by="fence")
    return Outcome()
