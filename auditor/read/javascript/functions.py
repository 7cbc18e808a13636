"""Functions and classes of the script: made where they stand, called, and read once at the end if never called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.javascript.machine import Frame, Machine
from auditor.read.javascript.objects import (
    UNDEFINED,
    Array,
    Choice,
    Class,
    External,
    Function,
    JsValue,
    Record,
    Scope,
    Undefined,
    join,
    like,
)
from auditor.read.javascript.patterns import bind
from auditor.read.javascript.recursion import last_reading
from auditor.read.javascript.source import Node
from auditor.read.values import Known, OneOf, unknown

_DECLARES = re.compile(r"(?:public|private|protected|readonly|override)\b")
_MOST_READS = 40
_MOST_DEPTH = 40
_ROOM = 20  # for functions that do not call themselves
_MOST_COMPARED = 8


def make_function(machine: Machine, node: Node, scope: Scope, owner: Class | None = None) -> Function:
    """Make the function that a node defines."""
    this = machine.frames[-1].this if node.type == "arrow_function" and machine.frames else None
    if node.type == "arrow_function" and machine.frames:
        owner = machine.frames[-1].owner
    made = Function(node, scope, this, owner)
    machine.functions.append(made)
    return made


def call_function(machine: Machine, function: Function, args: Sequence[JsValue], this: JsValue | None) -> JsValue:
    """Call a function with arguments; past the bounds its result is unknown."""
    if function.node.get("body") is None:
        return UNDEFINED
    function.reads[0] += 1
    machine.evaluation.spend()
    given = (*function.bound, *args)
    known = tuple(_known_of(value) for value in given[:_MOST_COMPARED])
    most = _MOST_DEPTH if function.active else _MOST_DEPTH + _ROOM
    is_deep = machine.depth >= most or (machine.depth > 8 and function.reads[0] > _MOST_READS * 50)
    # Down a tree: every call knows as little as the one that made it, and there are ever more of them.
    is_again = function.reads[0] > 2 * _MOST_READS and function.active.count(known) >= 2
    if is_deep or is_again:
        return last_reading(machine, function, given, lambda wider: _called(machine, function, wider, this, known))
    if len(function.active) != 1:
        return _called(machine, function, given, this, known)
    function.since = len(machine.journal.levels)
    machine.journal.begin(is_sure=True)
    try:
        return _called(machine, function, given, this, known)
    finally:
        machine.journal.keep()


def _called(
    machine: Machine, function: Function, given: Sequence[JsValue], this: JsValue | None, known: object
) -> JsValue:
    from auditor.read.javascript.expressions import evaluate
    from auditor.read.javascript.interpreter import run_block

    body = function.node.get("body")
    if body is None:
        return UNDEFINED
    scope = Scope(function.scope, is_function=True)
    receiver = function.this if function.this is not None else this if this is not None else UNDEFINED
    frame = Frame(receiver, owner=function.owner)
    machine.frames.append(frame)
    function.active.append(known)
    function.given.append(given)
    machine.depth += 1
    try:
        if function.node.type != "arrow_function":
            scope.names["arguments"] = Array(list(given))
        name = function.node.get("name")
        if function.node.type in {"function_expression", "function"} and name is not None:
            scope.names.setdefault(name.text, function)
        _bind_parameters(machine, function.node, given, scope)
        if body.type != "statement_block":
            return evaluate(machine, body, scope)
        with machine.journal.call():
            run_block(machine, body.children, scope)
    finally:
        machine.depth -= 1
        function.active.pop()
        function.given.pop()
        machine.frames.pop()
    if _is_generator(function.node) and "yield" in body.text:
        return Array(list(frame.returns), unknown(Source.UNKNOWN), 0) if frame.is_open else Array(list(frame.returns))
    return join(frame.returns) if frame.returns else UNDEFINED


def _known_of(value: JsValue) -> object:
    """Give what is known of an argument, so that calls with no more knowledge than another are told."""
    if isinstance(value, Known):
        return value.value
    if isinstance(value, OneOf | Choice):
        return tuple(_known_of(each) for each in value.values)
    return (
        id(value) if isinstance(value, Function | Class) else type(value) if isinstance(value, Array | Record) else None
    )


def _is_generator(node: Node) -> bool:
    return node.type.startswith("generator") or node.get("*") is not None


def _bind_parameters(machine: Machine, node: Node, given: Sequence[JsValue], scope: Scope) -> None:
    single = node.get("parameter")
    if single is not None:
        bind(machine, single, given[0] if given else UNDEFINED, scope)
        return
    parameters = node.get("parameters")
    for index, parameter in enumerate(parameters.children if parameters is not None else ()):
        pattern = parameter.get("pattern") or parameter
        if parameter.type == "rest_pattern" or pattern.type == "rest_pattern":
            bind(machine, pattern, Array(list(given[index:])), scope)
            return
        bind(machine, parameter, given[index] if index < len(given) else UNDEFINED, scope)


def call_unknown(
    machine: Machine, function: Function, this: JsValue | None = None, origin: JsValue | None = None
) -> JsValue:
    """Call a function as somebody outside would: with arguments that nobody here knows."""
    parameters = function.node.get("parameters")
    count = len(parameters.children) if parameters is not None else 1
    known = like(origin) if origin is not None else None
    args: list[JsValue] = [
        known if known is not None else machine.fresh(Source.ARGUMENT) for _ in range(min(count, 20))
    ]
    return call_function(machine, function, args, this)


def make_class(machine: Machine, node: Node, scope: Scope) -> Class:
    """Make a class: its methods, and the fields that each instance begins with."""
    from auditor.read.javascript.expressions import evaluate, key_of
    from auditor.read.javascript.interpreter import run_block

    name = node.get("name")
    made = Class(name.text if name is not None else "")
    if name is not None:
        machine.put(scope.names, made.name, made, scope.born)
    for child in node.children:
        if child.type == "class_heritage" and child.children:
            clause = child.children[0]
            made.parent = evaluate(machine, clause.get("value") or clause, scope)
    body = node.get("body")
    for member in body.children if body is not None else ():
        if member.type == "class_static_block":
            run_block(machine, (member.get("body") or member).children, Scope(scope))
            continue
        key = member.get("name") or member.get("property")
        if key is None or member.type.endswith("_signature"):  # a signature says what others define
            continue
        text = key_of(machine, key, scope)
        label = str(getattr(text, "value", key.text))
        if member.type == "method_definition":
            function = make_function(machine, member, scope, made)
            if member.get("get") is not None:
                made.getters[label] = function
            elif member.get("static") is not None:
                made.statics[label] = function
            elif member.get("set") is None:
                made.methods[label] = function
        elif member.get("static") is not None:
            value = member.get("value")
            made.statics[label] = evaluate(machine, value, scope) if value is not None else UNDEFINED
        else:
            made.fields.append((label, member.get("value"), scope))
    return made


def instantiate(machine: Machine, kind: Class, args: Sequence[JsValue], instance: Record | None = None) -> Record:
    """Make an instance, from the outermost class inward."""
    from auditor.read.javascript.calls import construct
    from auditor.read.javascript.expressions import evaluate

    instance = instance or Record(kind=kind)
    constructor = kind.methods.get("constructor")
    if constructor is None and isinstance(kind.parent, Class) and machine.depth < _MOST_DEPTH:
        machine.depth += 1
        instantiate(machine, kind.parent, args, instance)
        machine.depth -= 1
    elif constructor is None and isinstance(kind.parent, External):
        outside = construct(machine, kind.parent, args, kind_node(kind) or _no_node(machine, args))
        instance.outside = outside if isinstance(outside, External) else None
    machine.frames.append(Frame(instance, owner=kind))
    try:
        for label, node, scope in kind.fields:
            value = evaluate(machine, node, scope) if node is not None else UNDEFINED
            machine.put(instance.entries, label, value, instance.born)
    finally:
        machine.frames.pop()
    if constructor is not None:
        _declare(machine, constructor, args, instance)
        call_function(machine, constructor, args, instance)
    return instance


def _declare(machine: Machine, constructor: Function, args: Sequence[JsValue], instance: Record) -> None:
    """Set what TypeScript declares in a constructor's parameters: `constructor(private readonly name: string)`."""
    from auditor.read.javascript.expressions import evaluate

    parameters = constructor.node.get("parameters")
    for index, child in enumerate(parameters.children if parameters is not None else ()):
        pattern, default = child.get("pattern"), child.get("value")
        if pattern is None or not _DECLARES.match(child.text):
            continue
        given = args[index] if index < len(args) else UNDEFINED
        if isinstance(given, Undefined) and default is not None:
            given = evaluate(machine, default, constructor.scope)
        machine.put(instance.entries, pattern.text, given, instance.born)


