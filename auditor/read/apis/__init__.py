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
_VALUES = frozenset({"archives", "documents", "records", "options", "registries", "rows"})
"""Tables whose calls only keep values and hand them on: they have no effects of their own."""


@cache
def _modules() -> dict[str, tuple[dict[str, Handler], dict[str, Handler]]]:
    from auditor.read.apis import (
        archives,
        cloud,
        clusters,
        configured,
        deferred,
        dialled,
        documents,
        evaluated,
        files,
        http,
        network,
        options,
        process,
        records,
        registries,
        resolved,
        rows,
        spawn,
        ssh,
        system,
        tags,
        tunnels,
        uploads,
    )

    return {
        "cloud": (cloud.CALLS, cloud.METHODS),
        "clusters": (clusters.CALLS, {}),
        "configured": (configured.CALLS, {}),
        "deferred": (deferred.CALLS, {}),
        "dialled": (dialled.CALLS, {}),
        "evaluated": (evaluated.CALLS, evaluated.METHODS),
        "files": (files.CALLS, {}),
        "http": (http.CALLS, {}),
        "network": (network.CALLS, network.METHODS),
        "process": (process.CALLS, process.METHODS),
        "spawn": (spawn.CALLS, {}),
        "ssh": (ssh.CALLS, ssh.METHODS),
        "system": (system.CALLS, {}),
        "tunnels": (tunnels.CALLS, {}),
        "options": (options.CALLS, {}),
        "registries": (registries.CALLS, registries.METHODS),
        "resolved": (resolved.CALLS, {}),
        "rows": (rows.CALLS, {}),
        "archives": (archives.CALLS, {}),
        "documents": (documents.CALLS, {}),
        "records": (records.CALLS, {}),
        "tags": (tags.CALLS, {}),
        "uploads": (uploads.CALLS, {}),
    }


@cache
def _calls() -> dict[str, Handler]:
    return {path: handler for calls, _ in _modules().values() for path, handler in calls.items()}


@cache
def _methods() -> dict[str, Handler]:
    return {name: handler for _, methods in _modules().values() for name, handler in methods.items()}


def tables_of() -> dict[str, tuple[str, ...]]:
    """Give the paths of each table of calls with effects, by the table's name."""
    return {name: tuple(calls) for name, (calls, _) in _modules().items() if name not in _VALUES}


@cache
def names_in(module: str) -> list[str]:
    """Give the names of a module that have effects, in order: what `dir(module)` shows of what matters here."""
    heads = (path.removeprefix(f"{module}.") for path in _calls() if path.startswith(f"{module}."))
    return sorted({name for name in heads if name.isidentifier()})


def methods_of() -> frozenset[str]:
    """Give the names of methods with effects that are matched on any receiver."""
    tables = (methods for table, (_, methods) in _modules().items() if table not in _VALUES)
    return frozenset(name for methods in tables for name in methods)


def api_of(path: str) -> Handler | None:
    """Give the function for a call's path, or None; every attribute of `sh` and `plumbum.cmd` is a program."""
    found = _calls().get(path)
    if found is None and path.startswith("plumbum.") and "[" in path:
        from auditor.read.apis.system import gathered, is_gathered

        return gathered if is_gathered(path) else None
    if found is None and path.startswith(("sh.", "plumbum.cmd.")) and "(" not in path and "[" not in path:
        from auditor.read.apis.system import baked, program

        name, *words = path.replace("_", "-").split(".")[2 if path.startswith("plumbum") else 1 :]
        if words[-1:] == ["bake"]:
            return lambda call: baked(call, name, *words[:-1])
        return lambda call: program(call, name, *words)
    return found


def method_api_of(name: str) -> Handler | None:
    """Give the function for a method of a library object that is not known further, or None."""
    return _methods().get(name)
