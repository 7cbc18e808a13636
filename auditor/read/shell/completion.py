"""`compgen`: the words that a prefix could become, from a list or among well-known programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.launch.programs import known_programs
from auditor.read.shell.redirects import write
from auditor.read.values import Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_MOST = 500


def compgen(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """Print what fits."""
    texts = [known_text(value) for value in arguments]
    shell.status = None
    listed: list[str] | None = None
    prefix = ""
    rest = iter(texts)
    for text in rest:
        if text == "-W":
            listed = (next(rest, None) or "").split()
        elif text in ("-c", "-A"):
            listed = sorted(known_programs())
            if text == "-A":
                listed = listed if next(rest, None) == "command" else None
        elif text is not None and not text.startswith("-"):
            prefix = text
    found = [word for word in listed or () if word.startswith(prefix)]
    if listed is None or None in texts or not found:
        write(shell, shell.evaluation.fresh(Source.COMMAND, "compgen"))
    else:
        write(shell, Known("".join(f"{word}\n" for word in found[:_MOST])))
