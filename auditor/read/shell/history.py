"""What a shell does so that nobody can read later what it did: effects of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.read.values import Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_SIZES: Final = frozenset({"HISTSIZE", "HISTFILESIZE"})
VARIABLES: Final = frozenset({"HISTFILE", "HISTIGNORE", *_SIZES})
"""Variables of the shell's memory."""


def history(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """`history`: clearing it is an effect, showing it is none."""
    shell.status = None
    options = "".join((known_text(value) or "")[1:] for value in arguments if (known_text(value) or "").startswith("-"))
    if "c" in options:
        shell.evaluation.emit("history", "-c", place=shell.place())


def note_kept(shell: Shell, name: str, value: Value) -> None:
    """Record a variable that keeps the shell from remembering: no size, or a pattern that leaves out every line."""
    text = known_text(value)
    if (name in _SIZES and text == "0") or (name == "HISTIGNORE" and text in ("*", "?*")):
        shell.evaluation.emit("env.set", name, value, place=shell.place())


def forget(shell: Shell) -> None:
    """`unset HISTFILE`, `set +o history`: nothing is written down."""
    shell.evaluation.emit("env.set", "HISTFILE", Known(""), place=shell.place())
