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
from auditor.read.python.native import Lowering, Many, Unfit, first_hole, key_of
from auditor.read.python.objects import (
    FALSE,
    TRUE,
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
from auditor.read.values import Known, OneOf, Text, Unknown, as_text, concat, unknown

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
        return ListObj(variants[:16]) if size <= machine.limits.collection_items else unknown(Source.LIMIT)
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


def unary_operation(machine: Machine, node: cst.UnaryOperation) -> PyValue:
    """Evaluate `not`, `-`, `+` and `~`."""
    value = machine.evaluate(node.expression)
    if isinstance(node.operator, cst.Not):
        verdict = machine.truth(value)
        return unknown(Source.UNKNOWN) if verdict is None else Known(not verdict)
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
    if kind in (cst.Is, cst.IsNot):
        return _identical(left, right, is_same=kind is cst.Is)
    if kind in (cst.In, cst.NotIn):
        inside = _contains(machine, right, left)
        return unknown(Source.UNKNOWN) if inside is None else Known(inside is (kind is cst.In))
    if isinstance(left, InstanceObj):
        return unknown(Source.UNKNOWN)
    value = fold(machine, Pure(_COMPARE[kind]), (left, right), {}, node)
    if isinstance(value, Known):
        return Known(value.value)
    return value if isinstance(value, OneOf) else unknown(Source.UNKNOWN)


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


def is_reversal(value: PyValue) -> bool:
    """Whether a step of a slice reads backwards."""
    return isinstance(value, Known) and isinstance(value.value, int) and value.value < 0


def sliced(machine: Machine, value: PyValue, bounds: tuple[PyValue, PyValue, PyValue], node: cst.CSTNode) -> PyValue:
    """Give `value[start:stop:step]`."""
    step = "reverse" if is_reversal(bounds[2]) else "slice"
    if isinstance(value, Unknown):
        return machine.derive(value.hole, "slice")
    if isinstance(value, ListObj | TupleObj):
        if not all(isinstance(bound, Known) for bound in bounds):
            return unknown(Source.UNKNOWN)
        cut = cut_of(*(machine.known(bound) for bound in bounds))
        try:
            if isinstance(value, TupleObj):
                return TupleObj(value.items[cut])
            return ListObj([variant[cut] for variant in value.variants])
        except ValueError:
            return unknown(Source.UNKNOWN)
    if isinstance(value, Text):
        return _sliced_text(machine, value, bounds)
    return fold(machine, Pure(_slice, step), (value, *bounds), {}, node)


def _slice(value: object, start: object, stop: object, step: object) -> object:
    if not isinstance(value, str | bytes | list | tuple):
        raise TypeError
    return value[cut_of(start, stop, step)]


def cut_of(start: object, stop: object, step: object) -> slice:
    """Make a slice of native bounds; what is not a number is left out."""
    bounds = [bound if isinstance(bound, int) else None for bound in (start, stop, step)]
    return slice(*bounds)


def _sliced_text(machine: Machine, value: Text, bounds: tuple[PyValue, PyValue, PyValue]) -> PyValue:
    """Slice text with unknown parts where the bounds fall into the known ends."""
    start, stop, step = (machine.known(bound) for bound in bounds)
    first, last = value.parts[0], value.parts[-1]
    if step not in (None, 1):
        return machine.derive(first_hole([value]) or Hole(Source.UNKNOWN), "slice")
    begin = start if isinstance(start, int) else 0
    if isinstance(first, str) and 0 <= begin <= len(first):
        if stop is None:
            return concat((Known(first[begin:]), *_pieces(value.parts[1:])))
        if isinstance(stop, int) and 0 <= stop <= len(first):
            return Known(first[begin:stop], value.trail)
        if isinstance(stop, int) and stop < 0 and isinstance(last, str) and -stop <= len(last) and len(value.parts) > 1:
            return concat((Known(first[begin:]), *_pieces(value.parts[1:-1]), Known(last[:stop])))
    return machine.derive(first_hole([value]) or Hole(Source.UNKNOWN), "slice")


def _pieces(parts: tuple[str | Hole, ...]) -> list[Known | Unknown]:
    return [Known(part) if isinstance(part, str) else Unknown(part) for part in parts]
