"""Literals of JavaScript: strings, numbers, templates, patterns, arrays, objects."""

from __future__ import annotations

import re

from auditor.model.word import Source
from auditor.read.javascript.escapes import unescaped
from auditor.read.javascript.functions import make_function
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import items_of
from auditor.read.javascript.objects import HELD, Array, JsValue, Pattern, Record, Scope, Undefined, like
from auditor.read.javascript.operators import bounded
from auditor.read.javascript.source import Node
from auditor.read.values import EMPTY, Known, Value, unknown


def string(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give a string."""
    return machine.evaluation.restore(unescaped(node.text[1:-1]))


def number(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give a number."""
    text = node.text.replace("_", "").rstrip("n").lower()
    try:
        if text[:2] in {"0x", "0o", "0b"}:
            return Known(int(text, 0))
        if re.fullmatch(r"0[0-7]+", text):
            return Known(int(text, 8))
        return Known(int(text)) if text.isdigit() and len(text) < 300 else Known(float(text))
    except ValueError:
        return unknown(Source.UNKNOWN)


def template(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give a template string, its values filled in."""
    from auditor.read.javascript.expressions import evaluate

    pieces: list[Value] = []
    at = node.start + 1
    data = node.source.data
    for child in node.children:
        if child.type != "template_substitution":
            continue
        pieces.append(machine.evaluation.restore(unescaped(data[at : child.start].decode("utf-8", "replace"))))
        inner = evaluate(machine, child.children[0], scope) if child.children else EMPTY
        pieces.append(machine.text(inner))
        at = child.end
    pieces.append(machine.evaluation.restore(unescaped(data[at : node.end - 1].decode("utf-8", "replace"))))
    return bounded(machine, pieces)


def regex(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give a regular expression."""
    pattern, flags = node.get("pattern"), node.get("flags")
    return Pattern(pattern.text if pattern is not None else "", flags.text if flags is not None else "")


def array(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give an array, spread items in place."""
    from auditor.read.javascript.expressions import evaluate

    made = Array([])
    for child in node.children:
        if child.type == "spread_element" and child.children:
            items, rest = items_of(machine, evaluate(machine, child.children[0], scope))
            made.items += items
            made.rest = like(rest) if rest is not None else made.rest
        else:
            made.items.append(evaluate(machine, child, scope))
        if len(made.items) > machine.evaluation.limits.collection_items:
            made.rest = unknown(Source.LIMIT)
            break
    return made


def record(machine: Machine, node: Node, scope: Scope) -> JsValue:
    """Give an object, spread entries and methods included."""
    from auditor.read.javascript.expressions import evaluate, key_of, key_text, named

    made = Record()
    for child in node.children:
        key, value = child.get("key"), child.get("value")
        if child.type == "pair" and key is not None and value is not None:
            name = key_text(key_of(machine, key, scope))
            item = evaluate(machine, value, scope)
            if name is None:
                made.is_open = True
                made.entries[f"@{len(made.entries)}"] = item
            else:
                made.entries[name] = item
        elif child.type in {"shorthand_property_identifier", "identifier"}:
            made.entries[child.text] = named(machine, child, scope)
        elif child.type == "spread_element" and child.children:
            inner = evaluate(machine, child.children[0], scope)
            if isinstance(inner, Record):
                made.entries.update(inner.entries)
                made.is_open = made.is_open or inner.is_open
            elif not isinstance(inner, Undefined):
                made.is_open = True
                made.entries[HELD] = inner
        elif child.type == "method_definition":
            name_node = child.get("name")
            label = key_text(key_of(machine, name_node, scope)) if name_node is not None else None
            function = make_function(machine, child, scope)
            if label is not None:
                made.entries[f"get {label}" if child.get("get") is not None else label] = function
    return made
