"""tree-sitter-bash's simple commands and compound kinds; its tree is too flat for more."""

from __future__ import annotations

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from tests.read.shell.parsers.rows import cut

_PARSER = Parser(Language(tree_sitter_bash.language()))
_COMMANDS = frozenset({"command", "declaration_command", "unset_command"})
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})


def simple_commands(text: str) -> list[tuple[int, tuple[str, ...]]] | None:
    """Give line and words of each simple command, in the order in which they begin; None where it errs."""
    source = text.encode("utf-8", "surrogateescape")
    tree = _PARSER.parse(source)
    if tree.root_node.has_error:
        return None
    found: list[tuple[int, tuple[str, ...]]] = []
    waiting = [tree.root_node]
    whole = source.decode("latin-1")
    while waiting:
        node = waiting.pop()
        waiting += reversed(node.children)
        parent = node.parent.type if node.parent else ""
        if node.type in _COMMANDS or (node.type == "test_command" and node.children[0].type == "["):
            words = [child for child in node.children if child.type not in _REDIRECTS and child.type != "&"]
        elif node.type == "variable_assignments":
            words = node.children
        elif node.type == "variable_assignment" and parent not in (*_COMMANDS, "variable_assignments", *_ARITHMETIC):
            words = [node]
        else:
            continue
        texts = tuple(_written(whole, word) for word in words)
        found.append((node.start_point[0] + 1, texts))
    return found


_ARITHMETIC = (
    "c_style_for_statement", "arithmetic_expansion", "binary_expression", "parenthesized_expression", "subscript"
)  # fmt: skip


def _written(source: str, node: Node) -> str:
    spans = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.type in _SUBSTITUTIONS:
            spans.append((each.start_byte, each.end_byte))
        else:
            waiting += each.children
    return cut(source, spans, node.start_byte, node.end_byte).encode("latin-1").decode("utf-8", "surrogateescape")
