"""`match`: the case that fits, or all that may."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.frames import NEXT
from auditor.read.python.machine import Machine
from auditor.read.python.objects import PyValue, Rest, TupleObj, new_list
from auditor.read.python.statements import branch
from auditor.read.values import Known, is_assumed, unknown


def match_statement(machine: Machine, node: cst.Match) -> int:
    """Run the first case that matches; all that may match where that is not known."""
    subject = machine.evaluate(node.subject)
    bodies: list[Callable[[], int]] = []
    for case in node.cases:
        verdict = _matches(machine, case.pattern, subject)
        if verdict is False:
            continue
        bodies.append(_case(machine, case, subject))
        if verdict is True and case.guard is None:
            break
    else:
        bodies.append(lambda: NEXT)
    return bodies[0]() if len(bodies) == 1 else branch(machine, bodies)


def _case(machine: Machine, case: cst.MatchCase, subject: PyValue) -> Callable[[], int]:
    def run() -> int:
        _bind_pattern(machine, case.pattern, subject)
        if case.guard is not None and machine.truth(machine.evaluate(case.guard)) is False:
            return NEXT
        return machine.execute(case.body.body)

    return run


def _matches(machine: Machine, pattern: cst.MatchPattern, subject: PyValue) -> bool | None:
    if isinstance(pattern, cst.MatchAs):
        return True if pattern.pattern is None else _matches(machine, pattern.pattern, subject)
    if isinstance(pattern, cst.MatchValue):
        wanted = machine.evaluate(pattern.value)
        if is_assumed(wanted, subject):
            return None
        if isinstance(wanted, Known) and isinstance(subject, Known):
            return bool(wanted.value == subject.value)
        return None
    if isinstance(pattern, cst.MatchOr):
        verdicts = [_matches(machine, choice.pattern, subject) for choice in pattern.patterns]
        if True in verdicts:
            return True
        return False if all(verdict is False for verdict in verdicts) else None
    if isinstance(pattern, cst.MatchSequence) and isinstance(subject, TupleObj):
        elements = [element.value for element in pattern.patterns if not isinstance(element, cst.MatchStar)]
        if len(elements) < len(pattern.patterns) or any(isinstance(item, Rest) for item in subject.items):
            return None
        if len(elements) != len(subject.items):
            return False
        verdicts = [_matches(machine, element, item) for element, item in zip(elements, subject.items, strict=True)]
        return False if False in verdicts else None if None in verdicts else True
    return False if isinstance(subject, Known) and isinstance(pattern, cst.MatchSequence | cst.MatchMapping) else None


def _bind_pattern(machine: Machine, pattern: cst.MatchPattern, subject: PyValue) -> None:
    if isinstance(pattern, cst.MatchAs):
        if pattern.name is not None:
            machine.tables.assign(machine, pattern.name, subject)
        if pattern.pattern is not None:
            _bind_pattern(machine, pattern.pattern, subject)
    elif isinstance(pattern, cst.MatchSequence):
        items = machine.iterate(subject, pattern)
        for position, element in enumerate(pattern.patterns):
            if isinstance(element, cst.MatchStar):
                if element.name is not None:
                    machine.tables.assign(machine, element.name, new_list(items[position:]))
                return
            item = items[position] if position < len(items) else unknown(Source.UNKNOWN)
            _bind_pattern(machine, element.value, item)
    elif isinstance(pattern, cst.MatchMapping):
        for entry in pattern.elements:
            value = machine.tables.subscript(machine, subject, machine.evaluate(entry.key), pattern)
            _bind_pattern(machine, entry.pattern, value)
    elif isinstance(pattern, cst.MatchClass):
        for keyword in pattern.kwds:
            _bind_pattern(machine, keyword.pattern, machine.attribute(subject, keyword.key.value, pattern))
    elif isinstance(pattern, cst.MatchOr):
        for choice in pattern.patterns:
            _bind_pattern(machine, choice.pattern, subject)
