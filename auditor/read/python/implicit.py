"""Methods that the language calls by itself, without a call that anybody reads: comparisons, truth, ends of life.

Takes such a method that nothing was found to call; reads it with the instances that the script made, and with
arguments of which nobody knows where they come from: it is not the script's user who passes them.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.classes import MOST_MADE, lineage
from auditor.read.python.functions import run_function
from auditor.read.python.machine import Machine
from auditor.read.python.mentions import mentions_of
from auditor.read.python.objects import Arguments, ClassObj, FunctionObj, InstanceObj, PyValue, Rest
from auditor.read.python.triage import is_strong

_CALLED_BY_NAME = frozenset(
    "__init__ __new__ __call__ __enter__ __exit__ __aenter__ __aexit__ __getattr__ __getattribute__ __getitem__ "
    "__setitem__ __delitem__ __setattr__ __init_subclass__ __class_getitem__ __post_init__".split()
)
"""Special methods by which others use a class, who pass what they were given, and those that are read where used."""
_MOST_ROUNDS = 10
_HOOKS = frozenset({"_missing_", "_generate_next_value_", "_repr_html_"})


def is_implicit(function: FunctionObj) -> bool:
    """Whether the language calls a method with values of the script's own."""
    name = function.name
    is_special = name.startswith("__") and name.endswith("__") and name not in _CALLED_BY_NAME
    return function.owner is not None and (is_special or name in _HOOKS)


def names_that_act(functions: Sequence[FunctionObj]) -> frozenset[str]:
    """Give the names of functions that may do anything, by what they mention, and of those that mention them."""
    mentioned = [(function.name, mentions_of([function.body])) for function in functions]
    found = frozenset(name for name, mentions in mentioned if is_strong(mentions))
    for _ in range(_MOST_ROUNDS):
        more = found.union(name for name, mentions in mentioned if not found.isdisjoint(mentions.words))
        if more == found:
            return found
        found = more
    return frozenset(name for name, _ in mentioned)


def may_act(function: FunctionObj, acting: frozenset[str]) -> bool:
    """Whether a function mentions what may do anything, or one of some functions."""
    mentions = mentions_of([function.body])
    return is_strong(mentions) or not acting.isdisjoint(mentions.words)


def call_implicit(machine: Machine, function: FunctionObj, instance: PyValue | None, node: cst.CSTNode) -> None:
    """Read a method that the language calls, of any instance that was made."""
    positional = [*function.parameters.posonly_params, *function.parameters.params]
    receiver = _any_made(machine, function.owner) or instance
    given = [receiver] if positional and receiver is not None else []
    hole = machine.evaluation.fresh(Source.UNKNOWN)
    rest = hole if function.parameters.star_kwarg is not None else None
    run_function(machine, function, Arguments((*given, *[Rest(hole)] * (len(positional) > 1)), {}, rest), node)


def _any_made(machine: Machine, owner: ClassObj | None) -> InstanceObj | None:
    """Give an instance that has what any of those has which were made of a class or of one that extends it."""
    if owner is None:
        return None
    made = [one for cls, several in machine.made.items() if owner in lineage(cls) for one in several]
    if not made:
        return None
    names = dict.fromkeys(name for one in made for name in one.attributes)
    is_many = any(len(several) > MOST_MADE for several in machine.made.values())
    attributes: dict[str, PyValue] = {}
    for name in names:
        known = [one.attributes[name] for one in made if name in one.attributes]
        attributes[name] = machine.joined([*known, *([machine.evaluation.fresh(Source.LIMIT)] if is_many else [])])
    return InstanceObj(made[0].cls, attributes, is_open=True)
