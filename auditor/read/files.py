"""The files that a script has written so far, and what its names stand for.

One table for the whole script, whichever language writes or runs a file. Paths are text in normal
form; a path with unknown parts is kept as written (`%{clock_3}/run.sh`), so that two uses of the
same temporary directory still meet.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.model.word import Source
from auditor.read.table import File, Table
from auditor.read.values import Known, Value, alternatives, concat, one_of, unknown, words_of

_LEFT_BYTES = 200_000


@dataclass(slots=True)
class Files:
    """The script's files by path, and the working directory that relative paths start from.

    `outside` gives the content of a file that the script did not write, where such a file is in reach.
    """

    table: Table = field(default_factory=Table)
    directory: str = "."
    outside: Callable[[str], Value | None] | None = None
    found_outside: set[str] = field(default_factory=set)

    def path(self, path: Value, directory: str | None = None) -> str:
        """Give the normal form of a path; alternatives beyond the first are ignored here."""
        text = str(words_of(path)[0])
        if text.startswith(("/", "~", "%{")):
            return posixpath.normpath(re.sub(r"^//+", "/", text))
        return posixpath.normpath(posixpath.join(directory or self.directory, text))

    def find(self, path: Value, directory: str | None = None) -> File | None:
        """Give the file that the script wrote at a path, if it did, or one in reach."""
        return self._at(self.path(path, directory))

    def write(self, path: Value, content: Value, *, append: bool = False, directory: str | None = None) -> None:
        """Remember what is written to each path that the value may be."""
        for single in alternatives(path):
            name = self.path(single, directory)
            old = self.table.to_extend(name) if append else self.table.peek(name)
            text = concat((old.content, content)) if append and old is not None else content
            self.table[name] = File(text, None, old.is_executable if old else False)

    def copy(self, source: Value, target: Value, *, program: str | None, directory: str | None = None) -> None:
        """Remember a copy, link or move: of a file of the script, or of a program on the machine (`program`)."""
        old = self.find(source, directory)
        name = self.path(target, directory)
        if old is not None:
            self.table[name] = File(old.content, old.program, old.is_executable)
        else:
            self.table[name] = File(
                unknown(Source.FILE, detail=self.path(source, directory)), program, program is not None
            )

    def remove(self, path: Value, directory: str | None = None) -> None:
        """Forget a file; readers do so only where every branch deletes it."""
        self.table.pop(self.path(path, directory), None)

    def read(self, path: Value, directory: str | None = None) -> Value:
        """Give what is known of a file's content: as written by the script, else an unknown that names the path."""
        found = [self._at(self.path(single, directory)) for single in alternatives(path)]
        if all(file is not None for file in found):
            return one_of(file.content for file in found if file is not None)
        return unknown(Source.FILE, detail=self.path(path, directory))

    def whole(self, path: Value, directory: str | None = None) -> Value:
        """Give what stands in a file that was just added to; whoever adds does not depend on what it held."""
        files = [self.table.peek(self.path(single, directory)) for single in alternatives(path)]
        return one_of(file.content for file in files if file is not None)

    def written(self, most: int) -> tuple[tuple[str, str], ...]:
        """Give path and text of files that the script wrote and whose text is known, the latest `most` of them."""
        texts = [
            (name, file.content.value)
            for name, file in self.table.items()
            if name not in self.found_outside and isinstance(file.content, Known) and "%{" not in name
        ]
        return tuple((name, text) for name, text in texts if isinstance(text, str) and len(text) < _LEFT_BYTES)[-most:]

    def _at(self, name: str) -> File | None:
        if self.outside is not None and self.table.peek(name) is None:
            content = self.outside(name)
            if content is not None:
                self.found_outside.add(name)
                if not self.table.is_full:
                    self.table.bring(name, File(content, is_beside=True))
                return self.table.get(name, File(content, is_beside=True))
        return self.table.get(name)
