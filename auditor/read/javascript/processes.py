"""Processes: `child_process`, execa, zx, shelljs, Deno and Bun; each start goes through the evaluation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.word import Hole, Source
from auditor.read.evaluation import Outcome
from auditor.read.javascript.code import note_hidden
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Array, External, Function, JsValue, Record, choices, hole_of, join
from auditor.read.javascript.options import is_set, option, process_context, text_of, words_of_array
from auditor.read.javascript.source import Node
from auditor.read.launch.programs import SHELLS, program_of
from auditor.read.values import Known, Unknown, Value, concat, known_text, unknown

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_SHELLS = SHELLS | {"cmd", "powershell", "pwsh"}


def _exec(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`exec(command, options, callback)`: a shell reads the command."""
    note_hidden(machine, function, node)
    if not args:
        return machine.fresh()
    outcomes = [_shell(machine, machine.text(single), args, node, function) for single in choices(args[0])]
    return _process(machine, function, outcomes, args, node)


def _shell(machine: Machine, command: Value, args: Sequence[JsValue], node: Node, function: External) -> Outcome:
    return machine.shell(command, node, process_context(machine, args[1:], node), function.path.removeprefix("new "))


def _spawn(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`spawn(file, args, options)`; with `shell` the words are one command line."""
    note_hidden(machine, function, node)
    if not args:
        return machine.fresh()
    outcomes: list[Outcome] = []
    program = ""
    for single in choices(args[0]):
        words = [machine.text(single), *words_of_array(machine, args[1] if len(args) > 1 else None)]
        program = known_text(words[0]) or program
        outcomes.append(_start(machine, words, args, node, function))
    made = _process(machine, function, outcomes, args, node)
    if isinstance(made, External):
        made.state["@program"] = Known(program)
    return made


def _start(
    machine: Machine, words: Sequence[Value], args: Sequence[JsValue], node: Node, function: External
) -> Outcome:
    context = process_context(machine, args[1:], node)
    if is_set(args[1:], "shell"):
        pieces = [piece for word in words for piece in (Known(" "), word)][1:]
        return machine.shell(concat(pieces), node, context, function.path)
    return machine.launch(words, context)


def _fork(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    note_hidden(machine, function, node)
    if not args:
        return machine.fresh()
    words = [Known("node"), machine.text(args[0]), *words_of_array(machine, args[1] if len(args) > 1 else None)]
    return _process(machine, function, [machine.launch(words, process_context(machine, args[1:], node))], args, node)


def _process(
    machine: Machine, function: External, outcomes: Sequence[Outcome], args: Sequence[JsValue], node: Node
) -> JsValue:
    """Give a process with its output, and call back whoever waits for it."""
    from auditor.read.javascript.calls import call

    output: JsValue = join([outcome.stdout for outcome in outcomes]) if outcomes else machine.fresh(Source.COMMAND)
    for argument in args:
        if isinstance(argument, Function):
            call(machine, argument, [Known(None), output, unknown(Source.COMMAND)], node)
    if function.path.endswith(("execSync", "execFileSync")):
        return output
    hole = hole_of(output) or Hole(Source.COMMAND)
    made = External("child()", function, tuple(args), hole=hole)
    made.state["stdout"] = External("child().stdout", made, hole=hole)
    made.state["stderr"] = External("child().stderr", made, hole=hole)
    made.state["stdin"] = External("child().stdin", made)
    if function.path.endswith("spawnSync") or "execa" in function.path or "promisify" in function.path:
        made.state["stdout"] = output
    return made


def _line(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`execaCommand("file args")`: split into words, no shell."""
    note_hidden(machine, function, node)
    text = known_text(machine.text(args[0])) if args else None
    if text is None or is_set(args[1:], "shell"):
        return _exec(machine, function, args, node)
    words: list[Value] = [Known(word) for word in text.replace("\\ ", "\0").split()]
    words = [Known(str(word.value).replace("\0", " ")) if isinstance(word, Known) else word for word in words]
    if not words:
        return machine.fresh()
    return _process(machine, function, [_start(machine, words, args, node, function)], args, node)


def _template(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`$` of zx, execa and Bun: values between the pieces are words of their own, or several."""
    note_hidden(machine, function, node)
    if not args or not isinstance(args[0], Array):
        return function
    pieces: list[Value] = []
    for index, piece in enumerate(args[0].items):
        pieces.append(machine.text(piece))
        if index + 1 < len(args):
            words = words_of_array(machine, args[index + 1]) if isinstance(args[index + 1], Array) else None
            given = words if words is not None else [machine.text(args[index + 1])]
            pieces += [part for word in given for part in (Known(" "), _quoted(word))][1:]
    return _process(machine, function, [machine.shell(concat(pieces), node, machine.child(node), "$")], (), node)


def _execa(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`execa(file, arguments)`, or the tag of a template."""
    if args and isinstance(args[0], Array):
        return _template(machine, function, args, node)
    return _spawn(machine, function, args, node)


def _quoted(word: Value) -> Value:
    import shlex

    text = known_text(word)
    return Known(shlex.quote(text), getattr(word, "trail", ())) if text is not None else word


def _deno(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`new Deno.Command(file, {args})`, `Deno.run({cmd})`, `Bun.spawn([…])`, `Bun.spawn({cmd})`."""
    note_hidden(machine, function, node)
    cmd = option(args, "cmd")
    if cmd is not None:
        words = words_of_array(machine, cmd)
    elif args and isinstance(args[0], Array):
        words = words_of_array(machine, args[0])
    elif args:
        words = [machine.text(args[0]), *words_of_array(machine, option(args, "args"))]
    else:
        return machine.fresh()
    outcome = machine.launch(words, process_context(machine, args, node)) if words else Outcome()
    return _process(machine, function, [outcome], [], node)


def _binding(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`process.binding("spawn_sync").spawn({file, args})`."""
    note_hidden(machine, function, node)
    words = words_of_array(machine, option(args, "args"))
    file = text_of(machine, option(args, "file"))
    if file is None:
        return machine.fresh()
    return _process(
        machine, function, [machine.launch([file, *words[1:]], process_context(machine, args, node))], [], node
    )


def _written(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`child.stdin.write(text)`: a shell reads it as commands."""
    child = function.parent.parent if function.parent is not None else None
    if child is None or not args or not is_shell(child):
        return Known(True)
    text = machine.text(args[0])
    hole = hole_of(args[0])
    if not isinstance(text, Unknown) or (hole is not None and hole.source in {Source.NETWORK, Source.DECODER}):
        machine.shell(text, node, machine.child(node), "stdin")
    return Known(True)


def is_shell(child: External) -> bool:
    """Whether a process is a shell."""
    name = known_text(program) if isinstance(program := child.state.get("@program"), Known) else None
    return name is not None and (program_of(name) or name.rpartition("/")[2]).removesuffix(".exe") in _SHELLS


def _promisified(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return args[0] if args else machine.fresh()


_EXECS = "exec execSync".split()
_SPAWNS = "spawn spawnSync execFile execFileSync".split()
MODELS: dict[str, Model] = {
    **{f"child_process.{name}": _exec for name in _EXECS},
    **{f"child_process.{name}": _spawn for name in _SPAWNS},
    "child_process.fork": _fork,
    "cross-spawn": _spawn,
    "cross-spawn.sync": _spawn,
    "cross-spawn.spawn": _spawn,
    "node-pty.spawn": _spawn,
    "execa": _execa,
    **{f"execa.{name}": _execa for name in ("execa", "execaSync", "sync", "execaNode", "node")},
    **{f"execa.{name}": _line for name in ("command", "commandSync", "execaCommand", "execaCommandSync")},
    **dict.fromkeys(("execa.$", "zx.$", "$", "Bun.$", "bun.$", "execa.$.sync", "dax.$", "dax.default"), _template),
    "shelljs.exec": _exec,
    "shelljs.default.exec": _exec,
    "child_process.execPromise": _exec,
    "new Deno.Command": _deno,
    "Deno.run": _deno,
    "Bun.spawn": _deno,
    "Bun.spawnSync": _deno,
    "bun.spawn": _deno,
    "process.binding().spawn": _binding,
    "child().stdin.write": _written,
    "child().stdin.end": _written,
    "util.promisify": _promisified,
    "process.exit": lambda machine, function, args, node: machine.fresh(),
}

__all__ = ["MODELS", "Record", "is_shell"]
