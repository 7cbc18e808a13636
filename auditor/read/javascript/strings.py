"""Methods of known strings and bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine, shown
from auditor.read.javascript.objects import UNDEFINED, Array, JsValue, Pattern, Undefined
from auditor.read.javascript.source import Node
from auditor.read.values import Known, Value, unknown

TextMethod = Callable[[Machine, Known, Sequence[JsValue], Node], JsValue]


def plain(value: JsValue) -> str | None:
    """Give a value as text where it is known."""
    if isinstance(value, Known):
        return shown(value)
    return "undefined" if isinstance(value, Undefined) else None


def whole(args: Sequence[JsValue], index: int, default: int) -> int | None:
    """Give an argument as a whole number; None where it is not known."""
    if index >= len(args) or isinstance(args[index], Undefined):
        return default
    value = args[index]
    if not isinstance(value, Known):
        return None
    try:
        number = float(shown(value)) if not isinstance(value.value, int | float) else float(value.value)
    except ValueError:
        return 0
    if number != number:
        return 0
    return int(max(min(number, 2**40), -(2**40)))


def _made(machine: Machine, receiver: Known, text: str, node: Node, operation: str) -> JsValue:
    if len(text) > machine.evaluation.limits.text_bytes:
        return unknown(Source.LIMIT)
    return machine.step(Known(text, receiver.trail), node, operation, receiver)


def _simple(operation: str, change: Callable[[str], str]) -> TextMethod:
    def method(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
        return _made(machine, receiver, change(str(receiver.value)), node, operation)

    return method


def _concat(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.values import concat

    values: list[Value] = [receiver, *map(machine.text, args)]
    return concat(values)


def bounds(length: int, args: Sequence[JsValue], name: str) -> tuple[int, int] | None:
    """Give start and end of what `slice`, `substring` or `substr` take."""
    start, end = whole(args, 0, 0), whole(args, 1, length)
    if start is None or end is None:
        return None
    if name == "slice":
        start = max(length + start, 0) if start < 0 else min(start, length)
        end = max(length + end, 0) if end < 0 else min(end, length)
    elif name == "substr":
        start = max(length + start, 0) if start < 0 else min(start, length)
        end = min(start + max(end, 0), length)
    else:
        start, end = min(max(start, 0), length), min(max(end, 0), length)
        start, end = min(start, end), max(start, end)
    return start, max(start, end)


def _part(name: str) -> TextMethod:
    def method(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
        text = str(receiver.value)
        found = bounds(len(text), args, name)
        return machine.fresh() if found is None else _made(machine, receiver, text[found[0] : found[1]], node, name)

    return method


def _split(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    text = str(receiver.value)
    if not args or isinstance(args[0], Undefined):
        return Array([receiver])
    most = whole(args, 1, machine.evaluation.limits.collection_items) or 0
    if isinstance(args[0], Pattern):
        matcher = compiled(args[0])
        if matcher is None or len(text) > 100_000:
            return Array([], machine.fresh())
        parts = list(matcher.split(text)) if args[0].pattern else list(text)
    else:
        separator = plain(args[0])
        if separator is None:
            return Array([], machine.fresh())
        parts = text.split(separator) if separator else list(text)
    if len(parts) > machine.evaluation.limits.collection_items:
        return Array([], unknown(Source.LIMIT))
    return Array([Known(part, receiver.trail) for part in parts[:most] if part is not None])


def compiled(pattern: Pattern) -> re.Pattern[str] | None:
    """Give a pattern that Python reads the same way and that cannot run long; None for others."""
    text = pattern.pattern
    if (
        len(text) > 200
        or re.search(r"[*+}]\)*[*+{]|\(\?[<=!]|\\[pPkbB1-9]|\{\d{3,}", text)
        or text.count("*") + text.count("+") > 3
    ):
        return None
    flags = (re.IGNORECASE if "i" in pattern.flags else 0) | (re.MULTILINE if "m" in pattern.flags else 0)
    flags |= re.DOTALL if "s" in pattern.flags else 0
    try:
        return re.compile(text.replace("\\/", "/").replace("[^]", "[\\s\\S]"), flags)
    except (re.error, OverflowError, RecursionError):
        return None


def _replace(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    return _replaced(machine, receiver, args, node, is_all=False)


def _replace_all(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    return _replaced(machine, receiver, args, node, is_all=True)


def _replaced(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node, *, is_all: bool) -> JsValue:
    from auditor.read.javascript.calls import call

    text = str(receiver.value)
    if len(args) < 2 or len(text) > 200_000:
        return machine.fresh()
    old, new = args[0], args[1]
    if isinstance(old, Pattern):
        matcher = compiled(old)
        is_all = is_all or "g" in old.flags
    else:
        literal = plain(old)
        matcher = re.compile(re.escape(literal)) if literal is not None else None
    if matcher is None:
        return machine.fresh()
    found = list(matcher.finditer(text))[: None if is_all else 1]
    if len(found) > machine.evaluation.limits.collection_items:
        return unknown(Source.LIMIT)
    pieces: list[str] = []
    at = 0
    for match in found:
        groups: list[JsValue] = [UNDEFINED if group is None else Known(group) for group in match.groups()]
        value = (
            machine.text(call(machine, new, [Known(match[0]), *groups], node)) if not isinstance(new, Known) else None
        )
        if value is not None and not isinstance(value, Known):
            return machine.fresh()
        filled = shown(value) if value is not None else _template(shown(new) if isinstance(new, Known) else "", match)
        pieces += [text[at : match.start()], filled]
        at = match.end()
    return _made(machine, receiver, "".join([*pieces, text[at:]]), node, "replace")


def _template(text: str, match: re.Match[str]) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] == "$":
            return "$"
        if found[1] == "&":
            return match[0]
        number = int(found[1])
        return (match[number] or "") if 0 < number <= (match.re.groups or 0) else found[0]

    return re.sub(r"\$(\$|&|\d{1,2})", one, text)


def _at(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    text, index = str(receiver.value), whole(args, 0, 0)
    if index is None:
        return machine.fresh()
    return Known(text[index], receiver.trail) if -len(text) <= index < len(text) else UNDEFINED


def _char_at(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    text, index = str(receiver.value), whole(args, 0, 0)
    if index is None:
        return machine.fresh()
    return Known(text[index] if 0 <= index < len(text) else "", receiver.trail)


def _code_at(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    text, index = str(receiver.value), whole(args, 0, 0)
    if index is None:
        return machine.fresh()
    return Known(ord(text[index])) if 0 <= index < len(text) else Known(float("nan"))


def _pad(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node, *, is_start: bool) -> JsValue:
    text, length, filler = str(receiver.value), whole(args, 0, 0), plain(args[1]) if len(args) > 1 else " "
    if length is None or filler is None or length > machine.evaluation.limits.text_bytes:
        return machine.fresh()
    missing = length - len(text)
    if missing <= 0 or not filler:
        return receiver
    padding = (filler * (missing // len(filler) + 1))[:missing]
    return _made(machine, receiver, padding + text if is_start else text + padding, node, "pad")


def _repeat(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    text, count = str(receiver.value), whole(args, 0, 0)
    if count is None or count < 0 or count * len(text) > machine.evaluation.limits.text_bytes:
        return unknown(Source.LIMIT)
    return _made(machine, receiver, text * count, node, "repeat")


def _find(name: str) -> TextMethod:
    def method(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
        wanted = plain(args[0]) if args else "undefined"
        if wanted is None or isinstance(args[0], Pattern):
            return machine.fresh()
        text = str(receiver.value)
        if name in {"indexOf", "lastIndexOf"}:
            return Known(text.find(wanted) if name == "indexOf" else text.rfind(wanted))
        if name == "includes":
            return Known(wanted in text)
        return Known(text.startswith(wanted) if name == "startsWith" else text.endswith(wanted))

    return method


def _match(machine: Machine, receiver: Known, args: Sequence[JsValue], node: Node) -> JsValue:
    text = str(receiver.value)
    matcher = compiled(args[0]) if args and isinstance(args[0], Pattern) else None
    if matcher is None or len(text) > 100_000 or not isinstance(args[0], Pattern):
        return Array([], machine.fresh())
    if "g" in args[0].flags:
        found = [match[0] for match in matcher.finditer(text)]
        most = machine.evaluation.limits.collection_items
        rest = unknown(Source.LIMIT) if len(found) > most else None
        return Array([Known(one, receiver.trail) for one in found[:most]], rest)
    first = matcher.search(text)
    if first is None:
        return Known(None)
    return Array(
        [
            Known(first[0], receiver.trail),
            *(Known(group) if group is not None else UNDEFINED for group in first.groups()),
        ]
    )


TEXT_METHODS: dict[str, TextMethod] = {
    "toUpperCase": _simple("toUpperCase", str.upper),
    "toLowerCase": _simple("toLowerCase", str.lower),
    "toLocaleUpperCase": _simple("toUpperCase", str.upper),
    "toLocaleLowerCase": _simple("toLowerCase", str.lower),
    "trim": _simple("trim", str.strip),
    "trimStart": _simple("trim", str.lstrip),
    "trimEnd": _simple("trim", str.rstrip),
    "toString": lambda machine, receiver, args, node: receiver,
    "valueOf": lambda machine, receiver, args, node: receiver,
    "normalize": lambda machine, receiver, args, node: receiver,
    "concat": _concat,
    "slice": _part("slice"),
    "substring": _part("substring"),
    "substr": _part("substr"),
    "split": _split,
    "replace": _replace,
    "replaceAll": _replace_all,
    "at": _at,
    "charAt": _char_at,
    "charCodeAt": _code_at,
    "codePointAt": _code_at,
    "padStart": lambda machine, receiver, args, node: _pad(machine, receiver, args, node, is_start=True),
    "padEnd": lambda machine, receiver, args, node: _pad(machine, receiver, args, node, is_start=False),
    "repeat": _repeat,
    "match": _match,
    "matchAll": _match,
    **{name: _find(name) for name in ("indexOf", "lastIndexOf", "includes", "startsWith", "endsWith")},
}
