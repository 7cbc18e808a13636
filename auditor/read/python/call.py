"""One call of a library function, as the interfaces in `auditor.read.apis` see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from auditor.model.word import Source
from auditor.read.evaluation import Context, Outcome
from auditor.read.python.machine import Machine
from auditor.read.python.objects import NONE, Arguments, External, PyValue, Rest
from auditor.read.values import Value, known_text, unknown


@dataclass(frozen=True, slots=True)
class Call:
    """The machine, what is called, and with which arguments."""

    machine: Machine
    callee: External
    args: tuple[PyValue, ...]
    kwargs: dict[str, PyValue]
    rest: PyValue | None
    node: cst.CSTNode

    def get(self, index: int | None, name: str = "") -> PyValue | None:
        """Give an argument by position or name, or None where it is not given."""
        if index is not None and index < len(self.args):
            value = self.args[index]
            return value.value if isinstance(value, Rest) else value
        return self.kwargs.get(name)

    def arg(self, index: int | None, name: str = "") -> PyValue:
        """Give an argument; unknown where it is not given."""
        value = self.get(index, name)
        return unknown(Source.UNKNOWN) if value is None else value

    def word(self, index: int | None, name: str = "") -> Value:
        """Give an argument as a word of an effect."""
        return self.machine.word(self.arg(index, name))

    def text(self, index: int | None, name: str = "") -> str | None:
        """Give an argument that is known text."""
        value = self.get(index, name)
        return None if value is None else known_text(self.machine.scalar(value))

    def flag(self, name: str, index: int | None = None) -> bool | None:
        """Give an argument's truth; False where it is not given, None where it is not known."""
        value = self.get(index, name)
        return False if value is None else self.machine.truth(value)

    def items(self, value: PyValue) -> list[PyValue]:
        """Give the items of an argument that is a sequence."""
        return self.machine.iterate(value, self.node)

    def emit(self, *words: PyValue | str) -> None:
        """Record an effect at this call."""
        self.machine.emit(self.node, *words)

    def launch(self, argv: Sequence[PyValue], **changes: object) -> Outcome:
        """Start a program from here."""
        return self.machine.launch(argv, self.machine.child(self.node, **changes), self.node)

    def shell(self, text: PyValue, made_by: str = "", **changes: object) -> Outcome:
        """Have a command line run by a shell from here."""
        context: Context = self.machine.child(self.node, **changes)
        return self.machine.run_shell(text, context, self.node, made_by or self.callee.path)

    def call_back(self, function: PyValue, *args: PyValue, kwargs: dict[str, PyValue] | None = None) -> PyValue:
        """Call a function that was handed over."""
        return self.machine.call(function, Arguments(tuple(args), kwargs or {}), self.node)

    def result(self, **state: PyValue) -> External:
        """Give the library object that this call makes, with what is known of it."""
        made = External(f"{self.callee.path}()", self.callee, self.args, self.kwargs, self.callee.is_hidden)
        made.state.update(state)
        return made

    @property
    def receiver(self) -> External:
        """The library object whose method is called."""
        return self.callee.parent or self.callee

    def nothing(self) -> PyValue:
        """Give None."""
        return NONE
