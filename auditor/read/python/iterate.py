"""Iteration: the items of a value, loops over them, and comprehensions."""

from __future__ import annotations

import re
from collections.abc import Callable

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.classes import class_attribute
from auditor.read.python.containers import shown_key
from auditor.read.python.environ import NAMES
from auditor.read.python.literals import distinct, put
from auditor.read.python.machine import Machine
from auditor.read.python.narrowing import written_text
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    Choice,
    ClassObj,
    DictObj,
    EnvironObj,
    External,
    FileObj,
    FunctionObj,
    InstanceObj,
    ListObj,
    NamespaceObj,
    PyValue,
    Rest,
    Scope,
    TupleObj,
    new_list,
)
from auditor.read.python.resumed import GeneratorObj
from auditor.read.python.widening import widen
from auditor.read.values import Known, OneOf, Text, Unknown, unknown

_SECRET = re.compile("(?i)key|token|secret|pass|cred|aws|auth")


def iterate(machine: Machine, value: PyValue, node: cst.CSTNode) -> list[PyValue]:
    """Give a value's items; a Rest stands for any number of them."""
    if isinstance(value, Known):
        return _of_scalar(machine, value)
    if isinstance(value, ListObj):
        if len(value.variants) == 1:
            return list(value.items)
        return _common(value.variants)
    if isinstance(value, TupleObj):
        return list(value.items)
    if isinstance(value, DictObj):
        rest: list[PyValue] = [Rest(unknown(Source.UNKNOWN))] if value.rest is not None else []
        return [*(shown_key(key) for key in value.entries), *rest]
    if isinstance(value, OneOf | Choice):
        return _common([iterate(machine, single, node) for single in value.values])
    if isinstance(value, Unknown):
        return [Rest(machine.derive(value.hole, "item"))]
    return _of_object(machine, value, node)


def _of_scalar(machine: Machine, value: Known) -> list[PyValue]:
    if isinstance(value.value, str | bytes):
        if len(value.value) > machine.limits.collection_items:
            return [Rest(unknown(Source.LIMIT))]
        return [Known(item, value.trail) for item in value.value]
    return [] if value.value is None else [Rest(unknown(Source.UNKNOWN))]


def _common(variants: list[list[PyValue]]) -> list[PyValue]:
    """Give the items of all variants: each once, in the order of the longest."""
    longest = max(variants, key=len)
    items = list(longest)
    for variant in variants:
        if variant is not longest:
            items += [item for item in variant if not any(item is other or item == other for other in items)]
    return items


def _of_object(machine: Machine, value: PyValue, node: cst.CSTNode) -> list[PyValue]:
    if isinstance(value, External):
        if value.path.startswith("itertools.count("):
            return [Rest(unknown(Source.UNKNOWN))]
        kept = value.state.get("\0items")
        if isinstance(kept, ListObj):
            return list(kept.items)
        return [Rest(External(f"{value.path}[]", value, hole=machine.derive(value.hole, "item").hole))]
    if isinstance(value, EnvironObj):
        return [*(Known(key) for key in value.values), Rest(unknown(Source.ENVIRONMENT, detail=NAMES))]
    if isinstance(value, FileObj):
        from auditor.read.python.paths import file_method

        lines = file_method(machine, value, "readlines", Arguments(), node)
        return iterate(machine, lines, node) if isinstance(lines, ListObj) else [Rest(lines)]
    if isinstance(value, GeneratorObj):
        from auditor.read.python.generators import items_of

        return items_of(machine, value, node)
    if isinstance(value, InstanceObj):
        for name in ("__iter__", "__aiter__", "__getitem__"):
            method = class_attribute(value.cls, name)
            if isinstance(method, FunctionObj):
                return _by_method(machine, value, method, name, node)
        if value.cls.fields and not value.is_open:
            return [machine.attribute(value, name, node) for name in value.cls.fields]
        return [Rest(unknown(Source.ARGUMENT if value.is_open else Source.UNKNOWN))]
    if isinstance(value, ClassObj) and value.is_enum:
        return list(value.attributes.values())
    if isinstance(value, NamespaceObj):
        from auditor.read.python.subscripts import namespace_items

        return namespace_items(value).items
    if isinstance(value, Text):
        return [Rest(unknown(Source.UNKNOWN))]
    return [Rest(unknown(Source.UNKNOWN))]


