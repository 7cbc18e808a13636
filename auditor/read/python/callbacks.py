"""Functions handed to a library that nobody models: what it may call back is called."""

from __future__ import annotations

import libcst as cst

from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    DictObj,
    External,
    FunctionObj,
    ListObj,
    Partial,
    PyValue,
    TupleObj,
)
from auditor.read.python.resumed import GeneratorObj


def call_back(machine: Machine, given: Arguments, node: cst.CSTNode) -> None:
    """Call the sinks and partial calls among the arguments, with the arguments that stand beside them."""
    values = list(given.args)
    for value in (*values, *given.kwargs.values()):
        if isinstance(value, GeneratorObj):
            machine.iterate(value, node)
    for index, value in enumerate(values):
        if _is_sink(machine, value):
            following = _arguments(machine, values[index + 1 :], given.kwargs, node)
            machine.call(value, following, node)
    for name in ("target", "func", "function", "callback", "fn", "action", "command", "initializer"):
        found = given.kwargs.get(name)
        if found is not None and _is_sink(machine, found):
            machine.call(found, _arguments(machine, [], given.kwargs, node), node)


def _is_sink(machine: Machine, value: PyValue) -> bool:
    """Whether calling a value may have an effect that nobody else reads: functions of the script are read anyway."""
    if isinstance(value, Partial):
        return True
    if isinstance(value, BoundMethod | FunctionObj):
        return False
    if not isinstance(value, External):
        return False
    return value.path in SINKS


def _arguments(machine: Machine, following: list[PyValue], kwargs: dict[str, PyValue], node: cst.CSTNode) -> Arguments:
    for name in ("args", "arguments", "argument"):
        if name in kwargs:
            following = machine.iterate(kwargs[name], node)
    named = kwargs.get("kwargs")
    keywords = {str(key): value for key, value in named.entries.items()} if isinstance(named, DictObj) else {}
    if len(following) == 1 and isinstance(following[0], TupleObj | ListObj) and "args" not in kwargs:
        inner = machine.iterate(following[0], node)
        if inner and isinstance(inner[0], ListObj | TupleObj):
            following = inner
    return Arguments(tuple(following), keywords)


SINKS = frozenset(
    "os.system os.popen os.execv os.execvp os.execl os.execlp os.spawnv os.spawnvp os.spawnl os.spawnlp "
    "os.posix_spawn os.posix_spawnp subprocess.run subprocess.call subprocess.Popen subprocess.check_call "
    "subprocess.check_output subprocess.getoutput subprocess.getstatusoutput pty.spawn exec eval "
    "pexpect.spawn pexpect.run".split()
)
