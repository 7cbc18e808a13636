"""Calls: which function is meant, with which arguments, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.javascript.functions import call_function, call_unknown, instantiate
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import (
    SCALARS,
    UNDEFINED,
    Array,
    Choice,
    Class,
    External,
    Function,
    JsValue,
    Method,
    Pattern,
    Record,
    Scope,
    Undefined,
    choices,
    hole_of,
    join,
    like,
)
from auditor.read.javascript.rounds import many
from auditor.read.javascript.source import Node
from auditor.read.values import Known, Unknown

_EVENTS = frozenset("on once addListener addEventListener prependListener then finally".split())


def arguments_of(machine: Machine, node: Node | None, scope: Scope) -> list[JsValue]:
    """Give the values of a call's arguments, spread ones in place."""
    from auditor.read.javascript.expressions import evaluate
    from auditor.read.javascript.members import items_of

    found: list[JsValue] = []
    for child in node.children if node is not None else ():
        if child.type == "spread_element" and child.children:
            items, rest = items_of(machine, evaluate(machine, child.children[0], scope))
            found += items
            if rest is not None:
                found.append(rest)
        else:
            found.append(evaluate(machine, child, scope))
    return found


def call_node(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give the value of a call."""
    from auditor.read.javascript.expressions import evaluate
    from auditor.read.javascript.members import this_of

    callee, arguments = node.get("function"), node.get("arguments")
    if callee is None:
        return machine.fresh()
    if arguments is not None and arguments.type == "template_string":
        return _tagged(machine, node, callee, arguments, scope)
    if callee.type == "super":
        return _super_call(machine, arguments_of(machine, arguments, scope), node)
    this = this_of(machine, callee, scope)
    function = this[1] if this is not None else evaluate(machine, callee, scope)
    if _is_named(callee, "eval") and isinstance(function, External) and function.path == "eval":
        from auditor.read.javascript.code import evaluate_text

        args = arguments_of(machine, arguments, scope)
        return evaluate_text(machine, args[0] if args else UNDEFINED, node, scope)
    return call(machine, function, arguments_of(machine, arguments, scope), node, this[0] if this is not None else None)


def _is_named(node: Node, name: str) -> bool:
    return node.type == "identifier" and node.text == name


def _super_call(machine: Machine, args: Sequence[JsValue], node: Node) -> JsValue:
    frame = machine.frames[-1] if machine.frames else None
    if frame is None or frame.owner is None or not isinstance(frame.this, Record):
        return UNDEFINED
    parent = frame.owner.parent
    if isinstance(parent, Class):
        instantiate(machine, parent, args, frame.this)
    elif isinstance(parent, External):
        made = construct(machine, parent, args, node)
        frame.this.outside = made if isinstance(made, External) else None
    return UNDEFINED


def _tagged(machine: Machine, node: Node, callee: Node, template: Node, scope: Scope) -> JsValue:
    """Give the value of a tagged template: its text pieces, then its values."""
    from auditor.read.javascript.escapes import unescaped
    from auditor.read.javascript.expressions import evaluate

    function = evaluate(machine, callee, scope)
    pieces: list[JsValue] = []
    values: list[JsValue] = []
    at = template.start + 1
    for child in template.children:
        if child.type == "template_substitution":
            pieces.append(Known(unescaped(template.source.data[at : child.start].decode("utf-8", "replace"))))
            values.append(evaluate(machine, child.children[0], scope) if child.children else UNDEFINED)
            at = child.end
    pieces.append(Known(unescaped(template.source.data[at : template.end - 1].decode("utf-8", "replace"))))
    return call(machine, function, [Array(pieces), *values], node, None)


def call(
    machine: Machine, function: JsValue, args: Sequence[JsValue], node: Node, this: JsValue | None = None
) -> JsValue:
    """Call a value."""
    machine.evaluation.spend()
    if isinstance(function, Function):
        return call_function(machine, function, args, this)
    if isinstance(function, Choice):
        return join([call(machine, single, args, node, this) for single in function.values])
    if isinstance(function, Method):
        from auditor.read.javascript.methods import call_method

        return call_method(machine, function, args, node)
    if isinstance(function, External):
        return _call_external(machine, function, args, node)
    if isinstance(function, Unknown) and function.hole.source is Source.LIMIT:
        machine.evaluation.gap(Why.TOO_MANY, "a call of one of too many functions", machine.place(node))
    call_back_all(machine, args, function)
    return like(function) if isinstance(function, SCALARS) else machine.fresh()


def _call_external(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.sinks import model_of

    model = model_of(function.path)
    if model is not None:
        return model(machine, function, args, node)
    name = function.path.rpartition(".")[2]
    receiver = function.parent
    if name in _EVENTS and receiver is not None:
        origin: JsValue = receiver if receiver.hole is not None else UNDEFINED
        for argument in args:
            if isinstance(argument, Function):
                given = origin if hole_of(origin) is not None else None
                many(machine, partial(call_unknown, machine, argument, receiver, given), is_sure=True)
        return receiver
    call_back_all(machine, args, function)
    hole = function.hole or next((found for found in map(hole_of, args) if found is not None and found.detail), None)
    return External(f"{function.path}()", function, tuple(args), hole=hole)


def call_back_all(machine: Machine, args: Sequence[JsValue], origin: JsValue) -> None:
    """Call the functions among arguments as somebody outside would."""
    for argument in args:
        for single in choices(argument):
            if isinstance(single, Function) and single.reads[0] < 20:
                given = origin if hole_of(origin) is not None else None
                many(machine, partial(call_unknown, machine, single, None, given), is_sure=True)


def new_node(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give the value of `new`."""
    from auditor.read.javascript.expressions import evaluate

    constructor = node.get("constructor")
    kind = evaluate(machine, constructor, scope) if constructor is not None else UNDEFINED
    return construct(machine, kind, arguments_of(machine, node.get("arguments"), scope), node)


def construct(machine: Machine, kind: JsValue, args: Sequence[JsValue], node: Node) -> JsValue:
    """Make an instance of a value."""
    machine.evaluation.spend()
    if isinstance(kind, Class):
        if machine.depth > 40:
            return machine.fresh(Source.LIMIT)
        return instantiate(machine, kind, args)
    if isinstance(kind, Function):
        instance = Record(entries={}, is_open=False)
        prototype = kind.entries.get("prototype")
        if isinstance(prototype, Record):
            instance.entries.update(prototype.entries)
        found = call_function(machine, kind, args, instance)
        return found if isinstance(found, Record | External | Array) else instance
    if isinstance(kind, Choice):
        return join([construct(machine, single, args, node) for single in kind.values])
    if isinstance(kind, External):
        made = External(f"new {kind.path}", kind.parent, is_computed=kind.is_computed, state=kind.state, hole=kind.hole)
        from auditor.read.javascript.sinks import model_of

        model = model_of(made.path)
        if model is not None:
            return model(machine, made, args, node)
        return _call_external(machine, kind, args, node)
    call_back_all(machine, args, kind)
    return machine.fresh()


__all__ = ["Pattern", "Undefined", "call", "call_node", "construct", "new_node"]
