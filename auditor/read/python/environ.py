"""The process's environment: what the script sets is known, what it only reads is not."""

from __future__ import annotations

import re

import libcst as cst

from auditor.model.word import Source
from auditor.read.launch.surroundings import TELLING, record_variables
from auditor.read.python.literals import tells
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    Arguments,
    DictObj,
    EnvironObj,
    PyValue,
    Rest,
    keyed,
    new_list,
)
from auditor.read.values import Known, Value, assumed, concat, known_text, one_of, unknown

NAMES = "names"
"""What is known of each name of a variable that the script went through."""


def variable(machine: Machine, environ: EnvironObj, key: PyValue) -> PyValue:
    """Read a variable."""
    name = known_text(machine.scalar(key))
    if name is None:
        is_each = key == unknown(Source.ENVIRONMENT, detail=NAMES)
        return unknown(Source.ENVIRONMENT) if is_each else machine.evaluation.fresh(Source.ENVIRONMENT)
    if name not in environ.values:
        if name == "HOME":
            return assumed(Known("~"))
        return machine.derive_named(Source.ENVIRONMENT, name)
    return environ.values[name]


def set_variable(machine: Machine, environ: EnvironObj, key: PyValue, value: PyValue, node: cst.CSTNode) -> None:
    """Set a variable; children inherit it."""
    name = known_text(machine.scalar(key))
    if name is None and tells(value):
        machine.journal.touch(environ)
        scalar = machine.settle(machine.scalar(value))
        environ.values = {each: one_of((held, scalar)) for each, held in environ.values.items()}
    elif name is not None:
        machine.journal.touch(environ)
        environ.values[name] = machine.settle(machine.scalar(value))
        if name in TELLING:
            record_variables(machine.evaluation, {name: environ.values[name]}, machine.child(node))


def environ_method(machine: Machine, environ: EnvironObj, name: str, given: Arguments, node: cst.CSTNode) -> PyValue:
    """Call a method of `os.environ`."""
    key = given.args[0] if given.args else unknown(Source.UNKNOWN)
    if name in ("get", "pop", "__getitem__", "setdefault"):
        known = known_text(machine.scalar(key))
        default = given.args[1] if len(given.args) > 1 else None
        is_set = known in environ.values
        found = variable(machine, environ, key)
        if name == "setdefault" and not is_set and default is not None:
            set_variable(machine, environ, key, default, node)
            return default
        if name == "pop" and known is not None:
            machine.journal.touch(environ)
            environ.values.pop(known, None)
        return found if is_set or default is None else machine.joined([default, found])
    if name == "update":
        for other in given.args:
            if isinstance(other, DictObj):
                for entry, value in other.entries.items():
                    set_variable(machine, environ, Known(entry if isinstance(entry, str) else None), value, node)
        for entry_name, value in given.kwargs.items():
            set_variable(machine, environ, Known(entry_name), value, node)
        return NONE
    if name in ("copy", "items", "keys", "values"):
        if name == "copy":
            return DictObj(keyed(environ.values), unknown(Source.ENVIRONMENT))
        return new_list([Rest(unknown(Source.ENVIRONMENT))])
    return unknown(Source.ENVIRONMENT)


def child_environment(machine: Machine, value: PyValue | None, node: cst.CSTNode) -> dict[str, Value]:
    """Give what a child process inherits: the script's own variables, or those of an `env=` argument."""
    if isinstance(value, DictObj):
        given = {str(key): machine.word(item) for key, item in value.entries.items()}
        new = {name: item for name, item in given.items() if machine.environ.values.get(name) != item}
        record_variables(machine.evaluation, new, machine.child(node))
        return given
    return {name: machine.settle(item) for name, item in machine.environ.values.items()}


def expand(machine: Machine, text: str) -> PyValue:
    """Expand `$NAME` and `${NAME}` from the environment, as `os.path.expandvars` does."""
    parts: list[Value] = []
    end = 0
    for match in re.finditer(r"\$(\w+|\{[^}]*\})", text):
        parts.append(machine.evaluation.restore(text[end : match.start()]))
        name = match[1].strip("{}")
        parts.append(machine.scalar(variable(machine, machine.environ, Known(name))))
        end = match.end()
    parts.append(machine.evaluation.restore(text[end:]))
    return concat(parts, machine.limits.alternatives)
