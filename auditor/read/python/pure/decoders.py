"""Decoders: `base64`, `binascii`, `codecs`, the decompressors, hex and digests; sizes and ratios are capped."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import zlib
from collections.abc import Callable

from auditor.read.python.fold import Pure, TooLong
from auditor.read.python.pure.texts import TEXT_CODECS, codec
from auditor.settings import DEFAULT_LIMITS

_FREE = 65_536  # output up to this size is given whatever the ratio


def raw(value: object) -> bytes:
    """Give bytes of bytes or ASCII text."""
    if isinstance(value, str):
        return value.encode("ascii")
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    raise TypeError


def _most(data: bytes) -> int:
    return min(DEFAULT_LIMITS.text_bytes, max(_FREE, len(data) * DEFAULT_LIMITS.decompression_ratio))


def inflate(data: object, wbits: object = 15, bufsize: object = 0) -> bytes:
    """Decompress as zlib does, up to the limits."""
    payload = raw(data)
    machine = zlib.decompressobj(wbits if isinstance(wbits, int) else 15)
    result = machine.decompress(payload, _most(payload))
    if machine.unconsumed_tail or not machine.eof:
        raise TooLong
    return result


def gunzip(data: object) -> bytes:
    """Decompress as gzip does, up to the limits."""
    return inflate(data, 31)


def bunzip(data: object) -> bytes:
    """Decompress as bzip2 does, up to the limits."""
    payload = raw(data)
    machine = bz2.BZ2Decompressor()
    result = machine.decompress(payload, _most(payload))
    if not machine.eof:
        raise TooLong
    return result


def unxz(data: object, format: object = 0) -> bytes:  # noqa: A002 - the name is lzma's
    """Decompress as lzma does, up to the limits."""
    payload = raw(data)
    machine = lzma.LZMADecompressor(memlimit=128 * 1024 * 1024)
    result = machine.decompress(payload, _most(payload))
    if not machine.eof:
        raise TooLong
    return result


def _b64(value: object, altchars: object = None, validate: object = False) -> bytes:
    return base64.b64decode(raw(value), altchars=raw(altchars) if altchars is not None else None)


def _bytes_in(function: Callable[[bytes], bytes]) -> Callable[..., object]:
    def run(value: object, *rest: object, **options: object) -> object:
        return function(raw(value))

    return run


def _b32(value: object, casefold: object = False, map01: object = None) -> bytes:
    return base64.b32decode(raw(value), bool(casefold))


def _fromhex(value: object) -> bytes:
    return bytes.fromhex(value if isinstance(value, str) else raw(value).decode())


_BINARY: dict[str, Callable[[object], bytes]] = {
    "hex": lambda value: binascii.unhexlify(raw(value)),
    "hexcodec": lambda value: binascii.unhexlify(raw(value)),
    "base64": lambda value: base64.decodebytes(raw(value)),
    "base64codec": lambda value: base64.decodebytes(raw(value)),
    "zlib": inflate,
    "zip": inflate,
    "zlibcodec": inflate,
    "bz2": bunzip,
    "bz2codec": bunzip,
    "uu": lambda value: codecs.decode(raw(value), "uu"),
    "quopri": lambda value: codecs.decode(raw(value), "quopri"),
    "quotedprintable": lambda value: codecs.decode(raw(value), "quopri"),
}
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": base64.encodebytes,
    "zlib": zlib.compress,
    "bz2": bz2.compress,
}


def codecs_decode(value: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    """Decode as `codecs.decode` does, for text, bytes and rot13 codecs."""
    name = codec(encoding)
    if name in ("rot13", "rot_13"):
        return codecs.decode(value if isinstance(value, str) else raw(value).decode(), "rot13")
    if name in _BINARY:
        return _BINARY[name](value)
    if name in ("unicodeescape", "rawunicodeescape") and isinstance(value, str):
        value = value.encode("latin-1", "backslashreplace")
    if name in TEXT_CODECS:
        return value if isinstance(value, str) else raw(value).decode(str(encoding), str(errors))
    raise ValueError


def codecs_encode(value: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    """Encode as `codecs.encode` does."""
    name = codec(encoding)
    if name == "rot13":
        return codecs.encode(str(value), "rot13")
    if name in _ENCODERS:
        return _ENCODERS[name](raw(value))
    if name in TEXT_CODECS and isinstance(value, str):
        return value.encode(str(encoding), str(errors))
    raise ValueError


DECODERS: dict[str, Pure] = {
    "base64.b64decode": Pure(_b64, "base64"),
    "base64.standard_b64decode": Pure(_b64, "base64"),
    "base64.urlsafe_b64decode": Pure(_bytes_in(base64.urlsafe_b64decode), "base64"),
    "base64.decodebytes": Pure(_bytes_in(base64.decodebytes), "base64"),
    "base64.decodestring": Pure(_bytes_in(base64.decodebytes), "base64"),
    "base64.b32decode": Pure(_b32, "base32"),
    "base64.b32hexdecode": Pure(_bytes_in(base64.b32hexdecode), "base32"),
    "base64.b16decode": Pure(lambda value, casefold=False: base64.b16decode(raw(value), bool(casefold)), "base16"),
    "base64.b85decode": Pure(_bytes_in(base64.b85decode), "base85"),
    "base64.a85decode": Pure(lambda value, **options: base64.a85decode(raw(value), **options), "base85"),
    "base64.b64encode": Pure(_bytes_in(base64.b64encode)),
    "base64.standard_b64encode": Pure(_bytes_in(base64.b64encode)),
    "base64.urlsafe_b64encode": Pure(_bytes_in(base64.urlsafe_b64encode)),
    "base64.encodebytes": Pure(_bytes_in(base64.encodebytes)),
    "base64.b32encode": Pure(_bytes_in(base64.b32encode)),
    "base64.b16encode": Pure(_bytes_in(base64.b16encode)),
    "base64.b85encode": Pure(_bytes_in(base64.b85encode)),
    "base64.a85encode": Pure(_bytes_in(base64.a85encode)),
    "binascii.unhexlify": Pure(_bytes_in(binascii.unhexlify), "hex"),
    "binascii.a2b_hex": Pure(_bytes_in(binascii.unhexlify), "hex"),
    "binascii.a2b_base64": Pure(_bytes_in(binascii.a2b_base64), "base64"),
    "binascii.a2b_uu": Pure(_bytes_in(binascii.a2b_uu), "uu"),
    "binascii.a2b_qp": Pure(_bytes_in(binascii.a2b_qp), "quopri"),
    "binascii.hexlify": Pure(_bytes_in(binascii.hexlify)),
    "binascii.b2a_hex": Pure(_bytes_in(binascii.hexlify)),
    "binascii.b2a_base64": Pure(_bytes_in(binascii.b2a_base64)),
    "binascii.crc32": Pure(lambda value, start=0: zlib.crc32(raw(value))),
    "bytes.fromhex": Pure(_fromhex, "hex"),
    "bytearray.fromhex": Pure(_fromhex, "hex"),
    "codecs.decode": Pure(codecs_decode, "codec"),
    "codecs.encode": Pure(codecs_encode, "codec"),
    "quopri.decodestring": Pure(_bytes_in(binascii.a2b_qp), "quopri"),
    "zlib.decompress": Pure(inflate, "zlib"),
    "zlib.decompressobj().decompress": Pure(inflate, "zlib"),
    "gzip.decompress": Pure(gunzip, "gzip"),
    "bz2.decompress": Pure(bunzip, "bz2"),
    "lzma.decompress": Pure(unxz, "lzma"),
    "zlib.compress": Pure(_bytes_in(zlib.compress)),
    "gzip.compress": Pure(_bytes_in(zlib.compress)),
    "bz2.compress": Pure(_bytes_in(bz2.compress)),
}
