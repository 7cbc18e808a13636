"""Reading one JavaScript process from start to end: the program, and then the functions that nobody called."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from auditor.model.place import START, Place
from auditor.model.unit import Unit
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Exhausted, Outcome
from auditor.read.javascript.code import run_unit
from auditor.read.javascript.functions import call_unknown
from auditor.read.javascript.journal import Changes
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Array, External, Function, Record, Scope
from auditor.read.javascript.rounds import forget_changes
from auditor.read.javascript.source import Node, Text
from auditor.read.javascript.triage import can_reach
from auditor.read.values import Known, Value, concat

_MORE_PASSES = 2  # over the functions that nobody called, where one changes what another finds


def read(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a unit as a process of its own."""
    if not can_reach(unit.text) and "console" not in unit.text:
        return Outcome(stdout=Known(""))
    module = Record({"exports": Record()})
    machine = Machine(evaluation, context, unit.language, module=module, directory=context.directory)
    machine.root = Node("program", Text(unit.id, unit.text.encode("utf-8", "replace")), 0, 0)
    machine.environment = dict(context.environment)
    given = [Known("node"), *argv]
    rest = evaluation.fresh(Source.ARGUMENT) if unit.parent is None or len(argv) < 1 else None
    machine.globals.names["@argv"] = Array(list(given), rest)
    machine.globals.names["module"] = External("module", state={"exports": module.entries["exports"]})
    scope = Scope(machine.globals, is_function=True)
    try:
        with evaluation.files.table.doubt(machine.doubts):
            run_unit(machine, unit, scope)
            _read_uncalled(machine)
    except Exhausted as bound:
        evaluation.gap(bound.why, bound.what, Place(unit.id, START))
    if machine.printed is None:
        return Outcome(stdout=evaluation.fresh(Source.COMMAND, "node"))
    return Outcome(stdout=concat(machine.printed) if machine.printed else Known(""))


def _read_uncalled(machine: Machine) -> None:
    """Read each function that was never called, with unknown arguments: in any order, any number of times."""
    machine.is_certain = False
    printed = machine.printed
    called: list[Function] = []
    changes: Changes = {}
    index = 0
    while index < len(machine.functions):
        function = machine.functions[index]
        index += 1
        if function.reads[0]:
            continue
        called.append(function)
        changes = _read_perhaps(machine, function) | changes
    for _ in range(_MORE_PASSES):
        if not changes or not forget_changes(machine, changes):
            break
        count = len(machine.functions)
        changes = {}
        for function in called:
            changes = _read_perhaps(machine, function) | changes
        del machine.functions[count:]
    machine.settle()
    machine.printed = printed


def _read_perhaps(machine: Machine, function: Function) -> Changes:
    """Read a function that somebody outside may call; give what it changes."""
    this = Record(kind=function.owner, is_open=True) if function.owner is not None else None
    machine.settle()
    one = partial(call_unknown, machine, function, this)
    return machine.journal.branches([one, lambda: None])[1]
