"""Reading arguments never raises and loses nothing, whatever the arguments are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.word import Hole, Source
from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.programs.normal import normal_form, normal_forms
from auditor.read.values import Known, OneOf, Text, Unknown, Value
from tests.read.programs.factories import words
from tests.read.programs.test_data import ALIASES, NAMES

PIECES = st.one_of(
    st.sampled_from(
        "-R -o -NfR -- --url= --url - = : @ ssh:// 1:l:2 host.example RemoteForward= ProxyCommand=%h -e -c ext:: "
        "EXEC: TCP: !! --accelerator=type= ec2 run-instances compute ssh create --help -w , \" ' \\ %".split()
    ),
    st.text(max_size=6),
)
HOLES = st.builds(Hole, st.sampled_from(Source), st.integers(0, 3))


def singles() -> st.SearchStrategy[Known | Text | Unknown]:
    known = st.one_of(
        PIECES, st.lists(PIECES, max_size=3).map("".join), st.binary(max_size=4), st.integers(), st.none()
    )
    text = st.lists(st.one_of(PIECES, HOLES), min_size=1, max_size=4).map(lambda parts: Text(tuple(parts)))
    return st.one_of(known.map(Known), text, HOLES.map(Unknown))


VALUES: st.SearchStrategy[Value] = st.one_of(
    singles(), st.lists(singles(), min_size=2, max_size=4).map(lambda v: OneOf(tuple(v)))
)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from([*NAMES, *ALIASES, "no-such-program"]), st.lists(VALUES, max_size=8))
def test_any_arguments_have_a_normal_form(program: str, arguments: list[Value]) -> None:
    """Every program gives a form that begins with its name, for any arguments."""
    normal = normal_form(program, arguments)
    assert normal.words[0] == Known(program)
    assert 1 <= len(normal_forms(program, arguments)) <= 16


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["ssh", "nc", "socat", "aws", "gcloud", "git", "curl", "tar", "openssl"]),
    st.lists(VALUES, max_size=8),
)
def test_any_arguments_of_the_busiest_programs(program: str, arguments: list[Value]) -> None:
    """The programs with forms of their own get more examples."""
    normal_form(program, arguments)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), st.lists(st.text(alphabet="-=abcRuo/:", max_size=8), max_size=6))
def test_parsing_keeps_every_character(program: str, arguments: list[str]) -> None:
    """Nothing is dropped: the items hold the arguments' characters, except for what splitting takes off."""
    grammar = grammar_of(program)
    assert grammar is not None
    parsed = parse(grammar, [Known(argument) for argument in arguments])
    kept = "".join(str(word.value) for item in parsed.items for word in item.words if isinstance(word, Known))
    given_letters = sorted("".join(arguments).replace("-", "").replace("=", ""))
    kept_letters = sorted(kept.replace("-", "").replace("=", ""))
    missing = list(given_letters)
    for letter in kept_letters:
        if letter in missing:
            missing.remove(letter)
    assert not missing


HUGE = "x" * 300_000
HOSTILE = [
    ["-" * 200_000],
    ["-o", "ProxyCommand=" + "%h" * 100_000, HUGE],
    ["-o", "RemoteForward=" + '"' * 200_000, "h"],
    ["-o", "=" * 200_000, "h"],
    ["-o", "RemoteForward " + "\\" * 200_000, "h"],
    ["@" * 200_000 + " "],
    ["ssh://" + ":1" * 100_000 + "x"],
    ["-R" * 100_000],
    ["a"] * 20_000,
    ["-e", "ssh " * 50_000, "@" * 200_000],
    ["--resource-config", "InstanceType" + " " * 200_000],
    ["--accelerator=" + "type=" * 50_000],
    ["TCP:" + "[" * 200_000, "EXEC:" + "\\" * 200_000],
    ["TCP:" + ":" * 200_000, "EXEC:" + "'" * 200_000],
    ["EXEC:" + "-x " * 100_000, "TCP:a:1"],
    ["EXEC:" + "A=b " * 60_000, "TCP:a:1"],
    ["EXEC:" + "a" * 200_000, "TCP:a:1"],
    ["-connect", ":" * 200_000],
    ["-c", "=" * 200_000],
    ["[" * 100_000 + ":" * 100_000],
]


@pytest.mark.parametrize("program", ["ssh", "rsync", "socat", "nc", "aws", "gcloud", "git", "openssl", "nothing-known"])
def test_hostile_arguments_are_read_in_time(program: str) -> None:
    """Arguments made to be slow are not: no pattern backtracks over them."""
    prefixes = {"aws": ["sagemaker", "create-training-job"], "gcloud": ["compute", "instances", "create"]}
    prefixes["openssl"] = ["s_client"]
    for arguments in HOSTILE:
        started = time.perf_counter()
        normal_form(program, [Known(word) for word in [*prefixes.get(program, []), *arguments]])
        assert time.perf_counter() - started < 10, (program, arguments[0][:20])


def test_a_program_name_is_kept_as_given() -> None:
    """An alias keeps its own name in the normal form."""
    assert words("ncat h 1")[0] == "ncat"
    assert words("netcat h 1")[0] == "netcat"
