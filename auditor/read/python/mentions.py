"""Which identifiers and modules a piece of Python mentions, told from its tree.

Takes text that the guard let pass, or libcst nodes; gives names, attributes and modules. Text in
strings does not count. Refuses text that CPython's parser refuses.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache

import libcst as cst

from auditor.read.python.access import identifier
from auditor.read.python.importing import dotted

_SKIPPED = frozenset(
    "lpar rpar lbracket rbracket lbrace rbrace comma semicolon equal dot colon indent newline header footer "
    "leading_lines lines_after_decorators trailing_whitespace whitespace lines_after_module_docstring star ".split()
)
_NO_NAMES = frozenset({"ctx", "op", "ops", "type_comment", "kind", "conversion", "level", "type_ignores"})


@dataclass(frozen=True, slots=True)
class Mentions:
    """The identifiers of a piece of code: as names, and behind a dot; and the modules that it imports."""

    names: frozenset[str]
    attributes: frozenset[str]
    modules: frozenset[str]
    star_modules: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """All of them."""
        return self.names | self.attributes


@dataclass(slots=True)
class _Found:
    """What was collected so far."""

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    stars: set[str] = field(default_factory=set)

    def imports(self, name: str) -> None:
        """Note `import NAME`."""
        self.names.update(name.split("."))
        self.modules.add(name)

    def imports_from(self, module: str, name: str) -> None:
        """Note `from MODULE import NAME`."""
        if name == "*":
            self.stars.add(module)
        else:
            self.names.update(name.split("."))
            self.modules.add(f"{module}.{name}")

    def whole(self) -> Mentions:
        """Give all of it."""
        return Mentions(
            frozenset(self.names), frozenset(self.attributes), frozenset(self.modules), frozenset(self.stars)
        )


def parsed(text: str) -> ast.Module | None:
    """Parse with CPython's own parser, which costs a tenth of libcst's; None for what it refuses. Compiles nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError):
        return None


def mentions_in(text: str) -> Mentions | None:
    """Collect every identifier in a text; None for what CPython's parser refuses."""
    tree = parsed(text)
    if tree is None:
        return None
    found = _Found()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            found.names.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.attributes.add(node.attr)
            pending.append(node.value)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                found.imports(alias.name)
                _bound(found, alias)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.names.update(module.split("."))
            found.modules.add(module)
            for alias in node.names:
                found.imports_from(module, alias.name)
                _bound(found, alias)
        elif not isinstance(node, ast.Constant):
            for name in node._fields:
                if name not in _NO_NAMES:
                    _within(getattr(node, name), found, pending)
    return found.whole()


def _bound(found: _Found, alias: ast.alias) -> None:
    if alias.asname is not None:
        found.names.add(alias.asname)


def _within(value: object, found: _Found, pending: list[ast.AST]) -> None:
    """Note a name that a node holds as text, and queue the nodes that it holds."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, ast.AST):
                pending.append(item)
            elif isinstance(item, str):
                found.names.add(item)
    elif isinstance(value, ast.AST):
        pending.append(value)
    elif isinstance(value, str):
        found.names.add(value)


def mentions_of(nodes: Iterable[cst.CSTNode]) -> Mentions:
    """Collect every identifier in some code that libcst parsed."""
    found = _Found()
    pending: list[object] = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Name):
            found.names.add(identifier(node.value))
        elif isinstance(node, cst.Attribute):
            found.attributes.add(identifier(node.attr.value))
            pending.append(node.value)
        elif isinstance(node, list | tuple):
            pending += node
        elif isinstance(node, cst.Import | cst.ImportFrom):
            _imported(node, found)
        elif isinstance(node, cst.CSTNode) and not isinstance(node, cst.SimpleString | cst.Integer):
            for name in _fields(type(node)):
                inner = getattr(node, name)
                if inner is not None and not isinstance(inner, str):
                    pending.append(inner)
    return found.whole()


def _imported(node: cst.Import | cst.ImportFrom, found: _Found) -> None:
    aliases = node.names if not isinstance(node.names, cst.ImportStar) else ()
    if isinstance(node, cst.Import):
        for alias in aliases:
            found.imports(identifier(dotted(alias.name)))
        return
    module = identifier(dotted(node.module)) if node.module is not None else ""
    found.names.update(module.split("."))
    found.modules.add(module)
    for name in [identifier(dotted(alias.name)) for alias in aliases] or ["*"]:
        found.imports_from(module, name)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    names = [each.name for each in fields(kind)]
    return tuple(name for name in names if name not in _SKIPPED and not name.startswith("whitespace"))
