"""Decoders and decompressors: base64, base32, hexadecimal, openssl's base64, gzip and its kin.

Takes arguments and streams, gives the decoded text. Output is bounded by size and by its ratio to
the input; what does not decode is refused, not guessed. Encrypting and decrypting are not modelled.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import re
import zlib
from collections.abc import Callable, Sequence
from typing import Protocol

from auditor.read.filters.streams import CannotFold, Streams, bytes_of, number_of, options_of, text_of
from auditor.settings import Limits

_FREE_BYTES = 65_536


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...

    @property
    def eof(self) -> bool: ...


def base64_(arguments: Sequence[str], streams: Streams) -> str:
    """`base64 [-d] [-i] [-w N] [FILE]`; macOS spells -D."""
    options = options_of(arguments, "w b wrap break" if not _decodes(arguments) else "w wrap")
    return _based(options.has("-d", "--decode", "-D", "--dec", "--deco", "--decod"), options.last("-w", "--wrap"),
                  streams.read_all(options.operands), "base64")  # fmt: skip


def base32_(arguments: Sequence[str], streams: Streams) -> str:
    """`base32 [-d] [FILE]`."""
    options = options_of(arguments, "w wrap")
    return _based(
        options.has("-d", "--decode", "-D"), options.last("-w", "--wrap"), streams.read_all(options.operands), "base32"
    )


def basenc(arguments: Sequence[str], streams: Streams) -> str:
    """`basenc --base64|--base64url|--base32|--base16 [-d]`."""
    options = options_of(arguments, "w wrap")
    for kind in ("base64url", "base64", "base32", "base16"):
        if options.has(f"--{kind}"):
            text = streams.read_all(options.operands)
            return _based(options.has("-d", "--decode", "-D"), options.last("-w", "--wrap"), text, kind)
    raise CannotFold("basenc")


def _decodes(arguments: Sequence[str]) -> bool:
    return any(re.fullmatch(r"-[a-zA-Z]*[dD].*|--d.*", word) for word in arguments)


def _based(decodes: bool, wrap: str | None, text: str, kind: str) -> str:
    if not decodes:
        encoded = {"base64": base64.b64encode, "base32": base64.b32encode, "base16": base64.b16encode,
                   "base64url": base64.urlsafe_b64encode}[kind](bytes_of(text)).decode()  # fmt: skip
        width = number_of(wrap, 76)
        if width <= 0:
            return encoded
        return "".join(encoded[start : start + width] + "\n" for start in range(0, len(encoded), width))
    return text_of(decode_base(text, kind))


def decode_base(text: str, kind: str = "base64") -> bytes:
    """Decode as the tools do: blanks and foreign letters dropped, missing padding forgiven."""
    if kind == "base16":
        return _unhex(re.sub(r"\s", "", text))
    alphabet = r"A-Za-z0-9_\-" if kind == "base64url" else "A-Za-z0-9+/" if kind == "base64" else "A-Z2-7"
    pieces = []
    for chunk in re.split(r"=+", re.sub(rf"[^{alphabet}=]", "", text)):
        size = 8 if kind == "base32" else 4
        chunk = chunk[: -1 if kind != "base32" and len(chunk) % 4 == 1 else None]
        padded = chunk + "=" * (-len(chunk) % size)
        try:
            if kind == "base32":
                pieces.append(base64.b32decode(padded))
            else:
                pieces.append(base64.b64decode(padded, b"-_" if kind == "base64url" else None))
        except (binascii.Error, ValueError) as refused:
            raise CannotFold(f"not {kind}") from refused
    return b"".join(pieces)


def xxd(arguments: Sequence[str], streams: Streams) -> str:
    """`xxd -r [-p]` undoes a dump, `xxd -p` makes a plain one."""
    plain = any(
        word in {"-p", "-ps", "-plain", "-postscript"} or re.fullmatch(r"-[rp]*p[rp]*", word) for word in arguments
    )
    reverts = any(word in {"-r", "-revert"} or re.fullmatch(r"-[rp]*r[rp]*", word) for word in arguments)
    width = 30
    paths = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word in {"-c", "-cols", "-l", "-len", "-s", "-seek", "-g"} and words:
            value = words.pop(0)
            if word in {"-l", "-len", "-s", "-seek"}:
                raise CannotFold("xxd of a part")
            width = number_of(value) if word in {"-c", "-cols"} else width
        elif found := re.fullmatch(r"-c(\d+)", word):
            width = number_of(found[1])
        elif not word.startswith("-") or word == "-":
            paths.append(word)
    text = streams.read_all(paths[:1])
    if reverts and plain:
        return text_of(_unhex("".join(re.findall(r"[0-9a-fA-F]", text))))
    if reverts:
        rows = re.findall(r"^[0-9a-fA-F]+: ?((?:[0-9a-fA-F]{2,} ?)+)", text, re.M)
        return text_of(_unhex("".join(re.sub(r"\s", "", row) for row in rows)))
    if not plain:
        raise CannotFold("a dump")
    digits = bytes_of(text).hex()
    step = width * 2 if width > 0 else len(digits) or 1
    return "".join(digits[start : start + step] + "\n" for start in range(0, len(digits), step))


def _unhex(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits[: len(digits) // 2 * 2])
    except ValueError as refused:
        raise CannotFold("not hexadecimal") from refused


def openssl(arguments: Sequence[str], streams: Streams) -> str:
    """`openssl enc -d -base64 [-A] [-in FILE]`, `openssl base64 -d`; every cipher is refused."""
    words = list(arguments)
    command = words.pop(0) if words else ""
    if command not in {"enc", "base64"}:
        raise CannotFold("openssl")
    flags = {word.lstrip("-") for word in words if word.startswith("-")}
    path = words[words.index("-in") + 1] if "-in" in words[:-1] else "-"
    if flags - {"d", "e", "base64", "a", "A", "in", "none", "-base64"} or (
        command == "enc" and not flags & {"base64", "a"}
    ):
        raise CannotFold("openssl with a cipher")
    text = streams.read(path)
    if "d" in flags:
        return _based(True, None, text, "base64")
    return _based(False, "0" if "A" in flags else "64", text, "base64")


def uudecode(arguments: Sequence[str], streams: Streams) -> str:
    """`uudecode -o /dev/stdout`."""
    options = options_of(arguments, "o")
    if options.last("-o") not in {"/dev/stdout", "-"}:
        raise CannotFold("uudecode into a file")
    lines = streams.read_all(options.operands).split("\n")
    try:
        start = next(index for index, line in enumerate(lines) if line.startswith("begin"))
        end = next(index for index, line in enumerate(lines) if index > start and line.strip() in {"end", "===="})
        if lines[start].startswith("begin-base64"):
            return text_of(decode_base("".join(lines[start + 1 : end])))
        return text_of(b"".join(binascii.a2b_uu(line) for line in lines[start + 1 : end] if line.strip("` ")))
    except (StopIteration, binascii.Error, ValueError) as refused:
        raise CannotFold("not uuencoded") from refused


def decompressor(kind: str) -> Callable[[Sequence[str], Streams], str]:
    """Make the filter of gunzip, bunzip2 or unxz and of their parents with -d."""

    def run(arguments: Sequence[str], streams: Streams) -> str:
        options = options_of(arguments, "S T suffix threads")
        if kind.startswith("-") and not options.has("-d", "--decompress", "--uncompress"):
            raise CannotFold("compression")
        text = streams.read_all(options.operands)
        return text_of(decompress(kind.lstrip("-"), bytes_of(text), streams.limits))

    return run


def decompress(kind: str, data: bytes, limits: Limits) -> bytes:
    """Decompress within the limits on size and ratio."""
    most = min(limits.text_bytes, max(_FREE_BYTES, len(data) * limits.decompression_ratio))
    try:
        if kind in {"gzip", "zlib"}:
            worker = zlib.decompressobj(31 if kind == "gzip" else 15)
            output = worker.decompress(data, most + 1)
            is_complete = worker.eof
        else:
            other: _Decompressor = bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor()
            output = other.decompress(data, most + 1)
            is_complete = other.eof
    except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError) as refused:
        raise CannotFold(f"not {kind}") from refused
    if len(output) > most or (not is_complete and len(output) == 0 and len(data) > 0):
        raise CannotFold("too much output")
    return output


def rot13(arguments: Sequence[str], streams: Streams) -> str:
    """`rot13`, as bsdgames has it."""
    if arguments:
        raise CannotFold("rot13 with arguments")
    return codecs.encode(streams.read(), "rot13")
