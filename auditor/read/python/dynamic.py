"""Text run as code in the caller's own namespace: `exec`, `eval`, `compile`, modules that the script wrote."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from auditor.model.gap import Why
from auditor.model.place import START, Place, Span
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.evaluation import Exhausted
from auditor.read.python.call import Call
from auditor.read.python.frames import Frame, with_trail
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    NONE,
    Arguments,
    Choice,
    CodeObj,
    DictObj,
    External,
    FunctionObj,
    ModuleObj,
    NamespaceObj,
    Partial,
    PyValue,
    Scope,
    keyed,
)
from auditor.read.python.payloads import call_path, dump_pickle, load_marshal, load_pickle
from auditor.read.python.source import Text as SourceText
from auditor.read.python.source import parse
from auditor.read.values import Known, Value, alternatives, as_text, unknown

Handler = Callable[[Call], PyValue]


def run_text(call: Call, text: Value, scope: Scope, made_by: str) -> PyValue:
    """Read text as code, in a namespace; give the value of its last expression."""
    machine = call.machine
    machine.is_brief = False
    machine.note(call.node, [text])
    settled = as_text(machine.settle(text))
    machine.note_decoding([settled], Language.PYTHON, call.node)
    results: list[PyValue] = []
    for single in alternatives(settled):
        context = with_trail(machine.child(call.node, depth=machine.context.depth + machine.depth), single)
        unit = machine.evaluation.open_unit(Language.PYTHON, single, context, made_by=made_by)
        if unit is None:
            results.append(unknown(Source.UNKNOWN))
            continue
        source = parse(unit.text.lstrip() if made_by == "eval" else unit.text, unit.id, machine.limits)
        report_problems(machine, source)
        source.is_module = made_by.startswith("import")
        outer, machine.context = machine.context, replace(machine.context, place=context.place)
        try:
            results.append(run_source(machine, source, scope))
        finally:
            machine.context = outer
    return machine.joined(results) if results else NONE


def report_problems(machine: Machine, source: SourceText) -> None:
    """Record what did not parse as gaps."""
    for problem in source.problems:
        machine.evaluation.gap(problem.why, problem.what, Place(source.unit, Span(problem.line, 1, problem.line, 1)))


def run_source(machine: Machine, source: SourceText, scope: Scope) -> PyValue:
    """Run parsed code in a namespace; a bound that is hit ends this code only."""
    saved = machine.scope, machine.source, machine.statement
    machine.scope, machine.source = scope, source
    last: PyValue = NONE
    machine.depth += 1
    try:
        if machine.depth > machine.limits.depth:
            raise Exhausted(Why.TOO_DEEP, f"code nested more than {machine.limits.depth} deep")
        for index, (_, statement, _, _) in enumerate(source.statements):
            machine.statement = index
            line = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
            small = line[0] if len(line) == 1 else None
            if index == len(source.statements) - 1 and isinstance(small, cst.Expr):
                last = machine.evaluate(small.value)
            else:
                machine.execute([statement])
    except RecursionError:
        machine.evaluation.gap(Why.TOO_DEEP, "code nested too deep", Place(source.unit, START))
    finally:
        machine.depth -= 1
        machine.scope, machine.source, machine.statement = saved
    return last


def _scope_of(call: Call) -> Scope:
    """Give the namespace that `exec(code, globals, locals)` names, or the caller's."""
    machine = call.machine
    for index, name in ((2, "locals"), (1, "globals")):
        value = call.get(index, name)
        if isinstance(value, NamespaceObj) and isinstance(value.target, Scope):
            return value.target
        if isinstance(value, DictObj):
            names = {key: item for key, item in value.entries.items() if isinstance(key, str)}
            return Scope(names, machine.module if value.entries.get("__builtins__") is None else None, is_root=True)
    return machine.scope


def _exec(call: Call) -> PyValue:
    code = call.arg(0)
    scope = _scope_of(call)
    result = run_code(call, code, scope, call.callee.path)
    given = call.get(1, "globals")
    if isinstance(given, DictObj):
        call.machine.journal.touch(given)
        given.entries.update(scope.names)
    return result if call.callee.path == "eval" else NONE


def run_code(call: Call, code: PyValue, scope: Scope, made_by: str) -> PyValue:
    """Run text, a code object or a function as code in a namespace."""
    if isinstance(code, Choice):
        return call.machine.joined([run_code(call, single, scope, made_by) for single in code.values])
    if isinstance(code, CodeObj):
        if code.calls:
            for path, args in code.calls:
                call_path(call.machine, path, args, call.node)
            call.machine.note_decoding([code.text], Language.PYTHON, call.node)
            return NONE
        return run_text(call, code.text, scope, made_by)
    if isinstance(code, FunctionObj):
        return call.machine.call(code, Arguments(), call.node)
    if isinstance(code, Known) and not isinstance(code.value, str | bytes):
        return NONE
    value = call.machine.scalar(code)
    return run_text(call, value, scope, made_by)


def _compile(call: Call) -> PyValue:
    source = call.arg(0, "source")
    if isinstance(source, CodeObj):
        return source
    return CodeObj(call.machine.scalar(source), call.text(2, "mode") or "exec")


def _run_path(call: Call) -> PyValue:
    machine = call.machine
    path = machine.word(call.arg(0))
    content = machine.evaluation.files.read(path, machine.directory)
    scope = Scope({"__name__": call.get(None, "run_name") or Known("<run_path>")})
    run_text(call, content, scope, "runpy.run_path")
    return DictObj(keyed(scope.names), unknown(Source.UNKNOWN))


def _execfile(call: Call) -> PyValue:
    return run_text(
        call, call.machine.evaluation.files.read(call.word(0), call.machine.directory), _scope_of(call), "execfile"
    )


def read_module(machine: Machine, name: str, content: Value, made_by: str) -> ModuleObj:
    """Read a module that the script wrote, when it imports it."""
    scope = Scope({"__name__": Known(name)})
    call = Call(machine, External("import"), (), {}, None, cst.Pass())
    saved_module, machine.module = machine.module, scope
    frame = Frame(None, scope)
    machine.frames.append(frame)
    try:
        run_text(call, content, scope, made_by)
    finally:
        machine.frames.pop()
        machine.module = saved_module
    return ModuleObj(name, scope)


def _literal(text: str) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python thinks of the text's style
        value: object = ast.literal_eval(text)
    return value


def _literal_eval(call: Call) -> PyValue:
    from auditor.read.python.fold import Pure, fold

    value = call.machine.scalar(call.arg(0))
    if isinstance(value, Known) and isinstance(value.value, str) and len(value.value) > 100_000:
        return unknown(Source.LIMIT)
    return fold(call.machine, Pure(_literal), (value,), {}, call.node)


def _function_type(call: Call) -> PyValue:
    code = call.arg(0)
    return Partial(External("exec"), (code,), {}) if isinstance(code, CodeObj) else code


DYNAMIC: dict[str, Handler] = {
    "exec": _exec,
    "eval": _exec,
    "execfile": _execfile,
    "compile": _compile,
    "builtins.exec": _exec,
    "builtins.eval": _exec,
    "types.FunctionType": _function_type,
    "types.LambdaType": _function_type,
    "marshal.loads": load_marshal,
    "pickle.loads": load_pickle,
    "pickle.dumps": dump_pickle,
    "joblib.load": lambda call: unknown(Source.FILE),
    "runpy.run_path": _run_path,
    "runpy._run_code": _exec,
    "ast.literal_eval": _literal_eval,
    "ast.parse": _compile,
    "codeop.compile_command": _compile,
}
