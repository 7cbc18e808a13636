"""Serialised payloads, read as data: pickles and marshalled code."""

from __future__ import annotations

import libcst as cst

from auditor.model.unit import Language
from auditor.model.word import Hole, Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.machine import Machine
from auditor.read.python.marshals import read_marshal
from auditor.read.python.native import lift
from auditor.read.python.objects import (
    Arguments,
    CodeObj,
    External,
    InstanceObj,
    PyValue,
    TupleObj,
)
from auditor.read.python.pickles import Gadget, read_pickle
from auditor.read.values import Known, Text, Unknown, alternatives, stepped, unknown

_TELLING = frozenset({Source.NETWORK, Source.LIMIT})


def load_marshal(call: Call) -> PyValue:
    """Read a marshalled code object for the calls that it can be seen to make."""
    machine = call.machine
    value = machine.scalar(call.arg(0))
    step = machine.step(call.node, "marshal")
    if isinstance(value, Known) and isinstance(value.value, bytes):
        calls, is_whole = read_marshal(value.value)
        if calls:
            if not is_whole:
                machine.evaluation.unresolved(Language.PYTHON, Hole(Source.DECODER), machine.place(call.node))
            rows = tuple((path, tuple(Known(arg, (*value.trail, step)) for arg in args)) for path, args in calls)
            return CodeObj(stepped(Known("", value.trail), step), calls=rows)
    hole = value.hole if isinstance(value, Unknown) else None
    if hole is not None and hole.source is Source.NETWORK:
        return CodeObj(value)
    return CodeObj(stepped(unknown(Source.DECODER), step, value))


def dump_pickle(call: Call) -> PyValue:
    """What a class of the script asks to be called when it is loaded again."""
    value = call.arg(0)
    for name in ("__reduce__", "__reduce_ex__"):
        if isinstance(value, InstanceObj) and class_attribute(value.cls, name) is not None:
            asked = call.call_back(
                call.machine.attribute(value, name, call.node), *([Known(4)] if "ex" in name else [])
            )
            return External("pickle.dumps()", call.callee, state={"asked": asked})
    return External("pickle.dumps()", call.callee, call.args)


def load_pickle(call: Call) -> PyValue:
    """Follow a pickle for the calls that loading it makes."""
    machine = call.machine
    given = call.arg(0)
    asked = given.state.get("asked") if isinstance(given, External) else None
    if isinstance(asked, TupleObj) and len(asked.items) > 1:
        return machine.call(asked.items[0], Arguments(tuple(machine.iterate(asked.items[1], call.node))), call.node)
    return machine.joined([_load_single(machine, single, call.node) for single in alternatives(machine.scalar(given))])


def _load_single(machine: Machine, value: Known | Text | Unknown, node: cst.CSTNode) -> PyValue:
    if isinstance(value, Unknown):
        if value.hole.source in _TELLING:
            machine.evaluation.unresolved(Language.PYTHON, value.hole, machine.place(node))
        return Unknown(value.hole)
    if not (isinstance(value, Known) and isinstance(value.value, bytes)):
        return unknown(Source.DECODER)
    trail = (*value.trail, machine.step(node, "pickle"))
    pickle = read_pickle(value.value)
    last: PyValue = unknown(Source.DECODER)
    for gadget in pickle.gadgets:
        last = _run_gadget(machine, gadget, node, trail)
    if not pickle.is_whole:
        machine.evaluation.unresolved(Language.PYTHON, Hole(Source.DECODER), machine.place(node))
    return last


def _run_gadget(machine: Machine, gadget: Gadget, node: cst.CSTNode, trail: tuple[object, ...]) -> PyValue:
    args = tuple(lift(argument, trail, machine.limits) for argument in gadget.args)  # type: ignore[arg-type]
    return call_path(machine, gadget.path, args, node)


def call_path(machine: Machine, path: str, args: tuple[PyValue, ...], node: cst.CSTNode) -> PyValue:
    """Call a library function, given by its dotted name in a payload."""
    return machine.call(named(machine, path, node), Arguments(args), node)


def named(machine: Machine, path: str, node: cst.CSTNode) -> PyValue:
    """Give a library function by its dotted name."""
    from auditor.read.python.modules import external

    head, _, last = path.rpartition(".")
    return machine.attribute(external(head), last, node) if head else External(last)
