"""Whether reading a function once more could find anything: what was read before says so, or a gap.

A call is the same as an earlier one where its arguments look the same and the values that the
function can reach are what they were. A recursion over ever other arguments is read once with
those that change unknown.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.machine import Machine
from auditor.read.python.mentions import Mentions, mentions_of
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    Choice,
    ClassObj,
    DictObj,
    EnvironObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    ModuleObj,
    Partial,
    PyValue,
    Rest,
    Scope,
    TupleObj,
    Wrapped,
)
from auditor.read.python.resumed import GeneratorObj
from auditor.read.values import Known, OneOf, Text, Unknown, unknown

_UNKNOWN_READS: Final = 250
_RECURSIVE_READS: Final = 1_000
_SAME_READS: Final = 6  # from one place with arguments that look the same
_BRIEF_READS: Final = 12
_SHORT: Final = 200
_RECURSION_UNKNOWN: Final = 2
_LARGE: Final = 200
_DEEP: Final = 6
_REACHED: Final = 300
_ANY_NAME: Final = frozenset("globals locals vars eval exec getattr setattr __dict__ __import__ sys".split())
"""What leads to values whose names are not written out."""
_NOT_LOOKED: Final = object()
_LASTING: Final = ("deeper", "more")
"""Comparisons that need two looks: before the first, nothing is known to have changed."""


@dataclass(slots=True)
class _Seen:
    """What is remembered of a machine's functions."""

    mentions: dict[cst.CSTNode, Mentions] = field(default_factory=dict)
    reached: dict[FunctionObj, tuple[int, tuple[FunctionObj, ...]]] = field(default_factory=dict)
    states: dict[tuple[FunctionObj, object], object] = field(default_factory=dict)

    def mentioned(self, function: FunctionObj) -> Mentions:
        """Give what a function's body mentions."""
        found = self.mentions.get(function.body)
        if found is None:
            found = self.mentions[function.body] = mentions_of([function.body])
        return found


_seen: WeakKeyDictionary[Machine, _Seen] = WeakKeyDictionary()


def to_read(machine: Machine, function: FunctionObj, arguments: Arguments, node: cst.CSTNode) -> Arguments | None:
    """Give the arguments with which a function is to be read now, or None where it is not to be read."""
    if machine.depth >= machine.limits.depth:
        _refuse(machine, function, arguments)
        return None
    active = [frame.scope for frame in machine.frames if frame.function is function]
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
            moves = _finds_other(machine, function, [each for each in arguments.args if each in held], "deeper")
        if len(active) >= (1 if machine.is_brief else _RECURSION_UNKNOWN):
            deeper = _deeper(machine, function, arguments, active)
            if deeper is None and moves and len(active) == _RECURSION_UNKNOWN:
                _refuse(machine, function, arguments)
            return deeper
        over = function.unknown_reads - (_BRIEF_READS if machine.is_brief else _UNKNOWN_READS)
        is_moving = 0 <= over < 2 and _finds_other(machine, function, values, "more")
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


def _finds_other(machine: Machine, function: FunctionObj, values: Sequence[PyValue], key: object) -> bool:
    """Whether what a function can reach is not what it was when the same call was looked at last."""
    if machine.is_brief:
        return False
    states = _seen.setdefault(machine, _Seen()).states
    before, now = states.get((function, key), _NOT_LOOKED), _state(machine, function, values)
    states[(function, key)] = now
    return now != before and not (before is _NOT_LOOKED and key in _LASTING)


