"""Rows of text: `csv` over known lines, and `json` whose objects the script makes itself."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import islice

from auditor.model.word import Source
from auditor.read.python.buffers import BUFFERS, contents
from auditor.read.python.call import Call
from auditor.read.python.fold import fold
from auditor.read.python.native import lift
from auditor.read.python.objects import DictObj, FileObj, ListObj, PyValue, TupleObj, keyed, new_list
from auditor.read.python.pure import PURE
from auditor.read.values import Known, known_text, unknown

Handler = Callable[[Call], PyValue]
_MOST_ROWS = 2_000
_CONVERTERS = frozenset({"cls", "parse_int", "parse_float", "parse_constant"})


def _lines(call: Call) -> list[str] | None:
    source = call.arg(0)
    if isinstance(source, ListObj) and source.kind in BUFFERS:
        text = known_text(call.machine.scalar(contents(call.machine, source, call.node)))
    elif isinstance(source, FileObj):
        text = known_text(call.machine.evaluation.files.read(source.path, call.machine.directory))
    elif isinstance(source, Known):
        text = known_text(source)
    else:
        items = call.items(source)
        found = [known_text(item) if isinstance(item, Known) else None for item in items]
        known = [line for line in found if line is not None]
        return known if len(known) == len(found) else None
    return None if text is None else text.splitlines(keepends=True)


def _is_plain(call: Call) -> bool:
    """Whether nothing but the delimiter is said of the format."""
    is_dict = call.callee.path.endswith("DictReader")
    return len(call.args) <= (2 if is_dict else 1) and call.kwargs.keys() <= {"delimiter", "fieldnames"}


def _reader(call: Call) -> PyValue:
    lines = _lines(call)
    delimiter = call.text(None, "delimiter") or ","
    if lines is None or len(delimiter) != 1 or not _is_plain(call):
        return call.result()
    try:
        rows = list(islice(csv.reader(lines, delimiter=delimiter), _MOST_ROWS + 1))
    except csv.Error:
        return call.result()
    if len(rows) > _MOST_ROWS:
        return unknown(Source.LIMIT)
    if call.callee.path.endswith(".reader"):
        return lift(rows, (), call.machine.limits)
    names = call.machine.known(call.arg(1, "fieldnames")) if call.get(1, "fieldnames") is not None else None
    header = [str(name) for name in names] if isinstance(names, list | tuple) else rows.pop(0) if rows else []
    shown: list[PyValue] = [
        DictObj(keyed({name: Known(cell) for name, cell in zip(header, row, strict=False)})) for row in rows
    ]
    return new_list(shown, "generator")


def _loads(call: Call) -> PyValue:
    """`json.loads(text, object_hook=…)`: each object goes through the function, the innermost first."""
    hook = call.get(None, "object_hook") or call.get(None, "object_pairs_hook")
    others = [value for name, value in call.kwargs.items() if name in _CONVERTERS and not isinstance(value, Known)]
    if others:
        return call.machine.joined([unknown(Source.UNKNOWN), *(call.call_back(each, call.arg(0)) for each in others)])
    whole = fold(call.machine, PURE["json.loads"], call.args[:1], {}, call.node)
    if hook is None or isinstance(hook, Known):
        return whole
    return _hooked(call, hook, whole, 0)


def _hooked(call: Call, hook: PyValue, value: PyValue, depth: int) -> PyValue:
    if depth > call.machine.limits.depth:
        return value
    if isinstance(value, ListObj):
        return new_list([_hooked(call, hook, item, depth + 1) for item in value.items])
    if not isinstance(value, DictObj):
        return value
    made = {key: _hooked(call, hook, item, depth + 1) for key, item in value.entries.items()}
    if "object_pairs_hook" in call.kwargs:
        return call.call_back(hook, new_list([TupleObj((Known(str(key)), item)) for key, item in made.items()]))
    return call.call_back(hook, DictObj(made))


CALLS: dict[str, Handler] = {
    "csv.reader": _reader,
    "csv.DictReader": _reader,
    "json.loads": _loads,
}
