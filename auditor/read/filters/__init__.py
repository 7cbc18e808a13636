"""Filters: everyday programs that only turn known text into other text, run here instead of started.

`FILTERS` gives the function of a program by its name; it takes known arguments and streams, and
raises CannotFold where it does not model what is asked. All of them are pure and bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from auditor.read.filters import decoders, documents, lines, numbers, search, stream_editor, translate
from auditor.read.filters.awk import awk
from auditor.read.filters.streams import CannotFold, Streams

__all__ = ["DECODERS", "FILTERS", "TELLING", "CannotFold", "Filter", "Streams"]

Filter = Callable[[Sequence[str], Streams], str]

FILTERS: Mapping[str, Filter] = {
    "awk": awk,
    "base32": decoders.base32_,
    "base64": decoders.base64_,
    "gbase64": decoders.base64_,
    "basenc": decoders.basenc,
    "basename": numbers.basename,
    "bunzip2": decoders.decompressor("bzip2"),
    "bzcat": decoders.decompressor("bzip2"),
    "bzip2": decoders.decompressor("-bzip2"),
    "cat": lines.cat,
    "gcat": lines.cat,
    "bat": lines.cat,
    "pv": lines.cat,
    "cut": lines.cut,
    "dirname": numbers.dirname,
    "echo": numbers.echo_,
    "egrep": search.egrep,
    "expand": lines.column,
    "expr": numbers.expr,
    "fgrep": search.fgrep,
    "fold": lines.fold,
    "grep": search.grep,
    "ggrep": search.grep,
    "gunzip": decoders.decompressor("gzip"),
    "gzip": decoders.decompressor("-gzip"),
    "head": lines.head,
    "jq": documents.jq,
    "nl": lines.nl,
    "openssl": decoders.openssl,
    "paste": lines.paste,
    "pigz": decoders.decompressor("-gzip"),
    "printf": numbers.printf_,
    "rev": lines.rev,
    "rot13": decoders.rot13,
    "sed": stream_editor.sed,
    "gsed": stream_editor.sed,
    "seq": numbers.seq,
    "shuf": lines.shuf,
    "sort": lines.sort,
    "strings": lines.strings,
    "tac": lines.tac,
    "tail": lines.tail,
    "tr": translate.tr,
    "uniq": lines.uniq,
    "unlzma": decoders.decompressor("xz"),
    "unxz": decoders.decompressor("xz"),
    "uudecode": decoders.uudecode,
    "wc": lines.wc,
    "xxd": decoders.xxd,
    "xz": decoders.decompressor("-xz"),
    "xzcat": decoders.decompressor("xz"),
    "yes": numbers.yes,
    "zcat": decoders.decompressor("gzip"),
}

DECODERS = frozenset(
    """base32 base64 gbase64 basenc bunzip2 bzcat bzip2 gunzip gzip openssl pigz rot13 unlzma unxz uudecode xxd xz
    xzcat zcat""".split()
)
"""Filters whose unknown output is of a decoder: code from there is opaque."""
TELLING = DECODERS | frozenset({"rev", "tr", "sed", "gsed", "awk", "cut", "tac", "paste"})
"""Filters that leave a step in the trail of what they make."""
