"""Shards: the results as Parquet files that are there whole or not at all, and a journal of those that are.

Takes the rows of a shard, writes its files under other names, makes them durable, renames them,
and only then writes the shard's line in the journal. What the journal does not name is removed
before a run goes on. Raises AuditorError where the disk refuses, with all completed shards intact.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from auditor.corpora.schema import TABLES, arrow_schema, needed
from auditor.errors import AuditorError, UsageError

_HINT = "completed shards are kept; --resume goes on"
Rows = Mapping[str, Sequence[Mapping[str, object]]]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The journal's first line: what a run that goes on must have in common with the one that began."""

    schema: str
    terms: str
    sources: tuple[str, ...]
    reading: str
    shard_rows: int


class Shard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One completed shard: its rows, a digest of its inputs, and what it adds to the summary."""

    shard: int
    rows: int
    digest: str
    counts: dict[str, dict[str, int]]


class Journal:
    """The journal of one run and the folders of its shards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "journal.jsonl"
        self.digests: list[str] = []
        """Of the inputs of each completed shard, in order."""
        self.rows = 0
        self.counts: dict[str, Counter[str]] = {}
        """What the completed shards add up to."""

    def begin(self, head: Head) -> None:
        """Start a run in a folder that holds nothing yet."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.iterdir()):
                raise UsageError(
                    f"{self.folder} is not empty", hint="--resume goes on with a run; or give another --out"
                )
            for table in TABLES:
                (self.folder / table).mkdir()
            self._append(msgspec.json.encode(head))
        except OSError as error:
            raise UsageError(
                f"{self.folder}: {error.strerror}", hint="--out needs a folder that can be written"
            ) from error

    def resume(self, head: Head) -> bool:
        """Go on with the run in the folder; False where there is none. Refuses a run of another kind."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except OSError:
            return False
        whole = lines[:-1]  # the last line was being written when the run ended
        if not whole:
            return False
        try:
            before = msgspec.json.decode(whole[0], type=Head)
            for line in whole[1:]:
                self._add(msgspec.json.decode(line, type=Shard))
        except msgspec.DecodeError as error:
            raise UsageError(f"{self._path}: no journal: {error}", hint="give another --out") from error
        for name, was, now in (
            ("rules, policy or version", before.terms, head.terms),
            ("sources", before.sources, head.sources),
            ("options of reading", (before.reading, before.shard_rows), (head.reading, head.shard_rows)),
        ):
            if was != now:
                raise UsageError(
                    f"{self.folder}: begun with other {name}", hint="resume it as it was begun, or give another --out"
                )
        self._tidy(b"".join(line + b"\n" for line in whole))
        return True

    def write(self, shard: Shard, rows: Rows) -> None:
        """Write one shard; the row of `scripts` becomes visible last."""
        pa = needed()
        name = f"part-{shard.shard:06}.parquet"
        targets = [(table, self.folder / table / name) for table in reversed(TABLES)]
        try:
            for table, target in targets:
                data = pa.Table.from_pylist(list(rows[table]), schema=arrow_schema(table))
                temporary = target.with_suffix(".writing")
                pa.parquet.write_table(data, temporary, compression="zstd")
                _sync(temporary)
            for _, target in targets:
                target.with_suffix(".writing").replace(target)
                _sync(target.parent)
            self._append(msgspec.json.encode(shard))
        except (OSError, pa.ArrowException) as error:
            for _, target in targets:
                target.with_suffix(".writing").unlink(missing_ok=True)
            raise AuditorError(f"a shard cannot be written: {error}", hint=_HINT) from error
        self._add(shard)

    def rows_on_disk(self) -> int:
        """Count the rows of `scripts` in the files themselves."""
        pa = needed()
        return sum(
            int(pa.parquet.read_metadata(path).num_rows) for path in sorted((self.folder / "scripts").glob("*.parquet"))
        )

    def _add(self, shard: Shard) -> None:
        if shard.shard != len(self.digests):
            raise UsageError(f"{self._path}: shard {shard.shard} is out of order", hint="give another --out")
        self.digests.append(shard.digest)
        self.rows += shard.rows
        for name, values in shard.counts.items():
            self.counts.setdefault(name, Counter()).update(values)

    def _tidy(self, journal: bytes) -> None:
        """Remove what no line of the journal stands for, and the line that was cut off."""
        names = {f"part-{number:06}.parquet" for number in range(len(self.digests))}
        try:
            for table in TABLES:
                (self.folder / table).mkdir(exist_ok=True)
                for path in (self.folder / table).iterdir():
                    if path.name not in names:
                        path.unlink()
                missing = names - {path.name for path in (self.folder / table).iterdir()}
                if missing:
                    raise UsageError(f"{self.folder / table}: {min(missing)} is gone", hint="give another --out")
            temporary = self._path.with_suffix(".writing")
            temporary.write_bytes(journal)
            _sync(temporary)
            temporary.replace(self._path)
        except OSError as error:
            raise UsageError(
                f"{self.folder}: {error.strerror}", hint="--out needs a folder that can be written"
            ) from error

    def _append(self, line: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or as it was."""
    temporary = path.with_suffix(".writing")
    try:
        temporary.write_bytes(data)
        _sync(temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AuditorError(f"{path}: {error.strerror}", hint=_HINT) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
