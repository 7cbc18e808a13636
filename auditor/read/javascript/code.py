"""Text run as code: `eval`, `Function`, `vm`, and what a timer is given as text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from auditor.model.place import Place
from auditor.model.unit import Language, Unit
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import UNDEFINED, External, Function, JsValue, Scope, choices, hole_of, join
from auditor.read.javascript.rounds import many
from auditor.read.javascript.source import Node, parse
from auditor.read.launch.made import note_disguise
from auditor.read.values import EMPTY, Known, Unknown, Value, concat

_MOST_DEPTH = 12
_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})


def run_unit(machine: Machine, unit: Unit, scope: Scope) -> JsValue:
    """Run the program of a unit in a scope; gives the value of its last expression."""
    from auditor.read.javascript.expressions import evaluate
    from auditor.read.javascript.interpreter import Done, run, run_block

    parsed = parse(unit.text, unit.id, unit.language, machine.evaluation.limits)
    for why, what, span in parsed.problems:
        machine.evaluation.gap(why, what, Place(unit.id, span))
    if parsed.root is None:
        return UNDEFINED
    machine.root = parsed.root
    found: JsValue = UNDEFINED
    children = parsed.root.children
    run_block(machine, [child for child in children if child.type in _FUNCTIONS], scope)
    for child in children:
        if child.type == "expression_statement" and child.children:
            machine.evaluation.spend()
            found = evaluate(machine, child.children[0], scope)
        elif run(machine, child, scope) is Done.LEFT:
            break
        machine.settle()
    return found


def evaluate_text(machine: Machine, value: JsValue, node: Node, scope: Scope, made_by: str = "eval") -> JsValue:
    """Run text as code in a scope; what is no text is given back."""
    found: list[JsValue] = []
    for single in choices(value):
        if isinstance(single, External) and hole_of(single) is None:
            continue
        text = machine.text(single)
        if isinstance(single, Known) and not isinstance(single.value, str | bytes):
            found.append(single)
            continue
        found.append(_run_text(machine, text, node, scope, made_by))
    return join(found) if found else machine.fresh()


def _run_text(machine: Machine, text: Value, node: Node, scope: Scope, made_by: str) -> JsValue:
    context = machine.child(node)
    note_disguise(machine.evaluation, Language.JAVASCRIPT, text, context)
    unit = machine.evaluation.open_unit(Language.JAVASCRIPT, text, context, made_by=made_by)
    if unit is None or machine.depth > _MOST_DEPTH * 3:
        return machine.fresh()
    machine.depth += 3
    try:
        return run_unit(machine, unit, scope)
    finally:
        machine.depth -= 3


def evaluate_globally(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`(0, eval)(text)`, `vm.runInThisContext(text)`, `new vm.Script(text)`."""
    note_hidden(machine, function, node)
    scope = Scope(machine.globals, is_function=True)
    if len(args) > 1 and function.path.startswith("vm."):
        from auditor.read.javascript.objects import Record

        if isinstance(args[1], Record):
            scope.names.update(args[1].entries)
    return evaluate_text(machine, args[0], node, scope, function.path.removeprefix("new ")) if args else UNDEFINED


def make_from_text(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`Function(name, …, body)`: a function in the global scope."""
    note_hidden(machine, function, node)
    if not args:
        return UNDEFINED
    *names, body = args
    code = machine.text(body)
    if isinstance(code, Unknown):
        machine.evaluation.open_unit(Language.JAVASCRIPT, code, machine.child(node), made_by="Function")
        return machine.fresh()
    parameters: list[Value] = []
    for name in names:
        parameters += [Known(","), machine.text(name)] if parameters else [machine.text(name)]
    heading = concat([Known("(function("), *(parameters or [EMPTY]), Known(") {")])
    text = concat([heading, code, Known("\n})")])
    made = _run_text(machine, text, node, Scope(machine.globals, is_function=True), "Function")
    return made if isinstance(made, Function) else machine.fresh()


def note_hidden(machine: Machine, function: External, node: Node) -> None:
    """Record that a way out was reached through a name that was put together."""
    here: External | None = function
    while here is not None:
        if here.is_computed:
            machine.emit(node, "hiding.name", function.path.removeprefix("new "))
            return
        here = here.parent


def later(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """Timers: a function is called, text is run."""
    from auditor.read.javascript.calls import call

    for single in choices(args[0]) if args else ():
        if isinstance(single, Known | Unknown):
            if isinstance(single, Known) and isinstance(single.value, str):
                evaluate_text(machine, single, node, machine.globals, function.path)
        else:
            one = partial(call, machine, single, list(args[2:]), node)
            many(machine, one, is_sure=True) if function.path == "setInterval" else one()
    return External(f"{function.path}()", function)


MODELS = {
    "eval": evaluate_globally,
    "vm.runInThisContext": evaluate_globally,
    "vm.runInNewContext": evaluate_globally,
    "vm.runInContext": evaluate_globally,
    "new vm.Script": evaluate_globally,
    "module._compile": evaluate_globally,
    "Function": make_from_text,
    "new Function": make_from_text,
    "vm.compileFunction": make_from_text,
    **dict.fromkeys(("setTimeout", "setInterval", "setImmediate", "queueMicrotask", "process.nextTick"), later),
}
