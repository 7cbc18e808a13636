"""What a shell does so that nobody can read later what it did: effects of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.read.values import Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


def history(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """`history`: clearing it is an effect, showing it is none."""
    shell.status = None
    options = "".join((known_text(value) or "")[1:] for value in arguments if (known_text(value) or "").startswith("-"))
    if "c" in options:
        shell.evaluation.emit("history", "-c", place=shell.place())


def forget(shell: Shell) -> None:
    """`unset HISTFILE`, `set +o history`: nothing is written down."""
    shell.evaluation.emit("env.set", "HISTFILE", Known(""), place=shell.place())
