"""Calls: arguments evaluated and handed to whatever is called.

A library function is looked up by its path: first among the interfaces with effects
(`auditor.read.apis`), then among the pure functions; what neither knows gives a longer path.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Hole, Source
from auditor.read.python.access import hidden, identifier
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute, instantiate
from auditor.read.python.fold import fold
from auditor.read.python.functions import run_function
from auditor.read.python.later import COROUTINE, note_later
from auditor.read.python.literals import update
from auditor.read.python.machine import Machine
from auditor.read.python.methods import call_method
from auditor.read.python.native import first_hole
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    Choice,
    ClassObj,
    DictObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    Method,
    NativeObj,
    Partial,
    PyValue,
    Rest,
    SuperObj,
    Wrapped,
)
from auditor.read.python.pure import PURE
from auditor.read.python.resumed import GeneratorObj
from auditor.read.values import Known, Unknown, known_text, unknown

_DECODING = ("decrypt", "decompress", "decode", "unpad", "deobfuscate", "decipher")
_TEXT_ENCODING = re.compile(
    r"(?i)utf[-_]?(?:8|16|32)(?:[-_]?[lb]e|-sig)?|ascii|latin[-_]?1|iso-8859-\d+|cp\d+|ignore|replace|strict"
)
_STARTS = re.compile(
    r"system|popen|Popen|check_(?:output|call)|get(?:status)?output|exec[lv]p?e?|(?:posix_)?spawn[lv]?p?e?|run|call"
)
_CONTAINERS = frozenset("list dict set bytearray collections.deque collections.OrderedDict".split())
"""Classes whose methods may be called with the container as the first argument."""
_MOST_ARGUMENTS = 10_000


def call_node(machine: Machine, node: cst.Call) -> PyValue:
    """Evaluate a call; long chains of calls and attributes without recursion."""
    chain: list[cst.CSTNode] = []
    here: cst.BaseExpression = node
    while True:
        if isinstance(here, cst.Call):
            chain.append(here)
            here = here.func
        elif isinstance(here, cst.Attribute):
            chain.append(here)
            here = here.value
        else:
            break
    value = machine.evaluate(here)
    for step in reversed(chain):
        if isinstance(step, cst.Call):
            value = call(machine, value, arguments(machine, step), step)
        elif isinstance(step, cst.Attribute):
            value = machine.attribute(value, identifier(step.attr.value), step)
    return value


def arguments(machine: Machine, node: cst.Call) -> Arguments:
    """Evaluate a call's arguments, with `*` and `**` spread."""
    args: list[PyValue] = []
    kwargs = DictObj({})
    for argument in node.args:
        value = machine.evaluate(argument.value)
        if argument.star == "*":
            items = machine.iterate(value, node)
            args += items[:_MOST_ARGUMENTS]
            args += [Rest(unknown(Source.LIMIT))] if len(items) > _MOST_ARGUMENTS else []
        elif argument.star == "**":
            update(machine, kwargs, value)
        elif argument.keyword is not None:
            kwargs.entries[argument.keyword.value] = value
        else:
            args.append(value)
    named = {str(key): value for key, value in kwargs.entries.items()}
    return Arguments(tuple(args), named, kwargs.rest)


