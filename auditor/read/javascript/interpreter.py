"""Statements of JavaScript: walked in order, branches joined, loops over known values unrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.expressions import evaluate
from auditor.read.javascript.functions import make_class, make_function
from auditor.read.javascript.journal import Done
from auditor.read.javascript.loops import either, run_for_in, run_while, runner
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.modules import bind_import
from auditor.read.javascript.objects import (
    UNDEFINED,
    Record,
    Scope,
)
from auditor.read.javascript.operators import truth
from auditor.read.javascript.patterns import bind
from auditor.read.javascript.source import Node
from auditor.read.values import Known

_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})


def run_block(machine: Machine, nodes: Sequence[Node], scope: Scope) -> Done:
    """Run statements, functions first, since they are known before their lines."""
    for node in nodes:
        inner = _declared(node)
        if inner.type in _FUNCTIONS and (name := inner.get("name")) is not None:
            machine.put(scope.names, name.text, make_function(machine, inner, scope), scope.born)
    for node in nodes:
        done = run(machine, node, scope)
        if done is not Done.NORMAL:
            return done
    return Done.NORMAL


def run(machine: Machine, node: Node, scope: Scope) -> Done:
    """Run a statement."""
    machine.evaluation.spend()
    handler = _STATEMENTS.get(node.type)
    if handler is not None:
        return handler(machine, node, scope)
    for child in node.children if node.type == "ERROR" else ():
        run(machine, child, Scope(scope))
    if node.type != "ERROR" and node.type not in _SILENT:
        evaluate(machine, node, scope)
    return Done.NORMAL


def _declared(node: Node) -> Node:
    inner = node.get("declaration") if node.type == "export_statement" else None
    return inner or node


def _expression(machine: Machine, node: Node, scope: Scope) -> Done:
    for child in node.children:
        evaluate(machine, child, scope)
    return Done.NORMAL


def _variables(machine: Machine, node: Node, scope: Scope) -> Done:
    kind = node.get("kind")
    target, is_hoisted = scope, False
    if node.type == "variable_declaration" or (kind is not None and kind.text == "var"):
        while target.parent is not None and not target.is_function:
            target = target.parent
        is_hoisted = bool(machine.journal.levels)
    for child in node.children:
        name, value = child.get("name"), child.get("value")
        if child.type == "variable_declarator" and name is not None:
            found = evaluate(machine, value, scope) if value is not None else UNDEFINED
            if is_hoisted and name.type == "identifier":
                target.names.setdefault(name.text, UNDEFINED)  # what other branches find
            bind(machine, name, found, target)
    return Done.NORMAL


def _block(machine: Machine, node: Node, scope: Scope) -> Done:
    return run_block(machine, node.children, Scope(scope))


def _if(machine: Machine, node: Node, scope: Scope) -> Done:
    condition = node.get("condition")
    known = truth(evaluate(machine, condition, scope)) if condition is not None else None
    first, second = node.get("consequence"), node.get("alternative")
    if known is not None:
        chosen = first if known else second
        return run(machine, chosen, Scope(scope)) if chosen is not None else Done.NORMAL
    return either(machine, [runner(machine, part, scope) for part in (first, second)])


def _else(machine: Machine, node: Node, scope: Scope) -> Done:
    return run(machine, node.children[0], scope) if node.children else Done.NORMAL


def _return(machine: Machine, node: Node, scope: Scope) -> Done:
    value = evaluate(machine, node.children[0], scope) if node.children else UNDEFINED
    if machine.frames:
        machine.frames[-1].returns.append(value)
    return Done.LEFT


def _throw(machine: Machine, node: Node, scope: Scope) -> Done:
    _expression(machine, node, scope)
    return Done.LEFT


def _try(machine: Machine, node: Node, scope: Scope) -> Done:
    """Run the block; what it left undone by throwing is unknown, so the handler is a branch of its own."""
    body, handler, last = node.get("body"), node.get("handler"), node.get("finalizer")
    with machine.journal.call(is_function=False) as target:
        done = run(machine, body, scope) if body is not None else Done.NORMAL
    if handler is not None:
        inner = Scope(scope)
        parameter = handler.get("parameter")
        if parameter is not None:
            bind(machine, parameter, machine.fresh(Source.UNKNOWN), inner)

        def handle() -> Done:
            machine.journal.join_passed(target)
            return runner(machine, handler.get("body"), inner)()

        caught = either(machine, [handle, lambda: Done.NORMAL])
        done = Done.NORMAL if caught is Done.NORMAL and done is Done.LEFT and _throws(body) else done
    if last is not None:
        for child in last.children:
            run(machine, child, scope)
    return done


def _throws(body: Node | None) -> bool:
    return body is not None and any(child.type == "throw_statement" for child in body.children)


def _switch(machine: Machine, node: Node, scope: Scope) -> Done:
    value, body = node.get("value"), node.get("body")
    subject = evaluate(machine, value, scope) if value is not None else UNDEFINED
    cases = body.children if body is not None else []
    chosen: int | None = None
    for index, case in enumerate(cases):
        label = case.get("value")
        if label is None:
            continue
        tested = evaluate(machine, label, scope)
        if not isinstance(subject, Known) or not isinstance(tested, Known):
            return _every_case(machine, cases, scope)
        if subject.value == tested.value and isinstance(subject.value, str) == isinstance(tested.value, str):
            chosen = index
            break
    if chosen is None:
        chosen = next((index for index, case in enumerate(cases) if case.type == "switch_default"), None)
    with machine.journal.loop(is_switch=True):
        for case in cases[chosen:] if chosen is not None else ():
            done = run_block(machine, _body_of(case), scope)
            if done is not Done.NORMAL:
                return Done.NORMAL if done is Done.BREAK and not machine.label else done
    return Done.NORMAL


def _body_of(case: Node) -> list[Node]:
    value = case.get("value")
    return [child for child in case.children if child is not value]


def _every_case(machine: Machine, cases: Sequence[Node], scope: Scope) -> Done:
    def begin(first: int) -> Done:
        inner, done = Scope(scope), Done.NORMAL
        for case in cases[first:]:
            done = run_block(machine, _body_of(case), inner)
            if done is not Done.NORMAL:
                break
        return Done.NORMAL if done is Done.BREAK and not machine.label else done

    starts = [index for index, case in enumerate(cases) if _body_of(case)]
    runs: list[Callable[[], Done]] = [lambda first=first: begin(first) for first in starts]  # type: ignore[misc]
    with machine.journal.loop(is_switch=True):
        either(machine, [*runs, lambda: Done.NORMAL])
    return Done.NORMAL


def _class(machine: Machine, node: Node, scope: Scope) -> Done:
    made = make_class(machine, node, scope)
    machine.put(scope.names, made.name, made, scope.born)
    return Done.NORMAL


def _export(machine: Machine, node: Node, scope: Scope) -> Done:
    inner, value = node.get("declaration"), node.get("value")
    exports = machine.module.entries.get("exports")
    if inner is not None:
        run(machine, inner, scope)
        name = inner.get("name")
        if name is not None and isinstance(exports, Record) and name.text in scope.names:
            machine.put(exports.entries, name.text, scope.names[name.text])
        for child in inner.children:
            declared = child.get("name") if child.type == "variable_declarator" else None
            if declared is not None and isinstance(exports, Record) and declared.text in scope.names:
                machine.put(exports.entries, declared.text, scope.names[declared.text])
    elif value is not None:
        exported = evaluate(machine, value, scope)
        if isinstance(exports, Record):
            machine.put(exports.entries, "default", exported)
    elif node.get("source") is None and isinstance(exports, Record):
        for clause in node.children:
            for one in clause.children:
                name, alias = one.get("name"), one.get("alias")
                if name is not None and name.text in scope.names:
                    machine.put(exports.entries, (alias or name).text, scope.names[name.text])
    return Done.NORMAL


def _import(machine: Machine, node: Node, scope: Scope) -> Done:
    bind_import(machine, node, scope)
    return Done.NORMAL


def _jump(machine: Machine, node: Node, scope: Scope) -> Done:
    label = node.get("label")
    machine.label = label.text if label is not None else ""
    machine.journal.is_labelled = machine.journal.is_labelled or label is not None
    return Done.BREAK if node.type == "break_statement" else Done.CONTINUE


def _labelled(machine: Machine, node: Node, scope: Scope) -> Done:
    body, label = node.get("body"), node.get("label")
    if body is None or label is None:
        return Done.NORMAL
    if body.type in _LOOPS:
        machine.next_label = label.text
        return run(machine, body, scope)
    with machine.journal.loop(label.text, is_switch=True):
        done = run(machine, body, scope)
    return Done.NORMAL if done is Done.BREAK and machine.label == label.text else done


_LOOPS = frozenset({"while_statement", "do_statement", "for_statement", "for_in_statement"})
_SILENT = frozenset(
    """empty_statement comment hash_bang_line interface_declaration type_alias_declaration ambient_declaration
    debugger_statement import_alias function_signature""".split()
)
_STATEMENTS: dict[str, Callable[[Machine, Node, Scope], Done]] = {
    "expression_statement": _expression,
    "variable_declaration": _variables,
    "lexical_declaration": _variables,
    "statement_block": _block,
    "if_statement": _if,
    "else_clause": _else,
    "while_statement": run_while,
    "do_statement": run_while,
    "for_statement": run_while,
    "for_in_statement": run_for_in,
    "return_statement": _return,
    "throw_statement": _throw,
    "break_statement": _jump,
    "continue_statement": _jump,
    "try_statement": _try,
    "switch_statement": _switch,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "export_statement": _export,
    "import_statement": _import,
    "labeled_statement": _labelled,
    "function_declaration": lambda *_: Done.NORMAL,
    "generator_function_declaration": lambda *_: Done.NORMAL,
}

__all__ = ["Done", "run", "run_block"]
