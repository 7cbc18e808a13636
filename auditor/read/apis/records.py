"""Values that libraries make of the script's own: fields as a dict, an order, an enumeration, a parsed file.

`dataclasses.asdict`, `graphlib`, `Enum("Name", …)`, `json.load`, `tomllib.load`, `yaml.safe_load`,
`string.Formatter`. What is not known in full is left to whoever reads library calls in general.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.fold import fold
from auditor.read.python.formats import format_value
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    ClassObj,
    DictObj,
    FileObj,
    FunctionObj,
    InstanceObj,
    Key,
    ListObj,
    PyValue,
    TupleObj,
    new_list,
)
from auditor.read.python.paths import read
from auditor.read.python.pure import PURE
from auditor.read.values import EMPTY, Known, Value, as_text, concat, known_text, unknown

Handler = Callable[[Call], PyValue]
_DEPTH = 8
_MOST = 1_000


def _as_dict(call: Call) -> PyValue:
    """`asdict(instance)`: its fields by name, those of records inside as well."""
    return _plain(call, call.arg(0), 0)


def _plain(call: Call, value: PyValue, depth: int) -> PyValue:
    if depth > _DEPTH or not isinstance(value, InstanceObj) or not value.cls.fields:
        return value
    names = value.cls.fields
    return DictObj({name: _plain(call, call.machine.attribute(value, name, call.node), depth + 1) for name in names})


def _as_tuple(call: Call) -> PyValue:
    made = _plain(call, call.arg(0), 0)
    return TupleObj(tuple(made.entries.values())) if isinstance(made, DictObj) else made


def _order(call: Call) -> PyValue:
    """`TopologicalSorter(graph).static_order()`: what is needed comes first."""
    graph = call.receiver.args[0] if call.receiver.args else None
    if not isinstance(graph, DictObj) or graph.rest is not None or len(graph.entries) > _MOST:
        return NotImplemented  # type: ignore[no-any-return]
    needs: dict[Key, list[Key]] = {}
    for name, before in graph.entries.items():
        found = [call.machine.known(item) for item in call.items(before)]
        if any(not isinstance(item, str | int) for item in found):
            return NotImplemented  # type: ignore[no-any-return]
        needs[name] = [item for item in found if isinstance(item, str | int)]
    try:
        ordered = list(TopologicalSorter(needs).static_order())
    except CycleError:
        return NotImplemented  # type: ignore[no-any-return]
    known: list[PyValue] = [Known(name) for name in ordered if isinstance(name, str | int)]
    return new_list(known) if len(known) == len(ordered) else NotImplemented


def _enumeration(call: Call) -> PyValue:
    """`Enum("Name", members)`: a class of its own; members of plain enumerations have names and values."""
    named, given = call.text(0, "value"), call.get(1, "names")
    members: dict[str, PyValue] = {}
    if isinstance(given, DictObj):
        members = {str(name): value for name, value in given.entries.items()}
    elif given is not None:
        text = known_text(call.machine.scalar(given)) if isinstance(given, Known) else None
        words = text.replace(",", " ").split() if text is not None else None
        items: list[PyValue] = [Known(word) for word in words] if words is not None else call.items(given)
        for index, item in enumerate(items[:_MOST], start=1):
            pair = item.items if isinstance(item, TupleObj | ListObj) else ()
            name = known_text(call.machine.scalar(pair[0] if len(pair) == 2 else item))
            if name is not None:
                members[name] = pair[1] if len(pair) == 2 else Known(index)
    if named is None or not members:
        return NotImplemented  # type: ignore[no-any-return]
    made = ClassObj(named, (call.callee,), {}, is_enum=True)
    is_plain = call.callee.path in ("enum.Enum", "enum.Flag")
    for name, value in members.items():
        member = InstanceObj(made, {"name": Known(name), "_name_": Known(name), "value": value, "_value_": value})
        made.attributes[name] = member if is_plain else value
    return made


def _loaded(parser: str) -> Handler:
    """`json.load(file)`: the text of a file that the script wrote, parsed."""

    def handler(call: Call) -> PyValue:
        source = call.arg(0)
        text = read(call.machine, source.path) if isinstance(source, FileObj) else source
        if isinstance(source, FileObj) and not isinstance(text, Known):
            return NotImplemented  # type: ignore[no-any-return]
        return fold(call.machine, PURE[parser], (text,), {}, call.node)

    return handler


def _formatter(call: Call) -> PyValue:
    """`Formatter().format(template, …)`, with the methods that a subclass of the script has."""
    is_packed = call.callee.path.endswith("vformat")
    template = known_text(call.machine.scalar(call.arg(0)))
    given = call.items(call.arg(1)) if is_packed and len(call.args) > 1 else list(call.args[1:])
    named = call.args[2] if is_packed and len(call.args) > 2 else None
    kwargs = DictObj({str(key): value for key, value in call.kwargs.items()})
    kwargs = named if isinstance(named, DictObj) else kwargs
    own = call.receiver.state.get("instance")
    instance = own if isinstance(own, InstanceObj) else None
    try:
        pieces = list(string.Formatter().parse(template)) if template is not None else []
    except ValueError:
        pieces = []
    parts: list[Value] = []
    automatic = 0
    if len(pieces) > _MOST:
        return unknown(Source.LIMIT)
    for literal, name, spec, conversion in pieces:
        parts.append(Known(literal))
        if name is None:
            continue
        if name == "":
            name, automatic = str(automatic), automatic + 1
        key = Known(int(name)) if name.isdigit() and len(name) < 6 else Known(name)
        value = _overridden(call, instance, "get_value", (key, TupleObj(tuple(given)), kwargs))
        if value is None:
            index = int(name) if name.isdigit() and len(name) < 6 else -1
            value = given[index] if 0 <= index < len(given) else kwargs.entries.get(name)
        if value is None:
            return NotImplemented  # type: ignore[no-any-return]
        converted = _overridden(call, instance, "convert_field", (value, Known(conversion)))
        value = value if converted is None else converted
        shown = _overridden(call, instance, "format_field", (value, Known(spec or "")))
        if shown is None:
            how = (conversion or "") if converted is None else ""
            shown = format_value(call.machine, value, how, Known(spec or ""), call.node)
        parts.append(as_text(call.machine.scalar(shown)))
    return concat(parts, call.machine.limits.alternatives) if parts else EMPTY if template == "" else NotImplemented


def _overridden(call: Call, instance: InstanceObj | None, name: str, args: tuple[PyValue, ...]) -> PyValue | None:
    method = class_attribute(instance.cls, name) if instance is not None else None
    if not isinstance(method, FunctionObj) or instance is None:
        return None
    return call.machine.call(BoundMethod(method, instance), Arguments(args), call.node)


def _field_text(call: Call) -> PyValue:
    """`super().format_field(value, spec)`."""
    spec = call.text(1, "format_spec") or ""
    return format_value(call.machine, call.arg(0), "", Known(spec), call.node)


def _positional(call: Call) -> PyValue:
    """`Formatter.get_value(self, key, args, kwargs)`, and the same through `super()`."""
    key, given, named = call.args[-3:] if len(call.args) > 2 else (EMPTY, EMPTY, EMPTY)
    target = given if isinstance(call.machine.known(key), int) else named
    return call.machine.tables.subscript(call.machine, target, key, call.node)


CALLS: dict[str, Handler] = {
    "dataclasses.asdict": _as_dict,
    "attr.asdict": _as_dict,
    "attrs.asdict": _as_dict,
    "dataclasses.astuple": _as_tuple,
    "graphlib.TopologicalSorter().static_order": _order,
    **{f"enum.{kind}": _enumeration for kind in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")},
    "json.load": _loaded("json.loads"),
    "tomllib.load": _loaded("tomllib.loads"),
    "tomli.load": _loaded("tomllib.loads"),
    "yaml.safe_load": _loaded("yaml.safe_load"),
    "string.Formatter().format": _formatter,
    "string.Formatter().vformat": _formatter,
    "string.Formatter().format_field": _field_text,
    "string.Formatter().get_value": _positional,
    "string.Formatter.get_value": _positional,
}
