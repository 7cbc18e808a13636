"""Where nodes stand, computed only for what is reported.

libcst nodes carry no positions, and its provider costs more than the rest of reading. So one
top-level statement is generated again when a node of it is first reported, counting lines and
columns as the tokens go by.
"""

from __future__ import annotations

from types import TracebackType

import libcst as cst
from libcst._nodes.internal import CodegenState

Where = tuple[int, int, int, int]


class _Recording:
    """Notes where a node starts and ends; a plain class, since a generator's context costs three times as much."""

    __slots__ = ("column", "line", "node", "state")

    def __init__(self, state: _State, node: cst.CSTNode) -> None:
        self.state = state
        self.node = node
        self.line = state.line
        self.column = state.column

    def __enter__(self) -> None:
        self.line = self.state.line
        self.column = self.state.column

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.state.found[self.node] = (self.line, self.column, self.state.line, self.state.column)


class _State(CodegenState):
    """Generates code without keeping it, and counts."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.line = 1
        self.column = 0
        self.found: dict[cst.CSTNode, Where] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.column += len(token)

    def add_token(self, value: str) -> None:
        if "\n" in value or "\r" in value:
            value = value.replace("\r\n", "\n").replace("\r", "\n")
            self.line += value.count("\n")
            self.column = len(value) - value.rfind("\n") - 1
        else:
            self.column += len(value)

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Recording:
        return _Recording(self, node)


def locate(module: cst.Module, statement: cst.CSTNode, start_line: int) -> dict[cst.CSTNode, Where]:
    """Give line, column, end line and end column (from 1, end past the last) of every node in a top-level statement."""
    state = _State(module)
    statement._codegen(state)
    first = statement
    if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
        first = statement.decorators[0]  # the statement begins there; libcst counts from `def`
    own = state.found.get(first)
    shift = start_line - (own[0] if own else 1)
    return {
        node: (line + shift, column + 1, end_line + shift, end_column + 1)
        for node, (line, column, end_line, end_column) in state.found.items()
    }
