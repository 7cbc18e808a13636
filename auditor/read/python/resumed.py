"""A generator whose body uses what it is sent, and the reading of that body once more."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.read.python.objects import Arguments, FunctionObj, Obj, PyValue


@dataclass(eq=False, slots=True)
class GeneratorObj(Obj):
    """A generator whose body uses what it is sent, and the values that it was given so far."""

    function: FunctionObj
    arguments: Arguments
    sent: list[tuple[PyValue, bool]] = field(default_factory=list)  # with whether it was thrown
    touched: set[Obj] = field(default_factory=set)  # what its body changed
    whole: PyValue | None = None
    is_over: bool = False


@dataclass(eq=False, slots=True)
class Resume:
    """The reading of a generator's body once more, up to the yield after `until` others."""

    generator: GeneratorObj
    until: int
    depth: int  # of the journal
    passed: int = 0
