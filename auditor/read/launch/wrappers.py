"""Wrappers: programs that start another program, and what they hand on.

Takes a wrapper's name and arguments, gives the command or the shell text that it starts, and the
surroundings of that. Most wrappers are data (`wrapper:` in their option grammar); those whose
arguments need more than that are in `carriers.py`. Gives None where nothing is started
(`sudo -l`), and the command is then reported as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.surroundings import take_assignments, with_variables
from auditor.read.launch.words import joined, quoted
from auditor.read.programs.grammar import Parsed, grammar_of, parse
from auditor.read.values import Value


@dataclass(frozen=True, slots=True)
class Peeled:
    """What a wrapper starts: commands, and text for a shell."""

    context: Context
    commands: tuple[tuple[Value, ...], ...] = ()
    codes: tuple[Value, ...] = ()


def peel(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Peeled | None:
    """Take one wrapper off; None where the program is no wrapper or starts nothing here."""
    from auditor.read.launch.carriers import CARRIERS

    carrier = CARRIERS.get(program)
    if carrier is not None:
        return carrier(evaluation, tuple(arguments), context)
    grammar = grammar_of(program)
    if grammar is None or (grammar.wrapper is None and not grammar.subcommands):
        return None
    parsed = parse(grammar, arguments)
    return peel_parsed(evaluation, parsed, context)


def peel_parsed(evaluation: Evaluation, parsed: Parsed, context: Context) -> Peeled | None:
    """Take off a wrapper whose grammar says all."""
    wrapper = parsed.grammar.wrapper
    if wrapper is None or parsed.has(*wrapper.idle):
        return None
    codes = parsed.every(*wrapper.shell_options)
    if codes:
        return Peeled(context, codes=codes)
    words = parsed.rest[wrapper.skip :]
    if wrapper.assignments:
        given, words = take_assignments(words)
        context = with_variables(evaluation, context, given)
    if not words:
        return None
    if wrapper.joins and not parsed.has("-x"):
        return Peeled(context, codes=(joined(map(quoted, words) if wrapper.quotes else words),))
    return Peeled(context, (words,))
