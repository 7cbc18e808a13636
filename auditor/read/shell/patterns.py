"""Shell patterns: `*`, `?`, `[…]` and extended globs, matched in time linear in the text.

Takes a pattern in which quoted characters are escaped by a backslash. Refuses `!(…)` inside another
group (gives None): its result would have to be guessed. A backtracking matcher would let a hostile pattern hang us, so
this simulates all ways at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from auditor.read.shell.brackets import Bracket
from auditor.read.shell.negated import Chain
from auditor.settings import DEFAULT_LIMITS

_SPECIAL = re.compile(r"([\\*?\[\]()|+@!])")
_WORK_PER_STEP = 16
Spend = Callable[[int], None]


def escape(text: str) -> str:
    """Make a pattern that matches just this text."""
    return _SPECIAL.sub(r"\\\1", text)


def is_pattern(pattern: str) -> bool:
    """Whether a pattern has a special character that is not escaped."""
    return re.search(r"(?<!\\)(?:\\\\)*(?:[*?\[]|[+@!]\()", pattern) is not None


class Pattern:
    """A compiled pattern: states with the characters that leave them (None: any), and free moves."""

    def __init__(self, most_states: int = DEFAULT_LIMITS.pattern_states) -> None:
        self.most_states = most_states
        self.tests: list[str | Bracket | None] = []
        self.nexts: list[int] = []
        self.free: list[list[int]] = []
        self.final = -1
        self._closures: dict[int, frozenset[int]] = {}

    def state(self, test: str | Bracket | None = "") -> int:
        """Add a state; an empty test lets no character pass."""
        if len(self.tests) >= self.most_states:
            raise ValueError("pattern too large")
        self.tests.append(test)
        self.nexts.append(-1)
        self.free.append([])
        return len(self.tests) - 1

    def closure(self, state: int) -> frozenset[int]:
        """Give the states reached for free."""
        known = self._closures.get(state)
        if known is None:
            seen, waiting = {state}, [state]
            while waiting:
                for other in self.free[waiting.pop()]:
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
            known = self._closures[state] = frozenset(seen)
        return known

    def ends(self, text: str, start: int = 0, spend: Spend | None = None) -> list[int]:
        """Give every end of a match that begins at `start`, in order; `spend` pays for the work."""
        found: list[int] = []
        work = 0
        current: set[int] | frozenset[int] = self.closure(0)
        for i in range(start, len(text) + 1):
            if self.final in current:
                found.append(i)
            if i == len(text):
                break
            work += len(current)
            if spend is not None and work > _WORK_PER_STEP:
                spend(1 + work // _WORK_PER_STEP)
                work = 0
            c, following = text[i], set[int]()
            for state in current:
                test = self.tests[state]
                if test is None or (test != "" and (c == test if isinstance(test, str) else c in test)):
                    following |= self.closure(self.nexts[state])
            if not following:
                break
            current = following
        return found

    def matches(self, text: str, spend: Spend | None = None) -> bool:
        """Whether the pattern matches the whole text."""
        ends = self.ends(text, 0, spend)
        return bool(ends) and ends[-1] == len(text)


@lru_cache(maxsize=512)
def compile_pattern(
    source: str, *, backwards: bool = False, most_states: int = DEFAULT_LIMITS.pattern_states
) -> Pattern | Chain | None:
    """Compile a pattern; None for what is not supported."""
    try:
        items = _items(source, 0, "")[0]
        items = _reversed(items) if backwards else items
        return _chained(items, most_states) if any(kind == "!" for kind, _ in items) else _compiled(items, most_states)
    except (ValueError, RecursionError):
        return None


def _compiled(items: list[Item], most_states: int) -> Pattern:
    pattern = Pattern(most_states)
    pattern.final = _build(pattern, items, pattern.state())
    return pattern


def _chained(items: list[Item], most_states: int) -> Chain:
    links: list[tuple[Pattern, bool]] = []
    waiting: list[Item] = []
    for kind, what in items:
        if kind != "!":
            waiting.append((kind, what))
            continue
        if waiting:
            if waiting[-1][0] == "any":
                raise ValueError("bash reads * before a negated group in a way of its own")
            links.append((_compiled(waiting, most_states), False))
        links.append((_compiled([("@", what)], most_states), True))
        waiting = []
    if waiting:
        links.append((_compiled(waiting, most_states), False))
    return Chain(tuple(links))


Item = tuple[str, "str | Bracket | list[list[Item]] | None"]


def _items(source: str, i: int, closing: str) -> tuple[list[Item], int]:
    items: list[Item] = []
    while i < len(source):
        c = source[i]
        if closing and c in closing:
            break
        if c == "\\" and i + 1 < len(source):
            items.append(("one", source[i + 1]))
            i += 2
        elif c in "?*+@!" and source[i + 1 : i + 2] == "(":
            branches: list[list[Item]] = []
            j = i + 1
            while True:
                branch, j = _items(source, j + 1, "|)")
                branches.append(branch)
                if j >= len(source):
                    raise ValueError("group without its end")
                if source[j] == ")":
                    break
            items.append((c, branches))
            i = j + 1
        elif c == "?":
            items.append(("one", None))
            i += 1
        elif c == "*":
            if not items or items[-1] != ("any", None):
                items.append(("any", None))
            i += 1
        elif c == "[":
            match = re.compile(r"\[([!^]?)(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]", re.DOTALL).match(source, i)
            if match:
                items.append(("one", Bracket(match[2], negated=bool(match[1]))))
                i = match.end()
            else:
                items.append(("one", c))
                i += 1
        else:
            items.append(("one", c))
            i += 1
    return items, i


def _reversed(items: list[Item]) -> list[Item]:
    return [
        (kind, [_reversed(branch) for branch in what] if isinstance(what, list) else what) for kind, what in items[::-1]
    ]


def _build(pattern: Pattern, items: list[Item], state: int) -> int:
    for kind, what in items:
        if kind == "!":
            raise ValueError("a negated group inside another")
        if isinstance(what, list):
            end = pattern.state()
            for branch in what:
                begin = pattern.state()
                pattern.free[state].append(begin)
                pattern.free[_build(pattern, branch, begin)].append(end)
            if kind in "?*":
                pattern.free[state].append(end)
            if kind in "*+":
                pattern.free[end].append(state)
            state = end
        elif kind == "any":
            loop = pattern.state(None)
            pattern.nexts[loop] = loop
            pattern.free[state].append(loop)
            state = pattern.state()
            pattern.free[loop].append(state)
        else:
            step = pattern.state(what)
            pattern.free[state].append(step)
            state = pattern.nexts[step] = pattern.state()
    return state


def strip_prefix(text: str, source: str, *, longest: bool, spend: Spend | None = None) -> str | None:
    """Remove the shortest or longest matching prefix; None where the pattern is not supported."""
    if source.startswith("*") and source[1:2] not in ("", "(") and not is_pattern(source[1:]):
        literal = _literal(source[1:])
        at = text.rfind(literal) if longest else text.find(literal)
        return text if at < 0 else text[at + len(literal) :]
    if not is_pattern(source):
        return text.removeprefix(_literal(source))
    pattern = compile_pattern(source)
    if pattern is None:
        return None
    ends = pattern.ends(text, 0, spend)
    return text[(ends[-1] if longest else ends[0]) :] if ends else text


def strip_suffix(text: str, source: str, *, longest: bool, spend: Spend | None = None) -> str | None:
    """Remove the shortest or longest matching suffix; None where the pattern is not supported."""
    if source.endswith("*") and len(source) > 1 and not is_pattern(source[:-1]) and source[-2] != "\\":
        literal = _literal(source[:-1])
        at = text.find(literal) if longest else text.rfind(literal)
        return text if at < 0 else text[:at]
    if not is_pattern(source):
        literal = _literal(source)
        return text.removesuffix(literal) if literal else text
    pattern = compile_pattern(source, backwards=True)
    if pattern is None:
        return None
    ends = pattern.ends(text[::-1], 0, spend)
    return text[: len(text) - (ends[-1] if longest else ends[0])] if ends else text


def replace(text: str, source: str, new: str, *, kind: str, spend: Spend | None = None) -> str | None:
    """Do `/`, `//`, `/#` or `/%`; None where the pattern is not supported."""
    if not source:
        return new + text if kind == "/#" else text + new if kind == "/%" else text
    if kind in ("/", "//") and not is_pattern(source):
        return text.replace(_literal(source), new, 1 if kind == "/" else -1)
    if kind == "/%":
        stripped = strip_suffix(text, source, longest=True, spend=spend)
        if stripped is None:
            return None
        pattern = compile_pattern(source, backwards=True)
        return stripped + new if pattern is not None and pattern.ends(text[::-1], 0, spend) else text
    pattern = compile_pattern(source)
    if pattern is None:
        return None
    pieces: list[str] = []
    i = 0
    while i < len(text):
        if spend is not None and i % 64 == 0:
            spend(1)
        ends = pattern.ends(text, i, spend)
        if ends:
            pieces.append(new)
            if ends[-1] == i and kind == "//":
                pieces.append(text[i])  # an empty match stands before the character
                i += 1
            i = max(i, ends[-1])
            if kind in ("/", "/#"):
                break
        elif kind == "/#":
            break
        else:
            pieces.append(text[i])
            i += 1
    if not text and pattern.matches(""):
        return new
    return "".join(pieces) + text[i:]


def _literal(source: str) -> str:
    return re.sub(r"\\(.)", r"\1", source, flags=re.DOTALL)
