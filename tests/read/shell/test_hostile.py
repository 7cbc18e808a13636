"""Hostile texts end in bounded time, without an exception, and say what was left out."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from auditor.model.gap import Why
from auditor.settings import DEFAULT_LIMITS, Limits
from tests.read.shell.scripts import read

BOUND_SECONDS = 15.0  # generous: the machine may be busy; each takes well under two when it is not

LEFT_OUT = {
    "substitutions": "$(" * 10_000,
    "substitutions, closed": "echo " + "$(" * 10_000 + "x" + ")" * 10_000,
    "groups": "{ " * 10_000 + "x;" + " }" * 10_000,
    "ifs": "if a; then " * 5_000 + "x;" + " fi;" * 5_000,
    "parameters": "echo " + "${a:-" * 10_000 + "}" * 10_000,
    "quotes": "echo " + '"$(' * 5_000 + ')"' * 5_000,
    "5 MB on a line": "echo " + "a " * 2_500_000,
    "braces": "echo {1..10000000}",
    "nested braces": "echo " + "{a,b}" * 30,
    "long loop": "i=0; while [ $i -lt 100000000 ]; do i=$((i+1)); done",
    "doubling": "x=a; for i in {1..64}; do x=$x$x; done; ssh $x",
    "stars": "x=" + "a" * 50_000 + "; echo ${x##*a*a*a*a*a*a*b} ${x//*a*a*b/}",
    "eval of itself": 'x=\'eval "$x"\'; eval "$x"',
    "many evals": 'for i in {1..3000}; do eval "ssh h$i"; done',
    "calls without end": 'f(){ f "$1"x; f "$1"y; }; f a',
    "quote without end": "echo 'abc",
}
SETTLED = {
    "parentheses": "((" * 4_000 + "1" + "))" * 4_000,
    "arithmetic": "echo $((" + "(" * 20_000 + "1" + ")" * 20_000 + "))",
    "signs": "echo $((" + "-" * 50_000 + "1))",
    "one long word": "echo " + "a" * 1_000_000,
    "names of names": ";".join(f'a{i}="a{i + 1}+a{i + 1}"' for i in range(60)) + "; echo $((a0))",
    "regular expression": f"[[ {'a' * 2_000} =~ ([a]+)([a]+)([a]+)b ]]",
    "NULs": "\0" * 500_000,
    "surrogates": "ssh \ud800 \udcff $'\\xff'",
    "control characters": "".join(map(chr, range(1, 0x60))),
    "fork bomb": ":(){ :|:& };:",
    "itself": 'bash "$0"; . "$0"; "$0"',
    "aliases of each other": 'shopt -s expand_aliases\nalias a="b c" b="a d"\na\n',
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_bound_that_is_hit_is_a_gap(name: str) -> None:
    start = time.monotonic()
    assert read(LEFT_OUT[name]).gaps
    assert time.monotonic() - start < BOUND_SECONDS


@pytest.mark.parametrize("name", SETTLED)
def test_other_hostile_texts_end(name: str) -> None:
    start = time.monotonic()
    read(SETTLED[name])
    assert time.monotonic() - start < BOUND_SECONDS


def test_loop_rounds_at_the_limit_and_one_past_it() -> None:
    limits = Limits(loop_rounds=5)
    at, past = (read(f"for i in {{1..{count}}}; do :; done", limits).gaps for count in (5, 6))
    assert not at
    assert [gap.why for gap in past] == [Why.TOO_MANY]


def test_script_size_at_the_limit_and_one_past_it() -> None:
    limits = Limits(script_bytes=10)
    assert not read("ls 1234567", limits).gaps
    assert [gap.why for gap in read("ls 12345678", limits).gaps] == [Why.TOO_LARGE]


def test_text_size_at_the_limit_and_one_past_it() -> None:
    limits = Limits(text_bytes=8)
    assert not read("x=12345678", limits).gaps
    assert [gap.why for gap in read("x=123456789", limits).gaps] == [Why.TOO_LARGE]


def test_steps_that_run_out_inside_a_pipeline_are_that_gap() -> None:
    """Wherever a bound stops the walk of a pipeline inside loops and functions, it is the bound that is told."""
    text = "f() { for i in 1 2; do for j in 3 4; do echo $i | cat | while read x; do echo $x; done; done; done; }; f"
    stopped = [read(text, replace(DEFAULT_LIMITS, steps=steps)) for steps in range(20, 120, 4)]
    assert {gap.why for each in stopped for gap in each.gaps} == {Why.TOO_MANY}
