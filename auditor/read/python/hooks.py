"""Functions that the script sets for others to call, and functions of the library that apply one to what they get.

Takes a `Call`, calls what the interpreter or the library would call, with what it would hand over. A handler that
gives `NotImplemented` leaves the result to whoever knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.machine import Machine
from auditor.read.python.modules import import_module
from auditor.read.python.objects import (
    NONE,
    Arguments,
    BoundMethod,
    External,
    FunctionObj,
    InstanceObj,
    PyValue,
    Rest,
    TupleObj,
)
from auditor.read.values import Known, concat, known_text, unknown

Handler = Callable[[Call], PyValue]
_OF_ERRORS = ("threading.excepthook", "sys.unraisablehook")


def _set(call: Call) -> PyValue:
    call.machine.hooks[f"{call.callee.path}.{_NAMES[call.callee.path]}"] = call.arg(0)
    return NONE


_NAMES = {"threading": "excepthook", "warnings": "showwarning"}


def call_error_hooks(machine: Machine) -> None:
    """Call the functions that the script set for errors that nobody catches, with each that it raised."""
    errors = machine.raised or [unknown(Source.UNKNOWN)]
    hook = machine.hooks.get("sys.excepthook")
    for raised in errors if hook is not None else ():
        machine.call(hook or NONE, Arguments((unknown(Source.UNKNOWN), raised, NONE)), cst.Pass())
    for path in _OF_ERRORS:
        hook = machine.hooks.get(path)
        for raised in errors if hook is not None else ():
            told = External("threading.ExceptHookArgs()", state={"exc_value": raised})
            machine.call(hook or NONE, Arguments((told,)), cst.Pass())


def _break(call: Call) -> PyValue:
    """`breakpoint(…)`: the hook, or what a variable names."""
    hook = call.machine.hooks.get("sys.breakpointhook")
    name = known_text(call.machine.environ.values.get("PYTHONBREAKPOINT", Known("")))
    if hook is None and name and "." in name:
        module, _, attribute = name.rpartition(".")
        hook = call.machine.attribute(import_module(call.machine, module), attribute, call.node)
    return call.machine.call(hook, Arguments(call.args, call.kwargs), call.node) if hook is not None else NONE


def _warn(call: Call) -> PyValue:
    hook = call.machine.hooks.get("warnings.showwarning")
    if hook is not None:
        call.call_back(hook, call.arg(0), *[unknown(Source.UNKNOWN)] * 3)
    return NONE


def _audited(call: Call) -> PyValue:
    hooks = call.machine.hooks
    if call.callee.path == "sys.addaudithook":
        before = hooks.get("sys.audit")
        hooks["sys.audit"] = call.arg(0) if before is None else call.machine.joined([before, call.arg(0)])
    elif "sys.audit" in hooks:
        call.call_back(hooks["sys.audit"], call.arg(0), TupleObj(call.args[1:]))
    return NONE


def _by_variable(name: str) -> Handler:
    """A program of the user's choice, which the script chose."""

    def handler(call: Call) -> PyValue:
        line = call.machine.environ.values.get(name)
        if line is not None:
            shown = known_text(line) or ""
            if "%s" in shown:
                before, _, after = shown.partition("%s")
                line = concat((Known(before), call.word(0), Known(after)))
            call.shell(line)
        return call.result()

    return handler


def _applied(function: int | None, name: str, *items: int) -> Handler:
    """A function of one item, by position or name, and the sequences that its items are of."""

    def handler(call: Call) -> PyValue:
        found = call.get(function, name)
        if found is None or found == NONE:
            return NotImplemented  # type: ignore[no-any-return]
        values = [item for index in items if index < len(call.args) for item in call.items(call.args[index])]
        if values:
            call.call_back(found, call.machine.joined(_items(values)))
        return NotImplemented  # type: ignore[no-any-return]

    return handler


def _items(values: Sequence[PyValue]) -> list[PyValue]:
    return [value.value if isinstance(value, Rest) else value for value in values]


def _accumulated(call: Call) -> PyValue:
    function = call.get(1, "func")
    if function is None or function == NONE:
        return NotImplemented  # type: ignore[no-any-return]
    values = call.items(call.arg(0))
    if values:
        any_item = call.machine.joined(_items(values))
        call.call_back(function, any_item, any_item)
    return NotImplemented  # type: ignore[no-any-return]


def _copied(call: Call) -> PyValue:
    """`copy.copy(thing)`: a class may say how it is copied."""
    thing = call.arg(0)
    if not isinstance(thing, InstanceObj):
        return thing
    for name in ("__copy__", "__deepcopy__", "__reduce_ex__", "__reduce__"):
        method = class_attribute(thing.cls, name)
        if not isinstance(method, FunctionObj):
            continue
        made = call.call_back(BoundMethod(method, thing), *([Known(4)] if name.endswith("ex__") else []))
        if "reduce" in name and isinstance(made, TupleObj) and len(made.items) > 1:
            return call.machine.call(made.items[0], Arguments(tuple(call.items(made.items[1]))), call.node)
        return made
    return thing


def _replaced(call: Call) -> PyValue:
    """`dataclasses.replace(thing, …)`: made anew, with what is given in place of what it had."""
    thing = call.arg(0)
    if not isinstance(thing, InstanceObj):
        return NotImplemented  # type: ignore[no-any-return]
    return call.machine.call(thing.cls, Arguments((), {**thing.attributes, **call.kwargs}), call.node)


HOOKED: dict[str, Handler] = {
    "threading.excepthook=": _set,
    "warnings.showwarning=": _set,
    "breakpoint": _break,
    "warnings.warn": _warn,
    "sys.addaudithook": _audited,
    "sys.audit": _audited,
    **{f"webbrowser.{name}": _by_variable("BROWSER") for name in ("open", "open_new", "open_new_tab")},
    **{path: _by_variable("PAGER") for path in ("pydoc.pager", "pydoc.doc", "pydoc.help", "help")},
    **{f"itertools.{name}": _applied(0, "", 1) for name in ("takewhile", "dropwhile", "filterfalse")},
    "itertools.groupby": _applied(1, "key", 0),
    "itertools.accumulate": _accumulated,
    **{f"heapq.{name}": _applied(2, "key", 1) for name in ("nlargest", "nsmallest")},
    "heapq.merge": _applied(None, "key", 0, 1, 2, 3),
    **{f"bisect.{name}": _applied(None, "key", 0) for name in ("bisect", "bisect_left", "bisect_right")},
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
    "copy.replace": _replaced,
    "dataclasses.replace": _replaced,
}
