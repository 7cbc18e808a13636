"""Effect lines: any argv, written as a line, stays one line and reads back word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.effect import Effect
from auditor.model.line import encode_word, line_of, read_line
from auditor.model.place import START, Place
from auditor.model.word import Hole, Source, Word

HOLES = st.builds(Hole, st.sampled_from(list(Source)), st.integers(0, 99))
WORDS = st.lists(st.text() | st.text(alphabet="\"'\\$`%{} |\n\t.=~#&;<>") | HOLES, max_size=4).map(
    lambda parts: Word.of(*parts)
)
STAGES = st.lists(st.lists(WORDS, min_size=1, max_size=5), min_size=1, max_size=3)


@given(STAGES)
def test_any_argv_survives_the_line(stages: list[list[Word]]) -> None:
    """Stages, words, texts and unknown parts come back as they were."""
    line = line_of(Effect(tuple(tuple(stage) for stage in stages), Place(0, START)))
    assert len(line.splitlines()) <= 1
    back = read_line(line)
    assert [[word.text for word in stage] for stage in back] == [[word.text for word in stage] for stage in stages]


@pytest.mark.parametrize(
    ("word", "line"),
    [
        (Word.of("ops@203.0.113.5"), "ops@203.0.113.5"),
        (Word.of(""), '""'),
        (Word.of("a b"), '"a b"'),
        (Word.of('say "$x`'), '"say %22%24x%60"'),
        (Word.of("..."), '"..."'),
        (Word.of("=="), '"=="'),
        (Word.of("=x"), "=x"),
        (Word.of("a\u202eb"), '"a%E2%80%AEb"'),
        (Word.of("stratum+tcp://", Hole(Source.ARGUMENT, 1), ":3333"), '"stratum+tcp://%{argument_1}:3333"'),
        (Word.of("%{argument_1}"), '"%25{argument_1}"'),
    ],
)
def test_word_forms(word: Word, line: str) -> None:
    """Plain words stand bare, all others in double quotes, percent-encoded."""
    assert encode_word(word) == line


@pytest.mark.parametrize("text", ["if", "export", "A=1"])
def test_command_words_that_bash_would_read_as_syntax_are_quoted(text: str) -> None:
    """A reserved word or an assignment in front of a line is a word, not syntax."""
    assert encode_word(Word.of(text), is_command=True) == f'"{text}"'
    assert encode_word(Word.of(text)) == text


@pytest.mark.parametrize("line", ["", "   ", 'ssh "a', 'ssh a"b"', "ssh |", "| ssh", 'ssh "a"b'])
def test_other_text_is_refused(line: str) -> None:
    """What is not a line of ours is an error, not a guess."""
    with pytest.raises(ValueError, match="not an effect line"):
        read_line(line)
