"""The table of files that a script has written, and what a piece of code looked at and left in it.

Takes files by name. A `Footprint` that is open notes every name that is looked up or listed and
every name that is set, so that a second run of the same code is known to find what the first found.
A name past the limit is refused, and whoever owns the table is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from auditor.model.word import Hole, Source
from auditor.read.values import EMPTY, Known, Text, Unknown, Value, alternatives, concat, one_of, unknown


@dataclass(slots=True)
class File:
    """A file of the script's making: its content, and the program that it is a copy of or a link to.

    One that stood beside the script before it ran `is_beside`.
    """

    content: Value = EMPTY
    program: str | None = None
    is_executable: bool = False
    is_beside: bool = False


@dataclass(slots=True)
class Footprint:
    """What one run of some code found in the table, before it wrote there itself, and what it left.

    `extended` are files that were only added to: what stood there decides nothing but what stands
    there next. `listed` are the names of a first listing, but for those that the code had set itself.
    """

    seen: dict[str, object] = field(default_factory=dict)
    extended: dict[str, File | None] = field(default_factory=dict)
    listed: tuple[frozenset[str], frozenset[str]] | None = None
    left: dict[str, File | None] = field(default_factory=dict)
    is_open: bool = True


class Table(MutableMapping[str, File]):
    """Files by path."""

    def __init__(self, limit: int = 500) -> None:
        self.limit = limit
        self.on_full: Callable[[], None] | None = None
        self._files: dict[str, File] = {}
        self._open: list[Footprint] = []
        self._doubts: list[Callable[[], int]] = []
        self._branch: tuple[int, ...] = ()
        self._before: dict[str, File | None] = {}
        self._branches = 0

    def __getitem__(self, name: str) -> File:
        self._settle()
        file = self._files.get(name)
        for footprint in self._open:
            if name in footprint.extended:
                footprint.seen.setdefault(name, _state(footprint.extended[name]))
            elif name not in footprint.left:
                footprint.seen.setdefault(name, _state(file))
        if file is None:
            raise KeyError(name)
        return file

    def __setitem__(self, name: str, file: File) -> None:
        if name not in self._files and self.is_full:
            if self.on_full is not None and (file.content != EMPTY or file.program):
                self.on_full()
            return
        self._settle()
        if any(self._branch):
            self._before.setdefault(name, self._files.get(name))
        self._leave(name, file)

    def __delitem__(self, name: str) -> None:
        self._settle()
        if any(self._branch):
            self._before.setdefault(name, self._files.get(name))
        self._leave(name, None)

    def _leave(self, name: str, file: File | None) -> None:
        if file is None:
            self._files.pop(name, None)
        else:
            self._files[name] = file
        for footprint in self._open:
            footprint.left[name] = file

    def __iter__(self) -> Iterator[str]:
        self._settle()
        for footprint in self._open:
            if footprint.listed is None:
                own = frozenset(footprint.left)
                footprint.listed = own, frozenset(self._files) - own
        return iter(tuple(self._files))

    def __len__(self) -> int:
        return len(self._files)

    @property
    def is_full(self) -> bool:
        """Whether another name would be refused."""
        return len(self._files) >= self.limit

    def to_extend(self, name: str) -> File | None:
        """Give the file that is about to be added to; that is no look at its content."""
        self._settle()
        file = self._files.get(name)
        for footprint in self._open:
            if name not in footprint.left and name not in footprint.seen:
                footprint.extended.setdefault(name, file)
        return file

    def contents(self) -> dict[str, Value]:
        """Give what stands in each file, without looking, as far as footprints go."""
        return {name: file.content for name, file in self._files.items()}

    def peek(self, name: str) -> File | None:
        """Give a file without looking, as far as footprints go."""
        self._settle()
        return self._files.get(name)

    def bring(self, name: str, file: File) -> None:
        """Put in a file that was there all along: nobody's writing. The caller looks first whether there is room."""
        self._files[name] = file

    @contextmanager
    def doubt(self, branch: Callable[[], int] | None = None, *, is_sure: bool = False) -> Iterator[None]:
        """Let what is written meanwhile be written perhaps: afterwards, what stood there may still stand there.

        `branch` tells branches that may not be taken apart by a number; 0 is what happens for certain.
        """
        if is_sure:
            yield
            return
        self._branches += 1
        number = self._branches
        self._doubts.append(branch or (lambda: number))
        try:
            yield
        finally:
            self._doubts.pop()

    def _settle(self) -> None:
        """Where another branch has begun, join what the last one left with what stood there before it."""
        branch = tuple(number() for number in self._doubts)
        if branch == self._branch:
            return
        self._branch = branch
        before, self._before = self._before, {}
        for name, old in before.items():
            new = self._files.get(name)
            if old is not None and new is not old:
                self._leave(name, old if new is None else _either(old, new))

    @contextmanager
    def footprint(self, into: Footprint) -> Iterator[None]:
        """Note what happens to the table meanwhile."""
        self._open.append(into)
        try:
            yield
        finally:
            self._open = [each for each in self._open if each is not into]
            into.is_open = False

    def would_find(self, footprint: Footprint) -> bool:
        """Whether code with this footprint, run now, would look at the same."""
        self._settle()
        if footprint.listed is not None:
            own, names = footprint.listed
            if frozenset(self._files) - own != names:
                return False
        return all(_state(self._files.get(name)) == state for name, state in footprint.seen.items())

    def repeat(self, footprint: Footprint) -> None:
        """Leave what the code with this footprint leaves, as if it ran again.

        Code that is still running calls itself: how often is not known, nor how much it adds to files.
        """
        for name in footprint.seen:
            self.get(name)
        if footprint.listed is not None:
            iter(self)
        if footprint.is_open:
            for name, before in footprint.extended.items():
                if _state(self._files.get(name)) != _state(before):
                    self[name] = File(unknown(Source.LIMIT))
            return
        for name, left in tuple(footprint.left.items()):
            if name in footprint.extended and left is not None:
                self[name] = _grown(self.to_extend(name), footprint.extended[name], left)
            elif left is not None:
                self[name] = replace(left)
            elif name in self._files:
                del self[name]


