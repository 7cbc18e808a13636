"""What a round of a loop hands to the next, where nobody knows how often the loop goes round.

Takes the memory before a round and after it, and the variables that the round read; says whether one more round
would find something else. A number that is counted on becomes unknown, a text that is added to may go on in any
way; what takes new values for longer than the bound is a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.shell.memory import Memory, Variable
from auditor.read.table import Footprint
from auditor.read.values import Known, Text, Unknown, Value, alternatives, concat, known_text, one_of

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_MOST = 12
"""Rounds that are walked beyond those that are known to be gone."""
_MOST_MOVES = 4
"""Of these, the rounds that only find other files, another directory or other arguments."""
_ROUNDS = "rounds"
Shape = frozenset[str]


@dataclass(slots=True)
class Rounds:
    """The rounds of one loop: how the last one began, what it read, and what it leaves."""

    shell: Shell
    start: Memory = field(default_factory=Memory)
    reads: set[tuple[str, object]] = field(default_factory=set)
    looked: Footprint = field(default_factory=Footprint)
    seen: dict[str, Shape] = field(default_factory=dict)
    carried: dict[str, tuple[Shape, Shape]] = field(default_factory=dict)
    grown: set[str] = field(default_factory=set)  # what was let go on in any way
    longer: set[str] = field(default_factory=set)  # of these, texts: behind the loop they are as after one round
    moves: int = 0
    before: tuple[Memory, set[tuple[str, object]], Footprint] | None = None
    noted: ExitStack = field(default_factory=ExitStack)

    def begin(self) -> None:
        """Begin a round: what it reads is noted."""
        self.noted.close()
        self.before = self.start, self.reads, self.looked
        self.start, self.reads, self.looked = self.shell.memory.copy(), set(), Footprint()
        readers = self.shell.readers
        depth = len(readers)
        readers.append(self.reads)
        self.noted.callback(lambda: readers.__delitem__(slice(depth, None)))
        self.noted.enter_context(self.shell.evaluation.files.table.footprint(self.looked))

    def take_back(self) -> None:
        """Forget the round that was begun: only whether it goes round was asked."""
        if self.before is not None:
            self.start, self.reads, self.looked = self.before[0], self.before[1] | self.reads, self.before[2]

    def settle(self, walk: Callable[[], None]) -> list[Memory]:
        """Walk further rounds as long as one would find something else; gives the memory before each of them."""
        left: list[Memory] = []
        ended = ""
        while ended in ("", "continue") and self._hands_on():
            if len(left) >= _MOST:
                self.shell.evaluation.gap(Why.TOO_MANY, "rounds of a loop", self.shell.place())
                break
            left.append(self.shell.memory.copy())
            self._widen()
            self.begin()
            with self.shell.evaluation.files.table.doubt():
                walk()
            ended = self.shell.memory.ended
            if ended in ("break", "continue"):
                self.shell.memory.ended = ""
        for each in (*left[1:], self.shell.memory) if left else ():
            self._shorten(each, left[0])
        return left

    def _shorten(self, memory: Memory, first: Memory) -> None:
        """Let what a further round only holds more of, or in other words, be as the first round left it."""
        for scope in memory.scopes:
            for name, variable in scope.items():
                before = first.find(name)
                if before is None or before[1] is variable:
                    continue
                is_longer = name in self.longer or (name in self.seen and _is_lost(variable))
                if is_longer or _shape_of(variable) <= _shape_of(before[1]):
                    scope[name] = before[1]

    def _hands_on(self) -> bool:
        """Whether the last round left something that the next one reads before it sets it, and that is new."""
        self.noted.close()
        memory, start = self.shell.memory, self.start
        self.carried = {}
        for name in {name for name, assigned in self.reads if assigned is _assigned(start, name)} - self.grown:
            old, new = _shape(start, name), _shape(memory, name)
            known = self.seen.get(name, Shape()) | old
            self.seen[name] = known | new
            if not new <= known:
                self.carried[name] = old, new
        if self.carried or made(memory) != made(start) or memory.aliases != start.aliases:
            return True
        self.moves += 1
        is_moved = memory.directory != start.directory or memory.arguments != start.arguments
        return self.moves <= _MOST_MOVES and (is_moved or not self.shell.evaluation.files.table.would_find(self.looked))

    def _widen(self) -> None:
        """Let what was counted or added to go on in any way."""
        for name, (old, new) in self.carried.items():
            found = self.shell.memory.find(name)
            if found is None or found[1].value is None:
                continue
            scope, variable = found
            value, fresh = found[1].value, new - old
            hole = self.shell.evaluation.fresh(Source.LIMIT, _ROUNDS)
            if _is_lost(variable):  # too many ways to go on: the round before had them in part
                before = self.start.find(name)
                self.grown.add(name)
                scope[name] = before[1] if before is not None else variable
            elif all(map(_is_number, fresh)) and all(_is_number(each) or each in ("", "\0") for each in old):
                self.grown.add(name)
                scope[name] = replace(variable, value=hole)
            elif all(any(_is_longer(text, each) for each in old) for text in fresh):
                self.grown.add(name)
                self.longer.add(name)
                longer = [concat((each, hole)) for each in alternatives(value)]
                given = one_of((value, *longer), self.shell.limits.alternatives)
                scope[name] = replace(variable, value=value if _is_limit(given) else given)


def hands_on(before: Mapping[str, Variable], after: Mapping[str, Variable]) -> bool:
    """Whether variables hold something new, other than the next number and more of the same text."""
    for name, variable in after.items():
        old = before.get(name)
        if old is variable:
            continue
        known = _shape_of(old) if old is not None else Shape({""})
        fresh = _shape_of(variable) - known
        if any(not _is_number(each) and not any(_is_longer(each, other) for other in known) for each in fresh):
            return True
    return False


def _is_lost(variable: Variable) -> bool:
    """Whether a variable has more ways to be than are kept."""
    return variable.value is not None and any(map(_is_limit, alternatives(variable.value)))


def _is_limit(value: Value) -> bool:
    return isinstance(value, Unknown) and value.hole.source is Source.LIMIT and value.hole.detail != _ROUNDS


def _is_longer(text: str, old: str) -> bool:
    return old != "" and (text.startswith(old) or text.endswith(old))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _assigned(memory: Memory, name: str) -> object:
    found = memory.find(name)
    return found[1].assigned if found is not None else None


def _shape(memory: Memory, name: str) -> Shape:
    found = memory.find(name)
    return _shape_of(found[1]) if found is not None else Shape({""})


def _shape_of(variable: Variable) -> Shape:
    """Give what a variable may hold, or the items of a list, one unknown part like another."""
    if variable.items is None:
        return Shape(map(_text, alternatives(variable.value))) if variable.value is not None else Shape({""})
    return Shape(_text(each) for value in variable.items.values() for each in alternatives(value))


def _text(single: Known | Text | Unknown) -> str:
    parts = single.parts if isinstance(single, Text) else (known_text(single),)
    return "".join(part if isinstance(part, str) else "\0" for part in parts)


def made(memory: Memory) -> dict[str, list[tuple[object, int]]]:
    """Give where the functions stand: a function that is defined again is the same."""
    return {
        name: [(each.home.unit.id, each.function.start) for each in definitions]
        for name, definitions in memory.functions.items()
    }