def _state(machine: Machine, function: FunctionObj, values: Sequence[PyValue]) -> object:
    """Draw what a function can reach: some values, its names, and those of the functions that it calls."""
    drawing = _Drawing()
    seen, reached = _seen.setdefault(machine, _Seen()), _reached(machine, function)
    found: list[object] = [drawing.of(value) for value in (*values, machine.environ)]
    for each in reached:
        found += [drawing.of(value) for value in each.defaults.values()]
        words = seen.mentioned(each).names
        scope: Scope | None = each.scope
        while scope is not None:
            names = scope.names.keys() if words & _ANY_NAME else words & scope.names.keys()
            found += [(name, drawing.of(scope.names[name])) for name in sorted(names)]
            scope = scope.parent
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
        if value in self.drawn or depth > _DEEP:
            return id(value)
        self.drawn.add(value)
        inner = _inside(value)
        if len(inner) > _LARGE:
            return id(value), tuple(_look(each) if isinstance(each, Known) else id(each) for each in inner)
        return id(value), tuple(self.of(each, depth + 1) for each in inner)


def _inside(value: PyValue) -> list[PyValue]:
    """Give what an object holds that may change."""
    if isinstance(value, ListObj):
        return [item for variant in value.variants for item in (Known(len(variant)), *variant)]
    if isinstance(value, TupleObj):
        return list(value.items)
    if isinstance(value, DictObj):
        return [*value.entries.values(), *([value.rest] if value.rest is not None else [])]
    if isinstance(value, Rest):
        return [value.value]
    if isinstance(value, InstanceObj):
        return list(value.attributes.values())
    if isinstance(value, ClassObj):
        return [each for each in value.attributes.values() if not isinstance(each, FunctionObj | Wrapped)]
    if isinstance(value, FunctionObj):
        return list(value.attributes.values())
    if isinstance(value, External):
        return list(value.state.values())
    if isinstance(value, EnvironObj):
        return list(value.values.values())
    if isinstance(value, BoundMethod):
        return [value.receiver]
    if isinstance(value, Partial):
        return [*value.args, *value.kwargs.values()]
    if isinstance(value, GeneratorObj):
        return [Known(len(value.sent)), Known(value.is_over)]
    return list(value.scope.names.values()) if isinstance(value, ModuleObj) else []


def _reached(machine: Machine, function: FunctionObj) -> tuple[FunctionObj, ...]:
    """Give a function and those of the script that it may call, by name."""
    seen = _seen.setdefault(machine, _Seen())
    count, known = seen.reached.get(function, (-1, ()))
    if count == len(machine.functions):
        return known
    named: dict[str, list[FunctionObj]] = {}
    for other in machine.functions:
        named.setdefault(other.name, []).append(other)
        if other.owner is not None:
            named.setdefault(other.owner.name, []).append(other)
    machine.evaluation.spend(len(machine.functions) // 64)
    found = {function: None}
    pending = [function]
    while pending and len(found) < _REACHED:
        words = seen.mentioned(pending.pop()).words
        for word in named.keys() if words & _ANY_NAME else words & named.keys():
            fresh = [other for other in named[word] if other not in found]
            found.update(dict.fromkeys(fresh))
            pending += fresh
    seen.reached[function] = len(machine.functions), tuple(found)
    return tuple(found)


def looks_at(machine: Machine, function: FunctionObj, names: Set[str] | None) -> bool:
    """Whether a function may do something, and mentions one of some names; "" stands for what objects hold."""
    if not _matters(machine, function, Arguments(())):
        return False
    if names is None or "" in names:
        return True
    seen = _seen.setdefault(machine, _Seen())
    return any(seen.mentioned(each).words & names for each in _reached(machine, function))


def _matters(machine: Machine, function: FunctionObj, arguments: Arguments) -> bool:
    """Whether reading a function again could find anything: by the names in it and in what it calls."""
    from auditor.read.python.triage import is_strong

    values = (*arguments.args, *arguments.kwargs.values())
    if any(isinstance(value, FunctionObj | BoundMethod | External | Partial) for value in values):
        return True
    if function not in machine.matters:
        seen, reached = _seen.setdefault(machine, _Seen()), _reached(machine, function)
        is_strong_somewhere = any(is_strong(seen.mentioned(each)) for each in reached)
        machine.matters[function] = is_strong_somewhere or len(reached) >= _REACHED
    return machine.matters[function]