def _either(old: File, new: File) -> File:
    """Give a file that may have been written or not.

    Lines that may have been added too often to tell are taken to be added each time.
    """
    content = one_of((old.content, new.content))
    if isinstance(content, Unknown) and content.hole.source is Source.LIMIT and _has_more_lines(old, new):
        content = new.content
    return File(content, new.program or old.program, new.is_executable)


def _has_more_lines(old: File, new: File) -> bool:
    ends = [value.value for value in alternatives(old.content) if isinstance(value, Known)]
    return len(ends) == len(alternatives(old.content)) == len(alternatives(new.content)) and all(
        isinstance(end, str) and (not end or end.endswith("\n")) for end in ends
    )


def _grown(now: File | None, before: File | None, after: File) -> File:
    """Give a file after the same was added to it that made `after` of `before`."""
    if _state(now) == _state(before):
        return replace(after)
    old = EMPTY if before is None else before.content
    if isinstance(old, Known) and isinstance(after.content, Known) and now is not None:
        start, whole = old.value, after.content.value
        if isinstance(start, str) and isinstance(whole, str) and whole.startswith(start):
            return replace(after, content=concat((now.content, Known(whole[len(start) :], after.content.trail))))
    return replace(after, content=unknown(Source.LIMIT))


def _state(file: File | None) -> object:
    """Give what tells two states of a file apart; unknowns of one origin are alike."""
    if file is None:
        return None
    return tuple(_shape(single) for single in alternatives(file.content)), file.program


def _shape(value: Known | Text | Unknown) -> object:
    if isinstance(value, Known):
        return (type(value.value), value.value)
    parts = value.parts if isinstance(value, Text) else (value.hole,)
    return tuple((part.source, part.detail) if isinstance(part, Hole) else part for part in parts)
