"""Files on disk that a script names and that are in reach: read as text, bounded in size and number.

Runs in the reading worker. Takes paths in normal form; refuses devices, links out of the folder and
binaries, each as if the file were absent. A file past a bound is there and its content is unknown,
so that whatever runs it runs unknown code.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from auditor.model.surroundings import Reach, Surroundings
from auditor.model.word import Source
from auditor.read.values import Known, Unknown, unknown

FILE_BYTES = 1_000_000
MOST_FILES = 40
_HEAD_BYTES = 8_192


class Disk:
    """Gives the text of files in reach."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._left = MOST_FILES

    def content(self, name: str) -> Known | Unknown | None:
        """Give a file's text, or the unknown that a bound makes of it; None where it is absent, or as if it were."""
        if "\0" in name or "%{" in name:
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
            if not stat.S_ISREG(status.st_mode):
                return None
            if self._left <= 0 or status.st_size > FILE_BYTES:
                return unknown(Source.LIMIT, detail=name)
            data = file.read(FILE_BYTES)
        if b"\0" in data[:_HEAD_BYTES]:
            if not _is_text_between_nulls(data):
                return None
            data = data.replace(b"\0", b"")
        self._left -= 1
        return Known(data.decode("utf-8", "replace"))

    def text(self, name: str) -> str | None:
        """Give a file's text where all of it is known."""
        content = self.content(name)
        return content.value if isinstance(content, Known) and isinstance(content.value, str) else None

    def _is_in_reach(self, path: Path) -> bool:
        if self._surroundings.reach is Reach.ANY:
            return True
        folder = Path(self._surroundings.folder).resolve()
        return self._surroundings.reach is Reach.FOLDER and path.resolve().parent.is_relative_to(folder)


def _is_text_between_nulls(data: bytes) -> bool:
    """Whether a shell would run bytes with NULs in them: it drops them after the first line."""
    head = data[:_HEAD_BYTES]
    if b"\0" in head.split(b"\n", 1)[0]:
        return False
    try:
        head.rsplit(b"\n", 1)[0].replace(b"\0", b"").decode()
    except UnicodeDecodeError:
        return False
    return True
