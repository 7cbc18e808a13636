"""A condition leaves on each path only what it says of a variable; what may be, stays."""

from __future__ import annotations

import pytest

from tests.read.shell.scripts import lines

SET = 'd=""; case $1 in a) d=$2;; b) d=/srv/x;; esac\n'


def ends(script: str) -> set[str]:
    """Give the endings of what `rm` is given, a hole as a mark."""
    found = [line.removeprefix("rm -rf ") for line in lines(SET + script) if line.startswith("rm ")]
    return {"%" if "%{" in each else each for each in found}


@pytest.mark.parametrize(
    "guard",
    [
        'if [ -n "$d" ]; then rm -rf "$d/"; fi',
        'if [ "$d" ]; then rm -rf "$d/"; fi',
        'if [[ -n $d ]]; then rm -rf "$d/"; fi',
        'if ! [ -z "$d" ]; then rm -rf "$d/"; fi',
        'if [ ! -z "$d" ]; then rm -rf "$d/"; fi',
        'if [ "$d" != "" ]; then rm -rf "$d/"; fi',
        'if [ "x$d" = x ]; then :; else rm -rf "$d/"; fi',
        'if [ -z "$d" ]; then exit 1; fi; rm -rf "$d/"',
        '[ -z "$d" ] && exit 1; rm -rf "$d/"',
        '[ -n "$d" ] || exit 1; rm -rf "$d/"',
        '[ -n "$d" ] || { echo usage; exit 1; }; rm -rf "$d/"',
        '[ -n "$d" ] && rm -rf "$d/"',
        '[ -e /srv ] && [ -n "$d" ] && rm -rf "$d/"',
        'if [ -e /srv ] && [ -n "$d" ]; then rm -rf "$d/"; fi',
    ],
)
def test_an_empty_alternative_goes_where_a_guard_rules_it_out(guard: str) -> None:
    """What was given and what was set stay; the empty default does not."""
    assert ends(guard) == {"%", "/srv/x/"}


@pytest.mark.parametrize(
    "no_guard",
    [
        'rm -rf "$d/"',
        'if [ -z "$d" ]; then echo none; fi; rm -rf "$d/"',
        'if [ -n "$d" ] || [ -e /srv ]; then rm -rf "$d/"; fi',
        '[ -n "$d" ] && echo some; rm -rf "$d/"',
        '[() { return 0; }; if [ -n "$d" ]; then rm -rf "$d/"; fi',
        'test() { true; }; if test -n "$d"; then rm -rf "$d/"; fi',
        'if [ -n "$e" ]; then rm -rf "$d/"; fi',
        '[ -n $d ] && rm -rf "$d/"',
        'if [ "$d" != * ]; then rm -rf "$d/"; fi',
    ],
)
def test_a_check_that_rules_nothing_out_leaves_all(no_guard: str) -> None:
    """A check that lets go on, that something else may pass, or that the script made itself is none."""
    assert ends(no_guard) == {"%", "/srv/x/", "/"}


def test_a_text_that_is_compared_leaves_what_may_equal_it() -> None:
    """Behind `=` a known text goes unless it is that one; behind `!=` it is that one which goes."""
    assert ends('if [ "$d" = /srv/x ]; then rm -rf "$d/"; fi') == {"%", "/srv/x/"}
    assert ends('if [ "$d" != /srv/x ]; then rm -rf "$d/"; fi') == {"%", "/"}
    assert ends('if [[ $d == /srv/* ]]; then rm -rf "$d/"; fi') == {"%", "/srv/x/", "/"}


def test_an_argument_that_was_only_supposed_to_be_missing_was_given_behind_a_guard() -> None:
    """`${1:-}` is empty as far as nobody knows; where a check says that it is not, it is unknown."""
    assert lines('d="${1:-}"; [ -n "$d" ] || exit 1; rm -rf "$d/"') == ['rm -rf "%{argument_1}/"']
    assert lines('d="${1:-}"; rm -rf "$d/"') == ["rm -rf /"]


TOLD = "case $1 in a) d='xx -o y';; b) d=ssh;; c) d=ls;; esac\n"


@pytest.mark.parametrize(
    "condition",
    [
        '[ "$d" = ls ] && { case $2 in a) d=ssh;; *) d=ls;; esac; }',
        '[ "$d" = ls ] && read d',
        '[ "$d" = ls ] && change',
        '[ "$d" = ~ ]',
        '[ "$d" = ss* ]',
        '[ "$d" = s{s..s}h ]',
        "[[ $d = ~ ]]",
    ],
)
def test_what_a_condition_does_not_say_stays(condition: str) -> None:
    """What is set behind the test, what bash puts in the place of a word, and words that are divided."""
    script = f"{TOLD}change() {{ d=ssh; }}\nif {condition}; then $d h; fi"
    assert {"ssh h", '"%{input_1}" h', "ssh"} & set(lines(script)), lines(script)


def test_words_that_are_divided_make_another_test() -> None:
    """`[ xx -o y = ls ]` holds; one word without quotes is that word."""
    assert lines(f"{TOLD}if [ $d = ls ]; then $d h; fi") == ["xx -o y h", "ls h"]


def test_what_was_only_supposed_stays_unknown_among_others() -> None:
    """`${1:-}` behind a check was given, whatever else the variable may be."""
    text = 'd="${1:-}"; case $2 in a) d=/srv/x;; esac; [ -n "$d" ] || exit; bash -c "$d"'
    assert "code.load bash argument" in lines(text)


def test_words_that_are_divided_in_another_way_say_nothing() -> None:
    """With an `IFS` of the script's own, `[ $x = y ]` is whatever comes of it."""
    text = "IFS=,\ncase $1 in a) d=xx,-o,y;; *) d=ls;; esac\nif [ $d = ls ]; then $d; fi"
    assert lines(text) == ["xx -o y", "ls"]
