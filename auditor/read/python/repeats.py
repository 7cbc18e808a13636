"""Whether reading a function once more could find anything: what was read before says so, or a gap.

A call is the same as an earlier one where its arguments look the same and the values that the
function can reach are what they were. A recursion over ever other arguments is read once with
those that change unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.machine import Machine
from auditor.read.python.mattering import inside, may_matter, names_reached
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    Choice,
    ClassObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    Partial,
    PyValue,
    Scope,
    TupleObj,
)
from auditor.read.values import Known, OneOf, Text, Unknown, unknown

_UNKNOWN_READS: Final = 250
_RECURSIVE_READS: Final = 1_000
_SAME_READS: Final = 6  # from one place with arguments that look the same
_BRIEF_READS: Final = 12
_SHORT: Final = 200
_RECURSION_UNKNOWN: Final = 2
_RECURSION_MOVING: Final = 4  # where each call finds what it can reach changed
_LARGE: Final = 200
_DEEP: Final = 6
_NOT_LOOKED: Final = object()
_LASTING: Final = ("deeper", "more")
"""Comparisons that need two looks: before the first, nothing is known to have changed."""


_States = dict[tuple[FunctionObj, object], object]
_states: WeakKeyDictionary[Machine, _States] = WeakKeyDictionary()


def to_read(machine: Machine, function: FunctionObj, arguments: Arguments, node: cst.CSTNode) -> Arguments | None:
    """Give the arguments with which a function is to be read now, or None where it is not to be read."""
    active = [frame.scope for frame in machine.frames if frame.function is function]
    if machine.depth >= machine.limits.depth:
        deeper = _any_deeper(function, arguments, active) if active else arguments
        if deeper is not None and active and machine.depth == machine.limits.depth:
            return deeper
        if deeper is not None:
            _refuse(machine, function, arguments)
        return None
    if active and function.reads > _RECURSIVE_READS:
        _refuse(machine, function, arguments)
        return None
    is_resumed = machine.resume is not None and machine.resume.generator.function is function
    values = (*arguments.args, *arguments.kwargs.values())
    if not is_resumed and not all(map(_is_known, values)):
        function.unknown_reads += 1
        moves = False
        key = (node, *map(_look, arguments.args), *((name, _look(value)) for name, value in arguments.kwargs.items()))
        function.calls[key] = function.calls.get(key, 0) + 1
        if function.calls[key] > _SAME_READS and not _finds_other(machine, function, values, key):
            return None
        if active and not machine.is_brief:
            held = list(active[-1].names.values())
            handed = [index for index, each in enumerate(arguments.args) if each in held]
            moves = _finds_other(machine, function, [arguments.args[index] for index in handed], ("deeper", *handed))
        if len(active) >= (1 if machine.is_brief else _RECURSION_UNKNOWN):
            deeper = _deeper(machine, function, arguments, active)
            if deeper is None and moves and len(active) < _RECURSION_MOVING:
                return arguments
            if deeper is None and moves and len(active) == _RECURSION_MOVING:
                _refuse(machine, function, arguments)
            return deeper
        over = function.unknown_reads - (_BRIEF_READS if machine.is_brief else _UNKNOWN_READS)
        is_moving = 0 <= over < 2 and _finds_other(machine, function, values, ("more",))
        if over > 0:
            _refuse(machine, function, arguments, is_moving=is_moving)
            return None
    if machine.evaluation.steps_left < machine.inline_floor and function.reads:
        machine.evaluation.gap(Why.TOO_MANY, "calls beyond the evaluation budget", None)
        return None
    return arguments


def _is_known(value: PyValue) -> bool:
    """Whether a value is known whole: a scalar, or a short sequence of them."""
    if isinstance(value, TupleObj) or (isinstance(value, ListObj) and len(value.variants) == 1):
        return len(value.items) < _SHORT and all(isinstance(item, Known) for item in value.items)
    return isinstance(value, Known)


def _refuse(machine: Machine, function: FunctionObj, arguments: Arguments, *, is_moving: bool = False) -> None:
    """Do not read a function once more; a gap says so where that could have found or changed anything."""
    if not machine.is_brief and (is_moving or _matters(machine, function, arguments)):
        machine.evaluation.gap(Why.TOO_MANY, "calls of one function", None)


def _look(value: PyValue) -> object:
    """Give what two arguments that look the same have in common."""
    if isinstance(value, Known):
        return type(value.value), value.value
    if isinstance(value, Unknown):
        return value.hole.source
    return value.parts if isinstance(value, Text) else value


# Recursion


def _deeper(machine: Machine, function: FunctionObj, arguments: Arguments, active: list[Scope]) -> Arguments | None:
    """Give the arguments of a call that stands for all deeper ones; None where they tell nothing new."""
    if machine.is_brief or len(active) > _RECURSION_UNKNOWN + 1:
        return None
    return _any_deeper(function, arguments, active)


def _any_deeper(function: FunctionObj, arguments: Arguments, active: list[Scope]) -> Arguments | None:
    """Give what stands for a call and all deeper ones: what differs from the call around unknown; None for nothing."""
    parameters = function.parameters
    names = [each.name.value for each in (*parameters.posonly_params, *parameters.params)]
    outer = active[-1].names
    args = [_widened(value, outer.get(name)) for name, value in zip(names, arguments.args, strict=False)]
    args += arguments.args[len(names) :]
    kwargs = {name: _widened(value, outer.get(name)) for name, value in arguments.kwargs.items()}
    if all(a is b for a, b in zip(args, arguments.args, strict=True)) and kwargs == arguments.kwargs:
        return None
    return Arguments(tuple(args), kwargs, arguments.rest)


def _widened(value: PyValue, before: PyValue | None) -> PyValue:
    """Give an argument as it may be in any deeper call: what is not as it was in the call around is not known."""
    if before is None or isinstance(before, Unknown) or value is before:
        return value
    if isinstance(value, Known) and isinstance(before, Known | OneOf):
        return value if _look(value) == _look(before) else unknown(Source.UNKNOWN)
    if isinstance(value, ListObj | TupleObj) and isinstance(before, ListObj | TupleObj):
        return value if len(value.items) == len(before.items) else unknown(Source.UNKNOWN)
    if isinstance(value, OneOf) and _look(value) != _look(before):
        return unknown(Source.UNKNOWN)
    return value


# What a function can reach


def _finds_other(machine: Machine, function: FunctionObj, values: Sequence[PyValue], key: tuple[object, ...]) -> bool:
    """Whether what a function can reach is not what it was when the same call was looked at last."""
    if machine.is_brief:
        return False
    states = _states.setdefault(machine, {})
    before, now = states.get((function, key), _NOT_LOOKED), _state(machine, function, values)
    states[(function, key)] = now
    return now != before and not (before is _NOT_LOOKED and key[0] in _LASTING)


def _state(machine: Machine, function: FunctionObj, values: Sequence[PyValue]) -> object:
    """Draw what a function can reach: some values, its names, and those of the functions that it calls."""
    drawing = _Drawing()
    found: list[object] = [drawing.of(value) for value in (*values, machine.environ)]
    found += [(name, drawing.of(value)) for name, value in names_reached(machine, function)]
    machine.evaluation.spend(drawing.count // 64)
    return tuple(found), machine.directory, machine.evaluation.files.table.contents()


@dataclass(slots=True)
class _Drawing:
    """Draws values: two drawings are equal where nothing that was drawn has changed."""

    count: int = 0
    drawn: set[PyValue] = field(default_factory=set)

    def of(self, value: PyValue | None, depth: int = 0) -> object:
        """Draw a value with what it holds."""
        self.count += 1
        if value is None or isinstance(value, Known | Unknown | Text):
            return _look(value) if value is not None else None
        if isinstance(value, OneOf | Choice):
            return tuple(self.of(each, depth) for each in value.values)
        kind = _kind(value)
        if value in self.drawn or depth > _DEEP:
            return kind
        self.drawn.add(value)
        inner = inside(value)
        if len(inner) > _LARGE:
            return kind, tuple(_look(each) if isinstance(each, Known) else _kind(each) for each in inner)
        return kind, tuple(self.of(each, depth + 1) for each in inner)


def _kind(value: PyValue) -> object:
    """Give what two objects have in common that are read the same way, but for what they hold."""
    if isinstance(value, FunctionObj | ClassObj):
        return id(value)
    if isinstance(value, InstanceObj):
        return id(value.cls)
    if isinstance(value, External):
        root = "?" if value.path.startswith("?") else value.path.partition("(")[0]
        return root, value.path.rpartition(".")[2]
    return type(value)


def _matters(machine: Machine, function: FunctionObj, arguments: Arguments) -> bool:
    """Whether reading a function again with some arguments could find anything."""
    values = (*arguments.args, *arguments.kwargs.values())
    is_told = any(isinstance(value, FunctionObj | BoundMethod | External | Partial) for value in values)
    return is_told or may_matter(machine, function)
