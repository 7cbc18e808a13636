"""What a run leaves on its stage: the files that differ from before, the lines that were marked, and texts handed on.

Takes the stage's folders after the script has ended; gives values, and says in `lost` what could not be
looked at. All of it was written by the script, which may have put a pipe, a link or a tree without an
end in the place of anything: nothing here waits, follows a link, or ends with an error for that.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auditor.trial.marks import LONGEST_PIECE, MOST_PIECES
from auditor.trial.request import FileChange

KEPT_CONTENT = 65_536
MOST_CHANGES = 2_000
_MARK_BYTES = 128_000_000
_PIECE_BYTES = (MOST_PIECES + 1) * (LONGEST_PIECE + 20)
_CLOSED = "directories that the script made and that could not be looked into"
_UNREAD = "files that the script wrote and that could not be read"
_TAKEN = "the trial's own notes of which lines and texts ran: the script took them away"

State = tuple[int, int, int]
"""Mode, size and time of change: a process can set back the other times of a file, not this one."""


@dataclass(slots=True)
class Traces:
    """Reads what a run has left; `binds` are the folders that the script could write and where it sees them."""

    binds: Sequence[tuple[str, str]]
    _lost: dict[str, None] = field(default_factory=dict)

    @property
    def lost(self) -> tuple[str, ...]:
        """Say what could not be looked at."""
        return tuple(self._lost)

    def states(self) -> dict[str, State]:
        """Give the state of every file that the script could have written, by the path that it sees."""
        seen: dict[str, State] = {}
        for folder, place in self.binds:
            pending = [folder]
            while pending:
                directory = pending.pop()
                try:
                    with os.scandir(directory) as entries:
                        for entry in entries:
                            if entry.is_dir(follow_symlinks=False):
                                pending.append(entry.path)
                                continue
                            status = entry.stat(follow_symlinks=False)
                            shown = place + entry.path[len(folder) :]
                            seen[shown] = (status.st_mode, status.st_size, status.st_ctime_ns)
                except OSError:  # closed to us, or a path longer than the kernel takes
                    self._lost[_CLOSED] = None
        return seen

    def changes(self, before: dict[str, State]) -> tuple[FileChange, ...]:
        """Say what differs from a state before."""
        after = self.states()
        differing = [(path, state) for path, state in sorted(after.items()) if before.get(path) != state]
        gone = sorted(before.keys() - after.keys())
        if len(differing) + len(gone) > MOST_CHANGES:
            self._lost[f"more than {MOST_CHANGES:,} files that the script wrote or removed"] = None
        changes = [self._change(path, state, path in before) for path, state in differing[:MOST_CHANGES]]
        return tuple([*changes, *(FileChange(_shown(path), "removed") for path in gone)][:MOST_CHANGES])

    def marks(self, folder: Path) -> tuple[str, ...]:
        """Give the distinct `path:line` marks that the script has left."""
        seen: dict[str, None] = {}
        for line in self._told(folder / "lines", _MARK_BYTES).decode("utf-8", "replace").split("\n"):
            parts = line.split("\t")
            if len(parts) >= 2 and parts[0].startswith("+") and ":" in parts[1]:
                seen.setdefault(parts[1])
        return tuple(seen)

    def pieces(self, folder: Path) -> tuple[bytes, ...]:
        """Give the texts that the script handed to its interpreter; one that is cut has a byte more than allowed."""
        pieces: list[bytes] = []
        rest = self._told(folder / "pieces", _PIECE_BYTES)
        while len(pieces) <= MOST_PIECES:
            line, is_whole, rest = rest.partition(b"\n")
            if not is_whole or len(line) > 20 or not line.isdigit():
                break  # the end, or the script has written there itself
            length = int(line)
            kept = min(length, LONGEST_PIECE)
            pieces.append(rest[:kept] + (b" " if length > LONGEST_PIECE else b""))
            rest = rest[kept:]
        return tuple(pieces)

    def _change(self, path: str, state: State, was_there: bool) -> FileChange:
        content = self._content(path)
        kept = hashlib.sha256(content).hexdigest() if content else ""
        kind = "changed" if was_there else "created"
        return FileChange(_shown(path), kind, stat.S_IMODE(state[0]), content, state[1], kept)

    def _content(self, shown: str) -> bytes:
        folder, place = next((pair for pair in self.binds if shown.startswith(pair[1] + "/")), ("", ""))
        path = folder + shown[len(place) :]
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                return os.fsencode(Path(path).readlink())
            if not stat.S_ISREG(status.st_mode):
                return b""
            return _read(path, KEPT_CONTENT)
        except OSError:
            self._lost[_UNREAD] = None
            return b""

    def _told(self, path: Path, most: int) -> bytes:
        """Read what the trial's own program wrote down inside, as far as it is still there."""
        try:
            return _read(str(path), most)
        except OSError:
            self._lost[_TAKEN] = None
            return b""


def _shown(path: str) -> str:
    """Give a path as text, as `trace.start_of` does: a name may be any bytes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _read(path: str, most: int) -> bytes:
    """Read the beginning of a regular file; raises OSError for anything else, and does not wait for it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return file.read(most)
