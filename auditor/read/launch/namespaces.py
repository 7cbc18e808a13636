"""Programs that start another in the namespaces of a process: what they start, and whose host that is.

Takes nsenter's arguments (nsenter(1)), gives the command it starts; that of process 1 is the host's, which is
an effect of its own.
"""

from __future__ import annotations

from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.wrappers import Peeled, peel_parsed
from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.values import Value, known_text


def nsenter(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`nsenter -t PID … COMMAND`: the command, and that the host is entered where the process is the first."""
    grammar = grammar_of("nsenter")
    if grammar is None:
        return None
    parsed = parse(grammar, arguments)
    target = parsed.last("-t", "--target")
    peeled = peel_parsed(evaluation, parsed, context)
    if peeled is not None and target is not None and known_text(target) == "1":
        evaluation.emit("nsenter", "-t", "1", place=context.place)
    return peeled
