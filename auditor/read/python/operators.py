"""Operators: arithmetic with size limits, comparisons, boolean operators that stop early, conditionals.

Chains such as `a + b + c …` nest to the left and are evaluated without recursion.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst

from auditor.model.word import Hole, Source
from auditor.read.python.fold import Pure, TooLong, fold
from auditor.read.python.formats import percent
from auditor.read.python.literals import update
from auditor.read.python.machine import Machine
from auditor.read.python.native import Lowering, Many, Unfit, first_hole
from auditor.read.python.objects import (
    Arguments,
    Choice,
    DictObj,
    EnvironObj,
    External,
    InstanceObj,
    ListObj,
    NamespaceObj,
    Obj,
    PathObj,
    PyValue,
    TupleObj,
    each,
    new_list,
)
from auditor.read.values import Known, OneOf, Text, as_text, concat, unknown

_MOST_BITS = 400_000
_MOST_ITEMS = 4_194_304


def _multiply(left: object, right: object) -> object:
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, str | bytes | list | tuple) and isinstance(count, int):
            if len(sequence) * max(count, 0) > (_MOST_ITEMS if isinstance(sequence, str | bytes) else 50_000):
                raise TooLong
            return sequence * count
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > _MOST_BITS:
        raise TooLong
    return operator.mul(left, right)


def _power(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * max(right, 1) > _MOST_BITS:
        raise TooLong
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left**right
    raise TypeError


def _shift_left(left: object, right: object) -> object:
    if not isinstance(left, int) or not isinstance(right, int) or right > _MOST_BITS:
        raise TooLong
    return left << right


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary operator: what it does to native values, and the methods of classes that take it over."""

    function: Callable[[object, object], object]
    method: str
    step: str = ""

    def pure(self) -> Pure:
        """Give the operator as a pure function."""
        return Pure(self.function, self.step)


BINARY: dict[type, Binary] = {
    cst.Add: Binary(operator.add, "add"),
    cst.Subtract: Binary(operator.sub, "sub"),
    cst.Multiply: Binary(_multiply, "mul"),
    cst.Divide: Binary(operator.truediv, "truediv"),
    cst.FloorDivide: Binary(operator.floordiv, "floordiv"),
    cst.Modulo: Binary(operator.mod, "mod"),
    cst.Power: Binary(_power, "pow"),
    cst.LeftShift: Binary(_shift_left, "lshift"),
    cst.RightShift: Binary(operator.rshift, "rshift"),
    cst.BitAnd: Binary(operator.and_, "and"),
    cst.BitOr: Binary(operator.or_, "or"),
    cst.BitXor: Binary(operator.xor, "xor", "xor"),
    cst.MatrixMultiply: Binary(operator.matmul, "matmul"),
}
AUGMENTED: dict[type, type] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.DivideAssign: cst.Divide,
    cst.FloorDivideAssign: cst.FloorDivide,
    cst.ModuloAssign: cst.Modulo,
    cst.PowerAssign: cst.Power,
    cst.LeftShiftAssign: cst.LeftShift,
    cst.RightShiftAssign: cst.RightShift,
    cst.BitAndAssign: cst.BitAnd,
    cst.BitOrAssign: cst.BitOr,
    cst.BitXorAssign: cst.BitXor,
    cst.MatrixMultiplyAssign: cst.MatrixMultiply,
}


def binary_operation(machine: Machine, node: cst.BinaryOperation) -> PyValue:
    """Evaluate a chain of binary operators from the left."""
    chain: list[cst.BinaryOperation] = []
    here: cst.BaseExpression = node
    while isinstance(here, cst.BinaryOperation):
        chain.append(here)
        here = here.left
    value = machine.evaluate(here)
    for step in reversed(chain):
        value = binary(machine, type(step.operator), value, machine.evaluate(step.right), step)
    return value


def binary(machine: Machine, kind: type, left: PyValue, right: PyValue, node: cst.CSTNode) -> PyValue:
    """Apply a binary operator to two values."""
    if isinstance(left, Choice) or (isinstance(right, Choice) and not isinstance(left, OneOf)):
        pairs = [(a, b) for a in each(left) for b in each(right)]
        if len(pairs) > machine.limits.alternatives:
            return unknown(Source.LIMIT)
        return machine.joined([binary(machine, kind, a, b, node) for a, b in pairs])
    if isinstance(left, InstanceObj) or isinstance(right, InstanceObj):
        return _by_method(machine, kind, left, right, node)
    if kind is cst.Modulo and not isinstance(left, Obj) and _is_textual(left):
        return percent(machine, left, right, node)
    if kind is cst.Divide and (isinstance(left, PathObj) or isinstance(right, PathObj)):
        return _joined_path(machine, left, right)
    if isinstance(left, Obj) or isinstance(right, Obj):
        return _on_containers(machine, kind, left, right, node)
    are_known = isinstance(left, Known) and isinstance(right, Known)
    if kind is cst.Add and not are_known and (_is_textual(left) or _is_textual(right)):
        return concat((left, right), machine.limits.alternatives)
    return fold(machine, BINARY[kind].pure(), (left, right), {}, node)


def _is_textual(value: PyValue) -> bool:
    if isinstance(value, OneOf):
        return all(_is_textual(single) for single in value.values)
    return isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str | bytes))


def _joined_path(machine: Machine, left: PyValue, right: PyValue) -> PyValue:
    first, second = machine.scalar(left), machine.scalar(right)
    text = as_text(second)
    if isinstance(text, Known) and str(text.value).startswith("/"):
        return PathObj(text)
    return PathObj(concat((first, Known("/"), second), machine.limits.alternatives))


