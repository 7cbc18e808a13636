"""Values of HCL expressions, as far as machines and commands hide in them: literals, variables, pure functions.

Takes an expression, gives a value or a list of values; what it does not know is unknown.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence

from auditor.model.place import Step
from auditor.model.word import Source
from auditor.read.carriers.carrier import Carrier
from auditor.read.carriers.hcl import Block, Expression, Token, tokens_of
from auditor.read.values import EMPTY, Known, Value, concat, known_text, one_of, stepped, unknown, words_of

Found = Value | list[Value]
_MOST_DEPTH = 24
_MOST_VERBS = 500


class Values:
    """The variables and locals of one file, and what expressions of them are worth."""

    def __init__(self, carrier: Carrier, file: Block) -> None:
        self.carrier = carrier
        self.names: dict[str, Expression] = {}
        self.running: set[str] = set()
        for block in file.blocks:
            if block.kind == "variable" and block.labels and "default" in block.attributes:
                self.names[f"var.{block.labels[0]}"] = block.attributes["default"]
            elif block.kind == "locals":
                self.names.update({f"local.{name}": value for name, value in block.attributes.items()})

    def single(self, expression: Expression | None) -> Value:
        """Give an expression's value as one value; a list by its first item."""
        found = self.of(expression)
        if isinstance(found, list):
            return found[0] if found else EMPTY
        return found

    def of(self, expression: Expression | None) -> Found:
        """Give an expression's value."""
        if expression is None:
            return EMPTY
        return _Cursor(self, expression.tokens, 0).whole()

    def named(self, name: str, depth: int) -> Found:
        """Give what a reference stands for: a variable's default, a local, or an unknown."""
        expression = self.names.get(name)
        if expression is None or name in self.running or depth > _MOST_DEPTH:
            return self.carrier.evaluation.fresh(Source.ARGUMENT, name[:80])
        self.running.add(name)
        try:
            return _Cursor(self, expression.tokens, depth + 1).whole()
        finally:
            self.running.discard(name)


class _Cursor:
    """A position in an expression's tokens."""

    def __init__(self, values: Values, tokens: Sequence[Token], depth: int) -> None:
        self.values = values
        self.tokens = tokens
        self.depth = depth
        self.at = 0

    def whole(self) -> Found:
        """Give the value of the whole expression; operators other than `? :` make it unknown."""
        if self.depth > _MOST_DEPTH:
            return self._unknown()
        self.values.carrier.evaluation.spend()
        value = self._term()
        if self._mark() == "?":
            self.at += 1
            first = self._term()
            if self._mark() == ":":
                self.at += 1
                second = self._term()
                if not isinstance(first, list) and not isinstance(second, list):
                    return one_of((first, second))
            return first
        return value if self.at >= len(self.tokens) or self._mark() in {",", "]", ")", "}"} else self._unknown()

    def _unknown(self) -> Value:
        return self.values.carrier.evaluation.fresh(Source.UNKNOWN)

    def _mark(self) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token.text if token is not None and token.kind == "mark" else ""

    def _term(self) -> Found:
        if self.at >= len(self.tokens):
            return EMPTY
        token = self.tokens[self.at]
        self.at += 1
        if token.kind in {"text", "heredoc"}:
            return self._template(token)
        if token.kind == "number":
            return Known(token.text)
        if token.kind == "name":
            return self._name(token.text)
        if token.text == "[":
            return self._items("]")
        if token.text == "(":
            inner = self._items(")")
            return inner[0] if inner else EMPTY
        if token.text == "{":
            self._skip()
        return self._unknown()

    def _template(self, token: Token) -> Value:
        pieces: list[Value] = []
        for is_code, text in token.parts:
            if not is_code:
                pieces.append(Known(text))
                continue
            found = _Cursor(self.values, tokens_of(text, is_inner=True), self.depth + 1).whole()
            pieces.append(self._unknown() if isinstance(found, list) else found)
        return concat(pieces) if pieces else EMPTY

    def _name(self, name: str) -> Found:
        if name in {"true", "false", "null"}:
            return Known("" if name == "null" else name)
        if self._mark() == "(":
            self.at += 1
            function = _FUNCTIONS.get(name)
            arguments = self._items(")", is_spread=True)
            if function is None:
                return self.values.carrier.evaluation.fresh(Source.UNKNOWN, name[:80])
            return function(self.values, arguments)
        path = [name]
        while self._mark() in {".", "["} and self.at + 1 < len(self.tokens):
            if self._mark() == "[":
                self.at += 1
                self._skip()
                continue
            path.append(self.tokens[self.at + 1].text)
            self.at += 2
        return self.values.named(".".join(path[:2]), self.depth)

    def _items(self, closing: str, *, is_spread: bool = False) -> list[Value]:
        """Read items up to a closing bracket; a list inside is given by its items."""
        found: list[Value] = []
        while self.at < len(self.tokens) and self._mark() != closing and len(found) < 1_000:
            inner = _Cursor(self.values, self._until(closing), self.depth + 1).whole()
            found += inner if isinstance(inner, list) else [inner]
            if self._mark() == ",":
                self.at += 1
        self.at += 1
        return found

    def _until(self, closing: str) -> Sequence[Token]:
        first = self.at
        depth = 0
        while self.at < len(self.tokens):
            text = self._mark()
            if depth == 0 and text in {",", closing}:
                break
            depth += (text in {"(", "[", "{"}) - (text in {")", "]", "}"})
            self.at += 1
        return self.tokens[first : self.at]

    def _skip(self) -> None:
        depth = 1
        while self.at < len(self.tokens) and depth:
            text = self._mark()
            depth += (text in {"(", "[", "{"}) - (text in {")", "]", "}"})
            self.at += 1


