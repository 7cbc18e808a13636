"""Files on disk that a script names and that are in reach: read as text, bounded in size and number.

Runs in the reading worker. Takes paths in normal form; refuses devices, links out of the folder,
binaries and large files, each as if the file were absent.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from auditor.model.surroundings import Reach, Surroundings

_FILE_BYTES = 1_000_000
_MOST_FILES = 40


class Disk:
    """Gives the text of files in reach."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._left = _MOST_FILES

    def text(self, name: str) -> str | None:
        """Give a file's text; None where it is out of reach, absent, or not text."""
        if self._left <= 0 or "\0" in name or "%{" in name:
            return None
        path = Path(self._surroundings.directory or self._surroundings.folder or ".", Path(name).expanduser())
        try:
            if not self._is_in_reach(path):
                return None
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except (OSError, ValueError, RuntimeError):
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _FILE_BYTES:
                return None
            data = file.read(_FILE_BYTES)
        if b"\0" in data[:8_192]:
            return None
        self._left -= 1
        return data.decode("utf-8", "replace")

    def _is_in_reach(self, path: Path) -> bool:
        if self._surroundings.reach is Reach.ANY:
            return True
        folder = Path(self._surroundings.folder).resolve()
        return self._surroundings.reach is Reach.FOLDER and path.resolve().parent.is_relative_to(folder)
