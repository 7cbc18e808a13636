"""A cheap linear scan that refuses what kills libcst's native parser, before it is parsed.

Takes text, gives the lines where top-level statements start, or says why the text is too deep.
Knows strings, comments and brackets, not the grammar; it may not refuse what people write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.model.gap import Why
from auditor.settings import Limits

# Possessive quantifiers keep each alternative linear on hostile text.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*+)
  | (?P<string>(?P<prefix>[A-Za-z]{0,2}+)(?:
        \"\"\"(?:[^\\"]++|\\.|"(?!""))*+(?:\"\"\"|\Z)
      | '''(?:[^\\']++|\\.|'(?!''))*+(?:'''|\Z)
      | "(?:[^\\"\n]++|\\.)*+"?
      | '(?:[^\\'\n]++|\\.)*+'?))
  | (?P<number>(?:0[xXoObB][0-9a-fA-F_]++|[0-9][0-9_]*+(?:\.[0-9_]*+)?(?:[eE][+-]?[0-9]++)?|\.[0-9][0-9_]*+)[jJ]?)
  | (?P<word>\w++)
  | (?P<newline>\n[ \t\f]*+)
  | (?P<open>[\(\[\{])
  | (?P<close>[\)\]\}])
  | (?P<reset>[,;])
  | (?P<binding>[:=])
  | (?P<continued>\\\r?\n)
  | (?P<operator>\*\*|//|<<|>>|[-+*/%@&|^~<>.!])
    """,
    re.VERBOSE | re.DOTALL,
)
_CASE = re.compile(r"^[ \t\f]*+case\b", re.MULTILINE)
_PATTERN_DEPTH = 6  # four times the work for each bracket more: a third of a second here
_PATTERN_CHARACTERS = 2_000
_MOST_CASES = 2_000
_LINKS = frozenset({"and", "or", "not", "if", "else", "await", "yield", "in", "is", "for"})
_RESETS = frozenset({"return", "import", "from", "as", "print", "assert", "raise", "del", "with", "while"})
_LAMBDA = frozenset({"lambda"})
_ADJACENT = 0.25  # literals side by side, which texts of many lines are made of, cost the parser less
_CONTINUES = frozenset({"else", "elif", "except", "finally"})


@dataclass(frozen=True, slots=True)
class Layout:
    """What the scan found: the lines (from 1) on which top-level statements start."""

    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TooDeep:
    """Why a text is not parsed, and on which line."""

    why: Why
    what: str
    line: int


def survey(text: str, limits: Limits) -> Layout | TooDeep:
    """Scan a text once; give its layout, or what forbids parsing it."""
    if len(text) > limits.line_bytes:
        line = _long_line(text, limits.line_bytes)
        if line:
            return TooDeep(Why.TOO_LARGE, f"a line of more than {limits.line_bytes} bytes", line)
    line = _deep_pattern(text)
    if line:
        return TooDeep(Why.TOO_DEEP, "a case pattern nested this deep", line)
    return _Scan(text, limits).run()


def _deep_pattern(text: str) -> int:
    """Give the line of a `case` with brackets so deep that libcst, where it does not parse, tries every way."""
    for number, found in enumerate(_CASE.finditer(text)):
        depth = 0
        for letter in text[found.end() : found.end() + _PATTERN_CHARACTERS]:
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
            elif letter == "\n" and depth <= 0:
                break
            if depth > _PATTERN_DEPTH:
                return text.count("\n", 0, found.end()) + 1
        if number > _MOST_CASES:
            break
    return 0


def _long_line(text: str, most: int) -> int:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > most:
            return number
    return 0


