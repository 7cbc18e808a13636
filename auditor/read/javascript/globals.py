"""Global names, and the pure functions among them: decoders, numbers, objects, JSON."""

from __future__ import annotations

import math
import re
import urllib.parse
from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.buffers import read_as
from auditor.read.javascript.collections import COLLECTIONS
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import items_of
from auditor.read.javascript.objects import (
    SCALARS,
    UNDEFINED,
    Array,
    External,
    JsValue,
    hole_of,
    join,
    like,
)
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import plain, whole
from auditor.read.values import Known, Unknown, Value, assumed, concat, unknown

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]


def global_named(machine: Machine, name: str) -> JsValue:
    """Give what a global name stands for."""
    if name in {"globalThis", "global", "window", "self", "top", "root", "frames"}:
        return External("globalThis")
    if name == "exports":
        return machine.module.entries.get("exports", UNDEFINED)
    if name == "NaN":
        return Known(float("nan"))
    if name == "Infinity":
        return Known(float("inf"))
    if name == "__dirname":
        return assumed(Known(machine.directory or "."))
    if name == "__filename":
        return unknown(Source.UNKNOWN)
    return External(name)


def decoded(
    machine: Machine, args: Sequence[JsValue], node: Node, change: Callable[[str], str | bytes | None], name: str
) -> JsValue:
    """Give what a decoder makes of a known text; of another, what is unknown stays of its origin."""
    if not args:
        return UNDEFINED
    text = plain(args[0])
    if isinstance(args[0], Known) and text is not None:
        found = change(text)
        if found is None:
            return machine.fresh(Source.DECODER)
        return machine.step(Known(found, args[0].trail), node, name, args[0])
    hole = hole_of(args[0])
    return Unknown(hole) if hole is not None else machine.fresh(Source.DECODER)


