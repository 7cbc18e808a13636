"""Operators of JavaScript between values that are known, and what is known of the others."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine, shown
from auditor.read.javascript.objects import (
    Array,
    Choice,
    Class,
    External,
    Function,
    JsValue,
    Method,
    Pattern,
    Record,
    Undefined,
    choices,
    join,
    like,
)
from auditor.read.values import Known, OneOf, Text, Value, concat, is_assumed, unknown

_MOST_PARTS = 2_000
_PRESENT = frozenset(
    "process module require globalThis child_process fs net http https Buffer JSON Math Object Array String".split()
)
"""What Node surely has."""


def truth(value: JsValue) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if is_assumed(value):
        return None
    if isinstance(value, Known):
        inner = value.value
        return bool(inner) if not isinstance(inner, float) else bool(inner) and not math.isnan(inner)
    if isinstance(value, Undefined):
        return False
    if isinstance(value, External):
        return True if value.path.partition(".")[0] in _PRESENT and "(" not in value.path else None
    if isinstance(value, Array | Record | Function | Class | Method | Pattern):
        return True
    if isinstance(value, Choice | OneOf):
        found = {truth(single) for single in choices(value)}
        return found.pop() if len(found) == 1 else None
    return None


def bounded(machine: Machine, pieces: list[Value]) -> Value:
    """Join pieces of text within the limits."""
    size = sum(len(str(piece.value)) for piece in pieces if isinstance(piece, Known))
    parts = sum(len(piece.parts) for piece in pieces if isinstance(piece, Text))
    is_large = size > machine.evaluation.limits.text_bytes or parts > _MOST_PARTS
    return unknown(Source.LIMIT) if is_large else concat(pieces)


def arithmetic(machine: Machine, operator: str, left: JsValue, right: JsValue) -> JsValue:
    """Give the value of an operator between two values."""
    if isinstance(left, OneOf) or isinstance(right, OneOf):
        pairs = [(one, other) for one in choices(left) for other in choices(right)]
        return join([arithmetic(machine, operator, one, other) for one, other in pairs])
    if operator == "+" and not (_is_number(left) and _is_number(right)):
        return bounded(machine, [machine.text(left), machine.text(right)])
    if is_assumed(left, right) and operator in {"===", "==", "!==", "!=", "<", ">", "<=", ">="}:
        return unknown(Source.UNKNOWN)
    if operator in {"===", "==", "!==", "!="}:
        return _equal(operator, left, right)
    if operator in {"in", "instanceof"}:
        return unknown(Source.UNKNOWN)
    first, second = number_of(left), number_of(right)
    if first is None or second is None:
        if operator in {"<", ">", "<=", ">="} and isinstance(left, Known) and isinstance(right, Known):
            return Known(_COMPARED[operator](shown(left), shown(right)))
        return like(left) if not isinstance(left, Known) else like(right)
    if operator in _COMPARED:
        return Known(bool(_COMPARED[operator](first, second)))
    return calculated(operator, first, second)


def calculated(operator: str, first: float, second: float) -> JsValue:
    """Give the value of an operator between two numbers."""
    try:
        if operator in _BITWISE:
            one, other = int32(first), int32(second)
            found = _BITWISE[operator](one, other)
            return Known(found & 0xFFFFFFFF if operator == ">>>" else int32(found))
        if operator == "**" and (abs(second) > 1_000 or abs(first) > 1e6):
            return unknown(Source.LIMIT)
        result = _NUMERIC[operator](first, second)
        if isinstance(result, complex):
            return Known(float("nan"))
        return Known(int(result) if float(result).is_integer() and abs(result) < 2**53 else float(result))
    except (ZeroDivisionError, OverflowError, ValueError):
        return Known(float("nan") if first == 0 or operator == "%" else float("inf"))
    except KeyError:
        return unknown(Source.UNKNOWN)


def int32(value: float) -> int:
    """Give a number as operators on bits see it."""
    if math.isnan(value) or math.isinf(value):
        return 0
    cut = int(value) & 0xFFFFFFFF
    return cut - 0x1_0000_0000 if cut >= 0x8000_0000 else cut


_BITWISE: dict[str, Callable[[int, int], int]] = {
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "<<": lambda a, b: a << (b & 31),
    ">>": lambda a, b: a >> (b & 31),
    ">>>": lambda a, b: (a & 0xFFFFFFFF) >> (b & 31),
}
_NUMERIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
    "**": lambda a, b: float(a**b),
}
_COMPARED: dict[str, Callable[..., bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _is_number(value: JsValue) -> bool:
    return isinstance(value, Known) and (value.value is None or isinstance(value.value, bool | int | float))


def number_of(value: JsValue) -> float | None:
    """Give a value as a number; None where it is not known."""
    if isinstance(value, Undefined):
        return float("nan")
    if isinstance(value, Array) and not value.items and value.rest is None:
        return 0
    if not isinstance(value, Known):
        return None
    inner = value.value
    if inner is None:
        return 0
    if isinstance(inner, bool | int | float):
        return inner
    text = shown(value).strip()
    if not text:
        return 0
    try:
        return int(text, 0) if re.fullmatch(r"0[xob][0-9a-fA-F]{1,20}", text) else float(text)
    except ValueError:
        return float("nan")


def _equal(operator: str, left: JsValue, right: JsValue) -> JsValue:
    is_not = operator.startswith("!")
    if isinstance(left, Known) and isinstance(right, Known):
        same = left.value == right.value and isinstance(left.value, str) == isinstance(right.value, str)
        if (
            not same
            and len(operator.strip("!")) == 2 - is_not
            and isinstance(left.value, str) != isinstance(right.value, str)
        ):
            same = number_of(left) == number_of(right)
        return Known(same != is_not)
    if isinstance(left, Undefined) and isinstance(right, Undefined):
        return Known(not is_not)
    return unknown(Source.UNKNOWN)


def type_name(value: JsValue) -> JsValue:
    """Give what `typeof` does."""
    if isinstance(value, Known):
        inner = value.value
        kinds = ((str, "string"), (bool, "boolean"), ((int, float), "number"))
        return Known(next((name for kind, name in kinds if isinstance(inner, kind)), "object"))
    if isinstance(value, Undefined):
        return Known("undefined")
    if isinstance(value, Function | Class | Method):
        return Known("function")
    return Known("object") if isinstance(value, Array | Record) else unknown(Source.UNKNOWN)
