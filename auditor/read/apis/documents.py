"""Documents in XML that the script holds as text, and functions that it gives to a database.

An element of `xml.etree` or `xml.dom.minidom` is a library object with its text, its attributes and
what stands below it in its state. Text with declarations (entities) or past the size is not parsed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

from auditor.model.gap import Why
from auditor.read.python.call import Call
from auditor.read.python.objects import DictObj, External, FileObj, Key, NativeObj, PyValue, TupleObj, new_list
from auditor.read.python.paths import read
from auditor.read.values import Known, as_text, known_text

Handler = Callable[[Call], PyValue]
_MOST = 100_000
_MOST_NODES = 1_000
_DEPTH = 40
_ELEMENT = "xml.etree.ElementTree.Element()"
_NODE = "xml.dom.minidom.Node()"
_NATIVE = "\0native"
ITEMS = "\0items"
"""What a library's object gives when it is gone through."""


def _parsed(call: Call) -> ET.Element | None:
    """Give the root of the text, or of the file, that a call parses."""
    source = call.arg(0, "text")
    path = source.path if isinstance(source, FileObj) else source
    is_file = isinstance(source, FileObj) or call.callee.path.endswith(".parse")
    found = read(call.machine, as_text(call.machine.scalar(path))) if is_file else source
    text = known_text(call.machine.scalar(found)) if isinstance(found, Known) else None
    if text is None or len(text) > _MOST or re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        return None
    try:
        root = ET.fromstring(text.encode())  # noqa: S314  (no declarations, bounded)
    except (ET.ParseError, ValueError, LookupError):
        return None
    return root if sum(1 for _ in root.iter()) <= _MOST_NODES else None


def _element(native: ET.Element, depth: int = 0) -> PyValue:
    """Give an element as a value, with those below it."""
    children: list[PyValue] = [_element(child, depth + 1) for child in native] if depth < _DEPTH else []
    numbered: dict[Key, PyValue] = dict(enumerate(children))
    attributes: dict[Key, PyValue] = {name: Known(value) for name, value in native.attrib.items()}
    state: dict[str, PyValue] = {
        "text": Known(native.text),
        "tail": Known(native.tail),
        "tag": Known(native.tag if isinstance(native.tag, str) else None),
        "attrib": DictObj(attributes),
        "items": DictObj(numbered),
        ITEMS: new_list(children),
        _NATIVE: NativeObj(native),
    }
    return External(_ELEMENT, state=state)


def _root(call: Call) -> PyValue:
    """`ET.fromstring(text)`, `ET.parse(file)`."""
    native = _parsed(call)
    return _element(native) if native is not None else NotImplemented


def _native_of(call: Call) -> ET.Element | None:
    kept = call.receiver.state.get(_NATIVE)
    return kept.value if isinstance(kept, NativeObj) and isinstance(kept.value, ET.Element) else None


def _looked_up(name: str) -> Handler:
    """`element.findall(path)` and its like."""

    def handler(call: Call) -> PyValue:
        native, path = _native_of(call), call.text(0, "path" if name != "iter" else "tag")
        if native is None or (path is None and name not in ("iter", "itertext")):
            return NotImplemented  # type: ignore[no-any-return]
        try:
            return _found(native, name, path)
        except (SyntaxError, KeyError, ValueError):
            return NotImplemented  # type: ignore[no-any-return]

    return handler


def _found(native: ET.Element, name: str, path: str | None) -> PyValue:
    if name == "itertext":
        return new_list([Known(text) for text in native.itertext()])
    if name == "iter":
        return new_list([_element(each) for each in native.iter(path)])
    if name == "findtext":
        return Known(native.findtext(path or ""))
    if name == "find":
        single = native.find(path or "")
        return _element(single) if single is not None else Known(None)
    return new_list([_element(each) for each in native.findall(path or "")])


def _attribute(call: Call) -> PyValue:
    """`element.get(name, default)`, `node.getAttribute(name)`."""
    native, name = _native_of(call), call.text(0, "key")
    if native is None or name is None:
        return NotImplemented  # type: ignore[no-any-return]
    value = native.get(name)
    return Known(value) if value is not None else call.get(1, "default") or Known(None)


def _pairs(call: Call) -> PyValue:
    native = _native_of(call)
    if native is None:
        return NotImplemented  # type: ignore[no-any-return]
    return new_list([TupleObj((Known(name), Known(value))) for name, value in native.attrib.items()])


def _text_node(text: str) -> PyValue:
    return External(_NODE, state={"data": Known(text), "nodeValue": Known(text), "nodeName": Known("#text")})


