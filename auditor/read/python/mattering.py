"""Which functions of the script may do anything: by what they and those that they call mention, and what that holds.

Takes a function of the script, gives the functions that it may call, by name, and whether reading it could find
anything. What a name or an attribute holds counts as mentioned, so that no other name hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakKeyDictionary

import libcst as cst

from auditor.read.python.machine import Machine
from auditor.read.python.mentions import Mentions, mentions_of
from auditor.read.python.objects import (
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
from auditor.read.values import Known

_REACHED: Final = 300
_LARGE: Final = 200
ANY_NAME: Final = frozenset("globals locals vars eval exec getattr setattr __dict__ __import__ sys".split())
"""What leads to values whose names are not written out."""


@dataclass(frozen=True, slots=True)
class _Reached:
    """The functions that one may call, told when the script had so many: their words, scopes and default values."""

    count: int
    functions: tuple[FunctionObj, ...]
    words: frozenset[str]
    scopes: tuple[Scope, ...]
    defaults: tuple[tuple[str, PyValue], ...]


@dataclass(slots=True)
class _Seen:
    """What is remembered of a machine's functions."""

    mentions: dict[cst.CSTNode, Mentions] = field(default_factory=dict)
    reached: dict[FunctionObj, _Reached] = field(default_factory=dict)
    matters: dict[FunctionObj, bool] = field(default_factory=dict)
    named: dict[str, list[FunctionObj]] = field(default_factory=dict)
    count: int = 0
    """How many of the functions have been noted by their names."""


_seen: WeakKeyDictionary[Machine, _Seen] = WeakKeyDictionary()


def mentioned(machine: Machine, function: FunctionObj) -> Mentions:
    """Give what a function's body mentions."""
    mentions = _seen.setdefault(machine, _Seen()).mentions
    found = mentions.get(function.body)
    if found is None:
        found = mentions[function.body] = mentions_of([function.body])
    return found


def reached(machine: Machine, function: FunctionObj) -> tuple[FunctionObj, ...]:
    """Give a function and those of the script that it may call, by name."""
    return _reached(machine, function).functions


def names_reached(machine: Machine, function: FunctionObj) -> Iterator[tuple[str, PyValue]]:
    """Give the names that a function and those that it may call can look up, with what they hold now."""
    found = _reached(machine, function)
    yield from found.defaults
    for scope in found.scopes:
        names = scope.names.keys() if found.words & ANY_NAME else found.words & scope.names.keys()
        for name in sorted(names):
            yield name, scope.names[name]


def _reached(machine: Machine, function: FunctionObj) -> _Reached:
    seen = _seen.setdefault(machine, _Seen())
    known = seen.reached.get(function)
    if known is not None and known.count == len(machine.functions):
        return known
    named = seen.named
    for other in machine.functions[seen.count :]:
        named.setdefault(other.name, []).append(other)
        if other.owner is not None:
            named.setdefault(other.owner.name, []).append(other)
    seen.count = len(machine.functions)
    found = {function: None}
    pending = [function]
    looked: set[str] = set()
    while pending and len(found) < _REACHED:
        words = mentioned(machine, pending.pop()).words
        fresh_words = (named.keys() if words & ANY_NAME else words & named.keys()) - looked
        looked |= fresh_words
        for word in fresh_words:
            fresh = [other for other in named[word] if other not in found]
            found.update(dict.fromkeys(fresh))
            pending += fresh
    machine.evaluation.spend(len(found) // 64)
    made = seen.reached[function] = _Reached(
        len(machine.functions),
        tuple(found),
        frozenset[str]().union(*(mentioned(machine, each).names for each in found)),
        _scopes_of(found),
        tuple(item for each in found for item in each.defaults.items()),
    )
    return made


def _scopes_of(functions: Iterable[FunctionObj]) -> tuple[Scope, ...]:
    """Give the scopes around some functions, each once."""
    scopes: dict[Scope, None] = {}
    for function in functions:
        scope: Scope | None = function.scope
        while scope is not None and scope not in scopes:
            scopes[scope] = None
            scope = scope.parent
    return tuple(scopes)


def looks_at(machine: Machine, function: FunctionObj, names: Set[str] | None) -> bool:
    """Whether a function may do something, and mentions one of some names; "" stands for what objects hold."""
    if not may_matter(machine, function):
        return False
    if names is None or "" in names:
        return True
    return any(mentioned(machine, each).words & names for each in reached(machine, function))


def may_matter(machine: Machine, function: FunctionObj) -> bool:
    """Whether reading a function could find anything: by the names in it and in what it calls, and what they hold."""
    matters = _seen.setdefault(machine, _Seen()).matters
    if function not in matters:
        found = reached(machine, function)
        handles = _handles(machine)
        matters[function] = len(found) >= _REACHED or any(_is_strong(machine, each, handles) for each in found)
    return matters[function]


def _handles(machine: Machine) -> Set[str]:
    """Give the attributes in which instances hold functions of libraries."""
    made = [instance for instances in machine.made.values() for instance in instances]
    return {
        name
        for instance in made
        for name, value in instance.attributes.items()
        if isinstance(value, External) and not value.path.endswith(")")
    }


def _is_strong(machine: Machine, function: FunctionObj, handles: Set[str]) -> bool:
    """Whether a function's own body mentions what may do anything, be it by another name."""
    from auditor.read.python.triage import is_strong

    mentions = mentioned(machine, function)
    paths: set[str] = set()
    for name in mentions.names:
        scope: Scope | None = function.scope
        while scope is not None and name not in scope.names:
            scope = scope.parent
        value = scope.names[name] if scope is not None else None
        if isinstance(value, External):
            paths.update(value.path.split("."))
        elif isinstance(value, Choice | Partial | BoundMethod | DictObj | ListObj | TupleObj) and any(
            isinstance(each, External | FunctionObj | Partial | BoundMethod) for each in _held(value)
        ):
            return True
    return not handles.isdisjoint(mentions.attributes) or is_strong(replace(mentions, names=mentions.names | paths))


def _held(value: PyValue) -> Sequence[PyValue]:
    if isinstance(value, Choice):
        return value.values
    return (value,) if isinstance(value, Partial | BoundMethod) else inside(value)[:_LARGE]


def inside(value: PyValue) -> list[PyValue]:
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
