"""Archives, tar and zip: their members as files, never unpacked to disk under their own names.

Takes a stream, gives members in order with a bounded reader each. What is past a bound, encrypted
or compressed beyond measure is a member with a reason why it was not read; names are labels only.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Self, cast

from auditor.intake.datasets.input import clean
from auditor.intake.datasets.zips import BROKEN, open_member

ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".zip")
_MEMBERS = 2_000_000
_TOTAL_BYTES = 64_000_000_000
_MEMBER_BYTES = 2_000_000_000
_RATIO = 400
_RATIO_FROM = 64_000_000
_HEADER_BYTES = 1_000_000
_NAMES = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive: how to read it, or why it was not; `is_file` is false for links and devices."""

    name: str
    stream: BinaryIO | None
    size: int
    why: str = ""
    is_file: bool = True


def is_archive(name: str) -> bool:
    """Whether a file name is that of an archive."""
    return name.lower().endswith(ENDINGS)


def members_of(name: str, stream: BinaryIO) -> Iterator[Member]:
    """Give the members of an archive; each must be used before the next is asked for."""
    total = 0
    members = _of_zip(stream) if name.lower().endswith(".zip") else _of_tar(stream)
    try:
        for count, member in enumerate(members, start=1):
            total += member.size
            if count > _MEMBERS or total > _TOTAL_BYTES:
                yield Member(member.name, None, member.size, "the archive's bounds are reached; the rest was not read")
                return
            yield member
    except BROKEN as error:
        yield Member("", None, 0, f"the archive cannot be read further: {error}")


class _Entry(tarfile.TarInfo):
    """A header that may not end the archive early by being broken, nor hold a name without bound."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str | None, errors: str) -> Self:
        """Read one block; what tarfile would pass over in silence ends the reading with an error."""
        try:
            entry = super().frombuf(buf, encoding, errors)  # type: ignore[arg-type]
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError(str(error)) from error
        if entry.type in _NAMES and entry.size > _HEADER_BYTES:
            raise tarfile.ReadError(f"a name of {entry.size:,} bytes")
        return entry


def _of_tar(stream: BinaryIO) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|*", tarinfo=_Entry) as archive:
        for entry in archive:
            if not entry.isreg():
                if not entry.isdir():
                    why = "link" if entry.issym() or entry.islnk() else "not a regular file"
                    yield Member(clean(entry.name), None, 0, why, is_file=False)
                continue
            if entry.size > _MEMBER_BYTES:
                yield Member(clean(entry.name), None, entry.size, f"a member of {entry.size:,} bytes")
                continue
            file = archive.extractfile(entry)
            if file is not None:
                yield Member(clean(entry.name), cast("BinaryIO", Bounded(file, entry.size)), entry.size)


def _of_zip(stream: BinaryIO) -> Iterator[Member]:
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith("/"):
                continue
            name, size = clean(entry.filename), entry.file_size
            if entry.flag_bits & 1:
                yield Member(name, None, size, "encrypted")
            elif size > _MEMBER_BYTES or (size > _RATIO_FROM and size > _RATIO * max(entry.compress_size, 1)):
                yield Member(name, None, size, f"a member of {size:,} bytes in {entry.compress_size:,}")
            else:
                try:
                    with open_member(archive, entry) as file:
                        yield Member(name, cast("BinaryIO", Bounded(file, size)), size)
                except BROKEN as error:
                    yield Member(name, None, size, f"the member cannot be read: {error}")


class Bounded(io.BufferedIOBase):
    """A reader that gives no more than a member promised, whatever its compression holds."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to so many bytes; raises OSError where the archive is cut off or broken."""
        return self._take(size, self._file.read)

    def read1(self, size: int = -1, /) -> bytes:
        """Read up to so many bytes."""
        return self.read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line."""
        return self._take(size, self._file.readline)

    def _take(self, size: int | None, read: Callable[[int], bytes]) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        if not wanted:
            return b""
        try:
            data = read(wanted)
        except BROKEN as error:
            raise OSError(f"the member cannot be read: {error}") from error
        if not data:
            raise OSError("the member is cut off")
        self._left -= len(data)
        return data