def kind_node(kind: Class) -> Node | None:
    """Give a node of the class, for places."""
    return next((function.node for function in kind.methods.values()), None)


def _no_node(machine: Machine, args: Sequence[JsValue]) -> Node:
    return machine.root


def method_of(kind: Class, name: str) -> Function | None:
    """Find a method in a class or those that it extends."""
    here: JsValue | None = kind
    for _ in range(20):
        if not isinstance(here, Class):
            return None
        if name in here.methods:
            return here.methods[name]
        here = here.parent
    return None


def iterator_of(value: JsValue) -> Function | None:
    """Give the function of `[Symbol.iterator]` that an object of the script has."""
    if not isinstance(value, Record):
        return None
    own = value.entries.get("@@iterator")
    if isinstance(own, Function):
        return own
    found = method_of(value.kind, "@@iterator") if value.kind is not None else None
    return found if isinstance(found, Function) else None


def written_out(machine: Machine, value: Record) -> JsValue | None:
    """Give what an object of the script says that it is as text; None where it says nothing."""
    found: list[JsValue] = []
    for name in ("@@toPrimitive", "valueOf", "toString"):
        own = value.entries.get(name)
        method = own if own is not None or value.kind is None else method_of(value.kind, name)
        if isinstance(method, Function) and method.reads[0] < _MOST_READS:
            found.append(call_function(machine, method, (), value))
        elif isinstance(method, Function):
            found.append(unknown(Source.LIMIT))
    scalars = [each for each in found if not isinstance(each, Record | Undefined)]
    return join(scalars) if scalars else None
