"""Reading one Python process from start to end: the module, what it defers, and functions that nobody called."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import libcst as cst

from auditor.model.place import START, Place
from auditor.model.unit import Unit
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Exhausted, Outcome
from auditor.read.python.classes import lineage, open_instance
from auditor.read.python.dispatch import TABLES
from auditor.read.python.dynamic import report_problems, run_source
from auditor.read.python.functions import call_unknown
from auditor.read.python.hooks import call_error_hooks
from auditor.read.python.implicit import call_implicit, is_implicit, may_act, names_that_act
from auditor.read.python.later import Later
from auditor.read.python.machine import Machine
from auditor.read.python.mentions import mentions_in, mentions_of
from auditor.read.python.objects import ClassObj, FunctionObj, InstanceObj, Rest, new_list
from auditor.read.python.paths import settle_files
from auditor.read.python.source import Text, parse_into, surveyed
from auditor.read.python.triage import Reach, reach_of
from auditor.read.values import Known, Value, concat, unknown

_RECURSION = 12_000  # Python frames; since 3.11 they take no C stack
_INLINE_SHARE = 3  # calls are followed until this fraction of the steps is left


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Allow the evaluator to follow a chain as long as the guard lets pass."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def read(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a unit as a process of its own."""
    with _deep_recursion():
        source = surveyed(unit.text, unit.id, evaluation.limits)
        machine = Machine(evaluation, context, source, TABLES)
        machine.inline_floor = evaluation.limits.steps // _INLINE_SHARE
        if argv:
            machine.script = argv[0]
            rest = [Rest(evaluation.fresh(Source.ARGUMENT))] if unit.id == 0 else []
            machine.argv = new_list([*argv, *rest])
        reach = _reach(source, machine) if unit.id == 0 else Reach.ANYTHING
        if reach is Reach.NOTHING:
            report_problems(machine, source)
            return Outcome()
        machine.is_brief = reach is Reach.LITTLE
        parse_into(source)
        report_problems(machine, source)
        try:
            with evaluation.files.table.doubt(lambda: 0 if machine.is_certain else machine.journal.branches):
                run_source(machine, source, machine.module)
                call_error_hooks(machine)
                _read_uncalled(machine)
        except Exhausted as bound:
            evaluation.gap(bound.why, bound.what, Place(unit.id, START))
        finally:
            _report(machine)
    return _outcome(machine)


def _reach(source: Text, machine: Machine) -> Reach:
    """Tell what a unit can do at most, where possible before libcst parses it: most of reading it is that."""
    mentions = None if source.problems else mentions_in(source.text)
    if mentions is None:
        parse_into(source)
        mentions = mentions_of(statement for _, statement, _, _ in source.statements)
    return reach_of(mentions, machine)


def _report(machine: Machine) -> None:
    """Say what could only be known at the end."""
    machine.journal.levels.clear()
    try:
        start_waiting(machine)
        settle_files(machine)
    except Exhausted as bound:
        machine.evaluation.gap(bound.why, bound.what, machine.context.place)
    for layers, language, place in machine.decoded.values():
        machine.evaluation.emit("hiding.decoded", language, str(layers), place=place)
    if machine.source.was_recoded and machine.evaluation.units:
        start = Place(machine.source.unit, START)
        machine.evaluation.emit("hiding.decoded", "python", "1", place=start)


def start_waiting(machine: Machine) -> None:
    """Start the processes that waited for what is written to them."""
    while machine.waiting:
        machine.waiting.popitem()[1]()


def _outcome(machine: Machine) -> Outcome:
    if machine.printed is None:
        return Outcome(stdout=machine.evaluation.fresh(Source.UNKNOWN, "python"))  # made by code that was read
    if not machine.printed:
        return Outcome(stdout=unknown(Source.COMMAND)) if machine.source.problems else Outcome(stdout=Known(""))
    return Outcome(stdout=concat(machine.printed))


def _read_uncalled(machine: Machine) -> None:
    """Read each function that was never called, once, with unknown arguments; last what the language calls itself."""
    instances: dict[ClassObj, InstanceObj] = {}
    implicit: list[FunctionObj] = []
    acting = names_that_act(machine.functions)
    index = 0
    printed = machine.printed
    later = Later()
    later.read_noted(machine)
    while index < len(machine.functions) or implicit:
        if index == len(machine.functions):
            _read_one(machine, implicit.pop(0), instances, later)
            continue
        function = machine.functions[index]
        index += 1
        if is_implicit(function) and may_act(function, acting):
            implicit.append(function)
        else:
            _read_one(machine, function, instances, later, implicit)
    later.read_again(machine)
    machine.printed = printed


def _read_one(
    machine: Machine,
    function: FunctionObj,
    instances: dict[ClassObj, InstanceObj],
    later: Later,
    implicit: Sequence[FunctionObj] = (),
) -> None:
    """Read a function from the state in which the script ended, with what the language calls of what it makes."""
    if function.reads or function.source.is_module:
        return
    instance = None
    if function.owner is not None:
        if function.owner not in instances:
            instances[function.owner] = open_instance(machine, function.owner, _node(function))
        instance = instances[function.owner]

    def reading() -> None:
        machine.statement = function.statement
        before = {cls: len(made) for cls, made in machine.made.items()} if implicit else {}
        read = call_implicit if is_implicit(function) else call_unknown
        read(machine, function, instance, _node(function))
        new = [cls for cls, made in machine.made.items() if len(made) != before.get(cls)] if implicit else []
        others = {one for cls in new for one in lineage(cls)}
        for each in implicit:
            if each.owner in others:
                call_implicit(machine, each, None, _node(each))
        start_waiting(machine)

    later.read(machine, function, reading)


def _node(function: FunctionObj) -> cst.CSTNode:
    return function.body
