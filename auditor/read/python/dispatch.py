"""Which function evaluates which node: the tables that make the interpreter whole."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from auditor.read.apis import api_of, method_api_of
from auditor.read.python.access import attribute, attribute_node, name
from auditor.read.python.assign import annotated, assign, augmented, plain, walrus
from auditor.read.python.builtins import BUILTINS
from auditor.read.python.calls import call, call_node
from auditor.read.python.comparing import comparison
from auditor.read.python.conditions import if_statement
from auditor.read.python.definitions import (
    await_expression,
    class_definition,
    function_definition,
    lambda_expression,
    yield_expression,
)
from auditor.read.python.dynamic import DYNAMIC
from auditor.read.python.frames import NEXT, Tables
from auditor.read.python.importing import from_import, import_statement
from auditor.read.python.iterate import comprehension, dict_comprehension, iterate
from auditor.read.python.literals import (
    concatenated_string,
    dict_display,
    ellipsis,
    floating,
    formatted_string,
    imaginary,
    integer,
    list_display,
    set_display,
    simple_string,
    tuple_display,
)
from auditor.read.python.loops import for_statement, while_statement
from auditor.read.python.machine import Machine
from auditor.read.python.matching import match_statement
from auditor.read.python.objects import PyValue
from auditor.read.python.operators import binary_operation, boolean_operation, conditional, unary_operation
from auditor.read.python.removing import delete
from auditor.read.python.runners import RUNNERS
from auditor.read.python.statements import (
    assert_statement,
    break_statement,
    continue_statement,
    expression,
    global_statement,
    nonlocal_statement,
    raise_statement,
    return_statement,
    simple_line,
    try_statement,
    with_statement,
)
from auditor.read.python.subscripts import subscript, subscript_node
from auditor.read.python.texts import text_of

EXPRESSIONS: dict[type, Callable[..., PyValue]] = {
    cst.Name: name,
    cst.Attribute: attribute_node,
    cst.Subscript: subscript_node,
    cst.Call: call_node,
    cst.SimpleString: simple_string,
    cst.ConcatenatedString: concatenated_string,
    cst.FormattedString: formatted_string,
    cst.Integer: integer,
    cst.Float: floating,
    cst.Imaginary: imaginary,
    cst.Ellipsis: ellipsis,
    cst.List: list_display,
    cst.Tuple: tuple_display,
    cst.Set: set_display,
    cst.Dict: dict_display,
    cst.ListComp: comprehension,
    cst.SetComp: comprehension,
    cst.GeneratorExp: comprehension,
    cst.DictComp: dict_comprehension,
    cst.BinaryOperation: binary_operation,
    cst.UnaryOperation: unary_operation,
    cst.BooleanOperation: boolean_operation,
    cst.Comparison: comparison,
    cst.IfExp: conditional,
    cst.Lambda: lambda_expression,
    cst.NamedExpr: walrus,
    cst.Await: await_expression,
    cst.Yield: yield_expression,
}


def _pass(machine: Machine, node: cst.CSTNode) -> int:
    return NEXT


def _suite_line(machine: Machine, node: cst.SimpleStatementSuite) -> int:
    return machine.execute(node.body)


STATEMENTS: dict[type, Callable[..., int]] = {
    cst.SimpleStatementLine: simple_line,
    cst.SimpleStatementSuite: _suite_line,
    cst.Expr: expression,
    cst.Assign: plain,
    cst.AnnAssign: annotated,
    cst.AugAssign: augmented,
    cst.Del: delete,
    cst.If: if_statement,
    cst.For: for_statement,
    cst.While: while_statement,
    cst.Try: try_statement,
    cst.TryStar: try_statement,
    cst.With: with_statement,
    cst.Match: match_statement,
    cst.Return: return_statement,
    cst.Raise: raise_statement,
    cst.Break: break_statement,
    cst.Continue: continue_statement,
    cst.Assert: assert_statement,
    cst.Global: global_statement,
    cst.Nonlocal: nonlocal_statement,
    cst.Import: import_statement,
    cst.ImportFrom: from_import,
    cst.FunctionDef: function_definition,
    cst.ClassDef: class_definition,
    cst.Pass: _pass,
}


def _api(path: str) -> Callable[..., PyValue] | None:
    return BUILTINS.get(path) or DYNAMIC.get(path) or RUNNERS.get(path) or api_of(path)


TABLES = Tables(
    expressions=EXPRESSIONS,
    statements=STATEMENTS,
    call=call,
    attribute=attribute,
    subscript=subscript,
    iterate=iterate,
    assign=assign,
    text_of=text_of,
    api=_api,
    method_api=method_api_of,
)
