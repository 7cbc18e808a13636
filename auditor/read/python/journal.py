"""What branches change: every write inside a branch is noted, so that it can be taken back and joined.

The heap is changed in place. Before a branch, `push`; after it, `pop` gives what changed and puts
the old state back; `merge` then applies the changes of all branches at once, joining values where
they differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from auditor.model.word import Source
from auditor.read.python.objects import (
    ClassObj,
    DictObj,
    EnvironObj,
    External,
    FunctionObj,
    InstanceObj,
    Key,
    ListObj,
    Obj,
    PyValue,
    Scope,
    join,
)
from auditor.read.values import unknown

Slot = tuple[Obj, str | None]
Content = PyValue | list[list[PyValue]] | tuple[dict[Key, PyValue], PyValue | None] | dict[str, PyValue] | None
Changes = dict[Slot, Content]
_VARIANTS = 8
_PASSED = 16


class Journal:
    """The open branches, innermost last, each with the old content of what it changed."""

    __slots__ = ("branches", "leaving", "levels", "passed", "uncertain")

    def __init__(self) -> None:
        self.levels: list[Changes] = []
        self.passed: list[dict[Slot, list[Content]]] = []
        self.leaving = 0  # how many `finally` run inside of each other for the paths that leave by them
        self.uncertain = 0
        self.branches = 0  # how many uncertain branches were ever opened

    def set_name(self, scope: Scope, name: str, value: PyValue | None) -> None:
        """Bind a name, or unbind it with None."""
        if self.levels:
            self.levels[-1].setdefault((scope, name), scope.names.get(name))
        if self.passed:
            self._pass_by((scope, name), scope.names.get(name))
        _write((scope, name), value)

    def touch(self, obj: Obj, *, is_growing: bool = False) -> None:
        """Note the content of an object that is about to change; one that only grows loses nothing."""
        if self.levels and (obj, None) not in self.levels[-1]:
            self.levels[-1][(obj, None)] = _read((obj, None))
        if self.passed and not is_growing:
            self._pass_by((obj, None), _read((obj, None)))

    def watch(self) -> None:
        """From here on, remember what is overwritten: whatever is raised in between finds it."""
        self.passed.append({})

    def watched(self) -> Changes:
        """Give what was overwritten since `watch`, as the changes of one more path."""
        found = self.passed.pop()
        for slot, contents in found.items() if self.passed else ():
            for content in contents:
                self._pass_by(slot, content)
        return {slot: joined(slot, contents) for slot, contents in found.items()}

    def _pass_by(self, slot: Slot, content: Content) -> None:
        if content is None:
            return
        contents = self.passed[-1].setdefault(slot, [])
        if len(contents) < _PASSED:
            contents.append(content)
        else:
            contents[-1] = joined(slot, [contents[-1], content])

    def together(self, paths: Sequence[Changes]) -> Changes:
        """Give the changes of several paths as one; what some of them left alone may stand as it does."""
        found: dict[Slot, list[Content]] = {}
        for path in paths:
            for slot, content in path.items():
                found.setdefault(slot, []).append(content)
        for slot, contents in found.items():
            if len(contents) < len(paths):
                contents.append(_read(slot))
        return {slot: joined(slot, contents) for slot, contents in found.items()}

    def push(self, *, is_sure: bool = False) -> None:
        """Open a branch; a sure one is closed by `keep`."""
        self.levels.append({})
        self.uncertain += not is_sure
        self.branches += not is_sure

    def pop(self) -> Changes:
        """Close a branch: put the old state back and give what it had changed."""
        changes: Changes = {}
        self.uncertain -= 1
        for slot, old in self.levels.pop().items():
            changes[slot] = _read(slot)
            _write(slot, old)
        return changes

    def keep(self) -> Changes:
        """Close a branch that was taken for certain: its changes stay."""
        top = self.levels.pop()
        if self.levels:
            for slot, old in top.items():
                self.levels[-1].setdefault(slot, old)
        return top

    def restore(self, depth: int, objects: AbstractSet[Obj]) -> None:
        """Put back what some objects held when the levels above a depth were opened."""
        seen: set[Slot] = set()
        for level in self.levels[depth:]:
            for slot, old in level.items():
                if slot[0] in objects and slot not in seen:
                    seen.add(slot)
                    _write(slot, old)

    def merge(self, branches: Sequence[Changes]) -> None:
        """Apply the changes of branches of which one was taken."""
        if not branches:
            return
        slots: dict[Slot, None] = {}
        for branch in branches:
            for slot in branch:
                slots.setdefault(slot)
        for slot in slots:
            current = _read(slot)
            self.put(slot, joined(slot, [branch.get(slot, current) for branch in branches]))

    def content(self, slot: Slot) -> Content:
        """Give what a place in the heap holds now."""
        return _read(slot)

    def put(self, slot: Slot, content: Content) -> None:
        """Set what a place in the heap holds."""
        if self.levels:
            self.levels[-1].setdefault(slot, _read(slot))
        _write(slot, content)


def _read(slot: Slot) -> Content:
    obj, name = slot
    if isinstance(obj, Scope):
        return obj.names.get(name or "")
    if isinstance(obj, ListObj):
        return [list(variant) for variant in obj.variants]
    if isinstance(obj, DictObj):
        return (dict(obj.entries), obj.rest)
    if isinstance(obj, EnvironObj):
        return dict(obj.values)
    if isinstance(obj, InstanceObj | ClassObj | FunctionObj):
        return dict(obj.attributes)
    if isinstance(obj, External):
        return dict(obj.state)
    return None


def _write(slot: Slot, content: Content) -> None:
    obj, name = slot
    if isinstance(obj, Scope):
        if content is None:
            obj.names.pop(name or "", None)
        else:
            assert not isinstance(content, list | tuple | dict)
            obj.names[name or ""] = content
    elif isinstance(obj, ListObj):
        assert isinstance(content, list)
        obj.variants = [list(variant) for variant in content]
    elif isinstance(obj, DictObj):
        assert isinstance(content, tuple)
        obj.entries, obj.rest = dict(content[0]), content[1]
    elif isinstance(obj, EnvironObj):
        assert isinstance(content, dict)
        obj.values = {key: value for key, value in content.items() if not isinstance(value, Obj)}
    elif isinstance(obj, InstanceObj | ClassObj | FunctionObj):
        assert isinstance(content, dict)
        obj.attributes = {key: value for key, value in content.items() if isinstance(key, str)}
    elif isinstance(obj, External):
        assert isinstance(content, dict)
        obj.state = {key: value for key, value in content.items() if isinstance(key, str)}


def joined(slot: Slot, contents: Sequence[Content]) -> Content:
    """Join what one place holds on several paths."""
    obj = slot[0]
    first = contents[0]
    if isinstance(obj, Scope):
        present = [
            content for content in contents if content is not None and not isinstance(content, list | tuple | dict)
        ]
        return join(present) if present else None
    if isinstance(obj, ListObj):
        return _join_lists([variant for content in contents if isinstance(content, list) for variant in content])
    if isinstance(obj, DictObj):
        return _join_dicts([content for content in contents if isinstance(content, tuple)])
    if isinstance(obj, EnvironObj):
        return {**_join_names([content for content in contents if isinstance(content, dict)])}
    if isinstance(obj, InstanceObj | ClassObj | FunctionObj | External):
        return _join_names([content for content in contents if isinstance(content, dict)])
    return first


def _join_lists(variants: Sequence[list[PyValue]]) -> list[list[PyValue]]:
    """Join contents: those of one length item by item, those of different lengths side by side."""
    by_length: dict[int, list[list[PyValue]]] = {}
    for variant in variants:
        rows = by_length.setdefault(len(variant), [])
        if variant not in rows:  # compares items by identity first
            rows.append(variant)
    joined = [rows[0] if len(rows) == 1 else _join_rows(rows) for rows in by_length.values()]
    if len(joined) > _VARIANTS:
        joined[_VARIANTS - 1 :] = [[unknown(Source.LIMIT)]]
    return joined


def _join_rows(rows: Sequence[list[PyValue]]) -> list[PyValue]:
    return [
        column[0] if all(item is column[0] for item in column) else join(column) for column in zip(*rows, strict=True)
    ]


def _join_dicts(
    contents: Sequence[tuple[dict[Key, PyValue], PyValue | None]],
) -> tuple[dict[Key, PyValue], PyValue | None]:
    keys: dict[Key, None] = {}
    for entries, _ in contents:
        for key in entries:
            keys.setdefault(key)
    rests = [rest for _, rest in contents if rest is not None]
    merged = {key: join(entries[key] for entries, _ in contents if key in entries) for key in keys}
    return merged, join(rests) if rests else None


def _join_names(contents: Sequence[dict[str, PyValue]]) -> dict[str, PyValue]:
    names: dict[str, None] = {}
    for content in contents:
        for name in content:
            names.setdefault(name)
    return {name: join(content[name] for content in contents if name in content) for name in names}
