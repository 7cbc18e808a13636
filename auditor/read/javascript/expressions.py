"""Expressions of JavaScript: literals, names, operators, templates, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.javascript import assignments, literals
from auditor.read.javascript.calls import call_node, new_node
from auditor.read.javascript.escapes import unescaped
from auditor.read.javascript.functions import make_class, make_function
from auditor.read.javascript.globals import global_named
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import items_of, member
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
    join,
    like,
)
from auditor.read.javascript.operators import arithmetic, bounded, calculated, int32, number_of, truth, type_name
from auditor.read.javascript.source import Node
from auditor.read.values import EMPTY, Known, OneOf, Unknown, Value, one_of, unknown

Evaluate = Callable[[Machine, Node, Scope], JsValue]


def evaluate(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give the value of an expression."""
    handler = _EXPRESSIONS.get(node.type)
    if handler is not None:
        return handler(machine, node, scope)
    found: JsValue = UNDEFINED
    for child in node.children:
        found = evaluate(machine, child, scope)
    return like(found) if node.children else unknown(Source.UNKNOWN)


def restored(machine: Machine, text: str) -> Value:
    """Give a piece of text as a value; placeholders in it become the unknown parts that they stand for."""
    return machine.evaluation.restore(text)


def key_of(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give the name of a member or property."""
    if node.type in {"property_identifier", "private_property_identifier", "identifier"}:
        return Known(unescaped(node.text) if "\\" in node.text else node.text)
    if node.type == "computed_property_name" and node.children:
        value = evaluate(machine, node.children[0], scope)
    else:
        value = evaluate(machine, node, scope)
    if isinstance(value, External) and value.path in ("Symbol.iterator", "Symbol.asyncIterator"):
        return Known("@@iterator")
    if isinstance(value, External) and value.path == "Symbol.toPrimitive":
        return Known("@@toPrimitive")
    return machine.text(value)


def key_text(key: JsValue) -> str | None:
    """Give a name as text; None where it is not known."""
    return key.value if isinstance(key, Known) and isinstance(key.value, str) else None


def named(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give what a name stands for: a variable, an unknown part of the code, or a global."""
    name = unescaped(node.text) if "\\" in node.text else node.text
    here: Scope | None = scope
    while here is not None:
        found = here.names.get(name)
        if found is not None:
            return found
        here = here.parent
    if name.startswith("_hole_") or (len(name) == 1 and ord(name) >= 0xF0000):
        return restored(machine, name)
    return global_named(machine, name)


def _member(machine: Machine, node: Node, scope: Scope) -> JsValue:
    chain = [node]
    first = node.get("object")
    while first is not None and first.type in {"member_expression", "subscript_expression"}:
        chain.append(first)
        first = first.get("object")
    value = evaluate(machine, first, scope) if first is not None else UNDEFINED
    for link in reversed(chain):
        value = link_of(machine, link, value, scope)
    return value


def link_of(machine: Machine, node: Node, value: JsValue, scope: Scope) -> JsValue:
    """Give the member of a value that a node names."""
    index = node.get("property") or node.get("index")
    if index is None:
        return unknown(Source.UNKNOWN)
    if node.type == "member_expression":
        return member(machine, value, key_text(key_of(machine, index, scope)), node)
    key = evaluate(machine, index, scope)
    is_computed = index.type not in {"string", "number", "identifier"}
    names = [machine.text(single) for single in choices(key)]
    found = [member(machine, value, key_text(name), node, is_computed=is_computed) for name in names]
    return join(found)


def _binary(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give the value of operators in a row, without recursion along the left."""
    chain: list[Node] = []
    here: Node | None = node
    while here is not None and here.type == "binary_expression":
        chain.append(here)
        here = here.get("left")
    value = evaluate(machine, here, scope) if here is not None else UNDEFINED
    run: list[Value] = []
    for link in reversed(chain):
        operator, right = link.get("operator"), link.get("right")
        if operator is None or right is None:
            return unknown(Source.UNKNOWN)
        if operator.text in {"&&", "||", "??"}:
            value = logical(machine, operator.text, value if not run else bounded(machine, run), right, scope)
            run = []
            continue
        other = evaluate(machine, right, scope)
        if operator.text == "+" and (run or _is_text(value) or _is_text(other)):
            run = [*run, machine.text(other)] if run else [machine.text(value), machine.text(other)]
            continue
        value = bounded(machine, run) if run else value
        run = []
        value = arithmetic(machine, operator.text, value, other)
    return bounded(machine, run) if run else value


def _is_text(value: JsValue) -> bool:
    if isinstance(value, Known):
        return isinstance(value.value, str | bytes)
    return not isinstance(value, Undefined | Unknown) or (isinstance(value, Unknown) and False)


def logical(machine: Machine, operator: str, left: JsValue, right: Node, scope: Scope) -> JsValue:
    """Give `a && b`, `a || b`, `a ?? b`: the right side is a branch where the left is not known."""
    if operator == "??":
        is_nothing = isinstance(left, Undefined) or (isinstance(left, Known) and left.value is None)
        known: bool | None = None if isinstance(left, Unknown | OneOf | Choice) else is_nothing
    else:
        known = truth(left)
        known = (not known if operator == "||" else known) if known is not None else None
    if known is not None:
        return evaluate(machine, right, scope) if known else left
    found = machine.branches([lambda: evaluate(machine, right, scope), lambda: left])
    return join([value for value in found if isinstance(value, _VALUES)])


def _unary(machine: Machine, node: Node, scope: Scope) -> JsValue:
    operator, argument = node.get("operator"), node.get("argument")
    if operator is None or argument is None:
        return unknown(Source.UNKNOWN)
    value = evaluate(machine, argument, scope)
    mark = operator.text
    if mark == "void":
        return UNDEFINED
    if mark == "typeof":
        return type_name(value)
    if mark == "!":
        known = truth(value)
        return Known(not known) if known is not None else unknown(Source.UNKNOWN)
    if mark == "+" and isinstance(value, Array) and not value.items:
        return Known(0)
    number = number_of(value)
    if number is None:
        return like(value)
    if mark == "~":
        return Known(~int32(number))
    return calculated("-", 0, number) if mark == "-" else calculated("+", 0, number)


def _ternary(machine: Machine, node: Node, scope: Scope) -> JsValue:
    condition, first, second = node.get("condition"), node.get("consequence"), node.get("alternative")
    if condition is None or first is None or second is None:
        return unknown(Source.UNKNOWN)
    known = truth(evaluate(machine, condition, scope))
    if known is not None:
        return evaluate(machine, first if known else second, scope)
    found = machine.branches([lambda: evaluate(machine, first, scope), lambda: evaluate(machine, second, scope)])
    return join([value for value in found if isinstance(value, _VALUES)])


def _sequence(machine: Machine, node: Node, scope: Scope) -> JsValue:
    value: JsValue = UNDEFINED
    for child in node.children:
        value = evaluate(machine, child, scope)
    return value


def _this(machine: Machine, node: Node, scope: Scope) -> JsValue:
    if machine.frames and not isinstance(machine.frames[-1].this, Undefined):
        return machine.frames[-1].this
    return External("globalThis")


def _super(machine: Machine, node: Node, scope: Scope) -> JsValue:
    owner = machine.frames[-1].owner if machine.frames else None
    return owner.parent if owner is not None and owner.parent is not None else unknown(Source.UNKNOWN)


def _function(machine: Machine, node: Node, scope: Scope) -> JsValue:
    return make_function(machine, node, scope)


def _yield(machine: Machine, node: Node, scope: Scope) -> JsValue:
    value = _sequence(machine, node, scope)
    if machine.frames and node.get("*") is not None:
        items, rest = items_of(machine, value)
        machine.frames[-1].returns += [*items, *([rest] if rest is not None else [])]
    elif machine.frames:
        machine.frames[-1].returns.append(value)
    return value


def _jsx(machine: Machine, node: Node, scope: Scope) -> JsValue:
    _sequence(machine, node, scope)
    return External("jsx()")


_VALUES = (*SCALARS, Array, Record, Function, Class, External, Method, Pattern, Undefined, Choice)
_EXPRESSIONS: dict[str, Evaluate] = {
    "identifier": named,
    "shorthand_property_identifier": named,
    "property_identifier": lambda machine, node, scope: UNDEFINED,
    "undefined": lambda machine, node, scope: UNDEFINED,
    "null": lambda machine, node, scope: Known(None),
    "true": lambda machine, node, scope: Known(True),
    "false": lambda machine, node, scope: Known(False),
    "string": literals.string,
    "number": literals.number,
    "template_string": literals.template,
    "regex": literals.regex,
    "array": literals.array,
    "object": literals.record,
    "member_expression": _member,
    "subscript_expression": _member,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "update_expression": assignments.update,
    "assignment_expression": assignments.assignment,
    "augmented_assignment_expression": assignments.augmented,
    "ternary_expression": _ternary,
    "sequence_expression": _sequence,
    "parenthesized_expression": _sequence,
    "await_expression": _sequence,
    "yield_expression": _yield,
    "spread_element": _sequence,
    "non_null_expression": _sequence,
    "as_expression": lambda machine, node, scope: evaluate(machine, node.children[0], scope),
    "satisfies_expression": lambda machine, node, scope: evaluate(machine, node.children[0], scope),
    "type_assertion": lambda machine, node, scope: evaluate(machine, node.children[-1], scope),
    "this": _this,
    "super": _super,
    "import": lambda machine, node, scope: External("import"),
    "meta_property": lambda machine, node, scope: External("import.meta"),
    "function_expression": _function,
    "function": _function,
    "generator_function": _function,
    "arrow_function": _function,
    "class": make_class,
    "call_expression": call_node,
    "new_expression": new_node,
    "jsx_element": _jsx,
    "jsx_self_closing_element": _jsx,
    "jsx_fragment": _jsx,
    "jsx_text": lambda machine, node, scope: EMPTY,
    "type_identifier": lambda machine, node, scope: UNDEFINED,
}
__all__ = ["arithmetic", "evaluate", "key_of", "number_of", "one_of", "truth"]
