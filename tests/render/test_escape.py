"""Escapes: nothing that steers or hides gets through, and ordinary text stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.render.escape import cut, safe_json, visible, visible_code, window
from tests.render.unsafe import unsafe_characters


@given(st.text(alphabet=st.characters(codec=None)))
def test_no_hidden_character_survives(text: str) -> None:
    """Of any text, lone surrogates and private use included; the result is one line."""
    assert unsafe_characters(visible(text)) == set()
    assert unsafe_characters(visible_code(text)) == set()
    assert "\n" not in visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("x\u200b\ufeff\u200dy", "x\\u200b\\ufeff\\u200dy"),
        ("\r\n\t\b\x00\x7f\x9b", "\\r\\n\\t\\x08\\x00\\x7f\\x9b"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("\u3164\u115f\u2800\u00a0", "\\u3164\\u115f\\u2800\\xa0"),
        ("z" + "\u0301" * 5, "z\u0301\u0301" + "\\u0301" * 3),
    ],
)
def test_what_hides_becomes_visible(text: str, shown: str) -> None:
    """ANSI, bidi, zero width, controls, tags, half pairs, blank letters, piled marks."""
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["ssh -R 1:h:2 x", "größe = 'naïve'", "打开连接", "Привет", "❤️ ✓", "[bold]not markup[/]"]
)
def test_ordinary_text_stays(text: str) -> None:
    """Every script of the world may be read, and brackets are brackets."""
    assert visible(text) == text


def test_code_keeps_its_indent_and_names_its_unknown_parts() -> None:
    """Tabs become blanks; the reader's stand-ins for unknown parts are shown as such."""
    assert visible_code("\tssh \U000f0001 x\x1b") == "    ssh %{…} x\\x1b"


def test_long_lines_are_cut_around_the_column() -> None:
    """The place that matters is in the piece."""
    line = "a" * 500 + "X" + "b" * 500
    piece, gone = window(line, 501, 60)
    assert len(piece) == 60
    assert piece[500 - gone] == "X"
    assert window("short", 3, 60) == ("short", 0)
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_json_keeps_its_value_and_loses_what_hides(text: str) -> None:
    """The document reads back the same, and a terminal that prints it is not steered."""
    document = safe_json(json.dumps({"k": text}, ensure_ascii=False))
    assert json.loads(document) == {"k": text}
    assert {character for character in unsafe_characters(document) if ord(character) < 0x3000} <= _UNASSIGNED


def test_json_with_half_a_pair_is_still_json() -> None:
    """A lone surrogate becomes the replacement character, which every reader takes."""
    document = safe_json(json.dumps("a\ud800b", ensure_ascii=False))
    assert json.loads(document) == "a\ufffdb"
    document.encode("utf-8")


# Code points that no terminal acts on, because no standard gives them a meaning yet.
_UNASSIGNED = {chr(code) for code in range(0x3000) if unsafe_characters(chr(code)) and code > 0x377}
