"""Programs that look names up: where a program stands, what a path stands for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.options import scan
from auditor.read.launch.programs import known_programs, program_of
from auditor.read.programs.grammar import grammar_of
from auditor.read.programs.pieces import head_of
from auditor.read.values import Known, Text, Value, assumed, concat, known_text

_NAME = re.compile(r"[A-Za-z][\w.+-]{0,60}")


def which(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`which NAME`, `command -v NAME`, `type -P NAME`: the path of a well-known program; of another, unknown."""
    words = [word for word in arguments if not head_of(word).startswith("-")]
    found: list[Value] = []
    for word in words:
        text = known_text(word)
        if text is None:
            found.append(word)
        elif "/" in text:
            found.append(Known(text))
        elif text in known_programs() or grammar_of(program_of(text) or text) is not None or _NAME.fullmatch(text):
            found.append(assumed(Known(posixpath.join("/usr/bin", text))))
        else:
            found.append(evaluation.fresh(Source.COMMAND, "which"))
    return Outcome(stdout=concat([piece for path in found for piece in (path, Known("\n"))]))


def path_itself(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`readlink -f PATH`, `realpath PATH`: the path, as far as it is known."""
    operands = scan(arguments, "relative-to relative-base").operands
    if len(operands) != 1:
        return None
    path = operands[0]
    text = known_text(path)
    if text is not None:
        return Outcome(stdout=assumed(Known(evaluation.files.path(path, context.directory) + "\n")))
    return Outcome(stdout=concat((path, Known("\n")))) if isinstance(path, Text) else None
