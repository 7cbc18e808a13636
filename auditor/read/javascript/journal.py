"""What branches change: every write is noted inside a branch, so that it can be taken back and joined.

The heap is changed in place: entries of tables (a scope's names, an object's entries) and arrays. `branches` runs
alternatives from one state and joins what they leave. A `Target` is where a path that leaves early arrives (the end
of a loop, of a function, a handler): it remembers what was overwritten since such a path left. What was made since a
branch or target was opened is nobody's business there, and is not noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from auditor.model.word import Source
from auditor.read.javascript.objects import CLOCK, Array, JsValue, join
from auditor.read.values import Value, one_of, unknown

_MOST_PASSED = 16


class Done(Enum):
    """How a statement ended; NORMAL also where some branch left and another did not."""

    NORMAL = "normal"
    BREAK = "break"
    CONTINUE = "continue"
    LEFT = "left"


Table = dict[str, JsValue]
Items = tuple[list[JsValue], Value | None, int | None]
Content = JsValue | Items | None
Slot = tuple[int, str | None]


@dataclass(frozen=True, slots=True)
class Was:
    """What a slot held, and where it is."""

    holder: Table | Array
    key: str
    content: Content
    born: int

    def now(self) -> Content:
        """Give what the slot holds."""
        return read(self.holder, self.key)

    def put(self, content: Content) -> None:
        """Set what the slot holds."""
        if isinstance(self.holder, Array):
            assert isinstance(content, tuple)
            self.holder.items[:], self.holder.rest, self.holder.least = content
        elif content is None:
            self.holder.pop(self.key, None)
        else:
            assert not isinstance(content, tuple)
            self.holder[self.key] = content


Changes = dict[Slot, Was]


@dataclass(eq=False, slots=True)
class Level:
    """An open branch, with what stood where it wrote."""

    opened: int
    slots: Changes = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Target:
    """Where paths that leave early arrive."""

    is_switch: bool = False
    is_function: bool = False
    label: str = ""
    opened: int = field(default_factory=CLOCK.__next__)
    passed: dict[Slot, list[Was]] = field(default_factory=dict)
    is_awaited: bool = False  # some path has left for it
    continues: bool = False  # some path goes on with the next round

    def wants(self, slot: Slot, *, is_growing: bool) -> bool:
        """Whether what a slot holds is still to be remembered; what only grows is remembered as it was first."""
        found = self.passed.get(slot)
        return found is None or (not is_growing and (slot[1] is not None or len(found) < _MOST_PASSED))

    def note(self, slot: Slot, was: Was) -> None:
        """Remember what is overwritten."""
        found = self.passed.setdefault(slot, [])
        if len(found) < _MOST_PASSED:
            found.append(was)
        else:
            joined = joined_content([found[-1].content, was.content])
            found[-1] = Was(was.holder, was.key, joined, was.born)
        if isinstance(was.holder, Array) and len(found) == _MOST_PASSED:
            found[-1] = Was(was.holder, was.key, ([], unknown(Source.LIMIT), 0), was.born)


class Journal:
    """The open branches and targets, innermost last."""

    __slots__ = ("awaited", "calls", "is_labelled", "levels", "loops", "opened", "uncertain")

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.loops: list[Target] = []
        self.calls: list[Target] = []
        self.awaited: list[Target] = []
        self.opened = 1  # how many branches were ever begun
        self.uncertain = 0
        self.is_labelled = False  # some jump named a loop

    def note(self, holder: Table | Array, key: str, born: int, *, is_growing: bool = False) -> None:
        """Note what a slot holds, which is about to change."""
        levels = self.levels
        slot = (id(holder), None if isinstance(holder, Array) else key)
        was: Was | None = None
        if levels and born < levels[-1].opened and slot not in levels[-1].slots:
            was = Was(holder, key, read(holder, key), born)
            levels[-1].slots[slot] = was
        for target in self.awaited:
            if born < target.opened and target.wants(slot, is_growing=is_growing):
                was = was or Was(holder, key, read(holder, key), born)
                target.note(slot, was)

    # Branches

    def begin(self, *, is_sure: bool = False) -> None:
        """Open a branch; a sure one is closed by `keep`."""
        self.levels.append(Level(next(CLOCK)))
        self.uncertain += not is_sure
        self.opened += not is_sure

    def undo(self) -> dict[Slot, Content]:
        """Close a branch: put back what stood there, and give what the branch had put."""
        self.uncertain -= 1
        found: dict[Slot, Content] = {}
        for slot, was in self.levels.pop().slots.items():
            found[slot] = was.now()
            was.put(was.content)
        return found

    def keep(self) -> Changes:
        """Close a branch that was taken for certain; give what stood where it wrote."""
        changes = self.levels.pop().slots
        for slot, was in changes.items() if self.levels else ():
            if was.born < self.levels[-1].opened:
                self.levels[-1].slots.setdefault(slot, was)
        return changes

    def branches(self, runs: Sequence[Callable[[], object]]) -> tuple[list[object], Changes]:
        """Run alternatives one after another from the same state, and join what they leave."""
        outcomes: list[object] = []
        states: list[dict[Slot, Content]] = []
        changes: Changes = {}
        for run in runs:
            self.begin()
            try:
                outcomes.append(run())
            finally:
                slots = self.levels[-1].slots
                states.append(self.undo())
                changes.update(slots)
        for slot, was in changes.items():
            self.write(was, joined_content([state.get(slot, was.content) for state in states]))
        if any(outcome is not outcomes[0] for outcome in outcomes):
            for outcome in outcomes:
                self.leave(outcome)
        return outcomes, changes

    def write(self, was: Was, content: Content) -> None:
        """Set a slot."""
        self.note(was.holder, was.key, was.born)
        was.put(content)

    # Paths that leave early

    def leave(self, outcome: object) -> None:
        """Note that some path ends what it is in, while another goes on."""
        if outcome is Done.LEFT:
            for target in reversed(self.calls):
                self._await(target)
                if target.is_function:
                    return
        elif outcome in (Done.BREAK, Done.CONTINUE):
            for target in reversed(self.loops):
                target.continues = target.continues or outcome is Done.CONTINUE
                self._await(target)
                if not self.is_labelled and (outcome is Done.BREAK or not target.is_switch):
                    return

    def _await(self, target: Target) -> None:
        if not target.is_awaited:
            target.is_awaited = True
            self.awaited.append(target)

    @contextmanager
    def loop(self, label: str = "", *, is_switch: bool = False) -> Iterator[Target]:
        """Open the target of `break` and `continue`; afterwards, what the paths that left found may be there."""
        target = Target(is_switch=is_switch, label=label)
        self.loops.append(target)
        try:
            yield target
        finally:
            self.loops.pop()
            self._arrive(target)

    @contextmanager
    def call(self, *, is_function: bool = True) -> Iterator[Target]:
        """Open the target of `return`, or of whatever may throw anywhere (which is joined where it is caught)."""
        target = Target(is_function=is_function)
        self.calls.append(target)
        loops, self.loops = self.loops, [] if is_function else self.loops
        if not is_function:
            self._await(target)
        try:
            yield target
        finally:
            self.calls.pop()
            self.loops = loops
            if is_function:
                self._arrive(target)
            else:
                self.awaited.remove(target)

    def _arrive(self, target: Target) -> None:
        if target.is_awaited:
            self.awaited.remove(target)
            self.join_passed(target)

    def join_round(self) -> None:
        """Let what the paths found that go on with the next round be there at its start."""
        if self.loops and self.loops[-1].continues:
            self.join_passed(self.loops[-1])

    def join_passed(self, target: Target) -> None:
        """Let what the paths that left found be there as well."""
        for passed in tuple(target.passed.values()):
            was = passed[0]
            self.write(was, joined_content([was.now(), *(each.content for each in passed)]))


def read(holder: Table | Array, key: str) -> Content:
    """Give what a slot holds."""
    if isinstance(holder, Array):
        return list(holder.items), holder.rest, holder.least
    return holder.get(key)


def joined_content(contents: Sequence[Content]) -> Content:
    """Join what a slot may hold."""
    first = contents[0]
    if all(content is first for content in contents):
        return first
    arrays = [content for content in contents if isinstance(content, tuple)]
    if arrays:
        return _joined_items(arrays)
    values = [content for content in contents if content is not None and not isinstance(content, tuple)]
    return join(values) if values else None


def _joined_items(arrays: Sequence[Items]) -> Items:
    """Join what an array may hold, item by item; where lengths differ, the longest, and how many are sure."""
    longest = max(arrays, key=lambda array: len(array[0]))[0]
    others = [array[0] for array in arrays if array[0] != longest[: len(array[0])]]
    items: list[JsValue] = list(longest)
    for index, item in enumerate(longest) if others else ():
        items[index] = join([item, *(other[index] for other in others if index < len(other))])
    rests = [array[1] for array in arrays if array[1] is not None]
    least = min(array[2] if array[2] is not None else len(array[0]) for array in arrays)
    is_exact = least == len(items) and not rests
    return items, one_of(rests) if rests else None, None if is_exact else min(least, len(items))
