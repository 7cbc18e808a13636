"""Literals and displays: strings with their escapes, numbers, f-strings, lists, tuples, sets, dicts."""

from __future__ import annotations

import re
import unicodedata

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.formats import format_value
from auditor.read.python.machine import Machine
from auditor.read.python.native import Unfit, key_of
from auditor.read.python.objects import (
    NONE,
    DictObj,
    EnvironObj,
    Key,
    ListObj,
    NamespaceObj,
    Obj,
    PyValue,
    TupleObj,
    join,
    new_list,
)
from auditor.read.values import EMPTY, Known, OneOf, Unknown, Value, as_text, concat, unknown

_MOST_JOINED = 64
_ESCAPE = re.compile(r"\\(?:\r?\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CACHED = (Known,)


def simple_string(machine: Machine, node: cst.SimpleString) -> PyValue:
    """Give a string literal's value."""
    cached = machine.source.literals.get(node)
    if isinstance(cached, _CACHED):
        return cached
    value = _string(machine, node.value)
    if isinstance(value, Known):
        machine.source.literals[node] = value
    return value


def _string(machine: Machine, token: str) -> Value:
    start = len(token) - len(token.lstrip("rRbBuUfF"))
    prefix = token[:start].lower()
    quotes = 3 if token[start : start + 3] in ('"""', "'''") else 1
    body = token[start + quotes : len(token) - quotes]
    if "b" in prefix:
        text = body if "r" in prefix else _unescape(body, is_bytes=True)
        return Known(text.encode("latin-1", "replace"))
    return machine.evaluation.restore(body if "r" in prefix else _unescape(body))


def _unescape(body: str, *, is_bytes: bool = False) -> str:
    if "\\" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        escape = match.group()[1:]
        head = escape[0]
        if escape in _SIMPLE:
            return _SIMPLE[escape]
        if head in "\r\n":
            return ""
        if head in "01234567":
            return chr(int(escape, 8) & (0xFF if is_bytes else 0x1FF))
        if head == "x" and len(escape) > 1:
            return chr(int(escape[1:], 16))
        if is_bytes:
            return "\\" + escape
        if head in "uU" and len(escape) > 1:
            code = int(escape[1:], 16)
            return chr(code) if code < 0x110000 else "\ufffd"
        if head == "N" and len(escape) > 1:
            try:
                return unicodedata.lookup(escape[2:-1])
            except KeyError:
                return "\ufffd"
        return "\\" + escape

    return _ESCAPE.sub(one, body)


def concatenated_string(machine: Machine, node: cst.ConcatenatedString) -> PyValue:
    """Join adjacent literals; they nest to the right, as deep as there are parts."""
    parts: list[Value] = []
    here: cst.BaseExpression = node
    while isinstance(here, cst.ConcatenatedString):
        parts.append(machine.scalar(machine.evaluate(here.left)))
        here = here.right
    parts.append(machine.scalar(machine.evaluate(here)))
    if all(isinstance(part, Known) and isinstance(part.value, bytes) for part in parts):
        return Known(
            b"".join(part.value for part in parts if isinstance(part, Known) and isinstance(part.value, bytes))
        )
    return concat(parts, machine.limits.alternatives)


def formatted_string(machine: Machine, node: cst.FormattedString) -> PyValue:
    """Fill in an f-string; what is not known stays a hole."""
    return _formatted(machine, node.parts, is_raw="r" in node.prefix.lower())


def _formatted(machine: Machine, parts: object, *, is_raw: bool = False) -> Value:
    values: list[Value] = []
    assert isinstance(parts, list | tuple)
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            text = part.value.replace("{{", "{").replace("}}", "}")
            values.append(machine.evaluation.restore(text if is_raw else _unescape(text)))
        elif isinstance(part, cst.FormattedStringExpression):
            value = machine.evaluate(part.expression)
            spec = _formatted(machine, part.format_spec) if part.format_spec else EMPTY
            values.append(format_value(machine, value, part.conversion or "", spec, part.expression))
    return concat([as_text(value) for value in values], machine.limits.alternatives) if values else EMPTY


def integer(machine: Machine, node: cst.Integer) -> PyValue:
    """Give an integer's value; one with thousands of digits is not read."""
    cached = machine.source.literals.get(node)
    if isinstance(cached, _CACHED):
        return cached
    try:
        value = Known(int(node.value.replace("_", ""), 0))
    except ValueError:
        return unknown(Source.LIMIT)
    machine.source.literals[node] = value
    return value


def floating(machine: Machine, node: cst.Float) -> PyValue:
    """Give a float's value."""
    return Known(float(node.value.replace("_", "")))


def imaginary(machine: Machine, node: cst.Imaginary) -> PyValue:
    """Give an imaginary number's value."""
    return Known(complex(node.value.replace("_", "").lower()))


def ellipsis(machine: Machine, node: cst.Ellipsis) -> PyValue:
    """Give `...`, which nothing here looks into."""
    return NONE


def _elements(machine: Machine, elements: object) -> list[PyValue]:
    items: list[PyValue] = []
    assert isinstance(elements, list | tuple)
    for element in elements:
        if isinstance(element, cst.StarredElement):
            items += machine.iterate(machine.evaluate(element.value), element.value)
        elif isinstance(element, cst.Element):
            items.append(machine.evaluate(element.value))
    return items


def list_display(machine: Machine, node: cst.List) -> PyValue:
    """Make a list."""
    return new_list(_elements(machine, node.elements))


def tuple_display(machine: Machine, node: cst.Tuple) -> PyValue:
    """Make a tuple."""
    return TupleObj(tuple(_elements(machine, node.elements)))


def set_display(machine: Machine, node: cst.Set) -> PyValue:
    """Make a set."""
    return new_list(distinct(_elements(machine, node.elements)), "set")


def distinct(items: list[PyValue]) -> list[PyValue]:
    """Drop known items that occur twice."""
    seen: set[Key | Obj] = set()
    kept: list[PyValue] = []
    for item in items:
        try:
            key = key_of(item)
        except Unfit:
            kept.append(item)
            continue
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def dict_display(machine: Machine, node: cst.Dict) -> PyValue:
    """Make a dict, with `**` of other mappings spread into it."""
    result = DictObj({})
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            update(machine, result, machine.evaluate(element.value))
        elif isinstance(element, cst.DictElement):
            put(result, machine.evaluate(element.key), machine.evaluate(element.value))
    return result


def put(target: DictObj, key: PyValue, value: PyValue) -> None:
    """Set a key; the caller has told the journal."""
    try:
        native = key_of(key)
    except Unfit:
        target.rest = value if target.rest is None else join((target.rest, value))
        put_anywhere(target, value)
        return
    target.entries[native if not isinstance(native, Obj) else f"\0{id(native)}"] = value


def put_anywhere(target: DictObj, value: PyValue) -> None:
    """Let a value stand at any key, where it is more than a number or something that nobody knows."""
    if not tells(value):
        return
    if len(target.entries) > _MOST_JOINED:
        target.rest = join((*target.entries.values(), *([target.rest] if target.rest is not None else []), value))
        target.entries = {}
        return
    target.entries = {key: join((held, value)) for key, held in target.entries.items()}


def tells(value: PyValue) -> bool:
    """Whether a value is text or an object of the script's, or comes from where nobody has read it."""
    if isinstance(value, Unknown):
        return value.hole.source in (Source.NETWORK, Source.DECODER)
    if isinstance(value, OneOf):
        return any(map(tells, value.values))
    return not isinstance(value, Known) or isinstance(value.value, str | bytes)


def update(machine: Machine, target: DictObj, other: PyValue) -> None:
    """Spread a mapping into a dict."""
    if isinstance(other, DictObj):
        target.entries.update(other.entries)
        if other.rest is not None:
            target.rest = other.rest if target.rest is None else join((target.rest, other.rest))
            put_anywhere(target, other.rest)
    elif isinstance(other, EnvironObj):
        target.entries.update(other.values)
        target.rest = unknown(Source.ENVIRONMENT)
    elif isinstance(other, NamespaceObj):
        target.rest = unknown(Source.UNKNOWN)
    elif isinstance(other, ListObj):
        for item in other.items:
            if isinstance(item, TupleObj) and len(item.items) == 2:
                put(target, item.items[0], item.items[1])
    elif not isinstance(other, Known):
        value = machine.scalar(other)
        target.rest = value if target.rest is None else join((target.rest, value))
