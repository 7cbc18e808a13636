"""Program starts by path and argv: `os.exec*`, `os.spawn*`, `posix_spawn`, and libc through `ctypes`.

The path decides which program runs; the first element of argv is a label that a script may forge.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.starting import note_hidden, rows_of
from auditor.read.python.call import Call
from auditor.read.python.environ import child_environment
from auditor.read.python.objects import External, PyValue, Rest
from auditor.read.values import unknown

Handler = Callable[[Call], PyValue]


def _start(call: Call, path: PyValue, argv: list[PyValue], environment: PyValue | None) -> PyValue:
    note_hidden(call)
    words = [item.value if isinstance(item, Rest) else item for item in argv[1:]]
    changes = (
        {"environment": child_environment(call.machine, environment, call.node)} if environment is not None else {}
    )
    call.launch([path, *words], **changes)
    return unknown(Source.COMMAND)


def _vector(first: int, *, has_environment: bool) -> Handler:
    """Handle `execv(path, args[, env])`; `first` is the position of the path."""

    def handler(call: Call) -> PyValue:
        environment = call.get(first + 2, "env") if has_environment else None
        for row in rows_of(call, call.arg(first + 1)):
            _start(call, call.arg(first), row, environment)
        return unknown(Source.COMMAND)

    return handler


def _listed(first: int, *, has_environment: bool) -> Handler:
    """Handle `execl(path, arg0, arg1, …[, env])`."""

    def handler(call: Call) -> PyValue:
        words = list(call.args[first + 1 :])
        environment = words.pop() if has_environment and words else None
        return _start(call, call.arg(first), words, environment)

    return handler


def _posix(call: Call) -> PyValue:
    for row in rows_of(call, call.arg(1)):
        _start(call, call.arg(0), row, call.get(2, "env"))
    return unknown(Source.COMMAND)


def _library(call: Call) -> PyValue:
    """`ctypes.CDLL(…)`, `cffi` `dlopen(…)`: libc, as far as the functions below are concerned."""
    return External("libc", is_hidden=call.callee.is_hidden)


def _libc_system(call: Call) -> PyValue:
    note_hidden(call)
    call.shell(_text(call.arg(0)), made_by="libc.system")
    return unknown(Source.COMMAND)


def _text(value: PyValue) -> PyValue:
    if isinstance(value, External) and value.args and value.path.endswith("()"):
        return value.args[0]  # c_char_p(b"…"), create_string_buffer(b"…")
    return value


def _libc_exec(call: Call) -> PyValue:
    rows = rows_of(call, call.arg(1))
    for row in rows:
        words = [_text(word) for word in row]
        _start(call, _text(call.arg(0)), [word for word in words if not _is_none(call, word)], None)
    return unknown(Source.COMMAND)


def _libc_list(call: Call) -> PyValue:
    words = [_text(word) for word in call.args[1:]]
    return _start(call, _text(call.arg(0)), [word for word in words if not _is_none(call, word)], None)


def _is_none(call: Call, value: PyValue) -> bool:
    return call.machine.truth(value) is False


def _pointer(call: Call) -> PyValue:
    return call.arg(0) if call.args else unknown(Source.UNKNOWN)


CALLS: dict[str, Handler] = {
    **{f"os.exec{form}": _vector(0, has_environment=form.endswith("e")) for form in ("v", "ve", "vp", "vpe")},
    **{f"os.exec{form}": _listed(0, has_environment=form.endswith("e")) for form in ("l", "le", "lp", "lpe")},
    **{f"os.spawn{form}": _vector(1, has_environment=form.endswith("e")) for form in ("v", "ve", "vp", "vpe")},
    **{f"os.spawn{form}": _listed(1, has_environment=form.endswith("e")) for form in ("l", "le", "lp", "lpe")},
    "os.posix_spawn": _posix,
    "os.posix_spawnp": _posix,
    "_posixsubprocess.fork_exec": lambda call: _start(
        call,
        call.items(call.arg(1))[0] if call.items(call.arg(1)) else unknown(Source.UNKNOWN),
        call.items(call.arg(0)),
        None,
    ),
    "ctypes.CDLL": _library,
    "ctypes.PyDLL": _library,
    "ctypes.cdll.LoadLibrary": _library,
    "ctypes.cdll.LoadLibrary()": _library,
    "cffi.FFI().dlopen": _library,
    "ctypes.util.find_library": _pointer,
    "libc.system": _libc_system,
    "libc.popen": _libc_system,
    "ctypes.pythonapi.system": _libc_system,
    "libc.execv": _libc_exec,
    "libc.execve": _libc_exec,
    "libc.execvp": _libc_exec,
    "libc.execvpe": _libc_exec,
    "libc.execl": _libc_list,
    "libc.execlp": _libc_list,
    "libc.posix_spawn": lambda call: _start(
        call, _text(call.arg(1)), [_text(item) for item in call.items(call.arg(4))], None
    ),
    "ctypes.c_char_p": _pointer,
    "ctypes.create_string_buffer": _pointer,
    "ctypes.cast": _pointer,
    "ctypes.byref": _pointer,
}
