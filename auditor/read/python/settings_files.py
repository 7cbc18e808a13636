"""Settings in text: `configparser` on text that is known.

The parser keeps a dict of sections in the library object's state, where subscripts and `get` find it.
"""

from __future__ import annotations

import configparser
from collections.abc import Callable

from auditor.read.python.call import Call
from auditor.read.python.native import lift
from auditor.read.python.objects import NONE, DictObj, PyValue
from auditor.read.values import Known, known_text

_MOST = 100_000
_MAKERS = ("ConfigParser", "RawConfigParser", "SafeConfigParser")


def _read(call: Call) -> PyValue:
    text = call.text(0)
    if call.callee.path.endswith(".read"):
        content = call.machine.evaluation.files.read(call.word(0), call.machine.directory)
        text = known_text(content) if isinstance(content, Known) else None
    if text is None or len(text) > _MOST:
        return NONE
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return NONE
    sections = {name: dict(parser.items(name)) for name in parser.sections()}
    call.receiver.state["items"] = lift(sections, (), call.machine.limits)
    return NONE


def _get(call: Call) -> PyValue:
    items = call.receiver.state.get("items")
    if not isinstance(items, DictObj):
        return call.result()
    subscript = call.machine.tables.subscript
    section = subscript(call.machine, items, call.arg(0, "section"), call.node)
    return subscript(call.machine, section, call.arg(1, "option"), call.node)


SETTINGS: dict[str, Callable[[Call], PyValue]] = {
    f"configparser.{maker}().{method}": handler
    for maker in _MAKERS
    for method, handler in (("read_string", _read), ("read", _read), ("get", _get))
}
