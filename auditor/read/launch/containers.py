"""Commands inside containers: what `docker run IMAGE …`, `docker exec`, `kubectl exec … --` start there.

Takes the program and how its arguments were understood, and starts the inner command as a program
elsewhere: it inherits nothing of this machine. The outer command stays as it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.programs import known_programs, program_of
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.grammar import Parsed, grammar_of, parse
from auditor.read.programs.pieces import head_of
from auditor.read.values import Known, Value, known_text

_ENGINES = frozenset({"docker", "podman", "nerdctl"})
_CLUSTERS = frozenset({"kubectl", "oc", "k3s-kubectl"})


def run_inside(
    evaluation: Evaluation, program: str, parsed: Parsed | None, arguments: Sequence[Value], context: Context
) -> None:
    """Start the command that runs inside a container, if there is one."""
    command: Sequence[Value] = ()
    if program == "docker-compose":
        grammar = grammar_of("docker")
        parsed = parse(grammar, (Known("compose"), *arguments)) if grammar is not None else None
    if parsed is None:
        return
    if program in _ENGINES or program == "docker-compose":
        if not parsed.path or parsed.path[-1] not in {"run", "exec", "create"}:
            return
        command = parsed.rest[1:]
        entry = parsed.last("--entrypoint")
        if entry is not None and known_text(entry) != "":
            command = (entry, *command)
    elif program in _CLUSTERS:
        texts = [known_text(word) for word in arguments]
        if not parsed.path or parsed.path[-1] not in {"exec", "run", "debug"} or "--" not in texts:
            return
        command = arguments[texts.index("--") + 1 :]
    if command and _is_program(command[0]):
        inner = replace(for_code(context, stdin=context.stdin, elsewhere=True))
        evaluation.launch(command, inner)


def _is_program(word: Value) -> bool:
    """Whether a word is a program rather than an argument for the image's own entry point."""
    text = known_text(word)
    if text is None:
        return not head_of(word).startswith("-") and "/" in head_of(word)
    if text.startswith("-") or "://" in text:
        return False
    return "/" in text or program_of(text) in known_programs() or grammar_of(program_of(text) or text) is not None
