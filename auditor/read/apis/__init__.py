"""Library interfaces: which call of a Python library has which effect, one file per kind of library.

A table maps the dotted path of a call (`subprocess.run`, `paramiko.SSHClient().connect`) to a
function that takes the `Call` and gives its result. `METHODS` tables match by the method's name
alone, for names so rare that the receiver need not be known.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from auditor.read.python.call import Call
from auditor.read.python.objects import PyValue

Handler = Callable[[Call], PyValue]


@cache
def _calls() -> dict[str, Handler]:
    from auditor.read.apis import cloud, deferred, files, http, network, process, spawn, ssh, system, tunnels

    modules = (cloud, deferred, files, http, network, process, spawn, ssh, system, tunnels)
    return {path: handler for module in modules for path, handler in module.CALLS.items()}


@cache
def _methods() -> dict[str, Handler]:
    from auditor.read.apis import cloud, http, network, process, ssh, tunnels

    modules = (cloud, http, network, process, ssh, tunnels)
    return {name: handler for module in modules for name, handler in module.METHODS.items()}


def api_of(path: str) -> Handler | None:
    """Give the function for a call's path, or None; every attribute of `sh` and `plumbum.cmd` is a program."""
    found = _calls().get(path)
    if found is None and path.startswith(("sh.", "plumbum.cmd.")) and "(" not in path and "[" not in path:
        from auditor.read.apis.system import program

        name = path.rpartition(".")[2].replace("_", "-")
        return lambda call: program(call, name)
    return found


def method_api_of(name: str) -> Handler | None:
    """Give the function for a method of a library object that is not known further, or None."""
    return _methods().get(name)
