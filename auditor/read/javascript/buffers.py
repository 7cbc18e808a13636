"""Bytes: the methods of buffers, and the encodings between bytes and text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Array, JsValue
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import bounds, plain
from auditor.read.values import Known, unknown


def bytes_method(machine: Machine, receiver: Known, name: str, args: Sequence[JsValue], node: Node) -> JsValue:
    """Call a method of a buffer."""
    data = receiver.value
    assert isinstance(data, bytes)
    if name in {"toString", "toLocaleString"}:
        encoding = plain(args[0]) if args else "utf8"
        return machine.step(Known(written(data, encoding or "utf8"), receiver.trail), node, "decode", receiver)
    if name in {"slice", "subarray"}:
        found = bounds(len(data), args, "slice")
        return Known(data[found[0] : found[1]], receiver.trail) if found is not None else machine.fresh()
    if name == "reverse":
        return Known(data[::-1], receiver.trail)
    if name == "map" and args:
        from auditor.read.javascript.calls import call

        if len(data) > machine.evaluation.limits.collection_items:
            return unknown(Source.LIMIT)
        values = [call(machine, args[0], [Known(byte), Known(index)], node) for index, byte in enumerate(data)]
        numbers = [value.value for value in values if isinstance(value, Known) and isinstance(value.value, int)]
        return (
            Known(bytes(number & 255 for number in numbers), receiver.trail)
            if len(numbers) == len(values)
            else machine.fresh()
        )
    most = machine.evaluation.limits.collection_items
    items = Array([Known(byte) for byte in data[:most]], unknown(Source.LIMIT) if len(data) > most else None)
    from auditor.read.javascript.arrays import ARRAY_METHODS

    handler = ARRAY_METHODS.get(name)
    return handler(machine, items, args, node) if handler is not None else machine.fresh()


def written(data: bytes, encoding: str) -> str:
    """Give bytes as text in an encoding of Node's."""
    name = encoding.lower().replace("-", "")
    if name in {"base64", "base64url"}:
        return base64.b64encode(data).decode()
    if name == "hex":
        return data.hex()
    if name in {"utf16le", "ucs2"}:
        return data.decode("utf-16-le", "replace")
    return data.decode("latin-1" if name in {"latin1", "binary", "ascii"} else "utf-8", "replace")


def read_as(text: str, encoding: str) -> bytes | None:
    """Give the bytes that a text stands for in an encoding of Node's; None where it stands for none."""
    name = encoding.lower().replace("-", "")
    if name in {"base64", "base64url"}:
        bare = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/").split("=")[0])
        try:
            return base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4))
        except (binascii.Error, ValueError):
            return None
    if name == "hex":
        found = re.match(r"(?:[0-9a-fA-F]{2})*", text)
        return bytes.fromhex(found[0]) if found is not None else b""
    if name in {"utf16le", "ucs2"}:
        return text.encode("utf-16-le", "replace")
    return text.encode("latin-1" if name in {"latin1", "binary"} else "utf-8", "replace")