def _first(values: Values, arguments: list[Value]) -> Value:
    return arguments[0] if arguments else EMPTY


def _decode(values: Values, arguments: list[Value]) -> Value:
    text = known_text(_first(values, arguments))
    if text is None:
        return values.carrier.evaluation.fresh(Source.DECODER)
    try:
        plain = base64.b64decode(text).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return values.carrier.evaluation.fresh(Source.DECODER)
    place = values.carrier.context.place
    return stepped(Known(plain), Step(place.unit, place.span, "base64"), arguments[0])


def _join(values: Values, arguments: list[Value]) -> Value:
    pieces: list[Value] = []
    for item in arguments[1:]:
        pieces += [arguments[0], item] if pieces else [item]
    return concat(pieces) if pieces else EMPTY


def _format(values: Values, arguments: list[Value]) -> Value:
    template = known_text(_first(values, arguments))
    if template is None:
        return values.carrier.evaluation.fresh(Source.UNKNOWN)
    pieces: list[Value] = []
    rest = list(arguments[1:])
    texts = template.replace("%d", "%s").replace("%v", "%s").split("%s")
    if len(texts) > _MOST_VERBS:
        return values.carrier.evaluation.fresh(Source.LIMIT)
    for index, text in enumerate(texts):
        if index:
            pieces.append(rest.pop(0) if rest else EMPTY)
        pieces.append(Known(text.replace("%%", "%")))
    return concat(pieces)


def _mapped(change: Callable[[str], str]) -> Callable[[Values, list[Value]], Value]:
    def function(values: Values, arguments: list[Value]) -> Value:
        text = known_text(_first(values, arguments))
        return Known(change(text)) if text is not None else values.carrier.evaluation.fresh(Source.UNKNOWN)

    return function


def _file(values: Values, arguments: list[Value]) -> Value:
    path = _first(values, arguments)
    text = known_text(path)
    if text is None:
        return values.carrier.evaluation.fresh(Source.FILE, str(words_of(path)[0])[:200])
    return values.carrier.evaluation.files.read(Known(text))


def _replace(values: Values, arguments: list[Value]) -> Value:
    texts = [known_text(argument) for argument in arguments[:3]]
    if len(texts) == 3 and texts[0] is not None and texts[1] and texts[2] is not None:
        is_small = texts[0].count(texts[1]) * len(texts[2]) < values.carrier.evaluation.limits.text_bytes
        return Known(texts[0].replace(texts[1], texts[2])) if is_small else unknown(Source.LIMIT)
    return values.carrier.evaluation.fresh(Source.UNKNOWN)


_FUNCTIONS: dict[str, Callable[[Values, list[Value]], Found]] = {
    "base64encode": _first,
    "base64gzip": _first,
    "base64decode": _decode,
    "textdecodebase64": _decode,
    "join": _join,
    "format": _format,
    "replace": _replace,
    "file": _file,
    "templatefile": _file,
    "lower": _mapped(str.lower),
    "upper": _mapped(str.upper),
    "trimspace": _mapped(str.strip),
    "chomp": _mapped(lambda text: text.rstrip("\r\n")),
    "strrev": _mapped(lambda text: text[::-1]),
    "concat": lambda _, arguments: list(arguments),
    "tolist": lambda _, arguments: list(arguments),
    "coalesce": _first,
    "try": _first,
    "tostring": _first,
    "sensitive": _first,
    "nonsensitive": _first,
}
"""Pure functions of https://developer.hashicorp.com/terraform/language/functions."""
