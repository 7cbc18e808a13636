"""Library modules and their names: imports, aliases, and modules whose text the script wrote itself."""

from __future__ import annotations

import posixpath
import sys

from auditor.model.word import Source
from auditor.read.python.machine import Machine
from auditor.read.python.objects import External, ModuleObj, PyValue
from auditor.read.values import Known, Value, known_text, unknown

_RENAMED = {
    "posix": "os",
    "nt": "os",
    "posixpath": "os.path",
    "ntpath": "os.path",
    "io.open": "open",
    "_io.open": "open",
    "codecs.open": "open",
    "__builtin__": "builtins",
    "thread": "_thread",
    "commands": "subprocess",
    "subprocess32": "subprocess",
    "gevent.subprocess": "subprocess",
    "eventlet.green.subprocess": "subprocess",
    "asyncio.subprocess.create_subprocess_exec": "asyncio.create_subprocess_exec",
    "asyncio.subprocess.create_subprocess_shell": "asyncio.create_subprocess_shell",
    "importlib.__import__": "__import__",
    "urllib2.urlopen": "urllib.request.urlopen",
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
    "urllib.unquote": "urllib.parse.unquote",
    "urllib.quote": "urllib.parse.quote",
    "six.moves": "builtins",
    "plumbum.local.cmd": "plumbum.cmd",
    "cPickle": "pickle",
    "_pickle": "pickle",
    "dill": "pickle",
    "multiprocessing.get_context().Process": "multiprocessing.Process",
    "multiprocessing.get_context().Pool": "multiprocessing.Pool",
    "multiprocessing.dummy.Process": "threading.Thread",
    "cloudpickle": "pickle",
    "simplejson": "json",
    "ujson": "json",
    "numpy.ctypeslib.ctypes": "ctypes",
    "pickle._loads": "pickle.loads",
    "concurrent.futures.thread.ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.PurePath": "pathlib.Path",
    "pathlib.PurePosixPath": "pathlib.Path",
    "pathlib2.Path": "pathlib.Path",
}
# Modules that others of the standard library keep as attributes (`shutil.os`, `subprocess.sys`).
_CARRIED_BY_ANY = frozenset({"os", "subprocess", "builtins"})
"""Modules that every library has under their own names, where it imports them: `torch.os.system`."""
_CARRIED = frozenset({"os", "sys", "subprocess", "builtins", "socket", "importlib", "shutil", "pty"})
_MOST = 300
_STDLIB = sys.stdlib_module_names


def external(path: str, parent: External | None = None) -> PyValue:
    """Give the library thing at a path, under the one name that the tables know."""
    if path in _RENAMED:
        path = _RENAMED[path]
    elif parent is not None and "(" not in path:
        head, _, last = path.rpartition(".")
        last = "builtins" if last == "bltns" else last  # as some of Python's own modules call it
        is_own = head in _STDLIB or last in _CARRIED_BY_ANY
        is_carried = last in _CARRIED and is_own and head != last  # `socket.socket` is a class
        if is_carried or head == "builtins":
            path = last
        elif head in ("posixpath", "ntpath"):
            path = f"os.path.{last}"
    elif path.startswith("?.") or len(path) > _MOST:
        path = f"?.{path.rpartition('.')[2]}"
    return External(path, parent, is_hidden=parent.is_hidden if parent else False)


def import_module(machine: Machine, name: str) -> PyValue:
    """Import a module: one that the script wrote, else the library's."""
    known = machine.planted.get(name) or machine.modules.get(name)
    if known is not None:
        return known
    if not name or len(name) > _MOST:
        return unknown(Source.UNKNOWN)
    return module_of_file(machine, name)


def some_module(machine: Machine) -> External:
    """Give a module of which the name is not known."""
    return External("?", is_hidden=True, hole=machine.evaluation.fresh(Source.UNKNOWN).hole)


def plant(machine: Machine, name: str, value: PyValue) -> None:
    """Put a value in a module's place; where that may not happen, the module is there as well."""
    machine.planted[name] = value if machine.is_certain else machine.joined([value, import_module(machine, name)])


def module_of_file(machine: Machine, name: str) -> PyValue:
    """Give the module of a name: read from a file of the script where there is one, else a library module."""
    if name in machine.planted:
        return machine.planted[name]
    if name not in machine.modules:
        machine.modules[name] = None
        machine.modules[name] = _read_file(machine, name)
    module = machine.modules[name]
    return module if isinstance(module, ModuleObj) else external(name)


def _read_file(machine: Machine, name: str) -> ModuleObj | None:
    content = file_of(machine, name)
    if content is None:
        return None
    from auditor.read.python.dynamic import read_module

    return read_module(machine, name, content, f"import {name}")


def file_of(machine: Machine, name: str) -> Value | None:
    """Give the text of the module of a name, where the script wrote it or it lies in reach."""
    if not name or name.split(".", maxsplit=1)[0] in _STDLIB:
        return None
    files = machine.evaluation.files
    relative = name.replace(".", "/")
    endings = (f"{relative}.py", f"{relative}/__init__.py")
    for path in files.table:
        if any(path == ending or path.endswith(f"/{ending}") for ending in endings):
            return files.table[path].content
    if files.outside is not None:
        folder = posixpath.dirname(str(known_text(machine.script) or ""))
        for ending in endings:
            for place in {folder, machine.directory or ""}:
                found = files.find(Known(posixpath.join(place, ending)), machine.directory)
                if found is not None:
                    return found.content
    return None