def _atob(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    def change(text: str) -> str | None:
        data = read_as(text, "base64")
        return data.decode("latin-1") if data is not None else None

    return decoded(machine, args, node, change, "base64")


def _btoa(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    import base64

    text = plain(args[0]) if args and isinstance(args[0], Known) else None
    return Known(base64.b64encode(text.encode("latin-1", "replace")).decode()) if text is not None else machine.fresh()


def _buffer_from(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if not args:
        return UNDEFINED
    if isinstance(args[0], Array):
        numbers = [
            item.value for item in args[0].items if isinstance(item, Known) and isinstance(item.value, int | float)
        ]
        if len(numbers) == len(args[0].items) and args[0].rest is None:
            return machine.step(Known(bytes(int(number) & 255 for number in numbers)), node, "bytes")
        return like(args[0])
    if isinstance(args[0], Known) and isinstance(args[0].value, bytes):
        return args[0]
    encoding = (plain(args[1]) if len(args) > 1 else None) or "utf8"
    step = encoding.lower() if encoding.lower() in {"base64", "hex"} else "bytes"
    return decoded(machine, args, node, lambda text: read_as(text, encoding), step)


def _buffer_concat(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if args and isinstance(args[0], Array):
        return concat([machine.text(item) for item in [*args[0].items, *([args[0].rest] if args[0].rest else [])]])
    return like(args[0]) if args else UNDEFINED


def _from_codes(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    pieces: list[str] = []
    for argument in args:
        number = whole([argument], 0, 0)
        if number is None or not isinstance(argument, Known):
            return like(argument)
        pieces.append(chr(number & 0xFFFF if function.path.endswith("CharCode") else min(max(number, 0), 0x10FFFF)))
    text = "".join(pieces)
    if any("\ud800" <= c <= "\udfff" for c in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return machine.step(Known(text), node, "fromCharCode")


def _unescape(text: str) -> str:
    return re.sub(r"%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})", lambda found: chr(int(found[1] or found[2], 16)), text)


def _parse_int(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    given = plain(args[0]) if args else "undefined"
    base = whole(args, 1, 10)
    if given is None or base is None:
        return like(args[0])
    text = given
    text = text.strip().lower()
    if text.startswith("0x") and base in {0, 10, 16} and (len(args) < 2 or base in {0, 16}):
        text, base = text[2:], 16
    base = base or 10
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"[: base if 2 <= base <= 36 else 0]
    found = re.match(rf"[+-]?[{digits}]{{1,300}}", text) if digits else None
    return Known(int(found[0], base)) if found is not None else Known(float("nan"))


def _parse_float(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    text = plain(args[0]) if args else ""
    if text is None:
        return like(args[0])
    found = re.match(r"\s*([+-]?\d{1,300}(?:\.\d{0,300})?)", text)
    number = float(found[1]) if found is not None else float("nan")
    return Known(int(number) if number == number and number.is_integer() else number)


def _number(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.operators import number_of

    found = number_of(args[0]) if args else 0
    if found is None:
        return like(args[0])
    return Known(int(found) if found == found and float(found).is_integer() and abs(found) < 2**53 else found)


def _string(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return machine.text(args[0]) if args else Known("")


def _regexp(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.objects import Pattern

    text = plain(args[0]) if args and isinstance(args[0], Known) else None
    return Pattern(text, (plain(args[1]) if len(args) > 1 else "") or "") if text is not None else machine.fresh()


def _math(name: str) -> Model:
    def model(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
        from auditor.read.javascript.operators import number_of

        numbers = [number_of(argument) for argument in args]
        known = [number for number in numbers if number is not None]
        if not known or len(known) < len(numbers) or any(number != number for number in known):
            return machine.fresh()
        try:
            found = _MATH[name](*known)  # type: ignore[operator]
        except (ValueError, OverflowError, TypeError):
            return Known(float("nan"))
        return Known(int(found) if math.isfinite(found) and float(found).is_integer() else float(found))

    return model


_MATH: dict[str, object] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "round": lambda number: math.floor(number + 0.5),
    "trunc": math.trunc,
    "abs": abs,
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
    "pow": math.pow,
}


def _joined_path(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`path.join(…)` and `path.resolve(…)`."""
    pieces: list[Value] = []
    for argument in args:
        text = plain(argument)
        if text is not None and text.startswith("/") and function.path.endswith("resolve"):
            pieces = []
        pieces += [Known("/"), machine.text(argument)] if pieces else [machine.text(argument)]
    joined = concat(pieces) if pieces else Known(".")
    if isinstance(joined, Known):
        import posixpath

        return Known(posixpath.normpath(str(joined.value)))
    return joined


def _promise_all(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return args[0] if args else UNDEFINED


def _random(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return machine.fresh(Source.CLOCK)


def _text_decoder(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return _string(machine, function, args, node)


def _inflated(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`zlib.gunzipSync(…)` and its like, within a size."""
    import zlib

    data = args[0].value if args and isinstance(args[0], Known) else None
    if not isinstance(data, bytes):
        return like(args[0]) if args else machine.fresh(Source.DECODER)
    window = -15 if "Raw" in function.path else 47
    try:
        inflater = zlib.decompressobj(window)
        plain_data = inflater.decompress(data, machine.evaluation.limits.text_bytes)
    except zlib.error:
        return machine.fresh(Source.DECODER)
    return machine.step(Known(plain_data), node, "zlib", args[0] if isinstance(args[0], SCALARS) else Known(None))


PURE: dict[str, Model] = {
    **COLLECTIONS,
    "atob": _atob,
    "btoa": _btoa,
    "Buffer.from": _buffer_from,
    "new Buffer": _buffer_from,
    "Buffer": _buffer_from,
    "buffer.Buffer.from": _buffer_from,
    "new Uint8Array": _buffer_from,
    "Uint8Array.from": _buffer_from,
    "Buffer.concat": _buffer_concat,
    "String.fromCharCode": _from_codes,
    "String.fromCodePoint": _from_codes,
    "String": _string,
    "String.raw": lambda machine, function, args, node: _raw(machine, args),
    "Number": _number,
    "parseInt": _parse_int,
    "Number.parseInt": _parse_int,
    "parseFloat": _parse_float,
    "Number.parseFloat": _parse_float,
    "unescape": lambda machine, function, args, node: decoded(machine, args, node, _unescape, "unescape"),
    "decodeURIComponent": lambda machine, function, args, node: decoded(
        machine, args, node, urllib.parse.unquote, "url"
    ),
    "decodeURI": lambda machine, function, args, node: decoded(machine, args, node, urllib.parse.unquote, "url"),
    "encodeURIComponent": lambda machine, function, args, node: machine.text(args[0]) if args else UNDEFINED,
    "new RegExp": _regexp,
    "RegExp": _regexp,
    "new String": _string,
    "TextDecoder().decode": _text_decoder,
    "TextEncoder().encode": _string,
    **{f"Math.{name}": _math(name) for name in _MATH},
    "Math.random": _random,
    "Date.now": _random,
    "path.join": _joined_path,
    "path.resolve": _joined_path,
    "path.posix.join": _joined_path,
    "Promise.resolve": lambda machine, function, args, node: args[0] if args else UNDEFINED,
    "Promise.all": _promise_all,
    "Promise.race": lambda machine, function, args, node: join(items_of(machine, args[0])[0]) if args else UNDEFINED,
    **{f"zlib.{name}": _inflated for name in "gunzipSync inflateSync inflateRawSync unzipSync".split()},
    "os.homedir": lambda machine, function, args, node: assumed(Known("~")),
    "os.tmpdir": lambda machine, function, args, node: assumed(Known("/tmp")),  # noqa: S108  (what Node answers)
}
"""Functions without effects, by path."""


def _raw(machine: Machine, args: Sequence[JsValue]) -> JsValue:
    texts, _ = items_of(machine, args[0]) if args else ([], None)
    pieces: list[Value] = []
    for index, text in enumerate(texts):
        pieces.append(machine.text(text))
        if index + 1 < len(args) and index + 1 < len(texts):
            pieces.append(machine.text(args[index + 1]))
    return concat(pieces) if pieces else Known("")
