"""Comparisons, chained or not: known where both sides are."""

from __future__ import annotations

import operator
from collections.abc import Callable

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.classes import class_attribute
from auditor.read.python.fold import Pure, fold
from auditor.read.python.machine import Machine
from auditor.read.python.native import Unfit, key_of
from auditor.read.python.objects import (
    FALSE,
    TRUE,
    Arguments,
    BoundMethod,
    Choice,
    DictObj,
    EnvironObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    Obj,
    PathObj,
    PyValue,
    Rest,
    TupleObj,
)
from auditor.read.values import Known, OneOf, Text, is_assumed, unknown

_COMPARE: dict[type, Callable[..., object]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
}


def comparison(machine: Machine, node: cst.Comparison) -> PyValue:
    """Evaluate a comparison, chained or not; unknown where any link is."""
    left = machine.evaluate(node.left)
    result: PyValue = TRUE
    for target in node.comparisons:
        right = machine.evaluate(target.comparator)
        link = _compare(machine, type(target.operator), left, right, node)
        verdict = machine.truth(link)
        if verdict is False:
            return FALSE
        if verdict is None:
            result = unknown(Source.UNKNOWN)
        left = right
    return result


def _compare(machine: Machine, kind: type, left: PyValue, right: PyValue, node: cst.CSTNode) -> PyValue:
    if is_assumed(_text_of(left), _text_of(right)):
        return unknown(Source.UNKNOWN)
    if kind in (cst.Is, cst.IsNot):
        return _identical(left, right, is_same=kind is cst.Is)
    own = _by_own_method(machine, kind, left, right, node)
    if own is not None:
        return own
    if kind in (cst.In, cst.NotIn):
        inside = _contains(machine, right, left)
        return unknown(Source.UNKNOWN) if inside is None else Known(inside is (kind is cst.In))
    if isinstance(left, InstanceObj) or isinstance(right, InstanceObj):
        return unknown(Source.UNKNOWN)
    value = fold(machine, Pure(_COMPARE[kind]), (left, right), {}, node)
    if isinstance(value, Known) and not is_assumed(value):
        return Known(value.value)
    return value if isinstance(value, OneOf) else unknown(Source.UNKNOWN)


_METHODS: dict[type, tuple[str, str]] = {
    cst.Equal: ("__eq__", "__eq__"),
    cst.NotEqual: ("__ne__", "__ne__"),
    cst.LessThan: ("__lt__", "__gt__"),
    cst.LessThanEqual: ("__le__", "__ge__"),
    cst.GreaterThan: ("__gt__", "__lt__"),
    cst.GreaterThanEqual: ("__ge__", "__le__"),
}
"""The method of the left side, and that of the right one where the left has none."""


def _by_own_method(machine: Machine, kind: type, left: PyValue, right: PyValue, node: cst.CSTNode) -> PyValue | None:
    """Compare by a method of the script; what it gives is taken for unknown. None where there is none."""
    pairs: list[tuple[PyValue, str, PyValue]] = []
    if kind in (cst.In, cst.NotIn):
        items = right.items if isinstance(right, ListObj | TupleObj) else []
        pairs = [(right, "__contains__", left), *((left, "__eq__", item) for item in items)]
        pairs += [(item, "__eq__", left) for item in items if isinstance(item, InstanceObj)]
    elif kind in _METHODS:
        first, second = _METHODS[kind]
        pairs = [(left, first, right), (right, second, left)]
    called = False
    for owner, name, other in pairs:
        method = class_attribute(owner.cls, name) if isinstance(owner, InstanceObj) else None
        if isinstance(method, FunctionObj):
            other = other.value if isinstance(other, Rest) else other
            machine.call(BoundMethod(method, owner), Arguments((other,)), node)
            called = True
            if kind in _METHODS:
                break
    return unknown(Source.UNKNOWN) if called else None


def _text_of(value: PyValue) -> PyValue:
    return value.text if isinstance(value, PathObj) else value


def _identical(left: PyValue, right: PyValue, *, is_same: bool) -> PyValue:
    if isinstance(left, Known) and isinstance(right, Known):
        return Known((left.value is right.value or left.value == right.value) is is_same)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Known) and one.value is None and isinstance(other, Obj) and not isinstance(other, Choice):
            return unknown(Source.UNKNOWN) if isinstance(other, External) else Known(not is_same)
    return unknown(Source.UNKNOWN)


def _contains(machine: Machine, container: PyValue, item: PyValue) -> bool | None:
    if isinstance(container, Known) and isinstance(item, Known):
        if isinstance(container.value, str) and isinstance(item.value, str):
            return item.value in container.value
        if isinstance(container.value, bytes) and isinstance(item.value, bytes | int):
            try:
                return item.value in container.value
            except ValueError:
                return None
        return None
    if isinstance(container, Text) and isinstance(item, Known) and isinstance(item.value, str):
        return True if any(isinstance(part, str) and item.value in part for part in container.parts) else None
    if isinstance(container, EnvironObj) and isinstance(item, Known):
        return True if item.value in container.values else None
    try:
        key = key_of(item)
    except Unfit:
        return None
    if isinstance(container, DictObj):
        return True if key in container.entries else (False if container.rest is None else None)
    if isinstance(container, ListObj | TupleObj):
        items = container.items
        if isinstance(container, ListObj) and len(container.variants) > 1:
            return None
        values = [machine.known(single) if isinstance(single, Known) else single for single in items]
        if any(
            value is key or (isinstance(single, Known) and value == key)
            for value, single in zip(values, items, strict=True)
        ):
            return True
        return False if all(isinstance(single, Known) for single in items) else None
    return None
