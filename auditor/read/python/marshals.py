"""Marshalled code objects as data: constants and names read by a bounded reader, never loaded.

Bytecode differs from version to version, so calls are not traced: where a code object names a
module and a function of it (`os`, `system`) and holds string constants, the call is taken to be
that function with each constant. Layouts: CPython 3.8 to 3.13 (Python/marshal.c, w_object).
"""

from __future__ import annotations

import struct
from contextlib import suppress

_MOST_BYTES = 1_048_576
_MOST_OBJECTS = 20_000
_DEPTH = 12
_SINKS = {
    "os": frozenset("system popen execv execvp execl execlp".split()),
    "subprocess": frozenset("run call Popen check_call check_output getoutput getstatusoutput".split()),
    "pty": frozenset({"spawn"}),
}
_Code = tuple[list[object], list[str]]


class _Stop(Exception):
    pass


def read_marshal(payload: bytes) -> tuple[list[tuple[str, tuple[str | bytes, ...]]], bool]:
    """Give the calls that a marshalled code object can be seen to make, and whether it was read to its end."""
    if len(payload) > _MOST_BYTES:
        return [], False
    reader = _Reader(payload)
    is_whole = False
    with suppress(_Stop, struct.error, IndexError, UnicodeError, ValueError):
        reader.read(0)
        is_whole = True
    calls: list[tuple[str, tuple[str | bytes, ...]]] = []
    for constants, names in reader.codes:
        texts = [value for value in constants if isinstance(value, str | bytes)]
        for module, functions in _SINKS.items():
            for name in names:
                if module in names and name in functions:
                    calls += [(f"{module}.{name}", (text,)) for text in texts if len(text) > 1]
        if {"exec", "eval"} & set(names):
            calls += [("exec", (text,)) for text in texts if len(text) > 3]
    return calls, is_whole


class _Reader:
    """Reads marshal's format; `codes` collects constants and names of every code object, inner ones too."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.at = 0
        self.count = 0
        self.references: list[object] = []
        self.codes: list[_Code] = []

    def read(self, depth: int) -> object:
        """Read one object."""
        self.count += 1
        if depth > _DEPTH or self.count > _MOST_OBJECTS:
            raise _Stop
        kind = self.payload[self.at]
        self.at += 1
        slot = None
        if kind & 0x80:
            slot = len(self.references)
            self.references.append(None)
        value = self._value(chr(kind & 0x7F), depth)
        if slot is not None:
            self.references[slot] = value
        return value

    def _value(self, kind: str, depth: int) -> object:
        if kind in "NTFS.0":
            return {"N": None, "T": True, "F": False}.get(kind)
        if kind == "i":
            return self._int()
        if kind == "r":
            return self.references[self._int()]
        if kind == "g":
            return struct.unpack("<d", self._take(8))[0]
        if kind == "y":
            return struct.unpack("<dd", self._take(16))
        if kind == "l":
            self._take(2 * abs(self._int()))
            return 0
        if kind in "sutaA":
            raw = self._take(self._size())
            return raw if kind == "s" else raw.decode("utf-8", "surrogatepass")
        if kind in "zZ":
            return self._take(self._take(1)[0]).decode("latin-1")
        if kind in "()[<>":
            size = self._take(1)[0] if kind == ")" else self._size()
            return [self.read(depth + 1) for _ in range(min(size, _MOST_OBJECTS))]
        if kind == "{":
            while self.payload[self.at] != ord("0"):
                self.read(depth + 1)
                self.read(depth + 1)
            self.at += 1
            return {}
        if kind == "c":
            return self._code(depth)
        raise _Stop

    def _code(self, depth: int) -> object:
        """Read a code object: its fixed integers first, then objects, of which the strings and lists tell enough."""
        constants: list[object] = []
        names: list[str] = []
        self.codes.append((constants, names))
        for integers, tail in ((5, 2), (6, 1)):  # from 3.11 on, and up to 3.10
            start, known, before = self.at, len(self.references), len(self.codes)
            try:
                self._take(4 * integers)
                code, found, named = (self.read(depth + 1) for _ in range(3))
                if isinstance(code, bytes) and isinstance(found, list) and isinstance(named, list):
                    constants += found
                    names += [name for name in named if isinstance(name, str)]
                    for _ in range(5):
                        self.read(depth + 1)
                    self._int()
                    for _ in range(tail):
                        self.read(depth + 1)
                    return None
            except (_Stop, IndexError, struct.error, UnicodeError, ValueError):
                if constants:
                    break
            self.at = start
            del self.references[known:], self.codes[before:]
        raise _Stop

    def _int(self) -> int:
        value: int = struct.unpack("<i", self._take(4))[0]
        return value

    def _size(self) -> int:
        size = self._int()
        if size < 0:
            raise _Stop
        return size

    def _take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.payload):
            raise _Stop
        piece = self.payload[self.at : self.at + size]
        self.at += size
        return piece
