"""Generators that are given values: `send`, `throw` and `next` of a function whose `yield` has a value.

A body is read from its start again for each value, up to the yield that waits for the next one; what
earlier readings changed outside is taken back, so that it happens once. A generator that is only
iterated is read like any other, to its end.
"""

from __future__ import annotations

import libcst as cst

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.frames import Suspended, Thrown
from auditor.read.python.functions import run_function
from auditor.read.python.machine import Machine
from auditor.read.python.objects import NONE, Arguments, ListObj, PyValue
from auditor.read.python.resumed import GeneratorObj, Resume
from auditor.read.values import unknown

_MOST_VALUES = 100


def items_of(machine: Machine, generator: GeneratorObj, node: cst.CSTNode) -> list[PyValue]:
    """Read a generator to its end and give what it yields."""
    if generator.whole is None:
        outer, machine.resume = machine.resume, None
        generator.whole = unknown(Source.UNKNOWN)  # for a generator that iterates itself
        generator.whole = run_function(machine, generator.function, generator.arguments, node)
        machine.resume = outer
    whole = generator.whole
    return list(whole.items) if isinstance(whole, ListObj) else machine.iterate(whole, node)


def generator_method(
    machine: Machine, generator: GeneratorObj, name: str, given: Arguments, node: cst.CSTNode
) -> PyValue:
    """Call a method of a generator; those that iterate give the generator itself."""
    value = given.args[-1] if given.args else unknown(Source.UNKNOWN)
    if name in ("__next__", "__anext__"):
        return give(machine, generator, NONE, node)
    if name in ("send", "asend"):
        return give(machine, generator, value, node)
    if name in ("throw", "athrow"):
        return give(machine, generator, value, node, is_error=True)
    return NONE if name in ("close", "aclose") else generator


def give(
    machine: Machine, generator: GeneratorObj, value: PyValue, node: cst.CSTNode, *, is_error: bool = False
) -> PyValue:
    """Read the body up to the yield after the one that is given a value; give what is yielded there."""
    if generator.is_over or len(generator.sent) >= _MOST_VALUES:
        if not generator.is_over:
            machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST_VALUES} values given to a generator", None)
        return unknown(Source.UNKNOWN if generator.is_over else Source.LIMIT)
    generator.sent.append((value, is_error))
    journal, raised, outer = machine.journal, machine.raised, machine.resume
    depth, uncertain = len(journal.levels), journal.uncertain
    machine.resume = Resume(generator, len(generator.sent) - 1, depth)
    journal.push(is_sure=True)
    try:
        run_function(machine, generator.function, generator.arguments, node)
        generator.is_over = True
    except Suspended as reached:
        return reached.value
    except Thrown:
        generator.is_over = True
    finally:
        machine.resume, machine.raised = outer, raised
        while len(journal.levels) > depth:
            generator.touched.update(slot[0] for slot in journal.keep())
        journal.uncertain = uncertain
    return unknown(Source.UNKNOWN)


def at_yield(machine: Machine, resume: Resume, value: PyValue) -> PyValue:
    """Give what a yield gives while a body is read again, or end the reading there."""
    resume.passed += 1
    if resume.passed > resume.until:
        raise Suspended(value)
    if resume.passed == resume.until:
        machine.journal.restore(resume.depth, resume.generator.touched)
    sent, is_error = resume.generator.sent[resume.passed]
    if is_error:
        raise Thrown(sent)
    return sent