def _by_method(machine: Machine, kind: type, left: PyValue, right: PyValue, node: cst.CSTNode) -> PyValue:
    from auditor.read.python.classes import class_attribute

    name = BINARY[kind].method
    for receiver, other, method in ((left, right, f"__{name}__"), (right, left, f"__r{name}__")):
        if isinstance(receiver, InstanceObj) and class_attribute(receiver.cls, method) is not None:
            return machine.call(machine.attribute(receiver, method, node), Arguments((other,)), node)
    return unknown(Source.UNKNOWN)


def _on_containers(machine: Machine, kind: type, left: PyValue, right: PyValue, node: cst.CSTNode) -> PyValue:
    if kind is cst.Add and isinstance(left, ListObj) and isinstance(right, ListObj):
        variants = [[*a, *b] for a in left.variants for b in right.variants]
        size = max(map(len, variants))
        is_bounded = len(variants) <= machine.limits.alternatives and size <= machine.limits.collection_items
        return ListObj(variants) if is_bounded else unknown(Source.LIMIT)
    if kind is cst.Add and isinstance(left, TupleObj) and isinstance(right, TupleObj):
        return TupleObj((*left.items, *right.items))
    if kind is cst.Add and isinstance(left, ListObj | TupleObj) != isinstance(right, ListObj | TupleObj):
        items = [*machine.iterate(left, node), *machine.iterate(right, node)]
        return TupleObj(tuple(items)) if isinstance(left, TupleObj) else new_list(items)
    if kind is cst.Multiply and isinstance(left, ListObj | TupleObj) and isinstance(right, Known):
        return _repeat(left, right)
    if kind is cst.BitOr and isinstance(left, DictObj | EnvironObj | NamespaceObj):
        merged = DictObj({})
        update(machine, merged, left)
        update(machine, merged, right)
        return merged
    if kind in (cst.BitAnd, cst.BitOr) and _is_command(left):
        result = machine.call(left, Arguments(), node)  # `command & FG`, and a pipeline, which is made to be run
        return machine.call(right, Arguments(), node) if _is_command(right) else result
    known = Lowering(), Lowering()
    try:
        known[0].lower(left), known[1].lower(right)
    except (Unfit, Many, TypeError):
        hole = first_hole([left, right]) or Hole(Source.UNKNOWN)
        if kind is cst.Add and (_is_textual(left) or _is_textual(right)):
            return concat((machine.scalar(left), machine.scalar(right)), machine.limits.alternatives)
        return machine.derive(hole, "operator")
    return fold(machine, BINARY[kind].pure(), (left, right), {}, node)


def _repeat(left: ListObj | TupleObj, right: Known) -> PyValue:
    count = right.value if isinstance(right.value, int) else 0
    items = list(left.items)
    if len(items) * count > 50_000:
        return unknown(Source.LIMIT)
    return TupleObj(tuple(items * count)) if isinstance(left, TupleObj) else new_list(items * count)


_UNARY: dict[type, Callable[..., object]] = {
    cst.Minus: operator.neg,
    cst.Plus: operator.pos,
    cst.BitInvert: operator.invert,
}


def _is_command(value: PyValue) -> bool:
    """Whether a value is a command of plumbum with its words."""
    return isinstance(value, External) and value.path.startswith("plumbum.") and value.path.endswith("]")


def unary_operation(machine: Machine, node: cst.UnaryOperation) -> PyValue:
    """Evaluate `not`, `-`, `+` and `~`."""
    value = machine.evaluate(node.expression)
    if isinstance(node.operator, cst.Not):
        verdict = machine.truth(value)
        return unknown(Source.UNKNOWN) if verdict is None else Known(not verdict)
    if isinstance(value, InstanceObj):
        from auditor.read.python.protocols import unary

        found = unary(machine, type(node.operator), value, node)
        return unknown(Source.UNKNOWN) if found is None else found
    return fold(machine, Pure(_UNARY[type(node.operator)]), (value,), {}, node)


def boolean_operation(machine: Machine, node: cst.BooleanOperation) -> PyValue:
    """Evaluate `and` and `or`, stopping where the left side decides."""
    chain: list[cst.BooleanOperation] = []
    here: cst.BaseExpression = node
    while isinstance(here, cst.BooleanOperation):
        chain.append(here)
        here = here.left
    value = machine.evaluate(here)
    for step in reversed(chain):
        verdict = machine.truth(value)
        decides = isinstance(step.operator, cst.Or)
        if verdict is decides:
            continue
        if verdict is not None:
            value = machine.evaluate(step.right)
            continue
        machine.journal.push()
        right = machine.evaluate(step.right)
        changes = machine.journal.pop()
        machine.journal.merge([{}, changes])
        value = machine.joined([value, right])
    return value


def conditional(machine: Machine, node: cst.IfExp) -> PyValue:
    """Evaluate `a if test else b`; both where the test is not known."""
    verdict = machine.truth(machine.evaluate(node.test))
    if verdict is not None:
        return machine.evaluate(node.body if verdict else node.orelse)
    machine.journal.push()
    first = machine.evaluate(node.body)
    left = machine.journal.pop()
    machine.journal.push()
    second = machine.evaluate(node.orelse)
    right = machine.journal.pop()
    machine.journal.merge([left, right])
    return machine.joined([first, second])
