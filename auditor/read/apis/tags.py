"""Tags in YAML that name functions of Python: what `yaml.load(text, Loader=UnsafeLoader)` calls.

Takes the text as the parser of YAML reads it, so that every spelling of a tag is the same; gives the calls.
Text that is not known is as a pickle: from the network it is code that nobody read.
Source: the documentation of PyYAML, "Python-specific tags" and "Objects".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import yaml

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.carriers.nodes import Node, composed, walk
from auditor.read.python.call import Call
from auditor.read.python.objects import Arguments, DictObj, External, Key, PyValue, TupleObj, new_list
from auditor.read.python.payloads import named
from auditor.read.values import Known, Unknown, alternatives, known_text

Handler = Callable[[Call], PyValue]
_PYTHON = "tag:yaml.org,2002:python/"
_MADE = (f"{_PYTHON}object/apply:", f"{_PYTHON}object/new:")
_NAMED = (f"{_PYTHON}name:",)
_HELD = ("listitems", "dictitems", "state")
_DEEPEST = 20
_TELLING = frozenset({Source.NETWORK, Source.DECODER, Source.LIMIT})


def _load(call: Call) -> PyValue:
    """`yaml.load(text, Loader=…)`, `yaml.unsafe_load(text)`."""
    loader = call.get(1, "Loader")
    is_open = isinstance(loader, External) and loader.path.rpartition(".")[2] in ("UnsafeLoader", "CUnsafeLoader")
    is_open = is_open or "unsafe" in call.callee.path
    is_safe = isinstance(loader, External) and loader.path.rpartition(".")[2] not in ("Loader", "CLoader")
    if is_safe and not is_open:
        return call.result()
    machine = call.machine
    for single in alternatives(machine.scalar(call.arg(0, "stream"))):
        text = known_text(single)
        if text is not None and "!" in text:
            _call_all(call, text)
        elif isinstance(single, Unknown) and is_open and single.hole.source in _TELLING:
            machine.evaluation.unresolved(Language.PYTHON, single.hole, machine.place(call.node))
    return call.result()


def _call_all(call: Call, text: str) -> None:
    try:
        for document in composed(call.machine.evaluation, text, call.machine.place(call.node)):
            for node in walk(document):
                _call(call, node)
    except (yaml.YAMLError, ValueError):
        return  # the library reads no further, either


def _call(call: Call, node: Node) -> None:
    path = _path(node, _MADE)
    if not path:
        return
    machine = call.machine
    given = node.get("args") if node.is_mapping else node
    keywords = node.get("kwds")
    args = tuple(_value(call, item, 0) for item in (given.items if given is not None else ()))
    kwargs = {name: _value(call, item, 0) for name, item in (keywords.entries if keywords is not None else ())}
    machine.call(named(machine, path, call.node), Arguments(args, kwargs), call.node)
    for name in _HELD:
        held = node.get(name)
        if held is None:
            continue
        for function in _functions(node):  # `extend: !!python/name:exec` gets what the object is filled with
            machine.call(named(machine, function, call.node), Arguments((_value(call, held, 0),)), call.node)


def _functions(node: Node) -> Iterator[str]:
    return (path for each in walk(node) if (path := _path(each, _NAMED)))


def _path(node: Node, prefixes: tuple[str, ...]) -> str:
    """Give the dotted name in a tag."""
    return next((node.tag.removeprefix(prefix) for prefix in prefixes if node.tag.startswith(prefix)), "")


def _value(call: Call, node: Node, depth: int) -> PyValue:
    """Give a node as the value that it is loaded as."""
    path = _path(node, _NAMED)
    if path:
        return named(call.machine, path, call.node)
    if _path(node, _MADE) or depth > _DEEPEST:
        return call.arg(-1)
    if node.text is not None:
        return Known(node.text)
    if node.is_mapping:
        entries: dict[Key, PyValue] = {name: _value(call, item, depth + 1) for name, item in node.entries}
        return DictObj(entries)
    items = [_value(call, item, depth + 1) for item in node.items]
    return TupleObj(tuple(items)) if node.tag == f"{_PYTHON}tuple" else new_list(items)


CALLS: dict[str, Handler] = {f"yaml.{name}": _load for name in ("load", "load_all", "unsafe_load", "unsafe_load_all")}