def call(machine: Machine, callee: PyValue, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Call a value, whatever it is."""
    machine.evaluation.spend()
    if isinstance(callee, External):
        return call_external(machine, callee, given, node)
    if isinstance(callee, FunctionObj):
        if callee.takes_values and not callee.is_context:
            return GeneratorObj(callee, given)
        if COROUTINE in callee.attributes:
            note_later(machine, callee, given, node)
        variants = callee.attributes.get("\0variants")
        if isinstance(variants, ListObj) and len(variants.items) > 1:
            return machine.joined(
                [run_function(machine, one, given, node) for one in variants.items if isinstance(one, FunctionObj)]
            )
        return run_function(machine, callee, given, node)
    if isinstance(callee, BoundMethod):
        return call(machine, callee.function, Arguments((callee.receiver, *given.args), given.kwargs, given.rest), node)
    if isinstance(callee, Method):
        return call_method(machine, callee, given, node)
    if isinstance(callee, Partial):
        merged = Arguments((*callee.args, *given.args), {**callee.kwargs, **given.kwargs}, given.rest)
        return call(machine, callee.function, merged, node)
    if isinstance(callee, ClassObj):
        return instantiate(machine, callee, given, node)
    if isinstance(callee, Choice):
        return machine.joined([call(machine, single, given, node) for single in callee.values])
    if isinstance(callee, InstanceObj):
        method = class_attribute(callee.cls, "__call__")
        return (
            call(machine, BoundMethod(method, callee), given, node) if method is not None else unknown(Source.UNKNOWN)
        )
    if isinstance(callee, Wrapped):
        return call(machine, callee.function, given, node)
    if isinstance(callee, NativeObj | SuperObj | Known):
        return unknown(Source.UNKNOWN)
    hole = callee.hole if isinstance(callee, Unknown) else Hole(Source.UNKNOWN)
    if hole.source is Source.LIMIT:
        machine.evaluation.gap(Why.TOO_MANY, "a call of one of too many functions", machine.place(node))
    return External("?()", args=given.args, kwargs=given.kwargs, hole=machine.derive(hole, "()").hole)


def call_external(machine: Machine, callee: External, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Call something of a library."""
    handler = machine.tables.api(callee.path)
    if handler is None and ("(" in callee.path or callee.path.startswith("?")):
        handler = machine.tables.method_api(callee.path.rpartition(".")[2]) or _of_some_module(machine, callee, given)
    if handler is not None:
        result = handler(Call(machine, callee, given.args, given.kwargs, given.rest, node))
        if result is not NotImplemented:
            return result
    if handler is None and callee.path.endswith("().__init__") and callee.parent is not None:
        made = callee.path.removesuffix("().__init__")  # `super().__init__(…)` in a subclass of a library's class
        if machine.tables.api(made) is not None:
            return call_external(machine, External(made), given, node)
    if callee.path.endswith((".__getattribute__", ".__getattr__")) and callee.parent is not None and given.args:
        name = known_text(machine.scalar(given.args[-1]))
        if name is not None:
            return hidden(machine.attribute(callee.parent, name, node))
    pure = PURE.get(callee.path)
    if pure is not None:
        if any(isinstance(value, Rest) for value in given.args):
            return machine.derive(first_hole(given.args) or Hole(Source.UNKNOWN), callee.path)
        return fold(machine, pure, given.args, given.kwargs, node)
    owner, _, name = callee.path.rpartition(".")
    if owner in _CONTAINERS and given.args and isinstance(given.args[0], ListObj | DictObj):
        return call(machine, Method(given.args[0], name), Arguments(given.args[1:], given.kwargs, given.rest), node)
    return _unmodelled(machine, callee, given, node)


def _of_some_module(machine: Machine, callee: External, given: Arguments) -> Callable[..., PyValue] | None:
    """Give the function of a module whose name is not known, where its own name is of those that start programs."""
    name = callee.path.rpartition(".")[2]
    if callee.parent is None or callee.parent.path != "?" or not _STARTS.fullmatch(name):
        return None
    if name in ("run", "call") and "shell" not in given.kwargs:
        return None  # names that any module may have
    handlers = (machine.tables.api(f"{module}.{name}") for module in ("os", "subprocess"))
    return next((handler for handler in handlers if handler is not None), None)


def _is_out_of_reach(path: str, given: Arguments) -> bool:
    """Say whether a result is wholly the work of a module that nobody has: it was handed nothing to decode."""
    module = path.partition(".")[0]
    if "(" in path or "." not in path or not module.isidentifier() or module in sys.stdlib_module_names:
        return False
    values = (*given.args, *given.kwargs.values())
    return all(isinstance(each, Known) and not isinstance(each.value, str | bytes) for each in values)


def _is_text_of_bytes(name: str, given: Arguments) -> bool:
    """Say whether a call is `bytes.decode` with the default or a named text encoding, which hides nothing."""
    values = (*given.args, *given.kwargs.values())
    names = [known_text(each) if isinstance(each, Known) else None for each in values]
    return name == "decode" and all(each is not None and _TEXT_ENCODING.fullmatch(each) for each in names)


def _unmodelled(machine: Machine, callee: External, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Give the result of a library function that nobody models; what it may call back is called."""
    from auditor.read.python.callbacks import call_back

    call_back(machine, given, node)
    last = callee.path.rpartition(".")[2]
    hole = first_hole((*given.args, *given.kwargs.values())) or callee.hole
    if (
        hole.source is not Source.NETWORK
        and any(word in last for word in _DECODING)
        and not _is_text_of_bytes(last, given)
    ):
        hole = Hole(Source.DECODER, 0, "")
    elif hole.number:
        hole = machine.derive(hole, f"{callee.path}()").hole
    elif hole.source is Source.UNKNOWN and _is_out_of_reach(callee.path, given):
        hole = machine.evaluation.fresh(Source.FILE, callee.path[:300]).hole
    path = callee.path + "()" if len(callee.path) < 300 else "?()"
    return External(path, callee, given.args, given.kwargs, callee.is_hidden, hole=hole)
