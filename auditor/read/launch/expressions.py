"""Expressions of scripting languages, as far as one-liners hide commands in them.

Takes text of perl, ruby, php, lua or JavaScript at a position, gives the value of the expression
there: literals, concatenation, variables assigned before, and the usual pure functions on known
text. What else stands there is unknown; nothing is executed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.launch.pure_calls import escapes, pure_call
from auditor.read.values import Known, Value, concat, known_text, unknown

_MOST_TERMS = 2_000
_OPERATORS = {
    Language.PERL: re.compile(r"\.(?!\.)|x(?=\s*\d)"),
    Language.PHP: re.compile(r"\.(?!\.)"),
    Language.RUBY: re.compile(r"\+|<<|\*(?=\s*\d)"),
    Language.LUA: re.compile(r"\.\."),
    Language.JAVASCRIPT: re.compile(r"\+"),
}
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)""", re.S)
_QUOTED = re.compile(
    r"(qq?|qw|%q|%Q|%w)\s*(?:\(([^()]*)\)|\{([^{}]*)\}|\[([^\[\]]*)\]|<([^<>]*)>|([/|!#,])([^\n]*?)\6)", re.S
)
_LONG = re.compile(r"\[(=*)\[(.*?)\]\1\]", re.S)
_NUMBER = re.compile(r"0x[0-9a-fA-F]{1,12}|\d{1,15}")
_NAME = re.compile(r"[$@]?[A-Za-z_][\w]*(?:(?:::|\.|->)[A-Za-z_]\w*)*")
_INTERPOLATED = {
    Language.PERL: re.compile(r"\$\{?(\w+)\}?(?:\[[^\]]*\]|\{[^}]*\})?|@\{?\w+\}?"),
    Language.PHP: re.compile(r"\{?\$(\w+)(?:\[[^\]]*\]|->\w+)?\}?"),
    Language.RUBY: re.compile(r"#\{\s*(\w+)?[^}]*\}"),
    Language.JAVASCRIPT: re.compile(r"\$\{\s*(\w+)?[^}]*\}"),
}
Items = tuple[Value, ...]


