"""Names of the standard library whose values are known, or known to belong to the process."""

from __future__ import annotations

import signal
import stat
import string
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.python.machine import Machine
from auditor.read.python.objects import PyValue
from auditor.read.values import Known, Scalar, assumed, unknown

_CONSTANTS: dict[str, Scalar] = {
    **{
        f"string.{name}": getattr(string, name)
        for name in dir(string)
        if name.islower() and name[0] in "adhlopuw" and isinstance(getattr(string, name), str)
    },
    **{
        f"stat.{name}": getattr(stat, name)
        for name in dir(stat)
        if name.startswith("S_I") and isinstance(getattr(stat, name), int)
    },
    **{
        f"signal.{name}": int(getattr(signal, name))
        for name in dir(signal)
        if name.startswith("SIG") and name[3] != "_"
    },
    "os.sep": "/",
    "os.path.sep": "/",
    "os.extsep": ".",
    "os.pathsep": ":",
    "os.linesep": "\n",
    "os.curdir": ".",
    "os.pardir": "..",
    "os.devnull": "/dev/null",
    "sys.executable": "/usr/bin/python3",
    "sys.maxsize": 9223372036854775807,
    "sys.byteorder": "little",
    "os.O_RDONLY": 0,
    "os.O_WRONLY": 1,
    "os.O_RDWR": 2,
    "os.O_CREAT": 64,
    "os.O_TRUNC": 512,
    "os.O_APPEND": 1024,
    "os.F_OK": 0,
    "os.X_OK": 1,
    "os.P_WAIT": 0,
    "os.P_NOWAIT": 1,
    "subprocess.PIPE": -1,
    "subprocess.STDOUT": -2,
    "subprocess.DEVNULL": -3,
    "math.pi": 3.141592653589793,
    "math.e": 2.718281828459045,
    "typing.TYPE_CHECKING": False,
    "pty.STDIN_FILENO": 0,
    "pty.STDOUT_FILENO": 1,
}


def _constant(value: Scalar) -> Callable[[Machine], PyValue]:
    return lambda machine: Known(value)


def _supposed(value: Scalar) -> Callable[[Machine], PyValue]:
    return lambda machine: assumed(Known(value))


_MACHINE = """sys.executable sys.maxsize sys.byteorder os.sep os.path.sep os.pathsep os.extsep os.linesep""".split()
"""Constants that differ from machine to machine."""
SPECIAL: dict[str, Callable[[Machine], PyValue]] = {
    **{path: _constant(value) for path, value in _CONSTANTS.items()},
    **{path: _supposed(_CONSTANTS[path]) for path in _MACHINE},
    "os.environ": lambda machine: machine.environ,
    "os.environb": lambda machine: machine.environ,
    "sys.argv": lambda machine: machine.argv,
    "sys.platform": lambda machine: unknown(Source.UNKNOWN),
    "os.name": lambda machine: unknown(Source.UNKNOWN),
    "sys.version_info": lambda machine: unknown(Source.UNKNOWN),
}