def _node(native: ET.Element, depth: int = 0) -> PyValue:
    """Give an element as `minidom` shows it: text stands in nodes of its own."""
    children: list[PyValue] = [_text_node(native.text)] if native.text else []
    for child in native if depth < _DEPTH else ():
        children += [_node(child, depth + 1), *([_text_node(child.tail)] if child.tail else [])]
    attributes: dict[Key, PyValue] = {
        name: External(_NODE, state={"value": Known(value), "nodeValue": Known(value)})
        for name, value in native.attrib.items()
    }
    state = _below(children)
    state |= {"tagName": Known(str(native.tag)), "nodeName": Known(str(native.tag)), "nodeValue": Known(None)}
    state |= {"attributes": DictObj(attributes), _NATIVE: NativeObj(native)}
    return External(_NODE, state=state)


def _below(children: Sequence[PyValue]) -> dict[str, PyValue]:
    ends = (children[0], children[-1]) if children else (Known(None), Known(None))
    return {"childNodes": new_list(children), "firstChild": ends[0], "lastChild": ends[1]}


def _document(call: Call) -> PyValue:
    """`minidom.parseString(text)`."""
    native = _parsed(call)
    if native is None:
        return NotImplemented  # type: ignore[no-any-return]
    root, above = _node(native), ET.Element("#document")
    above.append(native)
    return External(_NODE, state={**_below([root]), "documentElement": root, _NATIVE: NativeObj(above)})


def _by_tag(call: Call) -> PyValue:
    native, name = _native_of(call), call.text(0, "name")
    if native is None or name is None:
        return NotImplemented  # type: ignore[no-any-return]
    return new_list([_node(each) for each in native.iter(None if name == "*" else name) if each is not native])


_CALLED = re.compile(r"(?<!\w)(\w{1,60}+)\s{0,50}+\(")
_ARGUMENTS = re.compile(r"((?:[^()']++|'[^']*+')*+)\)")
_ARGUMENT = re.compile(r"'((?:[^']|'')*)'|(\?)|([-\d.]+)|[^,\s][^,]*")


def _give_function(call: Call) -> PyValue:
    """`connection.create_function(name, count, function)`: statements call it by name."""
    name = call.text(0, "name")
    if name is not None:
        call.machine.journal.touch(call.receiver)
        call.receiver.state[f"\0function {name.lower()}"] = call.arg(2, "func")
    return Known(None)


def _statement(call: Call) -> PyValue:
    """`connection.execute(sql, parameters)`: functions of the script that it names are called."""
    sql = call.text(0, "sql")
    given = list(call.items(call.args[1])) if len(call.args) > 1 else []
    sql = sql or ""
    if len(sql) > _MOST:
        call.machine.evaluation.gap(Why.TOO_LARGE, "a statement of SQL", call.machine.place(call.node))
        return NotImplemented  # type: ignore[no-any-return]
    for found in _CALLED.finditer(sql):
        function = _function(call.receiver, found[1])
        if function is None:
            continue
        inside = _ARGUMENTS.match(sql, found.end())
        call.machine.evaluation.spend(1 + (inside.end() - found.end() if inside else len(sql)) // 64)
        values: list[PyValue] = []
        for argument in _ARGUMENT.finditer(inside[1] if inside else ""):
            if argument[2]:
                values.append(given.pop(0) if given else call.arg(9))
            else:
                values.append(Known(argument[1].replace("''", "'")) if argument[1] is not None else call.arg(9))
        call.call_back(function, *values)
    return NotImplemented  # type: ignore[no-any-return]


def _function(receiver: External | None, name: str) -> PyValue | None:
    while receiver is not None:
        found = receiver.state.get(f"\0function {name.lower()}")
        if found is not None:
            return found
        receiver = receiver.parent
    return None


_TREES = ("xml.etree.ElementTree", "xml.etree.cElementTree", "defusedxml.ElementTree", "lxml.etree")
_DOMS = ("xml.dom.minidom", "defusedxml.minidom")
_CURSORS = ("sqlite3.connect()", "sqlite3.connect().cursor()")
CALLS: dict[str, Handler] = {
    **{f"{tree}.{name}": _root for tree in _TREES for name in ("fromstring", "XML", "parse")},
    **{f"{_ELEMENT}.{name}": _looked_up(name) for name in "find findall findtext iter iterfind itertext".split()},
    f"{_ELEMENT}.get": _attribute,
    f"{_ELEMENT}.items": _pairs,
    f"{_ELEMENT}.getroot": lambda call: call.receiver,
    **{f"{dom}.{name}": _document for dom in _DOMS for name in ("parseString", "parse")},
    f"{_NODE}.getAttribute": _attribute,
    f"{_NODE}.getElementsByTagName": _by_tag,
    "sqlite3.connect().create_function": _give_function,
    **{f"{cursor}.{name}": _statement for cursor in _CURSORS for name in ("execute", "executescript", "executemany")},
}
