"""Functions of the script: parameters bound to arguments, bodies read in place of the call.

A call is read as often as its arguments tell something new: recursion over unknown arguments stops
after one round, and past the share of the budget that calls may use, results are unknown and a gap
says so.
"""

from __future__ import annotations

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.frames import NEXT, RETURN, Frame
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    Arguments,
    ClassObj,
    DictObj,
    External,
    FunctionObj,
    InstanceObj,
    PyValue,
    Rest,
    Scope,
    TupleObj,
    keyed,
    new_list,
)
from auditor.read.python.repeats import to_read
from auditor.read.values import Known, unknown


def run_function(machine: Machine, function: FunctionObj, arguments: Arguments, node: cst.CSTNode) -> PyValue:
    """Read a function's body with its parameters bound, and give what it returns."""
    machine.evaluation.spend()
    given = to_read(machine, function, arguments, node)
    if given is None:
        return unknown(Source.LIMIT)
    arguments = given
    function.reads += 1
    scope = Scope(bind_parameters(machine, function, arguments), function.scope)
    frame = Frame(function, scope, receiver=arguments.args[0] if arguments.args else None)
    saved = machine.scope, machine.source, machine.statement
    machine.frames.append(frame)
    machine.scope, machine.source, machine.statement = scope, function.source, function.statement
    machine.depth += 1
    try:
        if isinstance(function.body, cst.BaseSuite):
            flow = machine.execute(function.body.body)
            if flow & NEXT:
                frame.returns.append(NONE)
        else:
            frame.returns.append(machine.evaluate(function.body))
            flow = RETURN
    finally:
        machine.depth -= 1
        machine.frames.pop()
        machine.scope, machine.source, machine.statement = saved
    if frame.exits:
        machine.journal.merge([{}, *frame.exits])
    if function.is_generator:
        return new_list(frame.yields, "generator")
    return machine.joined(frame.returns) if frame.returns else NONE


def bind_parameters(machine: Machine, function: FunctionObj, arguments: Arguments) -> dict[str, PyValue]:
    """Give the names that a call's arguments set."""
    parameters = function.parameters
    names: dict[str, PyValue] = {}
    queue = list(arguments.args)
    kwargs = dict(arguments.kwargs)
    for parameter in (*parameters.posonly_params, *parameters.params):
        _bind_one(machine, function, parameter.name.value, queue, kwargs, arguments.rest, names)
    if isinstance(parameters.star_arg, cst.Param):
        names[parameters.star_arg.name.value] = TupleObj(tuple(queue))
    for parameter in parameters.kwonly_params:
        _bind_one(machine, function, parameter.name.value, [], kwargs, arguments.rest, names)
    if parameters.star_kwarg is not None:
        names[parameters.star_kwarg.name.value] = DictObj(keyed(kwargs), arguments.rest)
    return names


def _bind_one(
    machine: Machine,
    function: FunctionObj,
    name: str,
    queue: list[PyValue],
    kwargs: dict[str, PyValue],
    rest: PyValue | None,
    names: dict[str, PyValue],
) -> None:
    if queue:
        value = queue[0]
        if isinstance(value, Rest):
            names[name] = machine.joined(
                [value.value, *([function.defaults[name]] if name in function.defaults else [])]
            )
            return
        queue.pop(0)
        names[name] = value
    elif name in kwargs:
        names[name] = kwargs.pop(name)
    elif name in function.defaults:
        names[name] = function.defaults[name]
    else:
        names[name] = rest if rest is not None else unknown(Source.UNKNOWN)


def call_unknown(machine: Machine, function: FunctionObj, instance: PyValue | None, node: cst.CSTNode) -> None:
    """Read a function that nobody calls, with its parameters unknown (they come from whoever imports it)."""
    parameters = function.parameters
    args: list[PyValue] = []
    positional = [*parameters.posonly_params, *parameters.params]
    if instance is not None and positional:
        args.append(instance)
        positional = positional[1:]
    kwargs: dict[str, PyValue] = {}
    for parameter in (*positional, *parameters.kwonly_params):
        name = parameter.name.value
        if name not in function.defaults or _is_none(function.defaults[name]):
            kwargs[name] = _annotated(machine, parameter)
    rest: PyValue | None = machine.evaluation.fresh(Source.ARGUMENT)
    if isinstance(parameters.star_arg, cst.Param) and not kwargs:
        args.append(Rest(machine.evaluation.fresh(Source.ARGUMENT)))
    run_function(machine, function, Arguments(tuple(args), kwargs, rest if parameters.star_kwarg else None), node)


def _is_none(value: PyValue) -> bool:
    return isinstance(value, Known) and value.value is None


def _annotated(machine: Machine, parameter: cst.Param) -> PyValue:
    """Give an unknown argument, as an instance of the library class that its annotation names."""
    hole = machine.evaluation.fresh(Source.ARGUMENT)
    if parameter.annotation is None or not isinstance(parameter.annotation.annotation, cst.Name | cst.Attribute):
        return hole
    kind = machine.evaluate(parameter.annotation.annotation)
    if isinstance(kind, External) and "." in kind.path and not kind.path.startswith(("typing.", "collections.", "?")):
        if kind.path in ("pathlib.Path", "argparse.Namespace", "os.PathLike"):
            return hole
        return External(f"{kind.path}()", kind, hole=hole.hole)
    if isinstance(kind, ClassObj) and not kind.is_enum:
        return InstanceObj(kind, {}, is_open=True)
    return hole
