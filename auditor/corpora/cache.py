"""What is known of texts by their key: answers that persist, and which row of a run had a text first.

Takes and gives results by key, in SQLite, so that memory stays flat whatever the corpus. An answer
that came of a failure is kept for its run only. A cache file that is damaged or of another kind is
the operator's to remove: UsageError.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from auditor.corpora.audited import Audited, decode_audited, encode
from auditor.errors import AuditorError, UsageError
from auditor.model.gap import Why

_SCHEMA = 1
_PAGE = 500
_PASSING = frozenset({Why.ENGINE_FAILED.value, Why.TIMED_OUT.value})


class Store:
    """A SQLite file of answers by key, and of first rows by key. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            version = self._base.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _SCHEMA):
                raise UsageError(f"{path}: a cache of another version", hint="give another file, or remove it")
            self._base.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID")
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS first (key BLOB PRIMARY KEY, row INTEGER, id TEXT) WITHOUT ROWID"
            )
            self._base.execute(f"PRAGMA user_version={_SCHEMA}")
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"{path}: no cache: {error}", hint="give a file that can be written") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def answers(self, keys: Iterable[str]) -> dict[str, Audited]:
        """Give the answers that are known; one that cannot be read is not known."""
        found: dict[str, Audited] = {}
        wanted = [bytes.fromhex(key) for key in keys]
        for start in range(0, len(wanted), _PAGE):
            page = wanted[start : start + _PAGE]
            marks = ",".join("?" * len(page))
            for key, body in self._run(f"SELECT key, body FROM answers WHERE key IN ({marks})", page):  # noqa: S608
                try:
                    found[key.hex()] = decode_audited(zlib.decompress(body))
                except (msgspec.DecodeError, zlib.error):
                    continue
        return found

    def keep(self, answers: Mapping[str, Audited], *, is_lasting: bool = True) -> None:
        """Remember answers; in a cache that lasts, none that came of a failure."""
        rows = [
            (bytes.fromhex(key), zlib.compress(encode(audited), 1))
            for key, audited in answers.items()
            if not (is_lasting and any(gap.why in _PASSING for gap in audited.gaps))
        ]
        self._write("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)

    def first_rows(self, keys: Sequence[str], ids: Sequence[str], start: int) -> list[tuple[int, str]]:
        """Give for each key the row that had it first, and its id; `start` is the number of the first row given."""
        numbered = enumerate(zip(keys, ids, strict=True), start=start)
        self._write(
            "INSERT OR IGNORE INTO first VALUES (?, ?, ?)",
            [(bytes.fromhex(key), row, id_) for row, (key, id_) in numbered],
        )
        known: dict[bytes, tuple[int, str]] = {}
        wanted = list(dict.fromkeys(bytes.fromhex(key) for key in keys))
        for begin in range(0, len(wanted), _PAGE):
            page = wanted[begin : begin + _PAGE]
            marks = ",".join("?" * len(page))
            for key, row, id_ in self._run(f"SELECT key, row, id FROM first WHERE key IN ({marks})", page):  # noqa: S608
                known[key] = (row, id_)
        return [known[bytes.fromhex(key)] for key in keys]

    def _run(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise UsageError(f"{self._path}: the cache cannot be read: {error}", hint="remove it") from error

    def _write(self, query: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            self._base.executemany(query, rows)
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            hint = "is there room on the disk? --resume goes on"
            raise AuditorError(f"{self._path}: the cache cannot be written: {error}", hint=hint) from error
