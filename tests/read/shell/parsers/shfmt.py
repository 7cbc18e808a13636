"""shfmt's tree (`shfmt --to-json`) in the neutral form."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.read.shell.parsers.rows import Row, cut, document, merged, redirect

Node = dict[str, Any]
PROGRAM = Path(sys.executable).with_name("shfmt")


def rows_of(text: str) -> tuple[Row, ...] | None:
    """Read a text with shfmt; None where it refuses."""
    source = text.encode("utf-8", "surrogateescape")
    done = subprocess.run([str(PROGRAM), "-ln", "bash", "--to-json"], input=source, capture_output=True, check=False)
    if done.returncode != 0:
        return None
    return _Translation(source).statements(json.loads(done.stdout))


def _span(node: Node) -> tuple[int, int]:
    return node["Pos"]["Offset"], node["End"]["Offset"]


def _nodes(value: object) -> Iterator[Node]:
    """Give the nodes directly below a value, in the order of the text."""
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)
    elif isinstance(value, dict):
        if "Pos" in value:
            yield value
        elif "Offset" not in value or "Line" not in value:
            for each in value.values():
                yield from _nodes(each)


def _below(node: Node) -> list[Node]:
    found = [each for value in node.values() for each in _nodes(value)]
    return sorted(found, key=lambda each: each["Pos"]["Offset"])


class _Translation:
    """Turns shfmt's nodes into rows; `quotes` counts the backticks around."""

    def __init__(self, source: bytes) -> None:
        self.source = source.decode("latin-1")  # so that offsets of bytes are offsets of text
        self.quotes = 0

    def statements(self, node: Node, key: str = "Stmts") -> tuple[Row, ...]:
        return tuple(self.statement(each) for each in node.get(key) or ())

    def back(self, text: str) -> str:
        for _ in range(self.quotes):
            text = re.sub(r"\\([$`\\])", r"\1", text)
        return text.encode("latin-1").decode("utf-8", "surrogateescape")

    def text(self, start: int, end: int, node: Node) -> str:
        return self.back(cut(self.source, self.substitutions(node), start, end))

    def written(self, node: Node) -> str:
        return self.text(*_span(node), node)

    def substitutions(self, node: Node) -> list[tuple[int, int]]:
        if node.get("Type") in ("CmdSubst", "ProcSubst"):
            return [_span(node)]
        return [span for each in _below(node) for span in self.substitutions(each)]

    def statement(self, node: Node) -> Row:
        command = node.get("Cmd")
        redirects = tuple(self.redirect(each) for each in node.get("Redirs") or ())
        starts = [each["Pos"] for each in (*([command] if command else ()), *(node.get("Redirs") or ()))]
        line = min(starts, key=lambda pos: pos["Offset"])["Line"] if starts else node["Pos"]["Line"]
        if command is None:
            row = Row("simple", (), redirects, line)
        else:
            row = self.command(command, line)
            if redirects and row.kind == "simple":
                row = Row("simple", row.texts, (*row.children, *redirects), line)
            elif redirects:
                row = Row("redirected", (), (row, *redirects))
        if node.get("Negated"):
            row = Row("not", (), (row,))
        return Row("background", (), (row,)) if node.get("Background") else row

    def command(self, node: Node, line: int) -> Row:
        match node["Type"]:
            case "CallExpr":
                return self.simple((*(node.get("Assigns") or ()), *(node.get("Args") or ())), line)
            case "DeclClause":
                return self.simple((node["Variant"], *(node.get("Args") or ())), line)
            case "LetClause":
                row = self.simple(tuple(node["Exprs"]), line)
                return Row("simple", ("let", *row.texts), row.children, line)
            case "BinaryCmd":
                return self.joined(node)
            case "TimeClause":
                return self.statement(node["Stmt"]) if node.get("Stmt") else Row("simple", (), (), line)
            case "FuncDecl":
                name = node.get("Name") or {"Value": ""}
                return Row("function", (name["Value"],), (self.statement(node["Body"]),), line)
            case "CoprocClause":
                name = self.written(node["Name"]) if node.get("Name") else "COPROC"
                return Row("coproc", (name,), (self.statement(node["Stmt"]),))
            case "ArithmCmd":
                start, end = _span(node)
                return Row("arithmetic", (self.text(start + 2, end - 2, node).strip(),), self.parts(node))
            case "TestClause":
                leaves = tuple(self.leaves(node["X"]))
                return Row("test", tuple(text for text, _ in leaves), tuple(row for _, rows in leaves for row in rows))
            case _:
                return self.compound(node)

    def compound(self, node: Node) -> Row:
        match node["Type"]:
            case "IfClause":
                return self.branches(node)
            case "WhileClause":
                kind = "until" if node.get("Until") else "while"
                return Row(kind, (), (*self.statements(node, "Cond"), Row("do"), *self.statements(node, "Do")))
            case "ForClause":
                return self.loop(node)
            case "CaseClause":
                items = tuple(
                    Row(
                        "item",
                        (*(self.written(each) for each in item["Patterns"]), item["Op"]),
                        (*(row for each in item["Patterns"] for row in self.parts(each)), *self.statements(item)),
                    )
                    for item in node.get("Items") or ()
                )
                return Row("case", (self.written(node["Word"]),), (*self.parts(node["Word"]), *items))
            case "Subshell":
                return Row("subshell", (), self.statements(node))
            case "Block":
                return Row("group", (), self.statements(node))
            case other:
                raise AssertionError(other)

    def simple(self, things: tuple[Node, ...], line: int) -> Row:
        children = tuple(row for each in things for row in self.parts(each))
        return Row("simple", tuple(self.written(each) for each in things), children, line)

    def joined(self, node: Node) -> Row:
        is_pipe = node["Op"] in ("|", "|&")
        operators, rows = self.chain(node, ("|", "|&") if is_pipe else ("&&", "||"))
        if not is_pipe:
            return Row("list", tuple(operators), tuple(rows))
        pairs = zip(rows, (*operators, "|"), strict=True)
        return Row("pipeline", (), tuple(merged(row) if operator == "|&" else row for row, operator in pairs))

    def chain(self, node: Node, wanted: tuple[str, ...]) -> tuple[list[str], list[Row]]:
        sides: list[tuple[list[str], list[Row]]] = []
        for side in (node["X"], node["Y"]):
            command = side.get("Cmd") or {}
            is_bare = not side.get("Negated") and not side.get("Redirs") and not side.get("Background")
            if is_bare and command.get("Type") == "BinaryCmd" and command["Op"] in wanted:
                sides.append(self.chain(command, wanted))
            else:
                sides.append(([], [self.statement(side)]))
        return [*sides[0][0], node["Op"], *sides[1][0]], [*sides[0][1], *sides[1][1]]

    def branches(self, node: Node) -> Row:
        rows: tuple[Row, ...] = (*self.statements(node, "Cond"), Row("then"), *self.statements(node, "Then"))
        other = node.get("Else")
        if other:
            is_last = not other.get("Cond")
            rows = (*rows, Row("else"), *(self.statements(other, "Then") if is_last else (self.branches(other),)))
        return Row("if", (), rows)

    def loop(self, node: Node) -> Row:
        loop, body = node["Loop"], self.statements(node, "Do")
        if loop["Type"] == "CStyleLoop":
            return Row("counting", (), (*self.parts(loop), Row("do"), *body))
        words = loop.get("Items") or ()
        texts = tuple(self.written(word) for word in words)
        parts = tuple(row for word in words for row in self.parts(word))
        if not words and not loop.get("InPos", {}).get("Line"):
            texts, parts = ('"$@"',), (Row("parameter", ("", "@", "")),)
        kind = "select" if node.get("Select") else "for"
        return Row(kind, (loop["Name"]["Value"], *texts), (*parts, Row("do"), *body))

    def leaves(self, node: Node) -> Iterator[tuple[str, tuple[Row, ...]]]:
        match node["Type"]:
            case "UnaryTest":
                yield node["Op"], ()
                yield from self.leaves(node["X"])
            case "BinaryTest":
                yield from self.leaves(node["X"])
                start = node["OpPos"]["Offset"]
                yield ("=" if self.source[start : start + 2] in ("= ", "=\t") else node["Op"]), ()
                yield from self.leaves(node["Y"])
            case "ParenTest":
                yield "(", ()
                yield from self.leaves(node["X"])
                yield ")", ()
            case _:
                yield self.written(node), self.parts(node)

    def redirect(self, node: Node) -> Row:
        descriptor = node["N"]["Value"] if node.get("N") else ""
        operator = node["Op"]
        if operator in ("<<", "<<-"):
            body = ""
            parts: tuple[Row, ...] = ()
            if node.get("Hdoc"):
                start, end = _span(node["Hdoc"])
                body = self.back(self.source[start:end])
                parts = self.parts(node["Hdoc"])
            delimiter = re.sub(r"['\"\\]", "", self.written(node["Word"]))
            return redirect(descriptor, operator, "", (document(body, delimiter, operator, parts),))
        return redirect(descriptor, operator, self.written(node["Word"]), self.parts(node["Word"]))

    def parts(self, node: Node) -> tuple[Row, ...]:
        kind = node.get("Type", "")
        if kind in ("CmdSubst", "ProcSubst"):
            self.quotes += bool(node.get("Backquotes"))
            rows = self.statements(node)
            self.quotes -= bool(node.get("Backquotes"))
            name = "commands" if kind == "CmdSubst" else "output" if node["Op"].startswith(">") else "input"
            return (Row(name, (), rows),)
        inner = tuple(row for each in _below(node) for row in self.parts(each))
        if kind == "ParamExp" and self.source[node["Pos"]["Offset"]] in "$\\":
            return (Row("parameter", self.parameter(node), inner),)
        return inner

    def parameter(self, node: Node) -> tuple[str, str, str]:
        prefix = "!" if node.get("Excl") else "#" if node.get("Length") else ""
        operator = ""
        if node.get("Exp"):
            operator = node["Exp"]["Op"]
        elif node.get("Repl"):
            operator = "/"
        elif node.get("Slice"):
            operator = ":"
        elif node.get("Names"):
            operator = node["Names"]
        return prefix, node["Param"]["Value"], operator
