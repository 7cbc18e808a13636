"""Things that are filled piece by piece: `bytearray`, and the buffers of `io`.

A bytearray is a list of numbers that is read as bytes, a buffer a list of the pieces written to it.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from auditor.read.python.call import Call
from auditor.read.python.fold import fold
from auditor.read.python.machine import Machine
from auditor.read.python.objects import ListObj, PyValue, new_list
from auditor.read.python.pure import PURE
from auditor.read.values import Known

BUFFERS = ("io.StringIO", "io.BytesIO")


def _bytearray(call: Call) -> PyValue:
    made = fold(call.machine, PURE[call.callee.path], call.args, call.kwargs, call.node)
    if isinstance(made, Known) and isinstance(made.value, bytes):
        if len(made.value) > call.machine.limits.collection_items:
            return made
        return new_list([Known(byte, made.trail) for byte in made.value], "bytearray")
    return made


def _buffer(call: Call) -> PyValue:
    if call.args:
        return call.args[0]
    return new_list([], call.callee.path)


def contents(machine: Machine, buffer: ListObj, node: cst.CSTNode) -> PyValue:
    """Give what was written to a buffer."""
    empty = Known("" if buffer.kind == "io.StringIO" else b"")
    method = "str.join" if buffer.kind == "io.StringIO" else "bytes.join"
    return machine.joined([fold(machine, PURE[method], (empty, new_list(row)), {}, node) for row in buffer.variants])


FILLED: dict[str, Callable[[Call], PyValue]] = {
    "bytearray": _bytearray,
    "bytearray.fromhex": _bytearray,
    "io.StringIO": _buffer,
    "io.BytesIO": _buffer,
}
