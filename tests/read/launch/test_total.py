"""Launching is total: no argv crashes it, hangs it, or passes its bounds without a gap."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.model.place import START, Place
from auditor.model.unit import Language, Script, Unit
from auditor.model.word import Hole, Source
from auditor.read import readers
from auditor.read.evaluation import Context, Evaluation, Exhausted
from auditor.read.filters import FILTERS, CannotFold, Streams
from auditor.read.launch.calls import SPECS
from auditor.read.launch.carriers import CARRIERS
from auditor.read.launch.harmless import is_harmless
from auditor.read.launch.models import MODELS
from auditor.read.launch.scripting import read_scripting
from auditor.read.launch.sinks import SINKS
from auditor.read.values import Known, OneOf, Text, Unknown, Value, unknown
from tests.read.launch.stage import reader_of

PROGRAMS = sorted({*CARRIERS, *MODELS, *FILTERS, *SPECS, "sh", "sudo", "timeout", "ssh", "docker", "./x", "/tmp/y"})
pieces = st.one_of(
    st.sampled_from(
        ["-c", "-e", "-o", "-", "--", "-n", "-I", "{}", "-d", "-exec", ";", "+", ":::", "-S", "a=b", "/tmp/y", "x", "%s", "s/a/b/",  # noqa: E501
         "-X", "stuff", "new", "send-keys", "--args", "{print $1}", "BEGIN{", "http://a.example", "-f", "run", "exec", "-F", "if=x", "of=y"]  # noqa: E501
    ),
    st.text(max_size=12),
)  # fmt: skip
values = st.one_of(
    pieces.map(Known),
    st.sampled_from(list(Source)).map(lambda source: unknown(source, 1, "http://a.example")),
    pieces.map(lambda text: Text((text + "x", Hole(Source.ARGUMENT, 2), "y"))),
    st.just(OneOf((Known("a"), Known("-c"), Unknown(Hole(Source.FILE))))),
    st.binary(max_size=6).map(Known),
    st.integers().map(Known),
)


@pytest.fixture(autouse=True)
def _stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "reader_of", reader_of)


relaxed = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(st.sampled_from(PROGRAMS), st.lists(values, max_size=7), st.one_of(st.none(), values), st.booleans())
def test_any_argv_is_launched(program: str, arguments: list[Value], stdin: Value | None, is_stage: bool) -> None:
    """Whatever the words are, launching ends, and a stage gives its command back."""
    evaluation = Evaluation(Script.of("", Language.DATA))
    evaluation.files.write(Known("/tmp/y"), Known("#!/usr/bin/perl\nsystem('id')"))
    context = Context(place=Place(0, START), stdin=stdin, is_stage=is_stage)
    evaluation.read_script()
    outcome = evaluation.launch([Known(program), *arguments], context)
    assert len(outcome.commands) <= 64
    if not is_stage:
        assert not outcome.commands or arguments


@relaxed
@given(st.sampled_from(sorted(FILTERS)), st.lists(pieces, max_size=4), st.one_of(st.none(), st.text(max_size=80)))
def test_any_filter_ends(program: str, arguments: list[str], stdin: str | None) -> None:
    """A filter gives text or refuses; nothing else comes out of it."""

    def closed(path: str) -> str:
        raise CannotFold(path)

    try:
        assert isinstance(FILTERS[program](arguments, Streams(stdin, closed)), str)
    except (CannotFold, ValueError, IndexError, OverflowError, RecursionError):
        return


@relaxed
@given(st.sampled_from(sorted(SINKS, key=lambda language: language.value)), st.text(max_size=120))
def test_any_one_liner_is_read(language: Language, code: str) -> None:
    """Code of any shape is harmless, read, or a gap."""
    evaluation = Evaluation(Script.of("", Language.DATA))
    is_harmless(language, code)
    unit = Unit(1, language, code, 0, START, "test")
    evaluation.units += [unit, unit]
    read_scripting(evaluation, unit, Context(place=Place(0, START)), ())


def test_hostile_sizes_end_in_time() -> None:
    """Long chains, nested quotes, and expressions made to run away end within seconds."""
    evaluation = Evaluation(Script.of("", Language.DATA))
    evaluation.read_script()
    context = Context(place=Place(0, START))
    begin = time.process_time()
    for argv in (
        ["xargs"] + ["-I"] * 3000,
        ["perl", "-e", "system(" * 4000],
        ["perl", "-e", '".' * 20_000 + "system(1)"],
        ["php", "-r", "$a=" * 5000 + "system($a)"],
        ["awk", "((((" * 3000],
        ["awk", "BEGIN{for(;;)for(;;)x++}"],
        ["sed", "s/" + "a*" * 400 + "b/x/"],
        ["grep", "-E", "(x+x+)+y"],
        ["env", "-S"] * 2000,
        ["tr", "a-z" * 3000, "b"],
        ["find", *["-exec", "id", ";"] * 1500],
        ["node", "-e", 'require("child_process").exec(' + "(" * 5000],
    ):
        inner = Context(place=context.place, stdin=Known("x" * 20_000))
        with suppress(Exhausted):  # the reading's own time may end first on a busy machine
            evaluation.launch([Known(word) for word in argv], inner)
    assert time.process_time() - begin < 8
