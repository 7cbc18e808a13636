"""Functions: defined, and called with their arguments as a scope of their own.

Takes a definition and the words of a call, walks the body. A call that brings nothing new ends the
recursion in silence; one that goes on past the bound is a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.model.place import Step
from auditor.read.shell.memory import Definition, Memory, Variable, join
from auditor.read.shell.redirects import write
from auditor.read.shell.rounds import hands_on
from auditor.read.shell.splitting import Fields
from auditor.read.shell.syntax import Command, Function
from auditor.read.shell.words import derived
from auditor.read.values import (
    Known,
    Value,
    known_text,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


_EXPORTED = "BASH_FUNC_"
_MOST_AGAIN = 6
"""Calls of a function by itself with the same arguments, each of which finds something new."""


def define_function(shell: Shell, command: Command) -> None:
    """Remember a function."""
    assert isinstance(command, Function)
    definition = Definition(command, shell.home)
    shell.memory.functions[command.name] = (definition,)
    shell.memory.perhaps -= {command.name}
    shell.defined.append(definition)
    shell.status = 0


def inherit_functions(shell: Shell) -> None:
    """Define the functions that a shell finds in its environment, as bash has exported them (`export -f`)."""
    for name, variable in list(shell.memory.scopes[0].items()):
        body = known_text(variable.scalar) if name.startswith(_EXPORTED) and variable.scalar is not None else None
        if body is not None and body.startswith("()"):
            function = name.removeprefix(_EXPORTED).removesuffix("%%")
            shell.evaluate(Known(f"{function} {body}"), made_by="exported function")


def exported(shell: Shell, name: str) -> None:
    """`export -f NAME`."""
    for definition in shell.memory.functions.get(name, ())[:1]:
        text = definition.home.text[definition.function.start : definition.function.end]
        body = text[text.find("{") :] if "{" in text else text[text.find("(") :]
        shell.memory.scopes[0][f"{_EXPORTED}{name}%%"] = Variable(Known(f"() {body}"), is_exported=True)


def call(shell: Shell, name: str, argv: Fields, given: dict[str, Value]) -> None:
    """Call a function; where branches defined it differently, each way."""
    definitions = shell.memory.functions[name]
    if len(definitions) == 1:
        run_function(shell, definitions[0], argv, given)
        return
    shell.alternatives([lambda each=each: run_function(shell, each, argv, given) for each in definitions])  # type: ignore[misc]


def run_function(
    shell: Shell, definition: Definition, argv: Fields, given: dict[str, Value], *, knows_arguments: bool = True
) -> None:
    """Walk a function's body with its arguments."""
    function = definition.function
    key = (definition.home.unit.id, function.start, function.end, function.name)
    shell.evaluation.spend(5)
    shell.called.add(key)
    held = shell.memory.scopes[0]
    same = [each for made, given_words, each in shell.active if (made, given_words) == (key, argv)]
    is_new = len(same) >= 2 and hands_on(same[-1], held)
    if (len(same) >= 2 and not is_new) or len(same) >= _MOST_AGAIN or len(shell.active) >= shell.limits.shell_calls:
        if (is_new or len(same) < 2) and all(known_text(value) is not None for value in argv):
            shell.evaluation.gap(Why.TOO_DEEP, "functions that call each other", shell.place())
        write(shell, derived(shell, *argv))
        shell.status = None
        return
    memory = shell.memory
    saved = (shell.home, shell.span, shell.calls, memory.arguments, memory.knows_arguments, len(memory.scopes))
    streams = memory.streams
    if knows_arguments:
        place = shell.place()
        shell.calls = (*shell.calls, Step(place.unit, place.span, f"{function.name}()"))[-4:]
    shell.home = definition.home
    memory.scopes.append({each: Variable(value, is_exported=True) for each, value in given.items()})
    memory.arguments, memory.knows_arguments = argv[1:], knows_arguments
    exits, shell.exits = shell.exits, []
    shell.active.append((key, argv, dict(held)))
    left: list[Memory] = []
    shell.returns.append(left)
    shell.function_names.append(function.name)
    try:
        with shell.evaluation.files.table.doubt(lambda: len(left)):  # behind a return that may have been taken
            shell.execute(function.body)
    finally:
        shell.active.pop()
        shell.function_names.pop()
        shell.returns.pop()
        shell.exits = exits
    if shell.memory.ended in ("return", "break", "continue"):
        shell.memory.ended = ""
    left = [each for each in left if len(each.scopes) == len(shell.memory.scopes)]
    if left:
        shell.memory = join([shell.memory, *left], shell.limits.alternatives)
    shell.home, shell.span, shell.calls, shell.memory.arguments, shell.memory.knows_arguments, depth = saved
    del shell.memory.scopes[depth:]
    shell.memory.streams = streams
