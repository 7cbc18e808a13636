"""Text encoded and decoded by codecs that the script registered."""

from __future__ import annotations

import codecs

import libcst as cst

from auditor.read.python.machine import Machine
from auditor.read.python.objects import Arguments, External, PyValue, TupleObj, each
from auditor.read.values import Known, known_text


def coded_by_script(
    machine: Machine, name: str, receiver: PyValue, given: Arguments, node: cst.CSTNode
) -> PyValue | None:
    """Give `receiver.decode(encoding)` by a codec of the script; None where none has that name."""
    wanted = given.args[0] if given.args else given.kwargs.get("encoding")
    encoding = known_text(machine.scalar(wanted)) if wanted is not None else None
    if encoding is None or _is_python_s(encoding):
        return None
    for search in machine.codecs:
        for info in each(machine.call(search, Arguments((Known(encoding),)), node)):
            function = info.state.get(name) if isinstance(info, External) else None
            if function is not None:
                made = machine.call(function, Arguments((receiver,)), node)
                return made.items[0] if isinstance(made, TupleObj) and made.items else made
    return None


def _is_python_s(encoding: str) -> bool:
    """Whether Python has a codec of this name, which it finds before any that the script registered."""
    try:
        codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    return True
