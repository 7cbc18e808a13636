"""A Python unit's text: decoded as its coding cookie says, surveyed, parsed, and asked where nodes stand.

A text that does not parse as a whole is parsed without the top-level statement that resists, and a
gap names that statement. Nothing is ever compiled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

import libcst as cst

from auditor.model.gap import Why
from auditor.model.place import START, Span
from auditor.read.collector import paused_collector
from auditor.read.python.guard import TooDeep, survey
from auditor.read.python.positions import Where, locate
from auditor.settings import Limits

_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = frozenset({"utf8", "utf_8", "utf", "ascii", "latin1", "latin_1", "iso_8859_1", "us_ascii", "utf_8_sig"})
_CHARSETS = frozenset(
    "utf_7 utf7 utf_16 utf16 utf_32 utf32 cp037 cp500 cp1140 cp1026 cp424 cp875 punycode unicode_escape "
    "raw_unicode_escape shift_jis gbk gb2312 gb18030 big5 euc_jp euc_kr koi8_r cp1251 cp1252 cp437 cp850 hz".split()
)
_RETRIES = 12
_PIECE = 2_000  # lines that are parsed at a time: what libcst takes for a line grows with the length of the text

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a text that was not parsed."""

    why: Why
    what: str
    line: int


@dataclass(eq=False, slots=True)
class Text:
    """One unit's parsed text. `index` tells which top-level statement runs now, where spans are looked up first."""

    unit: int
    text: str
    problems: tuple[Problem, ...] = ()
    was_recoded: bool = False
    may_yield: bool = field(init=False)
    is_module: bool = False  # imported by the unit that is read, so that only what is called runs
    puts_off_annotations: bool = False
    starts: tuple[int, ...] = ()
    """The lines on which top-level statements start."""
    statements: list[tuple[cst.Module, Statement, int, bool]] = field(default_factory=list)
    literals: dict[cst.CSTNode, object] = field(default_factory=dict)
    _found: dict[cst.CSTNode, Where] = field(default_factory=dict)
    _located: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.may_yield = "yield" in self.text

    def span(self, node: cst.CSTNode, statement: int) -> Span:
        """Give a node's span, looking in the top-level statement in which it is known to stand."""
        where = self._found.get(node)
        if where is None and 0 <= statement < len(self.statements):
            self._locate(statement)
            where = self._found.get(node)
        if where is None and len(self._located) < len(self.statements):
            for index in range(len(self.statements)):
                self._locate(index)
            where = self._found.get(node)
        return Span(*where) if where is not None and where[0] >= 1 else START

    def _locate(self, index: int) -> None:
        if index in self._located:
            return
        self._located.add(index)
        module, statement, line, is_exact = self.statements[index]
        if is_exact:
            self._found.update(locate(module, statement, line))
        elif module not in self._found:
            self._found.update(locate(module, module, line))
            self._found[module] = (1, 1, 1, 1)


def parse(text: str, unit: int, limits: Limits) -> Text:
    """Parse a unit's text as far as it goes."""
    source = surveyed(text, unit, limits)
    parse_into(source)
    return source


def surveyed(text: str, unit: int, limits: Limits) -> Text:
    """Take a unit's text, not parsed yet; with a problem where it may not be parsed."""
    recoded = _recode(text)
    source = Text(unit, recoded, was_recoded=recoded != text)
    layout = survey(recoded, limits)
    if isinstance(layout, TooDeep):
        source.problems = (Problem(layout.why, layout.what, layout.line),)
    else:
        source.starts = layout.statements
    return source


def parse_into(source: Text) -> None:
    """Parse a text that was surveyed as far as it goes, once."""
    if not source.problems and not source.statements:
        problems: list[Problem] = []
        _parse_from(source, source.text, source.starts, problems)
        source.problems = tuple(problems)


def _parse_from(source: Text, text: str, starts: tuple[int, ...], problems: list[Problem]) -> None:
    """Parse the text; where a statement does not parse, parse what stands before and behind it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    bounds = (*starts, len(lines) + 1)
    pending = _pieces(bounds)
    while pending:
        first, last = pending.pop(0)
        offset = bounds[first] - 1 if first else 0
        whole = first == 0 and last == len(starts)
        module = _parsed(text if whole else "\n".join(lines[offset : bounds[last] - 1]) + "\n")
        if isinstance(module, int):
            culprit = _culprit(lines, bounds, (first, last), offset + module)
            problems.append(Problem(Why.NOT_PARSED, "Python that does not parse", bounds[culprit] if starts else 1))
            if len(problems) > _RETRIES or not starts:
                continue
            pending += [piece for piece in ((first, culprit), (culprit + 1, last)) if piece[0] < piece[1]]
            continue
        places = starts[first:last]
        exact = len(places) == len(module.body)
        for index, statement in enumerate(module.body):
            source.statements.append((module, statement, places[index] if exact else offset + 1, exact))
    source.statements.sort(key=lambda row: row[2])


def _pieces(bounds: tuple[int, ...]) -> list[tuple[int, int]]:
    """Cut the top-level statements into runs of about so many lines, each given by its first and the one past it."""
    cuts = [0]
    for index, line in enumerate(bounds[:-1]):
        if line - bounds[cuts[-1]] >= _PIECE:
            cuts.append(index)
    return list(pairwise((*cuts, len(bounds) - 1)))


def _parsed(text: str) -> cst.Module | int:
    """Parse a text; where it resists, give the line at which the parser stopped."""
    try:
        with paused_collector():
            return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        return error.raw_line
    except (cst.CSTValidationError, ValueError, UnicodeError):
        return 1


def _culprit(lines: list[str], bounds: tuple[int, ...], piece: tuple[int, int], stopped: int) -> int:
    """Give the statement that does not parse: the one where the parser stopped, or the one before."""
    first, last = piece
    found = max((index for index in range(first, last) if bounds[index] <= stopped), default=first)
    alone = (
        _parsed("\n".join(lines[bounds[found] - 1 : bounds[found + 1] - 1]) + "\n") if found + 1 < len(bounds) else 1
    )
    return found - 1 if found > first and not isinstance(alone, int) else found


def _recode(text: str) -> str:
    """Read the text again as its coding cookie says, as CPython would (PEP 263)."""
    for line in text.split("\n", 2)[:2]:
        match = _COOKIE.match(line)
        if match is None:
            if line.strip() and not line.lstrip().startswith("#"):
                break
            continue
        name = match[1].lower().replace("-", "_")
        if name in _PLAIN or name not in _CHARSETS:
            break
        try:
            return text.encode("utf-8").decode(name)
        except (UnicodeError, LookupError):
            break
    return text.removeprefix("\ufeff")
