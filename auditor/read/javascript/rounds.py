"""What runs nobody knows how often: the bodies of loops, callbacks, and functions that call themselves.

Takes what runs a round, and runs it as often as it takes to see what another round would do. What a round carries
over to the next is widened: numbers that change become unknown; text, arrays and objects that go on changing get an
alternative that stands for all that more rounds would make of them. What is merely set in a round stays exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.javascript.journal import Changes, Done, Items, Was
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import (
    SCALARS,
    Array,
    Class,
    External,
    Function,
    JsValue,
    Method,
    Record,
    Scope,
    choices,
    join,
    like,
)
from auditor.read.javascript.source import Node
from auditor.read.values import Known, OneOf, Text, Unknown, one_of, unknown

_PASSES = 3
_MOST_PASSES = 20  # while functions take turns
_DEEP = 2  # bodies of loops nested deeper begin with what they change from itself unknown
_MOST_RECORDS = 2
_DEEPEST = 3
_UNKNOWN = unknown(Source.UNKNOWN)
_HOLE = _UNKNOWN.hole


def many(
    machine: Machine,
    one: Callable[[], object],
    *,
    body: Node | None = None,
    scope: Scope | None = None,
    is_sure: bool = False,
) -> object:
    """Run what may run any number of times; `is_sure` says that the first time is certain. Gives how that ended."""
    is_deep = machine.rounds >= _DEEP
    returns = machine.frames[-1].returns if machine.frames else []
    count = len(returns)
    machine.rounds += 1
    ended: object = Done.NORMAL
    try:
        if is_deep and body is not None and scope is not None:
            _forget(machine, body, scope)
        for number in range(_MOST_PASSES):
            changes: Changes
            if is_sure and number == 0:
                machine.journal.begin(is_sure=True)
                try:
                    ended = one()
                finally:
                    changes = machine.journal.keep()
                if ended in (Done.LEFT, Done.BREAK):
                    break
            else:
                _, changes = machine.journal.branches([one, _nothing])
            again = _widened(machine, changes, is_first=number == 0 and not is_deep)
            if again is None or (again is False and number + 1 >= (2 if is_deep else _PASSES)):
                break
        else:
            machine.evaluation.gap(Why.TOO_MANY, "rounds of a loop", machine.place(body) if body is not None else None)
    finally:
        machine.rounds -= 1
    if machine.frames and len(returns) > count:
        machine.frames[-1].is_open = True
    return ended


def _nothing() -> Done:
    return Done.NORMAL


def _widened(machine: Machine, changes: Changes, *, is_first: bool) -> bool | None:
    """Widen what goes on changing; None where another round would find what this one found, True where it must run."""
    again: bool | None = None
    for was in tuple(changes.values()):
        now = was.now()
        if now is was.content or now is None:
            continue
        if isinstance(was.holder, Array):
            assert isinstance(now, tuple)
            assert isinstance(was.content, tuple)
            if _may_shrink(was.content, now):
                items, rest, _ = now
                some = [*was.content[0], *items, *([rest] if rest is not None else [])]
                scalars = [single for single in some if isinstance(single, Known | OneOf)]
                if items and len(scalars) == len(some):
                    again = True
                    machine.journal.write(was, ([], one_of(scalars), 0))
                continue
            if _grew(was.content, now):
                again = again or False
                if not is_first:
                    machine.journal.write(was, (now[0], one_of([*([now[1]] if now[1] else []), _UNKNOWN]), now[2]))
            continue
        assert not isinstance(now, tuple)
        before = was.content if not isinstance(was.content, tuple) else None
        added = _added(before, now)
        if not added:
            continue
        again = again or False
        if any(isinstance(single, Function) for single in added):
            again = True
        if is_first:
            _widen_numbers(machine, was, before, now)
        else:
            machine.journal.write(was, widened(now, added, before))
    return again


def forget_changes(machine: Machine, changes: Changes) -> bool:
    """Widen what some changes tell of; whether any was not yet as wide."""
    return _widened(machine, changes, is_first=False) is not None


def _widen_numbers(machine: Machine, was: Was, before: JsValue | None, now: JsValue) -> None:
    singles = [single for value in (before, now) if value is not None for single in choices(value)]
    if len({single.value for single in singles if isinstance(single, Known) and _counts(single)}) > 1:
        kept: list[JsValue] = [single for single in choices(now) if not _counts(single)]
        machine.journal.write(was, join([*kept, _UNKNOWN]))


def _counts(value: JsValue) -> bool:
    return isinstance(value, Known) and isinstance(value.value, int | float) and not isinstance(value.value, bool)


def widened(value: JsValue, added: Sequence[JsValue], before: JsValue | None) -> JsValue:
    """Give a value with what more rounds would make of it."""
    singles: list[JsValue] = [single for single in choices(value) if not _counts(single)]
    more: list[JsValue] = []
    records = [single for single in singles if isinstance(single, Record)]
    arrays = [single for single in singles if isinstance(single, Array)]
    if len(records) >= _MOST_RECORDS:
        singles = [single for single in singles if not isinstance(single, Record)]
        more.append(_one_record(records))
    if len(arrays) >= _MOST_RECORDS:
        singles = [single for single in singles if not isinstance(single, Array)]
        more.append(_one_array(arrays))
    old = [single.value for single in choices(before) if isinstance(single, Known)] if before is not None else []
    for single in added:
        text = single.value if isinstance(single, Known) else None
        start = next((one for one in old if isinstance(text, str) and isinstance(one, str) and one), "")
        if isinstance(text, str) and start and text.startswith(start):
            more.append(Text((start, _HOLE)))
        elif isinstance(single, SCALARS):
            more.append(_UNKNOWN)
    return join([*singles, *more])


def _added(before: JsValue | None, now: JsValue) -> list[JsValue]:
    """Give the alternatives of a value that it did not have before, as far as they tell more."""
    old = {key_of(single) for single in choices(before)} if before is not None else set()
    if isinstance(now, Unknown) or "unknown" in old:
        return [single for single in choices(now) if isinstance(single, Function) and key_of(single) not in old]
    return [single for single in choices(now) if key_of(single) not in old and not isinstance(single, Unknown)]


def key_of(value: JsValue) -> object:
    """Give what tells one alternative from another, without what differs each time that it is made."""
    if isinstance(value, Known):
        return type(value.value), value.value
    if isinstance(value, Text):
        return tuple(part if isinstance(part, str) else None for part in value.parts)
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Function):
        return id(value.node)
    if isinstance(value, External):
        return value.path
    if isinstance(value, Method):
        return "method", value.name
    if isinstance(value, Record):
        return Record, tuple((name, _scalar_key(item)) for name, item in list(value.entries.items())[:50])
    if isinstance(value, Array):
        return Array, len(value.items), value.rest is not None, tuple(map(_scalar_key, value.items[:50]))
    return value.name if isinstance(value, Class) else type(value)


def _scalar_key(value: JsValue) -> object:
    return key_of(value) if isinstance(value, SCALARS) else type(value)


def _may_shrink(before: Items, now: Items) -> bool:
    """Whether a round may take items away, so that any of them may come to any place."""
    return now[2] is not None and (len(now[0]) < len(before[0]) or now[2] < len(before[0]))


def _grew(before: Items, now: Items) -> bool:
    """Whether an array has more items than before, or other ones."""
    if now[1] is not None:
        return False
    if len(before[0]) != len(now[0]):
        return True
    return any(one is not other and bool(_added(one, other)) for one, other in zip(before[0], now[0], strict=True))


def _one_record(records: Sequence[Record]) -> Record:
    """Give one object for many that differ in what they hold."""
    made = Record(kind=records[0].kind, is_open=True, outside=records[0].outside)
    for name in dict.fromkeys(name for record in records for name in record.entries):
        values = [record.entries[name] for record in records if name in record.entries]
        made.entries[name] = general(values)
    return made


def _one_array(arrays: Sequence[Array]) -> Array:
    longest = max((array.items for array in arrays), key=len)
    items = [general([array.items[at] for array in arrays if at < len(array.items)]) for at in range(len(longest))]
    return Array(items, _UNKNOWN, least=min(len(array.items) for array in arrays))


def general(values: Sequence[JsValue], depth: int = 0) -> JsValue:
    """Give what stands for some values and for others of their kind, where they differ."""
    joined = join(values)
    singles = choices(joined)
    if len(singles) < _MOST_RECORDS:
        return joined
    if depth < _DEEPEST:
        records = [single for single in singles if isinstance(single, Record)]
        arrays = [single for single in singles if isinstance(single, Array)]
        if len(records) == len(singles):
            return _one_record(records)
        if len(arrays) == len(singles):
            return _one_array(arrays)
    return widened(joined, singles[1:], singles[0])


# Deep nests


def _forget(machine: Machine, body: Node, scope: Scope) -> None:
    """Widen beforehand what a body changes from what it was: such a body is read once or twice."""
    names = machine.carried.get(body)
    if names is None:
        names = machine.carried[body] = _self_changing(machine, body)
    for name in names:
        here: Scope | None = scope
        while here is not None and name not in here.names:
            here = here.parent
        if here is None:
            continue
        value = here.names[name]
        if any(isinstance(single, Known) for single in choices(value)):
            machine.put(here.names, name, general([value, _other(value)]), here.born)


def _other(value: JsValue) -> JsValue:
    return like(value) if isinstance(value, SCALARS) else _UNKNOWN


def _self_changing(machine: Machine, body: Node) -> frozenset[str]:
    found: set[str] = set()
    pending = [body]
    while pending:
        node = pending.pop()
        machine.evaluation.spend()
        target = node.get("argument") if node.type == "update_expression" else node.get("left")
        if target is not None and target.type == "identifier":
            if node.type in {"update_expression", "augmented_assignment_expression"}:
                found.add(target.text)
            elif node.type == "assignment_expression":
                right = node.get("right")
                if right is not None and target.text in right.text:
                    found.add(target.text)
        pending += node.children
    return frozenset(found)
