"""Settings in text: `configparser` on text that is known.

The parser keeps a dict of sections in the library object's state, where subscripts and `get` find it.
"""

from __future__ import annotations

import configparser
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.formats import percent
from auditor.read.python.native import lift
from auditor.read.python.objects import NONE, Arguments, DictObj, Method, PyValue
from auditor.read.values import Known, Unknown, Value, known_text, unknown

_MOST = 100_000
_MAKERS = ("ConfigParser", "RawConfigParser", "SafeConfigParser")


def _read(call: Call) -> PyValue:
    content = call.machine.scalar(call.arg(0))
    if call.callee.path.endswith(".read"):
        content = call.machine.evaluation.files.read(call.word(0), call.machine.directory)
        if isinstance(content, Unknown) and content.hole.source is Source.FILE:  # absent, or as good as that
            return NONE
    made = call.receiver
    call.machine.journal.touch(made)
    made.state["items"] = _sections(call, content)
    return NONE


def _sections(call: Call, content: Value) -> PyValue:
    """Give the sections that text holds; what cannot be parsed as the parser would is unknown."""
    made, text = call.receiver, known_text(content)
    is_raw = made.path.startswith("configparser.Raw") or "interpolation" in made.kwargs
    if text is None or len(text) > _MOST:
        return content if isinstance(content, Unknown) else unknown(Source.UNKNOWN)
    if made.args or any(name != "interpolation" or value != NONE for name, value in made.kwargs.items()):
        return unknown(Source.UNKNOWN)
    parser = configparser.RawConfigParser() if is_raw else configparser.ConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return unknown(Source.UNKNOWN)
    try:
        sections = {name: dict(parser.items(name)) for name in parser.sections()}
    except configparser.Error:
        sections = {name: dict(parser.items(name, raw=True)) for name in parser.sections()}
    return lift(sections, (), call.machine.limits)


def _entries(call: Call) -> DictObj:
    """Give the sections that a parser holds, made on first use."""
    found = call.receiver.state.get("items")
    if not isinstance(found, DictObj):
        call.machine.journal.touch(call.receiver)
        found = DictObj({}, found)
        call.receiver.state["items"] = found
    return found


def _read_dict(call: Call) -> PyValue:
    given = call.arg(0, "dictionary")
    if isinstance(given, DictObj):
        entries = _entries(call)
        call.machine.journal.touch(entries)
        for name, section in given.entries.items():
            entries.entries[name] = _interpolated(call, section) if isinstance(section, DictObj) else section
    return NONE


def _interpolated(call: Call, section: DictObj) -> DictObj:
    """Fill in `%(name)s` of a section."""
    made = DictObj(dict(section.entries), section.rest)
    for name, value in section.entries.items():
        text = known_text(call.machine.scalar(value))
        if text is not None and "%(" in text:
            made.entries[name] = percent(call.machine, Known(text), section, call.node)
    return made


def _set(call: Call) -> PyValue:
    section, option = call.machine.known(call.arg(0)), call.machine.known(call.arg(1))
    entries = _entries(call)
    if isinstance(section, str) and isinstance(option, str):
        call.machine.journal.touch(entries)
        old = entries.entries.get(section)
        made = DictObj(dict(old.entries) if isinstance(old, DictObj) else {})
        made.entries[option] = call.arg(2)
        entries.entries[section] = made
    return NONE


def _add_section(call: Call) -> PyValue:
    name = call.machine.known(call.arg(0))
    if isinstance(name, str):
        entries = _entries(call)
        call.machine.journal.touch(entries)
        entries.entries.setdefault(name, DictObj({}))
    return NONE


def _items(call: Call) -> PyValue:
    entries = _entries(call)
    subscript = call.machine.tables.subscript
    found = subscript(call.machine, entries, call.args[0], call.node) if call.args else entries
    return call.machine.call(Method(found, "items"), Arguments(), call.node)


def _get(call: Call) -> PyValue:
    items = call.receiver.state.get("items")
    if items is None:
        return call.result()
    subscript = call.machine.tables.subscript
    section = subscript(call.machine, items, call.arg(0, "section"), call.node)
    return subscript(call.machine, section, call.arg(1, "option"), call.node)


def _section_names(call: Call) -> PyValue:
    return call.machine.call(Method(_entries(call), "keys"), Arguments(), call.node)


_METHODS: dict[str, Callable[[Call], PyValue]] = {
    "read_string": _read,
    "read": _read,
    "read_dict": _read_dict,
    "get": _get,
    "set": _set,
    "add_section": _add_section,
    "items": _items,
    "sections": _section_names,
}
SETTINGS: dict[str, Callable[[Call], PyValue]] = {
    f"configparser.{maker}().{method}": handler for maker in _MAKERS for method, handler in _METHODS.items()
}