@dataclass(slots=True)
class Expressions:
    """Reads expressions of one text; `names` are the variables known so far."""

    language: Language
    text: str
    names: dict[str, Items] = field(default_factory=dict)
    terms: int = 0

    def learn(self) -> None:
        """Take in every plain assignment, in order; a known value is kept where a later one is not known."""
        pattern = r"(?:\b(?:my|our|local|var|let|const)\s+)?([$@]?[A-Za-z_]\w*)\s*(\.=|\+=|=(?![=~>]))\s*"
        for found in re.finditer(pattern, self.text):
            items, end = self.items(found.end())
            name = found[1].lstrip("$@")
            if end == found.end():
                continue
            if found[2] != "=":
                items = (concat([*self.names.get(name, (Known(""),)), *items]),)
            if name in self.names and all(known_text(value) is None for value in items):
                continue
            self.names[name] = items

    def items(self, at: int, depth: int = 0) -> tuple[Items, int]:
        """Read a list of expressions separated by commas; gives the values and where they end."""
        values: list[Value] = []
        while True:
            piece, end = self.expression(at, depth)
            if end == at:
                return tuple(values), at
            values += piece
            at = self._blank(end)
            if self.text[at : at + 1] != "," and self.text[at : at + 2] != "=>":
                return tuple(values), at
            at = self._blank(at + (2 if self.text[at] == "=" else 1))

    def expression(self, at: int, depth: int = 0) -> tuple[Items, int]:
        """Read one expression: terms joined by the language's operator for text."""
        values, end = self._term(self._blank(at), depth)
        operator = _OPERATORS.get(self.language)
        while end > at and operator is not None:
            found = operator.match(self.text, self._blank(end))
            if found is None:
                break
            right, after = self._term(self._blank(found.end()), depth)
            if after == found.end():
                break
            end = after
            if found[0] in {"x", "*"}:
                count = (
                    min(int(known_text(right[0]) or "1"), 1000)
                    if right and (known_text(right[0]) or "").isdigit()
                    else 1
                )
                values = (concat([concat(values)] * count),)
            else:
                values = (concat([*values, *right]),)
        return values, end

    def delimited(self, at: int) -> Items:
        """Read what stands between the delimiters at a position (`qx{…}`, `%x(…)`)."""
        found = _QUOTED.match("qq" + self.text[at:].lstrip())
        if found is None:
            return ()
        inner = next(group for group in (found[2], found[3], found[4], found[5], found[7]) if group is not None)
        return (self.interpolated(inner),)

    def awk_text(self, at: int) -> Value:
        """Read awk's concatenation by mere neighbourhood, up to a closing bracket: strings, and what is not known."""
        pieces: list[Value] = []
        at = self._blank(at)
        while at < len(self.text) and self.text[at] not in ")};":
            found = _STRING.match(self.text, at)
            if found is not None:
                pieces.append(Known(escapes(found[0][1:-1])))
                at = found.end()
            else:
                other = re.compile(r"[^\s\"')};]+").match(self.text, at)
                known = self.names.get(other[0]) if other is not None else None
                pieces.append(concat(known) if known else unknown(Source.INPUT))
                at = other.end() if other else at + 1
            at = self._blank(at)
        return concat(pieces) if pieces else unknown(Source.INPUT)

    def _blank(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _term(self, at: int, depth: int) -> tuple[Items, int]:
        self.terms += 1
        if self.terms > _MOST_TERMS or depth > 12:
            return (unknown(Source.LIMIT),), min(at + 1, len(self.text))
        values, end = self._atom(at, depth)
        while end > at:
            found = re.compile(r"\s*\.\s*([A-Za-z_]\w*[!?]?)\s*(\()?").match(self.text, end)
            if found is None or self.language not in {Language.RUBY, Language.JAVASCRIPT}:
                break
            arguments: Items = ()
            end = found.end()
            if found[2]:
                arguments, end = self._closed(end, depth)
            values = self._method(found[1], values, arguments)
        return values, end

    def _closed(self, at: int, depth: int, closing: str = ")") -> tuple[Items, int]:
        items, end = self.items(at, depth + 1)
        end = self._blank(end)
        if self.text[end : end + 1] == closing:
            return items, end + 1
        close = self.text.find(closing, end)
        return (*items, unknown(Source.UNKNOWN)), (close + 1 if close >= 0 else len(self.text))

    def _atom(self, at: int, depth: int) -> tuple[Items, int]:
        text = self.text
        if found := _QUOTED.match(text, at):
            inner = next(group for group in (found[2], found[3], found[4], found[5], found[7]) if group is not None)
            if found[1] in {"qw", "%w"}:
                return tuple(Known(word) for word in inner.split()), found.end()
            value: Value = Known(inner) if found[1] in {"q", "%q"} else self.interpolated(inner)
            return (value,), found.end()
        if found := _STRING.match(text, at):
            return (self._string(found[0]),), found.end()
        if self.language is Language.LUA and (found := _LONG.match(text, at)):
            return (Known(found[2]),), found.end()
        if found := _NUMBER.match(text, at):
            return (Known(str(int(found[0], 0) if found[0].startswith("0x") else int(found[0]))),), found.end()
        if text[at : at + 1] in {"(", "[", "{"}:
            return self._closed(at + 1, depth, {"(": ")", "[": "]", "{": "}"}[text[at]])
        if text[at : at + 1] == "\\":
            return self._atom(at + 1, depth + 1)
        found = _NAME.match(text, at)
        if found is None:
            return (), at
        return self._named(found[0], found.end(), depth)

    def _named(self, name: str, end: int, depth: int) -> tuple[Items, int]:
        bare = name.lstrip("$@")
        if self.language is Language.JAVASCRIPT and bare.startswith("new "):
            bare = bare[4:]
        known = self.names.get(bare)
        at = self._blank(end)
        if self.text[at : at + 1] == "(" and not name.startswith("@"):
            arguments, end = self._closed(at + 1, depth)
            return self._called(bare, arguments), end
        if name.startswith(("$", "@")) or known is not None:
            index = re.compile(r"\s*(?:->)?[\[{]([^\]}]*)[\]}]").match(self.text, end)
            if index is not None and known is not None and re.fullmatch(r"-?\d{1,4}", index[1]):
                return self._item(known, int(index[1])), index.end()
            if index is not None:
                return (unknown(Source.ARGUMENT),), index.end()
            return known if known is not None else (unknown(Source.ARGUMENT),), end
        if bare in _BARE and self.language in {Language.PERL, Language.RUBY}:
            arguments, end = self.items(at, depth + 1)
            return self._called(bare, arguments), end
        root = bare.split(".")[0]
        for owner, method in ((bare.rpartition(".")[0], bare.rpartition(".")[2]),):
            if owner in self.names:
                return self._method(method, self.names[owner], ()), end
        return (unknown(Source.ARGUMENT if root in {"ARGV", "argv", "process", "arg", "ENV"} else Source.UNKNOWN),), end

    def _item(self, values: Items, index: int) -> Items:
        return (values[index],) if -len(values) <= index < len(values) else (unknown(Source.ARGUMENT),)

    def _string(self, quoted: str) -> Value:
        inner = quoted[1:-1]
        raw = quoted[0] == "'" and self.language in {Language.PERL, Language.RUBY, Language.PHP}
        if raw:
            return Known(re.sub(r"\\([\\'])", r"\1", inner))
        if quoted[0] == "'" and self.language in {Language.LUA, Language.JAVASCRIPT}:
            return Known(escapes(inner))
        return self.interpolated(inner)

    def interpolated(self, inner: str) -> Value:
        """Give what a double-quoted string holds, with known variables put in."""
        pattern = _INTERPOLATED.get(self.language)
        pieces: list[Value] = []
        end = 0
        for found in pattern.finditer(inner) if pattern is not None else ():
            if inner[: found.start()].endswith("\\"):
                continue
            pieces.append(Known(escapes(inner[end : found.start()])))
            name = found[1] if found.re.groups else None
            known = self.names.get(name or "")
            item = re.search(r"\[(-?\d{1,4})\]", found[0])
            if known is not None and item is not None:
                known = self._item(known, int(item[1]))
            elif found[0].startswith("@") and self.names.get(found[0].strip("@{}")) is not None:
                known = self._joined("join", (Known(" "), *self.names[found[0].strip("@{}")]))
            is_empty = found[0].startswith("@") and not self._is_filled(found[0].strip("@{}"))
            pieces.append(Known("") if is_empty else concat(known) if known else unknown(Source.ARGUMENT))
            end = found.end()
        pieces.append(Known(escapes(inner[end:])))
        return concat(pieces)

    def _is_filled(self, array: str) -> bool:
        """Whether a perl array is given something; one that is not is empty where it is interpolated."""
        return (
            array in {"ARGV", "_", "F", "INC"}
            or re.search(rf"@{re.escape(array)}\s*=|push\b[^;]*@", self.text) is not None
        )

    def _called(self, name: str, arguments: Items) -> Items:
        if name == "scalar":
            return arguments
        texts = [known_text(value) for value in arguments]
        if name in {"join", "implode", "table.concat"} and arguments:
            return self._joined(name, arguments)
        if any(text is None for text in texts) or not texts:
            return (unknown(Source.UNKNOWN),)
        result = pure_call(name.replace("::", "."), [text or "" for text in texts])
        return (Known(result),) if result is not None else (unknown(Source.UNKNOWN),)

    def _joined(self, name: str, arguments: Items) -> Items:
        if name == "table.concat":
            arguments = (arguments[-1], *arguments[:-1]) if len(arguments) > 1 else (Known(""), *arguments)
        pieces: list[Value] = []
        for value in arguments[1:]:
            pieces += [arguments[0], value] if pieces else [value]
        return (concat(pieces),)

    def _method(self, name: str, values: Items, arguments: Items) -> Items:
        if name == "join":
            return self._joined("join", (arguments[0] if arguments else Known(""), *values))
        if name in {"to_s", "chomp", "strip", "trim", "toString", "freeze", "dup", "concat"} and not arguments:
            return values
        if name == "reverse" and len(values) > 1:
            return values[::-1]
        if name == "toString" and len(values) == 1:
            return values
        if name == "split" and len(values) == 1 and known_text(values[0]) is not None:
            separator = known_text(arguments[0]) if arguments else " "
            text = known_text(values[0]) or ""
            return tuple(Known(piece) for piece in (list(text) if not separator else text.split(separator)))
        texts = [known_text(value) for value in (*values, *arguments)]
        if any(text is None for text in texts):
            return (unknown(Source.UNKNOWN),)
        result = pure_call(name, [text or "" for text in texts])
        return (Known(result),) if result is not None else (unknown(Source.UNKNOWN),)


_BARE = frozenset("scalar join reverse chr lc uc pack decode_base64 ucfirst lcfirst sprintf qw".split())