class _Scan:
    """One pass over a text. `chains` holds, for each open bracket, how many operators its expression has so far."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.chains = [0.0]
        self.total = 0.0
        self.lambdas = [0]  # a comma does not end a lambda
        self.indents = [0]
        self.elifs = [0]  # how many `elif` in a row, for each open block
        self.line = 1
        self.statements: list[int] = []
        self.after_value = False

    def run(self) -> Layout | TooDeep:
        """Scan the text."""
        at_start = True
        decorated = False
        for match in _TOKEN.finditer(self.text):
            kind = match.lastgroup
            if kind == "comment":
                continue
            token = match.group()
            if kind == "newline":
                self.line += 1
                at_start = self._newline(match.end())
                if at_start and self._indent(len(token.expandtabs(8)) - 1):
                    return self._refuse("blocks")
                continue
            if kind == "continued":
                self.line += 1
                continue
            if at_start:
                at_start = False
                if len(self.indents) == 1:
                    decorated = self._top(token, decorated)
                if self._branch(token):
                    return self._refuse("`elif`")
            if self._count(kind or "", token, match):
                return self._refuse("an expression")
            self.line += token.count("\n") if kind == "string" else 0
        return Layout(tuple(self.statements))

    def _top(self, first: str, decorated: bool) -> bool:
        if first not in _CONTINUES and not decorated:
            self.statements.append(self.line)
        return first == "@"

    def _branch(self, first: str) -> bool:
        if first == "elif":
            self.elifs[-1] += 1
        elif first not in _CONTINUES:
            self.elifs[-1] = 0
        return self.elifs[-1] > self.limits.chain

    def _newline(self, end: int) -> bool:
        if len(self.chains) > 1:
            return False
        following = self.text[end : end + 1]
        if following in ("\n", "\r", "#", ""):
            return False
        self.total -= self.chains[-1]
        self.chains[-1] = 0
        self.lambdas[-1] = 0
        self.after_value = False
        return True

    def _indent(self, width: int) -> bool:
        while self.indents[-1] > width:
            self.indents.pop()
            self.elifs.pop()
        if self.indents[-1] < width:
            self.indents.append(width)
            self.elifs.append(0)
        return len(self.indents) > self.limits.nesting

    def _count(self, kind: str, token: str, match: re.Match[str]) -> bool:
        if kind == "open":
            if self.after_value:
                self._link()
            self.chains.append(0)
            self.lambdas.append(self.lambdas[-1])
            self.after_value = False
        elif kind == "close":
            if len(self.chains) > 1:
                self.total -= self.chains.pop()
                self.lambdas.pop()
            self.after_value = True
        elif kind == "reset":
            self.total -= self.chains[-1]
            self.chains[-1] = 0
            self.after_value = False
        elif kind == "binding":
            self.after_value = False
        elif kind == "operator" or (kind == "word" and token in _LINKS):
            self._link()
            self.after_value = False
        elif kind == "word" and token in _LAMBDA:
            self.lambdas[-1] += 1
            self.after_value = False
        elif kind == "word" and token in _RESETS:
            self.after_value = False
        else:
            if self.after_value:
                self._link(_ADJACENT if kind == "string" else 1)
            self.after_value = True
            if kind == "string" and "f" in match["prefix"].lower() and self._formatted(token):
                return True
        is_deep = len(self.chains) > self.limits.nesting or self.total > self.limits.chain
        return is_deep or self.lambdas[-1] > self.limits.chain

    def _link(self, weight: float = 1) -> None:
        self.chains[-1] += weight
        self.total += weight

    def _formatted(self, token: str) -> bool:
        """Whether the expressions in an f-string are nested or chained too deep."""
        depth = deepest = links = 0
        for character in token:
            if character in "{([":
                depth += 1
                deepest = max(deepest, depth)
                links += 1
            elif character in "})]":
                depth = max(0, depth - 1)
                if not depth:
                    links = 0
            elif depth and character in "+-*/%.~&|^@<>":
                links += 1
            if links > self.limits.chain:
                return True
        return len(self.chains) + deepest > self.limits.nesting

    def _refuse(self, what: str) -> TooDeep:
        return TooDeep(Why.TOO_DEEP, f"{what} nested or chained too deep", self.line)
