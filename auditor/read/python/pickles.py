"""Pickles as data: which callables a payload would call, with which arguments. Nothing is ever unpickled.

Follows the stack of `pickletools.genops` for the opcodes that carry scalars, tuples, lists, dicts,
globals and calls. A payload with anything else, too large, broken off, or with a call of something
that is no global, is not read to its end, and the answer says so.
"""

from __future__ import annotations

import pickletools
from dataclasses import dataclass

MOST_BYTES = 4_194_304
MOST_OPCODES = 100_000


@dataclass(frozen=True, slots=True)
class Gadget:
    """A call that loading the pickle makes."""

    path: str
    args: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Pickle:
    """What loading a payload does: its calls in order, and whether all of it was followed to its STOP."""

    gadgets: tuple[Gadget, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class _Global:
    path: str


class _Mark:
    pass


class _Other:
    pass


def read_pickle(payload: bytes) -> Pickle:
    """Give the calls that loading a payload would make."""
    if len(payload) > MOST_BYTES:
        return Pickle()
    reader = _Reader()
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(payload)):
            if count >= MOST_OPCODES:
                return Pickle(tuple(reader.gadgets))
            reader.step(opcode.name, argument)
    except (ValueError, IndexError, KeyError, TypeError, UnicodeError, OverflowError, AttributeError):
        return Pickle(tuple(reader.gadgets))
    return Pickle(tuple(reader.gadgets), reader.is_followed)


class _Reader:
    """The pickle machine's stack, with calls noted instead of made."""

    def __init__(self) -> None:
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}
        self.gadgets: list[Gadget] = []
        self.is_followed = True

    def step(self, name: str, argument: object) -> None:
        """Follow one opcode."""
        if name in _PUSH_ARGUMENT:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in ("EMPTY_LIST", "EMPTY_DICT", "EMPTY_SET"):
            self.stack.append([] if name == "EMPTY_LIST" else {} if name == "EMPTY_DICT" else _Other())
        elif name == "MARK":
            self.stack.append(_Mark())
        elif name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
            self.memo[argument if isinstance(argument, int) else len(self.memo)] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument if isinstance(argument, int) else int(str(argument))])
        elif name.startswith("TUPLE"):
            self._tuple(name)
        elif name in ("GLOBAL", "INST"):
            self.stack.append(_Global(str(argument).replace(" ", ".")))
            if name == "INST":
                self._call(self.stack.pop(), tuple(self._to_mark()))
        elif name == "STACK_GLOBAL":
            attribute, module = self.stack.pop(), self.stack.pop()
            self.is_followed = self.is_followed and isinstance(module, str) and isinstance(attribute, str)
            self.stack.append(_Global(f"{module}.{attribute}"))
        else:
            self._rest(name)

    def _rest(self, name: str) -> None:
        if name in ("REDUCE", "NEWOBJ"):
            args = self.stack.pop()
            self._call(self.stack.pop(), args if isinstance(args, tuple) else (args,))
        elif name == "NEWOBJ_EX":
            self.stack.pop()
            args = self.stack.pop()
            self._call(self.stack.pop(), args if isinstance(args, tuple) else (args,))
        elif name == "OBJ":
            items = self._to_mark()
            self._call(items[0], tuple(items[1:]))
        elif name in ("APPEND", "APPENDS"):
            items = self._to_mark() if name == "APPENDS" else [self.stack.pop()]
            if isinstance(self.stack[-1], list):
                self.stack[-1].extend(items)
        elif name in ("LIST", "DICT", "FROZENSET"):
            items = self._to_mark()
            self.stack.append(items if name == "LIST" else _Other())
        elif name in ("POP", "BUILD", "SETITEM"):
            del self.stack[-2 if name == "SETITEM" else -1 :]
        elif name in ("SETITEMS", "POP_MARK", "ADDITEMS"):
            self._to_mark()
        elif name == "DUP":
            self.stack.append(self.stack[-1])
        elif name not in _IDLE:
            self.is_followed = False

    def _tuple(self, name: str) -> None:
        if name == "TUPLE":
            self.stack.append(tuple(self._to_mark()))
            return
        size = int(name[5:])
        items = tuple(self.stack[-size:])
        del self.stack[-size:]
        self.stack.append(items)

    def _to_mark(self) -> list[object]:
        items: list[object] = []
        while self.stack:
            item = self.stack.pop()
            if isinstance(item, _Mark):
                break
            items.append(item)
        return items[::-1]

    def _call(self, function: object, args: tuple[object, ...]) -> None:
        if isinstance(function, _Global):
            self.gadgets.append(Gadget(function.path, tuple(_plain(argument) for argument in args)))
        else:
            self.is_followed = False
        self.stack.append(_Other())


def _plain(value: object) -> object:
    return value.path if isinstance(value, _Global) else value


_PUSH_ARGUMENT = frozenset(
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES BINBYTES8 "
    "BYTEARRAY8 UNICODE SHORT_BINUNICODE BINUNICODE BINUNICODE8 FLOAT BINFLOAT".split()
)
_IDLE = frozenset({"PROTO", "FRAME", "STOP", "READONLY_BUFFER"})
_CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
