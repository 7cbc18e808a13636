"""Pieces of a framework's own source, run without what the rest of its module imports (torch, Ray).

Takes a file of an installed package; gives its functions and statements. Nothing but the standard library.
"""

from __future__ import annotations
import __future__

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def parsed(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def named(tree: ast.AST, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """Give the function of a name."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return next(node for node in ast.walk(tree) if isinstance(node, kinds) and node.name == name)


def first(tree: ast.AST, kind: type[ast.stmt], text: str) -> ast.stmt:
    """Give the first statement of a kind that begins so, when written out."""
    return next(node for node in ast.walk(tree) if isinstance(node, kind) and ast.unparse(node).startswith(text))


def calls(tree: ast.AST, function: str) -> Iterator[ast.Call]:
    """Give the calls of a function, by its dotted name."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == function)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Give the names of a function's parameters."""
    given = function.args
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def run(statement: ast.stmt, names: dict[str, Any]) -> dict[str, Any]:
    """Run a statement with these names; give the names after it."""
    module = ast.Module([statement], type_ignores=[])
    exec(compile(module, "<lifted>", "exec", flags=__future__.annotations.compiler_flag), names)
    return names


def function(tree: ast.AST, name: str, names: dict[str, Any]) -> Callable[..., Any]:
    """Give a function that works with these names."""
    node = named(tree, name)
    node.decorator_list = []
    made: Callable[..., Any] = run(node, names)[name]
    return made
