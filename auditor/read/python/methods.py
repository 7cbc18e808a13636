"""Methods of the built-in types: text and numbers through the pure functions, containers in place."""

from __future__ import annotations

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.buffers import BUFFERS, contents
from auditor.read.python.containers import DICT_METHODS, LIST_METHODS
from auditor.read.python.fold import fold
from auditor.read.python.formats import format_string
from auditor.read.python.machine import Machine
from auditor.read.python.native import Lowering, first_hole
from auditor.read.python.objects import (
    Arguments,
    Choice,
    DictObj,
    EnvironObj,
    FileObj,
    InstanceObj,
    ListObj,
    Method,
    NamespaceObj,
    NativeObj,
    PathObj,
    PyValue,
    TupleObj,
    Wrapped,
    new_list,
)
from auditor.read.python.pure import PURE
from auditor.read.python.resumed import GeneratorObj
from auditor.read.values import Known, OneOf, Text, Unknown, Value, alternatives, known_text, one_of, unknown

_SAME = frozenset(
    {"encode", "decode", "copy", "__str__", "__repr__", "format_map", "tobytes", "__enter__", "conjugate"}
)


def call_method(machine: Machine, callee: Method, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Call a method, by name, of a value of a built-in type."""
    receiver, name = callee.receiver, callee.name
    if name in ("__getattribute__", "__getattr__") and given.args:
        wanted = known_text(machine.scalar(given.args[0]))
        return machine.attribute(receiver, wanted, node) if wanted else unknown(Source.UNKNOWN)
    if name == "__getitem__" and given.args:
        return machine.tables.subscript(machine, receiver, given.args[0], node)
    if name in ("__add__", "__contains__", "__len__", "__iter__") and name == "__iter__":
        return receiver
    if isinstance(receiver, OneOf):
        return machine.joined([call_method(machine, Method(single, name), given, node) for single in receiver.values])
    if isinstance(receiver, Known | Text | Unknown):
        return _on_scalar(machine, receiver, name, given, node)
    if isinstance(receiver, ListObj):
        if receiver.kind in BUFFERS and name in ("getvalue", "read", "getbuffer"):
            return contents(machine, receiver, node)
        method = LIST_METHODS.get("append" if receiver.kind in BUFFERS and name == "write" else name)
        found = method(machine, receiver, given, node) if method else _loosened(machine, receiver, name, given)
        return found if found is not None else _on_known(machine, receiver, receiver.kind, name, given, node)
    if isinstance(receiver, DictObj):
        on_dict = DICT_METHODS.get(name)
        found = on_dict(machine, receiver, given, node) if on_dict else _loosened(machine, receiver, name, given)
        return found if found is not None else unknown(Source.UNKNOWN)
    if isinstance(receiver, TupleObj):
        return _on_known(machine, receiver, "tuple", name, given, node)
    return _on_object(machine, receiver, name, given, node)


def _loosened(machine: Machine, receiver: ListObj | DictObj, name: str, given: Arguments) -> PyValue | None:
    """Change a container by a method that is not modelled; None where the method changes nothing."""
    from auditor.read.python.mutated import MUTATORS, loosen

    if name not in MUTATORS:
        return None
    loosen(machine, receiver, [*given.args, *given.kwargs.values()])
    return receiver


def _on_object(machine: Machine, receiver: PyValue, name: str, given: Arguments, node: cst.CSTNode) -> PyValue:
    if isinstance(receiver, GeneratorObj):
        from auditor.read.python.generators import generator_method

        return generator_method(machine, receiver, name, given, node)
    if isinstance(receiver, EnvironObj):
        from auditor.read.python.environ import environ_method

        return environ_method(machine, receiver, name, given, node)
    if isinstance(receiver, FileObj):
        from auditor.read.python.paths import file_method

        return file_method(machine, receiver, name, given, node)
    if isinstance(receiver, PathObj):
        from auditor.read.python.paths import path_method

        return path_method(machine, receiver, name, given, node)
    if isinstance(receiver, NamespaceObj):
        from auditor.read.python.access import hidden
        from auditor.read.python.subscripts import named, namespace_items

        wanted = machine.known(given.args[0]) if given.args else None
        if name in ("get", "__getitem__", "pop") and isinstance(wanted, str):
            return hidden(named(machine, receiver, wanted, node))
        if name in ("update", "setdefault", "__setitem__"):
            return _store(machine, receiver, name, given, node)
        return namespace_items(receiver, name, machine, node)
    if isinstance(receiver, Wrapped) and receiver.kind == "property" and given.args:
        is_setter, is_getter = name == "setter", name == "getter"
        return Wrapped(
            "property",
            given.args[0] if is_getter else receiver.function,
            given.args[0] if is_setter else receiver.setter,
        )
    if isinstance(receiver, NativeObj):
        return _on_known(machine, receiver, type(receiver.value).__name__, name, given, node)
    if isinstance(receiver, Choice):
        return machine.joined(
            [machine.call(machine.attribute(one, name, node), given, node) for one in receiver.values]
        )
    return unknown(Source.UNKNOWN)


def _store(machine: Machine, namespace: NamespaceObj, name: str, given: Arguments, node: cst.CSTNode) -> PyValue:
    from auditor.read.python.assign import set_attribute

    names: dict[str, PyValue] = {}
    value: PyValue = Known(None)
    if name == "update":
        for other in given.args:
            if isinstance(other, DictObj):
                names |= {str(key): item for key, item in other.entries.items()}
        names |= given.kwargs
    elif len(given.args) > 1 and isinstance(wanted := machine.known(given.args[0]), str):
        names[wanted] = value = given.args[1]
    for key, item in names.items():
        set_attribute(machine, namespace.target, key, item, node)
    return value


def _on_known(
    machine: Machine, receiver: PyValue, kind: str, name: str, given: Arguments, node: cst.CSTNode
) -> PyValue:
    pure = PURE.get(f"{kind}.{name}") or (PURE.get(f"bytes.{name}") if kind == "bytearray" else None)
    if pure is None:
        return unknown(Source.UNKNOWN)
    return fold(machine, pure, (receiver, *given.args), given.kwargs, node)


def _on_scalar(
    machine: Machine, receiver: Known | Text | Unknown, name: str, given: Arguments, node: cst.CSTNode
) -> PyValue:
    kind = "str" if isinstance(receiver, Text | Unknown) else type(receiver.value).__name__
    if kind == "str" and name in ("format", "format_map"):
        return _format(machine, receiver, name, given, node)
    if kind == "str" and name == "join" and given.args:
        return _join(machine, receiver, given.args[0], node)
    if machine.codecs and name in ("decode", "encode"):
        from auditor.read.python.coded import coded_by_script

        found = coded_by_script(machine, name, receiver, given, node)
        if found is not None:
            return found
    pure = PURE.get(f"{kind}.{name}")
    if pure is None:
        hole = first_hole([receiver, *given.args])
        if name in _SAME:
            return receiver
        return machine.derive(hole, name) if hole else unknown(Source.UNKNOWN)
    return fold(machine, pure, (receiver, *given.args), given.kwargs, node)


def _join(machine: Machine, separator: PyValue, items: PyValue, node: cst.CSTNode) -> PyValue:
    if isinstance(items, Unknown):
        return machine.derive(items.hole, "join")
    if isinstance(items, ListObj):
        rows = items.variants
    else:
        rows = [machine.iterate(items, node)]
    pure = PURE["str.join"]
    return machine.joined([fold(machine, pure, (separator, new_list(_flat(machine, row))), {}, node) for row in rows])


def _flat(machine: Machine, row: list[PyValue]) -> list[PyValue]:
    return [item if isinstance(item, Known) else machine.scalar(item) for item in row]


def _format(
    machine: Machine, receiver: Known | Text | Unknown, name: str, given: Arguments, node: cst.CSTNode
) -> PyValue:
    kwargs: dict[str, PyValue] | InstanceObj = given.kwargs
    args = given.args
    if name == "format_map" and args and isinstance(args[0], InstanceObj):
        kwargs, args = args[0], ()
    if name == "format_map" and args and isinstance(args[0], DictObj):
        kwargs, args = {str(key): value for key, value in args[0].entries.items()}, ()
    results: list[Value] = []
    for single in alternatives(receiver):
        if isinstance(single, Unknown):
            results.append(single)
            continue
        lowering = Lowering(allows_holes=True)
        template = str(lowering.lower(single))
        shown = format_string(machine, template, args, kwargs, node)
        if lowering.holes:
            from auditor.read.python.formats import restored

            shown = restored(machine, shown, lowering)
        results.append(shown)
    return one_of(results, machine.limits.alternatives)
