"""What a loop of unknown length does to the state that it carries: counters, names of states, growing text and lists.

Takes what one round changed, and joins it with what was before. A number that differs becomes unknown;
text and bytes stay what they may be, but are only supposed, so that no comparison with them is decided;
a list that grew may hold any number more. What a loop sets for the first time stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from auditor.model.word import Source
from auditor.read.python.journal import Changes, Content, Journal, joined
from auditor.read.python.machine import Machine
from auditor.read.python.objects import Choice, PyValue, Rest, Scope, TupleObj, join
from auditor.read.values import Known, OneOf, alternatives, assumed, is_assumed, unknown

K = TypeVar("K")


def widen(journal: Journal, others: Changes) -> frozenset[str]:
    """Join the state with what it is after another round, forgetting what differs; give the names that did."""
    wide: set[str] = set()
    for slot, other in others.items():
        current = journal.content(slot)
        plain = joined(slot, (current, other))
        wider = _wider_content(current, other, plain)
        if wider is not plain:
            wide.add(slot[1] or "")
        journal.put(slot, wider)
    return frozenset(wide)


def forget(machine: Machine, names: Iterable[str]) -> None:
    """Forget what some names hold now, which a loop is known to change; "" stands for objects, and changes nothing."""
    for name in names:
        scope: Scope | None = machine.scope
        while scope is not None and name not in scope.names:
            scope = scope.parent
        value = scope.names[name] if scope is not None else None
        if scope is None or not isinstance(value, Known | OneOf) or is_assumed(value):
            continue
        is_number = all(_is_number(single) for single in alternatives(value))
        machine.journal.set_name(scope, name, unknown(Source.UNKNOWN) if is_number else assumed(value))


def _wider_content(current: Content, other: Content, plain: Content) -> Content:
    """Forget in a joined content what differs between the two that it was made of."""
    if current is None or other is None or plain is None:
        return plain
    if isinstance(current, list) and isinstance(other, list) and isinstance(plain, list):
        return _wider_lists(current, other, plain)
    if isinstance(current, tuple) and isinstance(other, tuple) and isinstance(plain, tuple):
        entries = _wider_names(current[0], other[0], plain[0])
        return plain if entries is plain[0] else (entries, plain[1])
    if isinstance(current, dict) and isinstance(other, dict) and isinstance(plain, dict):
        return _wider_names(current, other, plain)
    return plain if isinstance(plain, list | tuple | dict) else _wider(plain)


def _wider_names(current: Mapping[K, PyValue], other: Mapping[K, PyValue], plain: dict[K, PyValue]) -> dict[K, PyValue]:
    changed = {
        key: wider
        for key, value in plain.items()
        if key in current and key in other and (wider := _wider(value)) is not value
    }
    return {**plain, **changed} if changed else plain


def _wider_lists(
    current: list[list[PyValue]], other: list[list[PyValue]], plain: list[list[PyValue]]
) -> list[list[PyValue]]:
    if not all(any(_begins(after, before) for before in current) for after in other):
        return [[Rest(_wider(join(_values([*current, *other]))))]]  # a queue, whose items come to any place
    variants = []
    for variant in plain:
        items = [_wider(item) for item in variant]
        same = all(one is two for one, two in zip(items, variant, strict=True))
        variants.append(variant if same else items)
    shortest = min(map(len, plain))
    longest = max(variants, key=len)
    if len(longest) > shortest and not isinstance(longest[-1], Rest):
        more = Rest(join(longest[shortest:]))
        variants = [[*variant, more] if variant is longest else variant for variant in variants]
    is_same = all(one is two for one, two in zip(variants, plain, strict=True))
    return plain if is_same else variants


def _begins(items: list[PyValue], beginning: list[PyValue]) -> bool:
    """Whether a list is another one with more at its end, or with one item set anew."""
    if len(items) < len(beginning):
        return False
    others = sum(one is not two and one != two for one, two in zip(items, beginning, strict=False))
    return others <= (len(items) == len(beginning))


def _values(variants: list[list[PyValue]]) -> list[PyValue]:
    return [item.value if isinstance(item, Rest) else item for variant in variants for item in variant]


def _wider(value: PyValue) -> PyValue:
    """Give what a value may be after any number of rounds, where two of them gave different scalars."""
    if isinstance(value, Choice) and all(isinstance(single, TupleObj) for single in value.values):
        rows = [single.items for single in value.values if isinstance(single, TupleObj)]
        if len({len(row) for row in rows}) == 1:
            return TupleObj(tuple(_wider(join(column)) for column in zip(*rows, strict=True)))
    if not isinstance(value, OneOf):
        return value
    known = [single for single in value.values if isinstance(single, Known)]
    if all(map(_is_number, value.values)):
        return unknown(Source.UNKNOWN)
    is_telling = any(_is_number(single) or isinstance(single.value, str | bytes) for single in known)
    return assumed(value) if len(known) > 1 and is_telling and not is_assumed(value) else value


def _is_number(value: PyValue) -> bool:
    return isinstance(value, Known) and isinstance(value.value, int | float) and not isinstance(value.value, bool)
