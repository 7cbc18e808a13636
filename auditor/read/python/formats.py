"""Formatting: f-string fields, `str.format` and `%`, with unknown arguments left as holes."""

from __future__ import annotations

import re
import string

import libcst as cst

from auditor.model.word import Hole, Source
from auditor.read.python.fold import FOLD_ERRORS
from auditor.read.python.machine import Machine
from auditor.read.python.native import Lowering, Many, Unfit
from auditor.read.python.objects import Choice, DictObj, InstanceObj, ListObj, Obj, PyValue, TupleObj
from auditor.read.values import (
    EMPTY,
    Known,
    OneOf,
    Text,
    Unknown,
    Value,
    alternatives,
    as_text,
    concat,
    known_text,
    one_of,
    stepped,
    unknown,
)

_WIDE = re.compile(r"[0-9]{5}")
_PERCENT = re.compile(
    r"%(?:\((?P<name>[^)]*)\))?(?P<flags>[-#0 +]*)(?P<width>\*|\d*)(?:\.(?P<size>\*|\d*))?[hlL]?(?P<kind>.)", re.DOTALL
)


def format_value(machine: Machine, value: PyValue, conversion: str, spec: Value, node: cst.CSTNode) -> Value:
    """Format one value as an f-string field does."""
    if isinstance(value, OneOf | Choice):
        return one_of(
            (format_value(machine, single, conversion, spec, node) for single in value.values),
            machine.limits.alternatives,
        )
    text = known_text(spec)
    if text is None or _WIDE.search(text):
        return unknown(Source.LIMIT)
    if isinstance(value, Text | Unknown) and not conversion:
        return value
    if isinstance(value, InstanceObj):
        from auditor.read.python.protocols import formatted as by_method

        shown_so = None if conversion else by_method(machine, value, spec, node)
        if shown_so is not None:
            return machine.scalar(shown_so)
        value = machine.text_of(value, node)
    lowering = Lowering(allows_holes=not text)
    try:
        native = lowering.lower(value)
        if conversion:
            native = {"r": repr, "s": _plain, "a": ascii}[conversion](native)
        shown = format(native, text) if text else _plain(native)
        formatted = lowering.lift(shown, machine.limits)
        return machine.scalar(formatted)
    except (Unfit, Many, *FOLD_ERRORS):
        return machine.scalar(value)


def _plain(native: object) -> str:
    return str(native)


def format_string(
    machine: Machine,
    template: str,
    args: tuple[PyValue, ...],
    kwargs: dict[str, PyValue] | InstanceObj,
    node: cst.CSTNode,
) -> Value:
    """Do what `template.format(*args, **kwargs)` does."""
    parts: list[Value] = []
    automatic = 0
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError:
        return unknown(Source.UNKNOWN)
    for literal, name, spec, conversion in pieces:
        if literal:
            parts.append(machine.evaluation.restore(literal))
        if name is None:
            continue
        if name == "" or name[0] in ".[":
            name = f"{automatic}{name}"
            automatic += 1
        value = _field(machine, name, args, kwargs, node)
        inner = format_string(machine, spec, args, kwargs, node) if spec else EMPTY
        parts.append(as_text(format_value(machine, value, conversion or "", inner, node)))
    return stepped(concat(parts, machine.limits.alternatives), machine.step(node, "format")) if parts else EMPTY


def _field(
    machine: Machine,
    name: str,
    args: tuple[PyValue, ...],
    kwargs: dict[str, PyValue] | InstanceObj,
    node: cst.CSTNode,
) -> PyValue:
    first, *rest = re.split(r"(?=[.\[])", name)
    if first.isdigit():
        value = args[int(first)] if len(first) < 5 and int(first) < len(args) else unknown(Source.UNKNOWN)
    elif isinstance(kwargs, InstanceObj):
        value = machine.tables.subscript(machine, kwargs, Known(first), node)
    else:
        value = kwargs.get(first, unknown(Source.UNKNOWN))
    for access in rest:
        if access.startswith("."):
            value = machine.attribute(value, access[1:], node)
        else:
            key = access[1:].rstrip("]")
            value = machine.tables.subscript(machine, value, Known(int(key) if key.isdigit() else key), node)
    return value


def percent(machine: Machine, template: Value, argument: PyValue, node: cst.CSTNode) -> Value:
    """Do what `template % argument` does."""
    results: list[Value] = []
    for single in alternatives(template):
        if isinstance(single, Known) and isinstance(single.value, str | bytes):
            results.append(_percent(machine, str(known_text(single)), argument, node))
        elif isinstance(single, Text):
            lowering = Lowering(allows_holes=True)
            text = str(lowering.lower(single))
            results.append(restored(machine, _percent(machine, text, argument, node), lowering))
        else:
            results.append(single)
    return stepped(one_of(results, machine.limits.alternatives), machine.step(node, "format"), template)


def restored(machine: Machine, value: Value, lowering: Lowering) -> Value:
    """Turn the placeholders in a formatted text back into holes."""
    rows: list[Value] = []
    for single in alternatives(value):
        if isinstance(single, Unknown):
            rows.append(single)
            continue
        parts = single.parts if isinstance(single, Text) else (known_text(single) or "",)
        pieces = [
            Unknown(p) if isinstance(p, Hole) else machine.scalar(lowering.lift(p, machine.limits)) for p in parts
        ]
        rows.append(concat(pieces))
    return one_of(rows, machine.limits.alternatives)


def _percent(machine: Machine, template: str, argument: PyValue, node: cst.CSTNode) -> Value:
    queue = list(argument.items) if isinstance(argument, TupleObj) else [argument]
    parts: list[Value] = []
    end = 0
    for match in _PERCENT.finditer(template):
        parts.append(Known(template[end : match.start()]))
        end = match.end()
        if match["kind"] == "%":
            parts.append(Known("%"))
            continue
        if match["name"] is not None:
            found = argument.entries.get(match["name"], argument.rest) if isinstance(argument, DictObj) else None
            value: PyValue = found if found is not None else unknown(Source.UNKNOWN)
        else:
            stars = (match["width"] == "*") + (match["size"] == "*")
            del queue[:stars]
            value = queue.pop(0) if queue else unknown(Source.UNKNOWN)
        parts.append(_percent_one(machine, match, value, node))
    parts.append(Known(template[end:]))
    return concat([as_text(part) for part in parts], machine.limits.alternatives)


def _percent_one(machine: Machine, match: re.Match[str], value: PyValue, node: cst.CSTNode) -> Value:
    if isinstance(value, OneOf | Choice):
        return one_of(
            (_percent_one(machine, match, single, node) for single in value.values), machine.limits.alternatives
        )
    if isinstance(value, Text | Unknown):
        return value
    if isinstance(value, Obj) and not isinstance(value, ListObj | TupleObj | DictObj):
        return machine.text_of(value, node)
    width, size = match["width"] or "", match["size"] or ""
    if len(width) > 4 or len(size) > 4:
        return unknown(Source.LIMIT)
    pattern = (
        f"%{match['flags']}{'' if width == '*' else width}{'.' + size if size not in ('', '*') else ''}{match['kind']}"
    )
    lowering = Lowering()
    try:
        native = lowering.lower(value)
        if isinstance(native, bytes):
            native = native.decode("utf-8", "replace")
        return Known(pattern % (native,), lowering.trail)
    except (Unfit, Many, *FOLD_ERRORS):
        return machine.scalar(value)
