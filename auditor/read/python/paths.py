"""Files and paths as values: what is written is remembered for the whole script, what is read is looked up.

Effects: `file.write` for each path opened for writing or written, `file.read` for sensitive paths
only, `file.chmod`, `file.delete`. Text written where another program takes it as its configuration
or start-up file is handed on by `settle_files` at the end.
"""

from __future__ import annotations

import posixpath
import re

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.launch.written import read_written
from auditor.read.python.fold import Pure, fold
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    Arguments,
    FileObj,
    PathObj,
    PyValue,
    Rest,
    new_list,
)
from auditor.read.secrets import is_sensitive, located
from auditor.read.values import (
    EMPTY,
    Known,
    Text,
    Value,
    alternatives,
    as_text,
    concat,
    known_text,
    one_of,
    unknown,
    words_of,
)


def normal(machine: Machine, path: Value) -> Value:
    """Give a path as effects write it."""
    singles: list[Value] = []
    for single in alternatives(path):
        if isinstance(single, Known):
            singles.append(Known(machine.evaluation.files.path(single, machine.directory), single.trail))
        else:
            singles.append(single)
    return one_of(singles, machine.limits.alternatives)


def open_file(machine: Machine, path: PyValue, mode: str, node: cst.CSTNode) -> FileObj:
    """Open a file."""
    name = as_text(machine.word(path))
    if any(letter in mode for letter in "wax+"):
        note_write(machine, name, node)
        if "w" in mode or "x" in mode:
            machine.evaluation.files.write(name, EMPTY, directory=machine.directory)
    if not any(letter in mode for letter in "wax"):
        note_read(machine, name, node)
    return FileObj(name, mode)


def note_write(machine: Machine, path: Value, node: cst.CSTNode) -> None:
    """Record that a path is written."""
    if known_text(path) == "/dev/null":
        return
    machine.emit(node, "file.write", normal(machine, path))
    for word in words_of(normal(machine, path)):
        if len(machine.carriers) < machine.limits.files:
            machine.carriers.setdefault(str(word), machine.place(node))
        else:
            machine.evaluation.gap(Why.TOO_MANY, f"more than {machine.limits.files} files written")


def note_read(machine: Machine, path: Value, node: cst.CSTNode) -> None:
    """Record that a sensitive path is read."""
    for single in alternatives(normal(machine, path)):
        for word in words_of(single):
            place = located(machine.evaluation.files, str(word), machine.directory)
            if is_sensitive(place):
                machine.emit(node, "file.read", single if place == str(word) else Known(place))


def write(machine: Machine, path: Value, content: PyValue, node: cst.CSTNode, *, append: bool) -> None:
    """Remember what is written to a path."""
    text = machine.settle(machine.text_of(content, node))
    machine.note(node, [path, text])
    machine.evaluation.files.write(path, text, append=append, directory=machine.directory)


def read(machine: Machine, path: Value) -> PyValue:
    """Give what a path holds, as far as the script wrote it."""
    content = machine.evaluation.files.read(path, machine.directory)
    if isinstance(content, Known | Text):
        return content
    holes = list(alternatives(content))
    if len(holes) == 1 and not isinstance(holes[0], Known | Text) and holes[0].hole.source is Source.FILE:
        return machine.derive_named(Source.FILE, holes[0].hole.detail)
    return content


