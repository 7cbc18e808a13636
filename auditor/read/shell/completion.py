"""`compgen`: the words that a prefix could become, from a list or among well-known programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.launch.programs import known_programs
from auditor.read.shell.redirects import write
from auditor.read.shell.words import single
from auditor.read.values import EMPTY, Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_MOST = 5_000


def compgen(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """Print what fits."""
    shell.status = None
    listed: list[str] | None = None
    prefix = ""
    is_known = True
    rest = iter(arguments)
    for value in rest:
        text = known_text(value)
        is_known = is_known and text is not None
        if text == "-W":
            words = known_text(_expanded(shell, next(rest, EMPTY)))
            listed = words.split() if words is not None else None
        elif text in ("-C", "-F"):
            shell.evaluate(next(rest, EMPTY), made_by=f"compgen {text}")
            return
        elif text in ("-c", "-A"):
            listed = sorted(known_programs())
            if text == "-A":
                listed = listed if known_text(next(rest, EMPTY)) == "command" else None
        elif text is not None and not text.startswith("-"):
            prefix = text
    found = [word for word in listed or () if word.startswith(prefix)]
    if listed is None or not is_known or not found:
        write(shell, shell.evaluation.fresh(Source.COMMAND, "compgen"))
    elif len(found) > _MOST:
        write(shell, shell.evaluation.fresh(Source.LIMIT))
    else:
        write(shell, Known("".join(f"{word}\n" for word in found)))


def _expanded(shell: Shell, words: Value) -> Value:
    """Give a list of words as bash expands it once more, commands in it included."""
    text = known_text(words)
    return words if text is None else single(shell, shell.words_in(text))