def _by_method(
    machine: Machine, value: InstanceObj, method: FunctionObj, name: str, node: cst.CSTNode
) -> list[PyValue]:
    if name == "__getitem__":
        items = [machine.call(BoundMethod(method, value), Arguments((Known(index),)), node) for index in range(4)]
        return [*items, Rest(unknown(Source.UNKNOWN))]
    made = machine.call(BoundMethod(method, value), Arguments(), node)
    if made is value:
        following = class_attribute(value.cls, "__next__") or class_attribute(value.cls, "__anext__")
        if isinstance(following, FunctionObj):
            return [Rest(machine.call(BoundMethod(following, value), Arguments(), node))]
        return [Rest(unknown(Source.UNKNOWN))]
    return iterate(machine, made, node)


def comprehension(machine: Machine, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> PyValue:
    """Evaluate a list, set or generator comprehension."""
    items: list[PyValue] = []

    def element(is_sure: bool) -> None:
        value = machine.evaluate(node.elt)
        if len(items) < machine.limits.collection_items:
            items.append(value if is_sure else Rest(value))
        else:
            items[-1] = Rest(machine.joined([items[-1].value if isinstance(items[-1], Rest) else items[-1], value]))

    _run(machine, node.for_in, element)
    if isinstance(node, cst.SetComp):
        return new_list(distinct(items), "set")
    return new_list(items, "list" if isinstance(node, cst.ListComp) else "generator")


def dict_comprehension(machine: Machine, node: cst.DictComp) -> PyValue:
    """Evaluate a dict comprehension."""
    result = DictObj({})

    def element(is_sure: bool) -> None:
        put(result, machine.evaluate(node.key), machine.evaluate(node.value))

    _run(machine, node.for_in, element)
    return result


def _run(machine: Machine, clause: cst.CompFor, element: Callable[[bool], None]) -> None:
    saved = machine.scope
    machine.scope = Scope({}, saved)
    try:
        _clause(machine, clause, element, is_sure=True)
    finally:
        machine.scope = saved


def _is_by_prefix(clause: cst.CompFor, test: cst.CompIf) -> bool:
    """Whether names, the first of each pair, are chosen by how they begin, and not by what secrets are called."""
    match clause.target, test.test:
        case (
            cst.Tuple(elements=[cst.Element(cst.Name(value=name)), *_]),
            cst.Call(
                func=cst.Attribute(cst.Name(value=tested), cst.Name("startswith")),
                args=[cst.Arg(value=cst.SimpleString() as prefix)],
            ),
        ):
            text = written_text(prefix) or ""
            return name == tested and not _SECRET.search(text) and len(text) > 1
    return False


def repeatedly(machine: Machine, one: Callable[[], object], own: Scope | None = None) -> None:
    """Do what may be done any number of times: once more, where that finds another state than one scope of its own."""
    machine.journal.push(is_sure=True)
    try:
        one()
    finally:
        before = machine.journal.keep()
    outside = {slot: content for slot, content in before.items() if slot[0] is not own}
    if not machine.is_brief and outside and widen(machine.journal, outside):
        one()


def _clause(machine: Machine, clause: cst.CompFor, element: Callable[[bool], None], *, is_sure: bool) -> None:
    for item in iterate(machine, machine.evaluate(clause.iter), clause.iter):
        machine.evaluation.spend()
        is_one = not isinstance(item, Rest)
        is_all = isinstance(item, Rest) and item.value == unknown(Source.ENVIRONMENT)
        if is_all and any(_is_by_prefix(clause, test) for test in clause.ifs):
            item = Rest(machine.evaluation.fresh(Source.ENVIRONMENT))  # those of one program, not all

        def one(item: PyValue = item, *, is_one: bool = is_one) -> None:
            machine.tables.assign(machine, clause.target, item.value if isinstance(item, Rest) else item)
            verdicts = [machine.truth(machine.evaluate(test.test)) for test in clause.ifs]
            if any(verdict is False for verdict in verdicts):
                return
            known = is_sure and is_one and None not in verdicts
            if clause.inner_for_in is not None:
                _clause(machine, clause.inner_for_in, element, is_sure=known)
            else:
                element(known)

        one() if is_one else repeatedly(machine, one, machine.scope)
