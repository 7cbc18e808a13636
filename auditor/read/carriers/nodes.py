"""YAML as nodes with spans, bounded; anchors are followed, tags construct nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from auditor.model.gap import Why
from auditor.model.place import START, Place, Span
from auditor.model.unit import Unit
from auditor.read.evaluation import Evaluation

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML node: a scalar's text, a sequence's items, or a mapping's entries."""

    node: yaml.Node

    @property
    def text(self) -> str | None:
        """The scalar's text as written (a number or boolean too); None for a collection."""
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else None

    @property
    def items(self) -> tuple[Node, ...]:
        """The items of a sequence; none for anything else."""
        return tuple(Node(item) for item in self.node.value) if isinstance(self.node, yaml.SequenceNode) else ()

    @property
    def entries(self) -> tuple[tuple[str, Node], ...]:
        """The entries of a mapping with scalar keys; none for anything else."""
        if not isinstance(self.node, yaml.MappingNode):
            return ()
        return tuple(
            (str(key.value), Node(value)) for key, value in self.node.value if isinstance(key, yaml.ScalarNode)
        )

    def get(self, *path: str) -> Node | None:
        """Give the node under a path of keys, or None."""
        node: Node | None = self
        for key in path:
            node = next((value for name, value in node.entries if name == key), None) if node is not None else None
        return node

    @property
    def span(self) -> Span:
        """Where the node stands."""
        start, end = self.node.start_mark, self.node.end_mark
        if (end.line, end.column) < (start.line, start.column):
            end = start
        return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def words(self) -> list[str]:
        """The texts of a sequence of scalars."""
        return [item.text for item in self.items if item.text is not None]


def documents(evaluation: Evaluation, unit: Unit) -> Iterator[Node]:
    """Give the documents of a YAML text; one that does not parse is a gap."""
    try:
        for node in yaml.compose_all(unit.text, Loader=_LOADER):
            if node is not None:
                yield Node(node)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        evaluation.gap(Why.NOT_PARSED, f"not valid YAML{where}", Place(unit.id, START))


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, each once however often it is aliased, at most 20,000."""
    seen: set[int] = set()
    waiting = [node]
    while waiting and len(seen) < _MOST_NODES:
        current = waiting.pop()
        if id(current.node) in seen:
            continue
        seen.add(id(current.node))
        yield current
        waiting += reversed([*current.items, *(value for _, value in current.entries)])
