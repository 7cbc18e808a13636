"""Reading shell scripts: an abstract interpreter for bash that predicts effects and runs nothing.

`read_shell` takes a unit of bash and gives its output as far as it is known; effects, gaps and
child units go to the evaluation. Every branch is walked, loops over known values are unrolled, and
what cannot be known stays a hole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model.gap import Why
from auditor.model.place import START, Place
from auditor.model.unit import Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.shell.functions import inherit_functions
from auditor.read.shell.grammar import read_program
from auditor.read.shell.homes import home_of
from auditor.read.shell.interpreter import Shell
from auditor.read.shell.memory import Memory, Stream, Variable
from auditor.read.shell.output import PLAIN_SH
from auditor.read.shell.redirects import hold
from auditor.read.values import Known, Value, known_text

_POSIX = re.compile(r"#!\s*\S*/(?:env\s+)?(?:sh|dash|ash)\b")


def read_shell(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Walk a unit of bash as a new shell process, and give what it prints."""
    if len(unit.text) > evaluation.limits.script_bytes:
        evaluation.gap(Why.TOO_LARGE, "a script of this size", Place(unit.id, START))
        return Outcome()
    home = home_of(unit)
    out = Stream()
    # Only a script that somebody else starts has arguments that nobody here knows.
    knows_arguments = bool(argv) and unit.parent is not None
    memory = Memory(
        scopes=[{name: Variable(value, is_exported=True) for name, value in context.environment.items()}],
        arguments=tuple(argv[1:]),
        knows_arguments=knows_arguments or len(argv) > 1,
        name=argv[0] if argv else Known("bash"),
        directory=context.directory,
        streams={
            0: Stream(content=context.stdin, socket=context.socket),
            1: out if context.socket is None else Stream(socket=context.socket),
            2: Stream(is_error=True),
        },
    )
    if _POSIX.match(home.text) or "expand_aliases" in home.text:
        memory.options = frozenset({"expand_aliases"})
    if _POSIX.match(home.text) or (known_text(memory.name) or "").rpartition("/")[2] in ("sh", "dash", "ash"):
        memory.options |= {PLAIN_SH}
    shell = Shell(evaluation, context, memory, home)
    shell.shared.text = home.text
    inherit_functions(shell)
    if unit.parent is None and argv and evaluation.files.find(argv[0]) is None:
        hold(evaluation, argv[0], Known(unit.text))  # scripts read themselves: `tail -n +9 "$0"`
    shell.run_program(read_program(home.text, room=evaluation.limits.shell_nesting))
    shell.run_rest()
    if unit.parent is None:
        evaluation.leave(shell.environment(), shell.memory.directory)
    return Outcome(stdout=out.text, status=shell.status if not shell.memory.ended else None)


__all__ = ["read_shell"]
