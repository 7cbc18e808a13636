"""A loop of which nobody knows how often it goes round is walked until a round finds nothing new."""

from __future__ import annotations

import pytest

from auditor.model.gap import Why
from tests.read.shell.scripts import lines, read

LATER = 'c="ssh b.example"'


@pytest.mark.parametrize(
    "loop",
    [
        "while true; do $c; {}; done",
        "while [ -e x ]; do $c; {}; done",
        "until [ -e x ]; do $c; {}; done",
        "while $c; do {}; done",
        "for i in $(ls); do $c; {}; done",
        "for ((;;)); do $c; {}; done",
        "for ((i=0; i<N; i++)); do $c; {}; done",
        "select i in $(ls); do $c; {}; done",
        "while read x; do $c; {}; done",
    ],
)
def test_what_a_round_sets_is_there_in_the_next(loop: str) -> None:
    """Whatever keeps the loop going; and a name that the next round sets first is not."""
    assert "ssh b.example" in lines("c=:\n" + loop.format(LATER))
    assert "ssh b.example" not in lines("c=:\n" + loop.format(f"d={LATER[2:]}; c=:").replace("do ", "do d=:; ", 1))


@pytest.mark.parametrize(
    "body",
    [
        f"$a; a=$b; b=$d; d=$e; e=$c; {LATER}",
        'if [ "$f" = 1 ]; then ssh b.example; fi; f=1',
        "${l[n]}; n=$((n+1))",
        "eval g; shopt -s expand_aliases; alias g='ssh b.example'",
        "g; g() { ssh b.example; }",
        "bash g.sh; echo ssh b.example > g.sh",
        'set -- "$@" $2; $1; shift; set -- ssh\\ b.example',
        "n=x$n; case $n in xxx) exit;; esac; [ $n = xxx ] || ssh b.example",
    ],
)
def test_what_goes_from_round_to_round_arrives(body: str) -> None:
    """Along a chain, by a number into a list, as a function or an alias, by a file, by arguments."""
    before = "a=:; b=:; d=:; e=:; c=:; l=(: : : 'ssh b.example'); n=0\n"
    assert "ssh b.example" in lines(f"{before}while [ -e x ]; do {body}; done")


def test_what_is_counted_or_added_to_is_no_endless_loop() -> None:
    """A counter is unknown from the second round, a text goes on in any way; neither is a gap."""
    assert lines("n=0; while [ -e x ]; do curl h/$n; n=$((n+1)); done")[::2] == ["curl h/0", 'curl "h/%{limit_1}"']
    reading = read('while read x; do all="$all $x"; list+=("$x"); n=$((n+1)); done; rm $all; exit $n')
    assert not reading.gaps
    assert not read("while [ -e x ]; do cd ..; f() { :; }; old=$new; new=$(date); done").gaps


def test_rounds_that_go_on_finding_something_new_are_a_gap() -> None:
    """Past the bound nobody looked."""
    chain = "; ".join(f"v{index}=$v{index + 1}" for index in range(20))
    before = "; ".join(f"v{index}=:{index}" for index in range(21))
    reading = read(f"{before}\nwhile [ -e x ]; do $v0; {chain}; v20=done; done")
    assert [gap.why for gap in reading.gaps] == [Why.TOO_MANY]


def test_what_stands_behind_a_loop_is_joined_of_all_rounds() -> None:
    """None, one, or more of them."""
    found = lines("a=x; b=y; while [ -e x ]; do a=$b; b=z; done; echo $a | nc h 1")
    assert {line for line in found if "|" in line} == {"echo x | nc h 1", "echo y | nc h 1", "echo z | nc h 1"}


def test_a_function_that_calls_itself_hands_on_as_a_loop_does() -> None:
    """A few calls along a chain are read; more of them are a gap, a counter and a growing text are none."""
    assert "ssh b.example" in lines("a=:; b=:; c='ssh b.example'; f() { $a; a=$b; b=$c; f; }; f")
    chain = "; ".join(f"v{index}=$v{index + 1}" for index in range(9))
    before = "; ".join(f"v{index}=:{index}" for index in range(9))
    assert [gap.why for gap in read(f"{before}; v9='ssh h'; f() {{ $v0; {chain}; f; }}; f").gaps] == [Why.TOO_DEEP]
    assert not read('f() { n=$((n+1)); all="$all x"; ls $all; f; }; f').gaps
