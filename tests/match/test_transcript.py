"""Transcripts: one line for equal effects, long words and commands cut without hiding what matters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.match.anchors import Anchors
from auditor.match.transcript import Transcript, write_transcript
from auditor.model.effect import Effect
from auditor.model.gap import Why
from auditor.model.line import read_line
from auditor.model.word import Hole, Source, Word
from auditor.settings import DEFAULT_LIMITS, Limits
from tests.match.made import effect, pipeline, ruleset

SSH = Anchors(rule.card for rule in ruleset().rules if rule.card.id == "fix-ssh-reverse")


def write(*effects: Effect, anchors: Anchors | None = None) -> Transcript:
    return write_transcript(effects, DEFAULT_LIMITS, anchors)


def test_equal_effects_share_a_line() -> None:
    """A line stands for every effect that it says, in order."""
    transcript = write(effect("ls", "x"), effect("ssh", "h"), effect("ls", "x"))
    assert [(line.text, line.effects) for line in transcript.lines] == [("ls x", (0, 2)), ("ssh h", (1,))]
    assert transcript.gaps == ()


def test_lines_without_an_anchor_are_left_out() -> None:
    """Only what a rule could match is written, in whatever case the anchor stands."""
    transcript = write(effect("ls", "x"), effect("SSH", "h"), pipeline(("cat", "x"), ("ssh", "h")), anchors=SSH)
    assert [line.effects for line in transcript.lines] == [(1,), (2,)]


@given(st.lists(st.text(max_size=900) | st.builds(Hole, st.sampled_from(list(Source)), st.integers(0, 9)), max_size=9))
def test_no_word_is_longer_than_its_limit(parts: list[str | Hole]) -> None:
    """A word is written in at most its bytes; a cut one begins as the whole does and ends in an unknown part."""
    word = Word.of(*parts)
    transcript = write(effect("ssh", word))
    (line,) = transcript.lines
    written = line.text.removeprefix("ssh ")
    assert len(written.encode()) <= DEFAULT_LIMITS.word_bytes
    whole = write_transcript([effect("ssh", word)], _unlimited(), None).lines[0].text.removeprefix("ssh ")
    if written == whole:
        assert transcript.gaps == ()
        return
    assert [gap.why for gap in transcript.gaps] == [Why.TOO_LARGE]
    assert written.endswith('%{limit}"')
    assert whole.strip('"').startswith(written.removesuffix('%{limit}"').strip('"'))


@pytest.mark.parametrize("size", [1_498, 1_500, 1_501, 4_000_000])
def test_the_limit_is_where_it_is_said_to_be(size: int) -> None:
    """A bare word of exactly the limit stays whole; one byte more is cut."""
    transcript = write(effect("ssh", "a" * size))
    assert bool(transcript.gaps) == (size > DEFAULT_LIMITS.word_bytes)


def test_a_long_word_that_no_rule_asks_about_is_no_gap() -> None:
    """A long commit message is prose; a long word after ssh, or a long dense one with an anchor, may decide."""
    prose = "words about ssh and more " * 100
    assert write(effect("git", "commit", "-m", prose), anchors=SSH).gaps == ()
    assert write(effect("git", "commit", "-m", prose), anchors=SSH).lines != ()
    assert write(effect("git", "commit", "-m", "x y " * 1000), anchors=SSH).lines == ()
    assert write(effect("ssh", "h", prose), anchors=SSH).gaps != ()
    assert write(effect("/" + "./" * 1000 + "ssh", "h"), anchors=SSH).gaps != ()


def test_a_long_command_is_seen_in_windows() -> None:
    """Every word of a long command is still seen after the command's name, next to its neighbours."""
    words = [f"w{number}" for number in range(3_000)]
    transcript = write(effect("ssh", *words))
    seen: set[tuple[str | None, str | None]] = set()
    for line in transcript.lines:
        (stage,) = read_line(line.text)
        assert stage[0].text == "ssh"
        assert len(stage) <= 128
        seen |= {(left.text, right.text) for left, right in pairwise(stage[1:])}
    assert seen >= set(pairwise(words))
    assert all(line.effects == (0,) for line in transcript.lines)


def test_options_out_of_the_first_window_are_a_gap() -> None:
    """A list of files is matched in parts without loss; options that stand far apart are not."""
    files = [f"f{number}" for number in range(400)]
    assert write(effect("rm", *files)).gaps == ()
    assert [gap.why for gap in write(effect("ssh", *files, "-R", "1:h:2")).gaps] == [Why.TOO_MANY]
    assert [gap.why for gap in write(pipeline(*[("cat",)] * 40)).gaps] == [Why.TOO_MANY]


def _unlimited() -> Limits:
    return replace(DEFAULT_LIMITS, word_bytes=10**9)
