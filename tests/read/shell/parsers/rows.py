"""The neutral form: a tree of rows, each with a kind, its texts as written, and where it begins.

A parser's translation gives `Row`s. Substitutions inside a text are cut to `$(_)` and stand as
children of their own, so that parsers which print them anew can be compared too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

CUT = "$(_)"


@dataclass(frozen=True, slots=True)
class Row:
    """One construct: `line` is 0 where the parser does not tell it."""

    kind: str
    texts: tuple[str, ...] = ()
    children: tuple[Row, ...] = ()
    line: int = 0

    def flat(self, depth: int = 0) -> Iterator[str]:
        """Give the tree as lines of text, for comparing and for showing."""
        yield f"{depth} {self.line or '-'} {self.kind} {list(self.texts)}"
        for child in self.children:
            yield from child.flat(depth + 1)

    def walk(self) -> Iterator[Row]:
        """Give this row and all below."""
        yield self
        for child in self.children:
            yield from child.walk()


def flat(rows: Iterable[Row]) -> list[str]:
    """Give several trees as lines of text."""
    return [line for row in rows for line in row.flat()]


def without_lines(row: Row) -> Row:
    """Forget where everything stands."""
    return replace(row, line=0, children=tuple(without_lines(child) for child in row.children))


def cut(text: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> str:
    """Give a stretch of text with the outermost of the spans replaced by a sign, and continued lines joined."""
    pieces, at = [], start
    for first, last in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if first >= at and last <= end:
            pieces += [text[at:first], text[first] + "(_)" if text[first] in "<>" else CUT]
            at = last
    return re.sub(r"\\\n", "", "".join([*pieces, text[at:end]]))


def document(text: str, delimiter: str, operator: str, parts: tuple[Row, ...]) -> Row:
    """Give a here-document's body without its terminator, tabs and last line ends as `<<-` leaves them."""
    if operator == "<<-":
        text = "\n".join(line.lstrip("\t") for line in text.split("\n"))
    body = "\n" + text.rstrip("\n")
    body = body.removesuffix("\n" + delimiter)
    return Row("document", (body[1:].rstrip("\n"),), parts)


def redirect(descriptor: str, operator: str, target: str, children: tuple[Row, ...] = ()) -> Row:
    """Give a redirection with the descriptor that bash takes by default; `>& file` is `&> file`."""
    if operator == ">&" and not descriptor and not re.fullmatch(r"(?:[0-9]+-?|-|[$\"'`].*)", target):
        operator = "&>"
    default = "" if operator.startswith("&") else "0" if operator.startswith("<") else "1"
    return Row("redirect", (descriptor or default, operator, target), children)


def merged(row: Row) -> Row:
    """Give a command whose errors go where its output goes, as `|&` says."""
    addition = redirect("2", ">&", "1")
    if row.kind in ("simple", "redirected"):
        return replace(row, children=(*row.children, addition))
    return Row("redirected", (), (row, addition))


def simple_commands(rows: Iterable[Row]) -> list[tuple[int, tuple[str, ...]]]:
    """Give the simple commands that have words, in the order in which they begin."""
    return [(row.line, row.texts) for tree in rows for row in tree.walk() if row.kind == "simple" and row.texts]
