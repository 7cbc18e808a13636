"""A unit of JavaScript or TypeScript parsed: bounded before and after, as light nodes with places.

Takes a text, gives its tree and the lines that did not parse. tree-sitter does not recurse and does
not fail: text that is no program leaves error nodes, and what stands around them is read.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language as Grammar
from tree_sitter import Node as Raw
from tree_sitter import Parser, TreeCursor

from auditor.model.gap import Why
from auditor.model.place import START, Span
from auditor.model.unit import Language
from auditor.read.collector import paused_collector
from auditor.settings import Limits

_MOST_NODES = 250_000
_MOST_DEPTH = 900
_CHUNK = 65_536
_LEAST_LOOKS = 500
_BYTES_PER_LOOK = 20  # a program takes a look per 75 bytes
_SKIPPED = frozenset({"comment", "html_comment", "type_annotation", "type_parameters", "type_arguments"})
_MARKS = frozenset({"async", "get", "set", "static", "of", "*"})
_LEAVES = frozenset(
    """identifier property_identifier shorthand_property_identifier string number comment type_annotation
    regex_flags regex_pattern string_fragment escape_sequence this null true false undefined type_arguments
    type_parameters""".split()
)


@dataclass(eq=False, slots=True)
class Node:
    """A node of the tree: its type, what it holds, and which of that has which role."""

    type: str
    source: Text
    start: int
    end: int
    children: list[Node] = field(default_factory=list)
    fields: dict[str, Node] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text as written."""
        return self.source.data[self.start : self.end].decode("utf-8", "replace")

    def get(self, name: str) -> Node | None:
        """Give the child with a role."""
        return self.fields.get(name)

    @property
    def span(self) -> Span:
        """Where the node stands."""
        return self.source.span(self.start, self.end)


@dataclass(eq=False, slots=True)
class Text:
    """One unit's text as bytes, with the offsets of its lines; `holes` tells that code stands for unknown parts."""

    unit: int
    data: bytes
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0]
        at = self.data.find(b"\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)

    def span(self, start: int, end: int) -> Span:
        """Give the span between two offsets, columns in code points."""
        first, last = self._spot(start), self._spot(max(start, end))
        return Span(*first, *max(first, last))

    def _spot(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        begin = self.starts[line - 1]
        return line, len(self.data[begin:offset].decode("utf-8", "replace")) + 1


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed unit: its root, or None; what was not read, why, and where."""

    root: Node | None
    problems: tuple[tuple[Why, str, Span], ...] = ()


def parse(text: str, unit: int, language: Language, limits: Limits) -> Parsed:
    """Parse a unit's text with the grammar that fits it best."""
    if len(text) > limits.script_bytes:
        return Parsed(None, ((Why.TOO_LARGE, "a script of this size", START),))
    source = Text(unit, text.encode("utf-8", "replace"))
    best: Raw | None = None
    for name in ("tsx", "typescript") if language is Language.TYPESCRIPT else ("javascript", "tsx", "typescript"):
        root = _root(_parser(name), source.data)
        if root is None:
            continue
        if best is None or _errors(root) < _errors(best):
            best = root
        if not root.has_error:
            break
    if best is None:
        return Parsed(None, ((Why.TIMED_OUT, f"parsing {language.value} took more than its share", START),))
    problems: list[tuple[Why, str, Span]] = []
    node = _converted(best, source, problems)
    if best.has_error and not problems:
        first = _first_error(best)
        where = source.span(first.start_byte, first.start_byte)
        problems.append((Why.NOT_PARSED, f"{language.value} that does not parse", where))
    return Parsed(node, tuple(problems))


def _root(parser: Parser, data: bytes) -> Raw | None:
    """Parse, or give up: repairing what is no program can take tree-sitter exponential time."""
    looks = _LEAST_LOOKS + len(data) // _BYTES_PER_LOOK

    def is_over(offset: int, has_error: bool) -> bool:
        nonlocal looks
        looks -= 1
        return looks < 0

    try:
        return parser.parse(lambda offset, _: data[offset : offset + _CHUNK], progress_callback=is_over).root_node
    except ValueError:
        parser.reset()
        return None


@cache
def _parser(name: str) -> Parser:
    if name == "javascript":
        return Parser(Grammar(tree_sitter_javascript.language()))
    if name == "tsx":
        return Parser(Grammar(tree_sitter_typescript.language_tsx()))
    return Parser(Grammar(tree_sitter_typescript.language_typescript()))


def _errors(root: Raw) -> int:
    """Give how much of a text did not parse: the bytes under error nodes near the top, one for others."""
    if not root.has_error:
        return 0
    if root.is_error:
        return root.end_byte - root.start_byte + 1
    return 1 + sum(child.end_byte - child.start_byte for child in root.children if child.is_error or child.has_error)


def _first_error(root: Raw) -> Raw:
    node = root
    for _ in range(_MOST_DEPTH):
        inner = next((child for child in node.children if child.is_error or child.is_missing or child.has_error), None)
        if inner is None or node.is_error:
            return node
        node = inner
    return node


def _converted(root: Raw, source: Text, problems: list[tuple[Why, str, Span]]) -> Node:
    """Copy a tree into light nodes."""
    with paused_collector():
        return _copied(root, source, problems)


def _copied(root: Raw, source: Text, problems: list[tuple[Why, str, Span]]) -> Node:
    """Copy without recursion; what is too deep or too much is left out and said so."""
    cursor: TreeCursor = root.walk()
    top = Node(root.type, source, root.start_byte, root.end_byte)
    path: list[Node | None] = [top]
    count = 0
    while True:
        here = path[-1]
        is_open = here is not None and here.type not in _LEAVES
        if is_open and (len(path) > _MOST_DEPTH or count >= _MOST_NODES):
            why = Why.TOO_DEEP if len(path) > _MOST_DEPTH else Why.TOO_LARGE
            if not problems and here is not None and cursor.goto_first_child():
                cursor.goto_parent()
                what = "code of this depth" if why is Why.TOO_DEEP else "code of this size"
                problems.append((why, what, here.span))
        elif is_open and cursor.goto_first_child():
            path.append(_add(here, cursor, source))
            count += 1
            continue
        while not cursor.goto_next_sibling():
            path.pop()
            if not cursor.goto_parent() or len(path) < 2:
                return top
        path[-1] = _add(path[-2], cursor, source)
        count += 1


def _add(parent: Node | None, cursor: TreeCursor, source: Text) -> Node | None:
    """Add the node at the cursor to its parent; marks without a role are left out."""
    raw = cursor.node
    assert raw is not None and parent is not None
    kind = raw.type
    name = cursor.field_name
    if not raw.is_named:
        if name is None:
            if kind not in _MARKS:
                return None
            name = kind
        parent.fields.setdefault(name, Node(kind, source, raw.start_byte, raw.end_byte))
        return None
    node = Node(kind, source, raw.start_byte, raw.end_byte)
    if kind not in _SKIPPED:
        parent.children.append(node)
    if name is not None:
        parent.fields.setdefault(name, node)
    return node
