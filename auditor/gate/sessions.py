"""The memory of agents' sessions: files written, variables exported and directories changed by earlier calls.

Bounded in sessions, files and bytes; the oldest are forgotten first. Thread-safe.
"""

from __future__ import annotations

import posixpath
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from auditor.gate.calls import Call, Cell, Edit, Patch, Write
from auditor.gate.patches import patched
from auditor.model.surroundings import Reach, Surroundings
from auditor.read.carriers.notebook import as_python
from auditor.read.reach import Disk

_MOST_SESSIONS = 200
_MOST_FILES = 200
_MOST_BYTES = 4_000_000


@dataclass(slots=True)
class Session:
    """One agent's session."""

    directory: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    files: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def remember(self, path: str, content: str) -> None:
        """Keep a file's text; the oldest go first."""
        self.files[path] = content
        self.files.move_to_end(path)
        while len(self.files) > _MOST_FILES or sum(map(len, self.files.values())) > _MOST_BYTES:
            self.files.popitem(last=False)

    def follow(self, left: Surroundings) -> None:
        """Take over what a command leaves behind."""
        self.environment.update(left.environment)
        for path, text in left.files:
            self.remember(self.path(path), text)
        if left.directory:
            self.directory = self.path(left.directory)

    def path(self, path: str) -> str:
        """Give a path in normal form, relative ones from the session's directory."""
        if path.startswith(("/", "~")):
            return posixpath.normpath(path)
        return posixpath.normpath(posixpath.join(self.directory or ".", path))

    def text(self, path: str) -> str | None:
        """Give a file's text as the session knows it, or as it is on disk."""
        name = self.path(path)
        if name in self.files:
            return self.files[name]
        return Disk(Surroundings(directory=self.directory, reach=Reach.ANY)).text(name)

    def surroundings(self) -> Surroundings:
        """Give what surrounds the next command of the session."""
        return Surroundings(
            directory=self.directory,
            environment=tuple(self.environment.items()),
            files=tuple(self.files.items()),
            reach=Reach.ANY,
        )


class Sessions:
    """All sessions, by agent and session id; a call without an id shares one by directory."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, call: Call) -> Session:
        """Give the session of a call."""
        key = (call.agent, call.session or call.directory)
        with self._lock:
            session = self._sessions.setdefault(key, Session())
            self._sessions.move_to_end(key)
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        if call.directory:
            session.directory = call.directory
        return session


def results(session: Session, act: Write | Edit | Patch | Cell) -> tuple[tuple[str, str], ...]:
    """Give the files that an act leaves behind: path and whole text. An edit that does not apply gives its new text."""
    if isinstance(act, Write):
        return ((session.path(act.path), act.content),)
    if isinstance(act, Cell):
        return ((session.path(act.path), as_python(act.source)),) if act.is_code else ()
    if isinstance(act, Edit):
        before = session.text(act.path)
        if before is None or (act.old and act.old not in before):
            return ((session.path(act.path), act.new),)
        if not act.old:
            return ((session.path(act.path), before + "\n" + act.new),)
        return ((session.path(act.path), before.replace(act.old, act.new, -1 if act.every else 1)),)
    return tuple((session.path(path), text) for path, text in patched(act.text, session.text))
