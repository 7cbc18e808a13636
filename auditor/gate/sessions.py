"""The memory of agents' sessions: files written, variables exported and directories changed by earlier calls.

Bounded in sessions, files and bytes; the oldest are forgotten first. What is remembered never hides
what is on disk: a write may have failed after the gate let it pass, and hosts differ in whether a
shell keeps its variables, so a command is read in every surrounding that may be the true one.
"""

from __future__ import annotations

import os
import posixpath
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.gate.calls import Call
from auditor.model.surroundings import Reach, Surroundings
from auditor.read.reach import Disk
from auditor.read.values import Unknown, known_text

_MOST_SESSIONS = 200
_MOST_FILES = 200
_MOST_BYTES = 1_000_000
_MOST_CODE = 60_000


@dataclass(slots=True)
class _Remembered:
    """A file's text; `seen` is its state on disk, None where it is not there; `on_disk` its text there if another."""

    text: str
    seen: tuple[int, ...] | None = None
    is_written: bool = False
    on_disk: str | None = None

    @property
    def size(self) -> int:
        """Characters held."""
        return len(self.text) + len(self.on_disk or "")


@dataclass(frozen=True, slots=True)
class Cells:
    """The Python that one tool of a session has run so far, piece by piece, and which findings it had by then."""

    pieces: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        """All of it as one text."""
        return "".join(self.pieces)

    def after(self, text: str, known: frozenset[str]) -> Cells:
        """Give what has run once a text has; the first pieces go where there are too many, and one too long itself.

        What they had defined is unknown then, so that running it is opaque, not harmless.
        """
        pieces = [*self.pieces, text + "\n"] if len(text) < _MOST_CODE else list(self.pieces)
        count = len(pieces)
        while sum(map(len, pieces)) > _MOST_CODE:
            del pieces[0]
        # without the first pieces, a new finding could pass for one of theirs
        return Cells(tuple(pieces), self.known | known if len(pieces) == count else frozenset())


@dataclass(slots=True)
class Session:
    """One agent's session. Thread-safe."""

    directory: str = ""
    """The working directory as the last payload said it."""
    followed: str = ""
    """The working directory as the commands since then changed it."""
    environment: dict[str, str] = field(default_factory=dict)
    cells: OrderedDict[str, Cells] = field(default_factory=OrderedDict)
    _files: OrderedDict[str, _Remembered] = field(default_factory=OrderedDict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def enter(self, directory: str) -> None:
        """Take the working directory of a call, where its payload says one."""
        with self._lock:
            if directory and directory != self.directory:
                self.directory = self.followed = directory

    def remember(self, path: str, content: str) -> None:
        """Keep a file's text; the oldest go first."""
        with self._lock:
            self._files[path] = _Remembered(content)
            self._files.move_to_end(path)
            self._forget()

    def has_room(self, left: Surroundings) -> bool:
        """Whether the variables that a command leaves behind can be remembered; all of them, or later ones mislead."""
        with self._lock:
            after = {**self.environment, **dict(left.environment)}
        return sum(len(name) + len(value) for name, value in after.items()) <= _MOST_BYTES

    def follow(self, left: Surroundings) -> None:
        """Take over what a command leaves behind, as far as there is room."""
        with self._lock:
            if self.has_room(left):
                self.environment.update(left.environment)
            for path, text in left.files:
                self.remember(self._path(path, self.followed), text)
            if left.directory:
                self.followed = self._path(left.directory, self.followed)

    def learn(self, tool: str, text: str, known: frozenset[str]) -> None:
        """Keep what a tool has run, and the findings that it has by now."""
        with self._lock:
            self.cells[tool] = self.cells.get(tool, Cells()).after(text, known)
            while len(self.cells) > _MOST_FILES:
                self.cells.popitem(last=False)

    def size(self) -> tuple[int, int]:
        """Give how many files are remembered, and their characters."""
        with self._lock:
            return len(self._files), sum(file.size for file in self._files.values())

    def path(self, path: str) -> str:
        """Give a path in normal form, relative ones from the session's directory."""
        return self._path(path, self.directory or self.followed)

    def text(self, path: str) -> str | None:
        """Give a file's text as it is on disk, or as the session knows it."""
        name = self.path(path)
        with self._lock:
            self._look()
            file = self._files.get(name)
        if file is not None:
            return file.text if file.on_disk is None else file.on_disk
        return Disk(Surroundings(directory=self.directory, reach=Reach.ANY)).text(name)

    def surroundings(self) -> tuple[Surroundings, ...]:
        """Give what may surround the next command: one, unless memory and disk or two shells would differ."""
        with self._lock:
            self._look()
            files = tuple((path, file.text) for path, file in self._files.items())
            disk = tuple((path, file.on_disk or file.text) for path, file in self._files.items())
            shells = [(self.followed or self.directory, tuple(self.environment.items()))]
            if self.environment or (self.directory and self.directory != self.followed):
                shells.append((self.directory or self.followed, ()))
        return tuple(
            Surroundings(directory=directory, environment=environment, files=kept, reach=Reach.ANY)
            for directory, environment in shells
            for kept in ((files,) if files == disk else (files, disk))
        )

    def _look(self) -> None:
        """Compare what is remembered with what is on disk, where that has changed since the last time."""
        for path, file in tuple(self._files.items()):
            seen = _state(path)
            if seen == file.seen:
                continue
            file.seen = seen
            content = Disk(Surroundings(reach=Reach.ANY)).content(path) if seen is not None else None
            if isinstance(content, Unknown):  # too large: what is remembered is not what would run
                self._files.pop(path, None)
                continue
            text = known_text(content) if content is not None else None
            if text is None or text == file.text:
                file.on_disk, file.is_written = None, file.is_written or text is not None
            elif file.is_written:
                file.text, file.on_disk = text, None  # it was as remembered, and somebody has changed it since
                self._forget()
            else:
                file.on_disk = text
                self._forget()

    def _forget(self) -> None:
        """Let the oldest files go where there are too many."""
        while len(self._files) > _MOST_FILES or sum(file.size for file in self._files.values()) > _MOST_BYTES:
            self._files.popitem(last=False)

    @staticmethod
    def _path(path: str, directory: str) -> str:
        if path.startswith("~"):
            path = os.path.expanduser(path)  # noqa: PTH111
        return posixpath.normpath(path if path.startswith("/") else posixpath.join(directory or ".", path))


class Sessions:
    """All sessions, by agent and session id; a call without an id shares one by directory. Thread-safe."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Session]:
        with self._lock:
            return iter(tuple(self._sessions.values()))

    def __len__(self) -> int:
        return len(self._sessions)

    def of(self, call: Call) -> Session:
        """Give the session of a call."""
        key = (call.agent, call.session or call.directory)
        with self._lock:
            session = self._sessions.setdefault(key, Session())
            self._sessions.move_to_end(key)
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        session.enter(call.directory)
        return session


def _state(path: str) -> tuple[int, ...] | None:
    """Give a file's state; ctime, since the other times can be set at will."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_ctime_ns, status.st_size, status.st_ino) if stat.S_ISREG(status.st_mode) else None
