"""What some way to a command has made or ended is not what every way has."""

from __future__ import annotations

import pytest

from tests.read.shell.scripts import lines, read

COMMAND = "ssh -R 1:h:22 b@203.0.113.9"
LINE = "ssh -R 1:h:22 b@203.0.113.9"


@pytest.mark.parametrize(
    "before",
    [
        "if [ -e x ]; then ssh() { :; }; fi",
        "[ -e x ] && ssh() { :; }",
        "shopt -s expand_aliases\nif [ -e x ]; then alias ssh=:; fi",
        "if [ -e x ]; then hash -p /bin/true ssh; fi",
        "exit >/nonexistent/x",
        "{ exit; } <x",
        "exec 2>&-\nexit >&2",
        "exit --help",
        "exec --help",
        "exec -Z",
        "shopt -s execfail\nexec /nonexistent/x",
        'readonly d=a\nd=b\n[ "$d" = b ] && exit',
        'declare -r d=a\nunset d\n[ -z "$d" ] && exit',
        '( RANDOM=5 )\nRANDOM=5\n[ "$RANDOM" = 5 ] && exit',
        'UID=0\n[ "$UID" = 0 ] && exit',
    ],
)
def test_a_command_that_some_way_leaves_is_read(before: str) -> None:
    """A function or alias of one branch, a jump that bash may not take, a value that bash does not keep."""
    assert LINE in lines(f"{before}\n{COMMAND}")


@pytest.mark.parametrize(
    "before",
    [
        "ssh() { :; }",
        "if [ -e x ]; then ssh() { :; }; else ssh() { echo; }; fi",
        "shopt -s expand_aliases\nalias ssh=:",
        "exit 1 >&2",
        "{ exit; } >/dev/null",
        "exec /bin/true",
        'd=b\n[ "$d" = b ] && exit',
    ],
)
def test_a_command_that_every_way_leaves_is_not(before: str) -> None:
    """Without this, the other test holds of a reading that knows no functions and no jumps."""
    assert LINE not in lines(f"{before}\n{COMMAND}")


@pytest.mark.parametrize("one, other", [("c=(ls)", 'c="ssh h"'), ('c="ssh h"', "c=(ls)")])
def test_a_list_on_one_way_and_a_text_on_the_other_are_both_there(one: str, other: str) -> None:
    """Neither takes the other's place."""
    assert set(lines(f"if [ -e x ]; then {one}; else {other}; fi\n$c")) == {"ls", "ssh h"}


def test_aliases_that_differ_are_both_expanded() -> None:
    """Each by its branch."""
    text = "shopt -s expand_aliases\nif [ -e x ]; then alias a='ssh h'; else alias a=ls; fi\na -l"
    assert set(lines(text)) == {"ssh -l h", "ls -l"} or set(lines(text)) == {"ssh h -l", "ls -l"}


def test_a_handler_that_leaves_commands_out_is_a_gap() -> None:
    """With `extdebug` a DEBUG trap says what is run, `exit` included; either alone says nothing."""
    trap = "trap '[[ $BASH_COMMAND != exit ]]' DEBUG"
    assert read(f"shopt -s extdebug\n{trap}\nexit\n{COMMAND}").gaps
    assert read(f"{trap}\nshopt -s extdebug\nexit\n{COMMAND}").gaps
    assert not read(f"{trap}\nls").gaps
    assert not read("shopt -s extdebug\ntrap 'rm x' EXIT\ndeclare -F f").gaps


@pytest.mark.parametrize(
    "one, other, then",
    [
        (f"exec 3< <(echo {COMMAND})", "exec 3</dev/null", "bash <&3"),
        (f"set -- {COMMAND}", "set -- ls", '"$@"'),
        (f"set -- '{COMMAND}' x", ":", 'bash -c "$1"'),
        ("hash -p /usr/bin/ssh foo", "hash -p /bin/ls foo", COMMAND.replace("ssh", "foo", 1)),
    ],
)
def test_what_either_way_opens_or_gives_is_there(one: str, other: str, then: str) -> None:
    """Descriptors, arguments and remembered places, whichever branch comes first."""
    for first, second in ((one, other), (other, one)):
        found = lines(f"if [ -e x ]; then {first}; else {second}; fi\n{then}")
        assert any(line.startswith(LINE) for line in found), found
