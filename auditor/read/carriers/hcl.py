"""HCL as blocks and expressions: a tolerant reader, bounded in depth, that evaluates nothing.

Takes a text in Terraform's language, https://developer.hashicorp.com/terraform/language/syntax, gives
its blocks with attributes, each with the line where it stands. What it does not understand it skips.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from auditor.model.place import Span

_MOST_DEPTH = 60
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r]++|(?:\#|//)[^\n]*+|/\*.*?(?:\*/|\Z))
  | (?P<newline>\n)
  | (?P<heredoc><<(?P<indented>-?)(?P<mark>[A-Za-z_][\w-]*)[ \t\r]*\n)
  | (?P<quote>")
  | (?P<name>[A-Za-z_][\w-]*+)
  | (?P<number>\d[\d.]*+)
  | (?P<mark2>=>|==|!=|>=|<=|&&|\|\||\.\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token: kind, text and offsets; the parts of a text are its literal pieces, and `${…}` marked True."""

    kind: str
    text: str
    start: int
    end: int
    parts: tuple[tuple[bool, str], ...] = ()


@dataclass(slots=True)
class Expression:
    """An expression: its tokens as written, and where it stands."""

    tokens: list[Token]
    span: Span


@dataclass(slots=True)
class Block:
    """A block: its type and labels, its attributes by name, and the blocks inside."""

    kind: str
    labels: tuple[str, ...]
    span: Span
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def first(self, *kinds: str) -> Block | None:
        """Give the first inner block of one of these types."""
        return next((block for block in self.blocks if block.kind in kinds), None)


def tokens_of(text: str, *, is_inner: bool = False) -> list[Token]:
    """Split a text into tokens; spaces and comments are dropped."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            break
        kind = match.lastgroup or "mark2"
        end = match.end()
        if match["heredoc"] is not None:
            body, end = _heredoc(text, end, match["mark"], is_indented=bool(match["indented"]))
            found.append(Token("heredoc", body, at, end, _pieces(body, escapes=False)))
        elif kind == "quote":
            end = _end_of_quote(text, end)
            raw = text[at + 1 : end - 1] if text[end - 1 : end] == '"' and end - 1 > at else text[at + 1 : end]
            found.append(Token("text", raw, at, end, _pieces(raw, escapes=True)))
        elif kind != "space" and not (kind == "newline" and is_inner):
            found.append(Token("mark" if kind == "mark2" else kind, match[0], at, end))
        at = end
    return found


def _heredoc(text: str, at: int, mark: str, *, is_indented: bool) -> tuple[str, int]:
    found = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE).search(text, at)
    end = found.start() if found is not None else len(text)
    body = text[at:end]
    if is_indented:
        lines = body.split("\n")
        margin = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
        body = "\n".join(line[margin:] for line in lines)
    return body, found.end() if found is not None else len(text)


def _end_of_quote(text: str, at: int) -> int:
    """Give the offset behind the closing quote; quotes inside `${…}` do not close."""
    depth = 0
    inside = False
    while at < len(text):
        c = text[at]
        if c == "\\":
            at += 2
            continue
        if depth == 0 and c == "$" and text[at : at + 2] == "${" and text[at - 1] != "$":
            depth, at = 1, at + 2
            continue
        if depth and c == '"':
            inside = not inside
        elif depth and not inside:
            depth += (c == "{") - (c == "}")
        elif not depth and c in '"\n':
            return at + (c == '"')
        at += 1
    return len(text)


def _pieces(raw: str, *, escapes: bool) -> tuple[tuple[bool, str], ...]:
    """Give the pieces of a template: literal text, and the insides of `${…}` marked True; `$${` is `${`."""
    found: list[tuple[bool, str]] = []
    at = 0
    for match in re.finditer(r"\$\$\{|\$\{|%%\{|%\{", raw):
        if match.start() < at:
            continue
        if len(match[0]) == 3:
            found.append((False, raw[at : match.start()] + match[0][1:]))
            at = match.end()
            continue
        depth, end = 1, match.end()
        while end < len(raw) and depth:
            depth += (raw[end] == "{") - (raw[end] == "}")
            end += 1
        found.append((False, raw[at : match.start()]))
        found.append((True, raw[match.end() : end - 1] if match[0] == "${" else ""))
        at = end
        if len(found) > 2_000:
            break
    found.append((False, raw[at:]))
    if escapes:
        found = [(is_code, text if is_code else _unescaped(text)) for is_code, text in found]
    return tuple(piece for piece in found if piece[1] or piece[0])


def _unescaped(text: str) -> str:
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _escaped, text, flags=re.DOTALL)


def _escaped(found: re.Match[str]) -> str:
    return chr(int(found[1][1:], 16)) if len(found[1]) == 5 else _ESCAPES.get(found[1], found[1])


class Reader:
    """Reads blocks from a text's tokens."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.at = 0
        self.starts = [0]
        for match in re.finditer("\n", text):
            self.starts.append(match.end())
        self.is_too_deep = False

    def read(self) -> Block:
        """Give the file as a block."""
        root = Block("file", (), Span(1, 1, 1, 1))
        while self.at < len(self.tokens):
            self._body(root, 0)
            self.at += 1
        return root

    def _body(self, block: Block, depth: int) -> None:
        """Read attributes and blocks up to a closing brace."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.text == "}" and token.kind == "mark":
                return
            self.at += 1
            if token.kind not in {"name", "text"}:
                if token.text in {"{", "["} and token.kind == "mark":
                    self._skip()
                continue
            if self._peek() == "=":
                self.at += 1
                block.attributes.setdefault(token.text, self._expression())
            else:
                self._block(block, token, depth)

    def _block(self, parent: Block, start: Token, depth: int) -> None:
        labels: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at].kind in {"name", "text"}:
            labels.append(self.tokens[self.at].text)
            self.at += 1
        if self._peek() != "{":
            return
        self.at += 1
        if depth >= _MOST_DEPTH:
            self.is_too_deep = True
            self._skip()
            return
        inner = Block(start.text, tuple(labels[:5]), Span(1, 1, 1, 1))
        self._body(inner, depth + 1)
        end = self.tokens[min(self.at, len(self.tokens) - 1)].end
        self.at += 1
        inner.span = self.span(start.start, end)
        parent.blocks.append(inner)

    def _peek(self) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token.text if token is not None and token.kind == "mark" else ""

    def _skip(self) -> None:
        """Skip to behind the bracket that closes the one just read."""
        depth = 1
        while self.at < len(self.tokens) and depth:
            token = self.tokens[self.at]
            if token.kind == "mark":
                depth += (token.text in "{[(") - (token.text in "}])")
            self.at += 1

    def _expression(self) -> Expression:
        """Read up to the end of the line, or the brace that closes the block, outside brackets."""
        first = self.at
        depth = 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "mark" and token.text in "{[(":
                depth += 1
            elif token.kind == "mark" and token.text in "}])":
                if depth == 0:
                    break
                depth -= 1
            elif token.kind == "newline" and depth == 0:
                break
            self.at += 1
        tokens = [token for token in self.tokens[first : self.at] if token.kind != "newline"]
        start = tokens[0].start if tokens else self.tokens[min(first, len(self.tokens) - 1)].start
        return Expression(tokens, self.span(start, tokens[-1].end if tokens else start))

    def span(self, start: int, end: int) -> Span:
        """Give the span between two offsets."""
        return Span(*self._spot(start), *self._spot(end))

    def _spot(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1
