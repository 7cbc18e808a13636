"""Imports: names bound to library things, or to modules that the script wrote."""

from __future__ import annotations

import libcst as cst

from auditor.read.python.access import identifier
from auditor.read.python.assign import set_name
from auditor.read.python.frames import NEXT
from auditor.read.python.machine import Machine
from auditor.read.python.modules import external, import_module
from auditor.read.python.objects import (
    ModuleObj,
    PyValue,
)

STAR_NAMES = {
    "os": "system popen environ path getcwd remove execv execvp execl execlp fork dup2 kill chmod listdir makedirs",
    "subprocess": "run call check_call check_output Popen getoutput getstatusoutput PIPE STDOUT DEVNULL",
    "socket": "socket create_connection gethostbyname AF_INET SOCK_STREAM SOL_SOCKET SO_REUSEADDR",
    "base64": "b64decode b64encode b32decode b16decode b85decode a85decode urlsafe_b64decode decodebytes",
    "threading": "Thread Timer Lock Event",
    "shutil": "copy copyfile copy2 move rmtree which",
    "pathlib": "Path PurePath",
    "ctypes": "CDLL cdll pythonapi c_char_p c_int",
    "time": "sleep time",
    "pty": "spawn fork",
    "codecs": "decode encode open",
    "zlib": "decompress compress",
    "urllib.request": "urlopen urlretrieve Request",
    "paramiko": "SSHClient Transport AutoAddPolicy RSAKey",
    "sh": "bash ssh",
}


def import_statement(machine: Machine, node: cst.Import) -> int:
    """Run `import a.b as c`."""
    for alias in node.names:
        name = dotted(alias.name)
        module = import_module(machine, name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            set_name(machine, identifier(alias.asname.name.value), module)
        else:
            head = name.split(".")[0]
            set_name(machine, head, module if head == name else import_module(machine, head))
    return NEXT


def from_import(machine: Machine, node: cst.ImportFrom) -> int:
    """Run `from a import b as c`, with `*` for the libraries that matter."""
    name = dotted(node.module) if node.module is not None else "."
    if name == "__future__":
        names = node.names if not isinstance(node.names, cst.ImportStar) else ()
        machine.source.puts_off_annotations |= any(dotted(alias.name) == "annotations" for alias in names)
        return NEXT
    module = import_module(machine, name)
    if isinstance(node.names, cst.ImportStar):
        _import_star(machine, module, name)
        return NEXT
    for alias in node.names:
        wanted = identifier(alias.name.value) if isinstance(alias.name, cst.Name) else dotted(alias.name)
        value = machine.attribute(module, wanted, node)
        if isinstance(module, ModuleObj) and wanted not in module.scope.names:
            value = import_module(machine, f"{name}.{wanted}")
        bound = alias.asname.name if alias.asname is not None else None
        set_name(machine, identifier(bound.value) if isinstance(bound, cst.Name) else wanted, value)
    return NEXT


def _import_star(machine: Machine, module: PyValue, name: str) -> None:
    if isinstance(module, ModuleObj):
        for key, value in module.scope.names.items():
            if not key.startswith("_"):
                set_name(machine, key, value)
        return
    for key in STAR_NAMES.get(name, "").split():
        set_name(machine, key, machine.attribute(external(name), key, cst.Pass()))


def dotted(node: cst.BaseExpression) -> str:
    """Give a dotted name as text."""
    parts: list[str] = []
    here: cst.BaseExpression = node
    while isinstance(here, cst.Attribute):
        parts.append(identifier(here.attr.value))
        here = here.value
    if isinstance(here, cst.Name):
        parts.append(identifier(here.value))
    return ".".join(reversed(parts))
