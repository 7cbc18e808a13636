"""Transcripts: one line for equal effects, long words and commands cut without hiding what matters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.match import load_ruleset
from auditor.match.needs import Needs
from auditor.match.transcript import Transcript, write_transcript
from auditor.model.effect import Effect
from auditor.model.gap import Why
from auditor.model.line import read_line
from auditor.model.rule import Reads
from auditor.model.word import Hole, Source, Word
from auditor.settings import DEFAULT_LIMITS, Limits
from tests.match.made import effect, pipeline, ruleset

SSH = Needs(rule for rule in ruleset().rules if rule.card.id == "fix-ssh-reverse")


def write(*effects: Effect, needs: Needs | None = None) -> Transcript:
    return write_transcript(effects, DEFAULT_LIMITS, needs)


def test_equal_effects_share_a_line() -> None:
    """A line stands for every effect that it says, in order."""
    transcript = write(effect("ls", "x"), effect("ssh", "h"), effect("ls", "x"))
    assert [(line.text, line.effects) for line in transcript.lines] == [("ls x", (0, 2)), ("ssh h", (1,))]
    assert transcript.gaps == ()


def test_lines_that_no_rule_could_match_are_left_out() -> None:
    """Only what a rule could match is written."""
    piped = pipeline(("cat", "x"), ("ssh", "-R", "22", "h"))
    transcript = write(effect("ls", "x"), effect("ssh", "-R", "22", "h"), effect("ssh", "h"), piped, needs=SSH)
    assert [line.effects for line in transcript.lines] == [(1,), (3,)]


@given(st.lists(st.text(max_size=900) | st.builds(Hole, st.sampled_from(list(Source)), st.integers(0, 9)), max_size=9))
def test_no_word_is_longer_than_its_limit(parts: list[str | Hole]) -> None:
    """A window is written in at most its bytes; the first begins as the whole does and ends in an unknown part."""
    word = Word.of(*parts)
    transcript = write(effect("ssh", word))
    windows = [line.text.removeprefix("ssh ") for line in transcript.lines]
    assert all(len(window.encode()) <= DEFAULT_LIMITS.word_bytes for window in windows)
    whole = write_transcript([effect("ssh", word)], _unlimited(), None).lines[0].text.removeprefix("ssh ")
    if windows == [whole]:
        assert transcript.gaps == ()
        return
    assert len(windows) > 1
    assert windows[0].endswith('%{limit}"')
    assert whole.strip('"').startswith(windows[0].removesuffix('%{limit}"').strip('"'))
    assert all(window.startswith('"%{limit}') for window in windows[1:])


@pytest.mark.parametrize("place", [0, 700, 1_395, 1_400, 1_499, 3_000, 5_000, 8_000, 20_000])
def test_windows_of_a_word_show_all_of_it(place: int) -> None:
    """What a rule looks for stands whole in a window, wherever it stands in a long word, or there is a gap."""
    filler = " ".join(f"é{number}" for number in range(9_000))
    transcript = write(effect("ssh", "h", f"{filler[:place]}--needle-of-a-rule{filler[place : place + 3_000]}"))
    is_seen = any("--needle-of-a-rule" in line.text for line in transcript.lines)
    assert is_seen == (place < 9_000)
    assert (transcript.gaps == ()) == (place < 6_000)


@pytest.mark.parametrize("size", [1_498, 1_500, 1_501, 4_000_000])
def test_the_limit_is_where_it_is_said_to_be(size: int) -> None:
    """A bare word of exactly the limit stays whole; one byte more is cut."""
    transcript = write(effect("ssh", "a" * size))
    assert bool(transcript.gaps) == (size > DEFAULT_LIMITS.word_bytes)
    assert len(transcript.lines) == (1 if size <= DEFAULT_LIMITS.word_bytes else 2)


def test_a_long_word_that_no_rule_asks_about_is_no_gap() -> None:
    """A long commit message is prose; a very long word after ssh, or a long dense one with an anchor, may decide."""
    prose = "words about ssh and more " * 100
    assert write(effect("git", "commit", "-m", prose), needs=SSH).gaps == ()
    assert write(effect("git", "commit", "-m", prose), needs=SSH).lines != ()
    assert write(effect("git", "commit", "-m", "x y " * 1000), needs=SSH).lines == ()
    assert write(effect("ssh", "h", prose), needs=SSH).gaps == ()
    assert write(effect("ssh", "h", prose * 10), needs=SSH).gaps != ()
    assert write(effect("ssh", "h", prose, prose + "."), needs=SSH).gaps != ()
    assert write(effect("/" + "./" * 1000 + "ssh", "h"), needs=SSH).gaps != ()


def test_the_mark_of_a_cut_is_no_reason_for_a_gap() -> None:
    """One rule's anchor is the mark itself; a long program for awk is still none of any rule's business."""
    needs = Needs(rule for rule in load_ruleset().rules if rule.card.reads is Reads.EFFECTS)
    assert needs.anchors.occur_in("%{limit}")
    program = "{ count[$1]++ } END { for (each in count) print each, count[each] }\n" * 60
    assert write(effect("awk", program), needs=needs).gaps == ()


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
