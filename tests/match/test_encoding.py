"""Whatever an argument holds, Semgrep sees one command on one line, and a regex sees the argument."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.match.batch import BatchEngine
from auditor.match.engine import Engine
from auditor.match.kinds import CANARY_PREFIX, EFFECTS
from auditor.match.warm import WarmEngine
from auditor.model.line import encode_word, encode_words
from auditor.model.word import Hole, Source, Word
from tests.match.made import ask

HOSTILE = "\"'\\$`%{}()[]<>|&;!#~*?=^ \t\n\r\0\x1b\u202e\u2028\ufeff,.-+@:/aé𝔘\ud800"
SYNTAX = (
    "if then else elif fi for in do done while until case esac select function time coproc { } ! [ [[ ]] (( )) "
    "export declare typeset local readonly unset let eval exec set source . .. ... alias trap test true : = == =~ += "
    "A=1 A+=1 a[0]=1 a=( =x x= -x --x=y -- - # ~ ~root *.py {a,b} {1..9} $X ${X} $(x) `x` <<EOF <<<x >x "
    "2>&1 &> | || && ; ;; & auditor.canary nosem nosemgrep #nosem"
).split()

# an argument of more than 1,500 bytes is cut before it is written
TEXTS = st.text(max_size=40) | st.text(alphabet=HOSTILE, max_size=12) | st.sampled_from(SYNTAX)
HOLES = st.builds(Hole, st.sampled_from(list(Source)), st.integers(0, 9))
WORDS = st.lists(TEXTS | TEXTS | HOLES, min_size=0, max_size=3).map(lambda parts: Word.of(*parts))
ARGVS = st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=60)

MAGIC = "stratum"
RULES: dict[str, dict[str, object]] = {
    "whole": {"pattern": "$C ...", "message": "whole"},
    "command": {"pattern": "$C tail", "message": "$C"},
    "arguments": {"pattern": "probe $A $B", "message": "<$A|$B>"},
    "regex": {
        "patterns": [
            {"pattern": "probe $A ..."},
            {"metavariable-regex": {"metavariable": "$A", "regex": f'^"?{MAGIC}'}},
        ],
        "message": "magic",
    },
    "first": {
        "patterns": [{"pattern": "first $A ..."}, {"metavariable-regex": {"metavariable": "$A", "regex": "^[^\"'].*"}}],
        "message": "$A",
    },
    f"{CANARY_PREFIX}bash": {"pattern": "auditor.canary $N", "message": "$N"},
}
CONFIGURATION = json.dumps(
    {"rules": [{"id": name, "languages": ["bash"], "severity": "INFO", **rule} for name, rule in RULES.items()]}
)


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmEngine]:
    engine = WarmEngine(CONFIGURATION, frozenset({EFFECTS}))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def batch() -> Iterator[BatchEngine]:
    engine = BatchEngine(CONFIGURATION)
    yield engine
    engine.close()


def inner(word: Word) -> str:
    """Give what a rule sees of a word: what stands between the quotes, unless it is blank."""
    text = encode_word(word)
    return text[1:-1] if text.startswith('"') and text[1:-1].strip(" ") else text


def check(engine: Engine, argvs: list[tuple[Word, Word, Word]]) -> None:
    """Assert that each line is one command, and that rules see its words."""
    lines: list[str] = []
    expected: set[tuple[str, int, str]] = set()
    for first, second, third in argvs:
        lines.append(encode_words([first, Word.of("tail")]))
        expected.add(("command", len(lines), inner(first)))
        lines.append(encode_words([Word.of("probe"), second, third]))
        expected.add(("arguments", len(lines), f"<{inner(second)}|{inner(third)}>"))
        if inner(second).startswith(MAGIC):
            expected.add(("regex", len(lines), "magic"))
        lines.append(encode_words([first, second, third]))
    answer, number = ask(engine, "\n".join(lines))
    assert answer.problem is None
    whole = {(hit.line, hit.column, hit.end_line, hit.end_column) for hit in answer.hits if hit.rule == "whole"}
    assert whole >= {(index, 1, index, len(line.encode()) + 1) for index, line in enumerate(lines, 1)}
    assert len(whole) == len(lines) + 1  # the canary's own line
    got = {(hit.rule, hit.line, hit.message) for hit in answer.hits if hit.rule in {"command", "arguments", "regex"}}
    assert {each for each in got if each in expected} == expected
    assert {each for each in got - expected if not _is_chance(each, argvs)} == set()
    assert number in {hit.message for hit in answer.hits if hit.rule.startswith(CANARY_PREFIX)}


def _is_chance(hit: tuple[str, int, str], argvs: list[tuple[Word, Word, Word]]) -> bool:
    """Say whether a line of chance words happens to fit a probe: `x tail`, or `probe a b`."""
    rule, line, _ = hit
    first, second, _ = argvs[(line - 1) // 3]
    return (line - 1) % 3 == 2 and (first.text == "probe" or (rule == "command" and second.text == "tail"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ARGVS)
def test_a_session_sees_every_argv_whole(warm: WarmEngine, argvs: list[tuple[Word, Word, Word]]) -> None:
    """Any argv, with any unknown parts, is one command on one line, and its words reach the rule."""
    check(warm, argvs)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(ARGVS)
def test_the_batch_sees_every_argv_whole(batch: BatchEngine, argvs: list[tuple[Word, Word, Word]]) -> None:
    """The same holds for the batch."""
    check(batch, argvs)


@pytest.mark.parametrize("text", [*SYNTAX, MAGIC, f"{MAGIC}+tcp://x", "", " ", "  ", "a b"])
def test_words_that_bash_gives_a_meaning(warm: WarmEngine, text: str) -> None:
    """Reserved words, assignments, builtins, globs and redirections are words wherever they stand."""
    word = Word.of(text)
    check(warm, [(word, word, word), (Word.of("ls"), word, Word.of("x")), (word, Word.of("x"), word)])


def test_every_short_bare_word_stands_alone(warm: WarmEngine) -> None:
    """No word of up to three of the characters that may stand bare loses its line, in front, between or last."""
    words = [Word.of("".join(letters)) for size in (1, 2, 3) for letters in product("a0_@+=:,./-", repeat=size)]
    assert len(words) == 11 + 11**2 + 11**3
    for start in range(0, len(words), 150):
        lines = [
            encode_words(argv)
            for word in words[start : start + 150]
            for argv in ([word, Word.of("x")], [Word.of("x"), word, Word.of("y")], [Word.of("x"), word])
        ]
        answer, _ = ask(warm, "\n".join(lines))
        whole = {(hit.line, hit.end_line, hit.end_column) for hit in answer.hits if hit.rule == "whole"}
        missing = {(index, index, len(line) + 1) for index, line in enumerate(lines, 1)} - whole
        assert [lines[line - 1] for line, _, _ in sorted(missing)] == []


def test_a_regex_anchored_at_its_start_sees_the_bare_value(warm: WarmEngine) -> None:
    """No quote stands before a value that needs quoting."""
    answer, _ = ask(warm, encode_words([Word.of("first"), Word.of("a b $HOME")]))
    assert ("first", "a b %24HOME") in {(hit.rule, hit.message) for hit in answer.hits}
