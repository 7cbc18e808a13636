"""Modules: what `require` and `import` give, and one name for each thing however it is reached."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import member
from auditor.read.javascript.objects import UNDEFINED, External, JsValue, Record, Scope, choices
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import plain
from auditor.read.values import Known, Unknown, Value, known_text

_ALIASES = {
    "fs/promises": "fs.promises",
    "fs-extra": "fs",
    "graceful-fs": "fs",
    "mz/fs": "fs",
    "mz/child_process": "child_process",
    "child-process-promise": "child_process",
    "promisify-child-process": "child_process",
    "dns/promises": "dns",
    "timers/promises": "timers",
    "follow-redirects": "follow_redirects",
    "node-fetch": "fetch",
    "cross-fetch": "fetch",
    "isomorphic-fetch": "fetch",
    "process": "process",
    "globalthis": "globalThis",
}
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?:process\.mainModule|require\.main|module\.parent|module\.children\.\?)$"), "module"),
    (re.compile(r"^module\.constructor$|^module\.Module$"), "module"),
    (re.compile(r"^(?:module\.require|module\._load|process\.getBuiltinModule|import\.meta\.require)$"), "require"),
    (re.compile(r"^.*\.constructor$"), "Function"),
    (re.compile(r"^buffer\.Buffer$"), "Buffer"),
    (re.compile(r"^follow_redirects\.(https?)$"), r"\1"),
    (re.compile(r"^child_process\.default$"), "child_process"),
    (re.compile(r"^(?:util|timers)\.(TextDecoder|TextEncoder|setTimeout|setInterval|setImmediate)$"), r"\1"),
    (re.compile(r"^fs\.promises\.promises$"), "fs.promises"),
    (re.compile(r"^axios\.default$"), "axios"),
)
_ENDINGS = ("", ".js", ".cjs", ".mjs", ".ts", ".json", "/index.js", "/index.ts")
_MOST_MODULES = 30


def canonical_path(path: str) -> str:
    """Give the one name of what has several."""
    for pattern, name in _NAMES:
        found = pattern.match(path)
        if found is not None:
            return found.expand(name)
    return path


def require(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """Give what `require(NAME)` does."""
    if not args:
        return UNDEFINED
    found: list[JsValue] = []
    for single in choices(args[0]):
        name = plain(single) if isinstance(single, Known) else None
        found.append(module_named(machine, name, node) if name is not None else External("require()", function))
    from auditor.read.javascript.objects import join

    loaded = join(found)
    if isinstance(loaded, External):
        loaded.is_computed = loaded.is_computed or _is_composed(node)
    return loaded


def _is_composed(node: Node) -> bool:
    """Whether a module's name was put together rather than written."""
    arguments = node.get("arguments")
    first = arguments.children[0] if arguments is not None and arguments.children else None
    return first is not None and first.type not in {"string", "identifier", "template_string", "member_expression"}


def module_named(machine: Machine, name: str, node: Node) -> JsValue:
    """Give a module: the platform's, a package's, or a file in reach."""
    if name.startswith((".", "/")) and not name.startswith("//"):
        return _from_file(machine, name, node)
    bare = name.removeprefix("node:").removeprefix("npm:").removeprefix("jsr:")
    bare = re.sub(r"(?<=\w)@[\d^~.*a-z-]+$", "", bare)
    return External(canonical_path(_ALIASES.get(bare, bare)))


def _from_file(machine: Machine, name: str, node: Node) -> JsValue:
    files = machine.evaluation.files
    base = machine.directory
    for ending in _ENDINGS:
        path = files.path(Known(name + ending), base)
        if path in machine.modules:
            return machine.modules[path]
        file = files.find(Known(name + ending), base)
        if file is None:
            continue
        text = known_text(file.content)
        if text is None:
            _run_unknown(machine, file.content, node)
            continue
        if len(machine.modules) >= _MOST_MODULES:
            machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST_MODULES} modules of a script")
            continue
        machine.modules[path] = Record(is_open=True)
        if path.endswith(".json"):
            return _from_json(machine, path, text)
        machine.modules[path] = _run_module(machine, path, text, node)
        return machine.modules[path]
    return External(f"module {posixpath.basename(name)[:40]}")


def _run_unknown(machine: Machine, content: Value, node: Node) -> None:
    """Say that a module is loaded of which not all is known; one that is only absent is nobody's code."""
    is_absent = isinstance(content, Unknown) and content.hole.source is Source.FILE
    if not is_absent:
        machine.evaluation.run_code(Language.JAVASCRIPT, content, machine.child(node), made_by="require")


def _from_json(machine: Machine, path: str, text: str) -> JsValue:
    from auditor.read.javascript.collections import lifted

    try:
        machine.modules[path] = lifted(json.loads(text), Known(None))
    except (ValueError, RecursionError):
        return machine.modules[path]
    return machine.modules[path]


def _run_module(machine: Machine, path: str, text: str, node: Node) -> JsValue:
    from auditor.read.javascript.code import run_unit

    language = Language.TYPESCRIPT if path.endswith(".ts") else Language.JAVASCRIPT
    unit = machine.evaluation.open_unit(language, Known(text), machine.child(node), made_by=f"require {path}")
    if unit is None:
        return UNDEFINED
    outer, machine.module = machine.module, Record({"exports": Record()})
    directory, machine.directory = machine.directory, posixpath.dirname(path) or "."
    scope = Scope(machine.globals, {"module": machine.module}, is_function=True)
    try:
        run_unit(machine, unit, scope)
        return machine.module.entries.get("exports", UNDEFINED)
    finally:
        machine.module, machine.directory = outer, directory


def default_of(machine: Machine, module: JsValue, node: Node) -> JsValue:
    """Give a module's default export."""
    if isinstance(module, Record) and "default" in module.entries:
        return module.entries["default"]
    return module


def bind_import(machine: Machine, node: Node, scope: Scope) -> None:
    """Bind the names of an import statement."""
    source = node.get("source")
    name = source.text[1:-1] if source is not None else ""
    if not name:
        return
    module = module_named(machine, name, node)
    for clause in node.children:
        if clause.type == "import_require_clause" and clause.children:
            machine.put(scope.names, clause.children[0].text, module)
        for part in clause.children if clause.type == "import_clause" else ():
            if part.type == "identifier":
                machine.put(scope.names, part.text, default_of(machine, module, node))
            elif part.type == "namespace_import" and part.children:
                machine.put(scope.names, part.children[0].text, module)
            elif part.type == "named_imports":
                for one in part.children:
                    imported = one.get("name")
                    if imported is not None:
                        value = member(machine, module, imported.text.strip("\"'"), node)
                        machine.put(scope.names, (one.get("alias") or imported).text, value)