def file_method(machine: Machine, file: FileObj, name: str, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Call a method of an open file."""
    content = given.args[0] if given.args else EMPTY
    if name == "write":
        write(machine, file.path, content, node, append=True)
        return unknown(Source.UNKNOWN)
    if name == "writelines":
        for item in machine.iterate(content, node):
            write(machine, file.path, item.value if isinstance(item, Rest) else item, node, append=True)
        return NONE
    if name in ("read", "readline", "readlines", "getvalue"):
        text = read(machine, file.path)
        if name == "readlines" and isinstance(text, Known):
            return fold(machine, Pure(_lines), (text,), {}, node)
        return text
    if name in ("__enter__", "__aenter__", "detach"):
        return file
    if name == "truncate":
        machine.evaluation.files.write(file.path, EMPTY, directory=machine.directory)
    return unknown(Source.UNKNOWN) if name in ("fileno", "tell", "seek") else NONE


def _lines(text: object) -> object:
    return text.splitlines(keepends=True) if isinstance(text, str | bytes) else []


def matching(machine: Machine, pattern: str) -> Value:
    """Give a name that fits a pattern: what is written out stays known."""
    parts: list[Value] = []
    for index, piece in enumerate(re.split(r"((?:[*?]|\[[^\]/]+\])+)", pattern[:4_096])):
        parts.append(machine.derive_named(Source.FILE, f"entry {index}") if index % 2 else Known(piece))
    return concat(parts, machine.limits.alternatives)


_PURE_PARTS = {
    "name": lambda path: posixpath.basename(path.rstrip("/")),
    "stem": lambda path: posixpath.splitext(posixpath.basename(path))[0],
    "suffix": lambda path: posixpath.splitext(path)[1],
    "anchor": lambda path: "/" if path.startswith(("/", "~", ".")) else "",
}


def path_attribute(machine: Machine, path: PathObj, name: str, node: cst.CSTNode) -> PyValue:
    """Give an attribute of a path."""
    from auditor.read.python.objects import Method

    if name in _PURE_PARTS:
        return fold(machine, Pure(_PURE_PARTS[name], through=True), (path.text,), {}, node)
    if name == "parent":
        parent = fold(machine, Pure(posixpath.dirname, through=True), (path.text,), {}, node)
        text = machine.scalar(parent)
        return PathObj(Known(".") if known_text(text) == "" else text)
    if name == "parents":
        return new_list([path_attribute(machine, path, "parent", node), Rest(PathObj(unknown(Source.FILE)))])
    return Method(path, name)


def path_method(machine: Machine, path: PathObj, name: str, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Call a method of a path."""
    first = given.args[0] if given.args else None
    if name in ("read_text", "read_bytes"):
        note_read(machine, path.text, node)
        return read(machine, path.text)
    if name in ("write_text", "write_bytes"):
        note_write(machine, path.text, node)
        write(machine, path.text, first or given.kwargs.get("data", EMPTY), node, append=False)
        return NONE
    if name == "open":
        mode = known_text(machine.scalar(first or given.kwargs.get("mode", Known("r")))) or "r"
        return open_file(machine, path, mode, node)
    if name == "joinpath":
        text: Value = path.text
        for part in given.args:
            text = concat((text, Known("/"), machine.scalar(part)), machine.limits.alternatives)
        return PathObj(text)
    if name in ("with_suffix", "with_name") and first is not None:
        base = machine.scalar(path_attribute(machine, path, "parent", node))
        stem = machine.scalar(path_attribute(machine, path, "stem", node)) if name == "with_suffix" else EMPTY
        return PathObj(concat((base, Known("/"), stem, machine.scalar(first)), machine.limits.alternatives))
    if name in ("as_posix", "__str__", "__fspath__", "as_uri"):
        return path.text
    if name in ("expanduser", "resolve", "absolute", "__enter__"):
        return path
    return _path_effect(machine, path, name, first, node)


def _path_effect(machine: Machine, path: PathObj, name: str, first: PyValue | None, node: cst.CSTNode) -> PyValue:
    if name == "chmod" and first is not None:
        change_mode(machine, path.text, first, node)
    elif name in ("unlink", "rmdir"):
        machine.emit(node, "file.delete", normal(machine, path.text))
    elif name in ("rename", "replace") and first is not None:
        move(machine, path.text, machine.scalar(first), node)
        return PathObj(machine.scalar(first))
    elif name in ("symlink_to", "hardlink_to", "link_to") and first is not None:
        copy(machine, machine.scalar(first), path.text, node)
    elif name == "touch":
        note_write(machine, path.text, node)
    elif name in ("exists", "is_file", "is_dir", "stat", "lstat"):
        return unknown(Source.UNKNOWN)
    elif name in ("glob", "rglob", "iterdir"):
        pattern = known_text(machine.scalar(first)) if first is not None and name != "iterdir" else "*"
        inner = concat((path.text, Known("/"), matching(machine, pattern or "*")), machine.limits.alternatives)
        return new_list([Rest(PathObj(inner))])
    elif name in ("relative_to", "with_stem", "samefile", "owner"):
        return PathObj(unknown(Source.UNKNOWN))
    return NONE if name in ("mkdir", "touch", "unlink", "rmdir", "chmod") else unknown(Source.UNKNOWN)


def change_mode(machine: Machine, path: Value, mode: PyValue, node: cst.CSTNode) -> None:
    """Record a change of permissions."""
    native = machine.known(mode)
    shown: PyValue = Known(f"{native:o}") if isinstance(native, int) and native >= 0 else mode
    machine.emit(node, "file.chmod", normal(machine, path), shown)
    file = machine.evaluation.files.find(path, machine.directory)
    if file is not None:
        file.is_executable = True


def copy(machine: Machine, source: Value, target: Value, node: cst.CSTNode) -> None:
    """Remember a copy or link of a file or program, and record the write."""
    note_read(machine, source, node)
    note_write(machine, target, node)
    for single in alternatives(source):
        name = known_text(single)
        program = posixpath.basename(name) if name and _is_program(name) else None
        for place in alternatives(target):
            machine.evaluation.files.copy(single, place, program=program, directory=machine.directory)


def _is_program(path: str) -> bool:
    return bool(re.match(r"^(?:/usr)?(?:/local)?/s?bin/[^/]+$|^/opt/.*/bin/[^/]+$", path))


def move(machine: Machine, source: Value, target: Value, node: cst.CSTNode) -> None:
    """Remember a move."""
    copy(machine, source, target, node)
    if machine.is_certain:
        machine.evaluation.files.remove(source, machine.directory)


def settle_files(machine: Machine) -> None:
    """Read text that the script wrote where other programs look for configuration or code."""
    for path, place in machine.carriers.items():
        file = machine.evaluation.files.table.get(path)
        if file is None:
            continue
        context = machine.child(cst.Pass(), place=place)
        for single in alternatives(file.content):
            if isinstance(single, Known | Text):
                read_written(machine.evaluation, Known(path), single, context)


def to_path(machine: Machine, values: tuple[PyValue, ...]) -> PathObj:
    """Make a path of its parts."""
    texts: list[Value] = []
    for value in values:
        text = as_text(machine.scalar(value))
        if isinstance(text, Known) and str(text.value).startswith(("/", "~")):
            texts = []
        if texts:
            texts.append(Known("/"))
        texts.append(text)
    return PathObj(concat(texts, machine.limits.alternatives) if texts else Known("."))
