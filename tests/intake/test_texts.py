"""Bytes become text as the language's own programs would read them; what cannot is a gap."""

from __future__ import annotations

import gzip

import pytest

from auditor.intake import take_bytes
from auditor.intake.texts import decode, is_binary
from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.settings import Limits


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"print('a')\n", "print('a')\n"),
        ("\ufeffx = 1\n".encode(), "x = 1\n"),
        ("x = 'é'\n".encode("utf-16"), "x = 'é'\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/usr/bin/python\n# coding: utf8\nx = '\xc3\xa9'\n", "#!/usr/bin/python\n# coding: utf8\nx = 'é'\n"),
        (b"", ""),
    ],
    ids=["plain", "byte order mark", "utf-16", "declared latin-1", "declared on line two", "empty"],
)
def test_python_is_decoded_as_python_decodes_it(data: bytes, text: str) -> None:
    """Byte order marks and declared encodings count, as for Python itself."""
    assert decode(data, Language.PYTHON) == (text, ())


def test_bytes_that_are_not_valid_are_a_gap_and_still_read() -> None:
    """Invalid UTF-8 is replaced, and the gap says where it begins."""
    text, gaps = decode(b"echo \xff\n", Language.BASH)
    assert text == "echo \ufffd\n"
    assert [(gap.why, gap.what) for gap in gaps] == [(Why.NOT_TEXT, "not valid utf-8 at byte 5")]


def test_bytes_in_a_comment_of_a_shell_script_are_no_gap() -> None:
    """Bash passes over a comment in whatever encoding; Python refuses the file, and other words are no comment."""
    data = b"#!/bin/sh\n  # (c) 2003 Pe\xf1a\necho hi\n"
    assert decode(data, Language.BASH) == ("#!/bin/sh\n  # (c) 2003 Pe\ufffda\necho hi\n", ())
    assert [gap.why for gap in decode(data, Language.PYTHON)[1]] == [Why.NOT_TEXT]
    assert [gap.why for gap in decode(data + b"echo # Pe\xf1a\n", Language.BASH)[1]] == [Why.NOT_TEXT]


def test_a_codec_that_is_not_plain_is_never_run() -> None:
    """A declared codec that decodes more than characters (rot13, zlib, a made-up one) is a gap."""
    for codec in (b"rot13", b"zlib", b"hex", b"punycode", b"idna", b"no-such"):
        text, gaps = decode(b"# coding: " + codec + b"\nvzcbeg bf\n", Language.PYTHON)
        assert "vzcbeg bf" in text
        assert [gap.why for gap in gaps] == [Why.NOT_TEXT], codec


def test_bash_drops_nul_bytes_and_python_does_not() -> None:
    """`ss`, a NUL byte and `h` are ssh for bash; Python refuses such a source, so it is a gap."""
    assert decode(b"ss\0h -R 1:l:1 h\n", Language.BASH) == ("ssh -R 1:l:1 h\n", ())
    assert [gap.what for gap in decode(b"x = 1\0\n", Language.PYTHON)[1]] == ["NUL bytes"]


def test_binary_is_told_from_text() -> None:
    """Magic numbers and control bytes make a binary; accents, colours and tabs do not."""
    assert is_binary(b"\x7fELF" + bytes(100))
    assert is_binary(gzip.compress(b"echo"))
    assert is_binary(bytes(range(32)) * 20)
    assert not is_binary("é ü 漢字\t\x1b[31mred\x1b[0m\n".encode())
    assert not is_binary(b"")


def test_size_is_a_limit_at_its_edge() -> None:
    """A script of exactly the limit is read; one byte more is a gap and no text."""
    limits = Limits(script_bytes=100)
    exact = take_bytes(b"#" * 99 + b"\n", "x.sh", origin="text", limits=limits)
    over = take_bytes(b"#" * 100 + b"\n", "x.sh", origin="text", limits=limits)
    assert (len(exact.script.text), exact.gaps) == (100, ())
    assert (over.script.text, [gap.why for gap in over.gaps]) == ("", [Why.TOO_LARGE])
    assert over.script.language is Language.BASH


def test_only_nul_bytes_are_not_a_script() -> None:
    """A file of NUL bytes is a gap, in whatever language it is said to be."""
    taken = take_bytes(bytes(5000), "x.py", origin="text", language=Language.PYTHON)
    assert [gap.why for gap in taken.gaps] == [Why.NOT_TEXT]
