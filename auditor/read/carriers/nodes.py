"""YAML as nodes with spans: built from parser events without recursion, bounded; tags construct nothing.

Takes a YAML or JSON text, gives its documents. Aliases are the node they name, so that a text of
aliases stays as large as it is written; merge keys (`<<`) are followed when entries are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from auditor.model.gap import Why
from auditor.model.place import START, Place, Span
from auditor.model.unit import Unit
from auditor.read.evaluation import Evaluation

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NODES = 60_000
_MOST_MERGES = 200
_TEMPLATE_LINE = re.compile(r"^[ \t-]*\{\{-?[^\n]*\}\}[ \t]*$", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{-?[^{}\n]*\}\}")


@dataclass(eq=False, slots=True)
class Node:
    """A YAML node: a scalar's text as written, a sequence's items, or a mapping's pairs."""

    span: Span
    text: str | None = None
    is_block: bool = False
    tag: str = ""
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[str, Node]] = field(default_factory=list)
    is_mapping: bool = False

    @property
    def entries(self) -> list[tuple[str, Node]]:
        """The entries of a mapping with scalar keys, merged ones after its own; none for anything else."""
        return self._merged()[0] if self.has_merges else self.pairs

    @property
    def has_merges(self) -> bool:
        """Whether entries of other mappings count as its own."""
        return any(key == "<<" for key, _ in self.pairs)

    @property
    def is_cut(self) -> bool:
        """Whether more is merged into it than is followed."""
        return self.has_merges and not self._merged()[1]

    def _merged(self) -> tuple[list[tuple[str, Node]], bool]:
        found: dict[str, Node] = {}
        waiting, seen = [self], {id(self)}
        while waiting and len(seen) < _MOST_MERGES:
            node = waiting.pop(0)
            for key, value in node.pairs:
                if key != "<<":
                    found.setdefault(key, value)
                    continue
                merged = [other for other in (value, *value.items) if id(other) not in seen]
                seen.update(map(id, merged))
                waiting += merged
        return list(found.items()), not waiting

    def get(self, *path: str) -> Node | None:
        """Give the node under a path of keys, or None."""
        node: Node | None = self
        for key in path:
            node = next((value for name, value in node.entries if name == key), None) if node is not None else None
        return node

    def text_at(self, *path: str) -> str:
        """Give the text of the scalar under a path of keys, or nothing."""
        node = self.get(*path)
        return (node.text or "") if node is not None else ""

    def words(self) -> list[str]:
        """The texts of a sequence of scalars."""
        return [item.text for item in self.items if item.text is not None]

    @property
    def lines(self) -> str:
        """The scalar's text with its first line where the node begins: below the header of a block."""
        return f"\n{self.text}" if self.is_block and self.text is not None else self.text or ""


def documents(evaluation: Evaluation, unit: Unit) -> Iterator[Node]:
    """Give the documents of a YAML text; one that does not parse is a gap, with what stands before it given."""
    text = unit.text.replace("\t", "  ") if unit.text.lstrip()[:1] in {"{", "["} else unit.text
    try:
        yield from composed(evaluation, text, Place(unit.id, START))
    except (yaml.YAMLError, ValueError) as error:
        if "{{" in unit.text:
            yield from _filled(evaluation, unit)
            return
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        evaluation.gap(Why.NOT_PARSED, f"not valid YAML{where}", Place(unit.id, START))


def _filled(evaluation: Evaluation, unit: Unit) -> Iterator[Node]:
    """Read a template (Helm, Jinja) with its control lines blank and its values as words."""
    text = _TEMPLATE.sub("template", _TEMPLATE_LINE.sub("", unit.text))
    try:
        yield from composed(evaluation, text, Place(unit.id, START))
    except (yaml.YAMLError, ValueError):
        evaluation.gap(Why.NOT_PARSED, "a template that is not YAML once filled in", Place(unit.id, START))


def composed(evaluation: Evaluation, text: str, place: Place) -> Iterator[Node]:
    """Give the documents of a text; past the bounds a gap at this place."""
    anchors: dict[str, Node] = {}
    open_nodes: list[tuple[Node, list[Node]]] = []
    count = 0
    for event in yaml.parse(text, Loader=_LOADER):
        node = _node_of(event, anchors)
        count += 1
        if count % 50 == 0:
            evaluation.spend()
        if len(open_nodes) > evaluation.limits.nesting or count > _MOST_NODES:
            why = Why.TOO_MANY if count > _MOST_NODES else Why.TOO_DEEP
            evaluation.gap(why, "YAML of this size", place)
            return
        if isinstance(event, yaml.CollectionStartEvent) and node is not None:
            open_nodes.append((node, []))
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            node, children = open_nodes.pop()
            _close(node, children, event)
            if node.is_cut:
                evaluation.gap(Why.TOO_MANY, f"more than {_MOST_MERGES} mappings merged into one", place)
        if isinstance(event, yaml.DocumentEndEvent):
            anchors.clear()
        if node is None:
            continue
        if open_nodes:
            open_nodes[-1][1].append(node)
        else:
            yield node


def _node_of(event: yaml.Event, anchors: dict[str, Node]) -> Node | None:
    if isinstance(event, yaml.AliasEvent):
        return anchors.get(event.anchor or "", Node(_span(event), ""))
    if not isinstance(event, yaml.NodeEvent):
        return None
    tag = getattr(event, "tag", None) or ""
    if isinstance(event, yaml.ScalarEvent):
        node = Node(_span(event), event.value, event.style in {"|", ">"}, tag)
    else:
        node = Node(_span(event), tag=tag, is_mapping=isinstance(event, yaml.MappingStartEvent))
    if event.anchor is not None:
        anchors[event.anchor] = node
    return node


def _close(node: Node, children: list[Node], event: yaml.Event) -> None:
    """Give a collection its children, and its span the end."""
    if node.is_mapping:
        pairs = zip(children[::2], children[1::2], strict=False)
        node.pairs += [(key.text, value) for key, value in pairs if key.text is not None]
    else:
        node.items += children
    start, end = node.span, _span(event)
    last = children[-1].span if children else end
    stop = (last.end_line, last.end_column) if last.end_line < end.line else (end.end_line, end.end_column)
    if stop >= (start.line, start.column):
        node.span = Span(start.line, start.column, *stop)


def _span(event: yaml.Event) -> Span:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return START
    first, last = (start.line + 1, start.column + 1), (end.line + 1, end.column + 1)
    return Span(*first, *max(first, last))


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, each once however often it is aliased."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += reversed([*current.items, *(value for _, value in current.entries)])
