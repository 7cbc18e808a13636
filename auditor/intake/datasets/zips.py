"""Members of zip archives as streams, Zstandard included, which Python's own reader does not know before 3.14.

Takes an open archive and an entry, gives a stream of what is inside. Raises NotImplementedError for
a compression that cannot be read here, and zipfile.BadZipFile for a damaged member.
"""

from __future__ import annotations

import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import IO, cast

# What zipfile, tarfile and their decompressors raise over bytes that are no archive, or one that was tampered with.
BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, LookupError, TypeError, OverflowError,
)  # fmt: skip
_ZSTANDARD = 93
# The method that APPNOTE.TXT (PKWARE, 6.3.7) first gave Zstandard.
_ZSTANDARD_BEFORE = 20
_LOCAL = struct.Struct("<4s5HIIIHH")
_SIGNATURE = b"PK\x03\x04"


def open_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """Open a member."""
    if entry.compress_type not in (_ZSTANDARD, _ZSTANDARD_BEFORE):
        return archive.open(entry)
    try:
        import pyarrow as pa
    except ImportError as error:
        raise NotImplementedError("Zstandard needs pyarrow: pip install 'auditor[corpus]'") from error
    try:
        return cast("IO[bytes]", io.BufferedReader(pa.CompressedInputStream(io.BytesIO(_raw(archive, entry)), "zstd")))
    except pa.ArrowException as error:
        raise zipfile.BadZipFile(f"Zstandard: {error}") from error


def _raw(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Give the compressed bytes of a member."""
    file = archive.fp
    if file is None:
        raise zipfile.BadZipFile("the archive is closed")
    before = file.tell()
    try:
        file.seek(entry.header_offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(_SIGNATURE):
            raise zipfile.BadZipFile("no header where the directory says")
        fields = _LOCAL.unpack(head)
        file.seek(entry.header_offset + _LOCAL.size + fields[9] + fields[10])
        return file.read(entry.compress_size)
    finally:
        file.seek(before)
