"""The batch answers for every text, and what it says under errors is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import RulesetError
from auditor.match.batch import BatchEngine
from auditor.match.engine import Answer, Target
from auditor.match.kinds import CANARY_PREFIX, EFFECTS, TEXT_CANARY, source_suffix
from auditor.match.semgrep import configuration
from auditor.model.gap import Why
from auditor.model.unit import Language
from tests.match.made import ask, ruleset, sung

PYTHON = source_suffix(Language.PYTHON)
BASH = source_suffix(Language.BASH)


@pytest.fixture(scope="module")
def batch() -> Iterator[BatchEngine]:
    engine = BatchEngine(configuration(ruleset().rules))
    yield engine
    engine.close()


def rules_of(answer: Answer) -> list[str]:
    return sorted(hit.rule for hit in answer.hits if not hit.rule.startswith(CANARY_PREFIX))


def test_every_text_gets_its_own_answer(batch: BatchEngine) -> None:
    """Answers come in the order of the texts, also over more than one process."""
    pairs = [sung(f"ssh -R {number}:h:2 a\nls") for number in range(620)]
    answers = batch.scan([target for target, _ in pairs], 10, time.monotonic() + 60)
    assert len(answers) == len(pairs)
    for number, (answer, (_, canary)) in enumerate(zip(answers, pairs, strict=True)):
        assert answer.problem is None
        assert sorted(hit.message for hit in answer.hits) == sorted([f"reverse {number}:h:2", canary])


def test_suppressions_in_the_text_have_no_say(batch: BatchEngine) -> None:
    """Neither an argument nor a comment that says nosem takes a finding away."""
    answer, _ = ask(batch, 'ssh -R 1:h:2 "# nosem"\n"# nosemgrep"\nxmrig')
    assert rules_of(answer) == ["fix-miner-program", "fix-ssh-reverse"]
    answer, _ = ask(batch, "import marshal\nmarshal.loads(1)  # nosem\nmarshal.loads(2)  # nosemgrep: x", PYTHON)
    assert rules_of(answer) == ["fix-python-source"] * 2


@pytest.mark.parametrize("size", [900, 30_000, 1_200_000])
def test_long_and_dense_texts_are_not_left_out(batch: BatchEngine, size: int) -> None:
    """Neither the filter for large files nor the one for minified files counts."""
    answer, canary = ask(batch, f"ssh -R 1:h:2 a {'x' * size}")
    assert rules_of(answer) == ["fix-ssh-reverse"]
    assert canary in {hit.message for hit in answer.hits}


def test_a_parse_error_is_the_problem_of_its_text_only(batch: BatchEngine) -> None:
    """What is listed under errors belongs to the text that it names."""
    bad, _ = sung("marshal.loads(1)\nx = (\nmarshal.loads(2)", PYTHON)
    good, _ = sung("marshal.loads(1)", PYTHON)
    first, second = batch.scan([bad, good], 10, time.monotonic() + 60)
    assert first.problem is not None
    assert first.problem.why is Why.NOT_PARSED
    assert second.problem is None
    assert rules_of(second) == ["fix-python-source"]


@pytest.mark.parametrize("text", ["ls\ncat <<EOF", 'echo "open', "echo 'open", "a=(b"])
def test_a_swallowed_end_shows_by_its_canary(batch: BatchEngine, text: str) -> None:
    """What stays open is often no error to Semgrep; but then the canary inside it is not reported as a command."""
    answer, canary = ask(batch, text, BASH)
    sung_by = {hit.rule for hit in answer.hits if hit.message == canary}
    assert answer.problem is not None or sung_by == {TEXT_CANARY}


def test_too_many_matches_are_said(batch: BatchEngine) -> None:
    """More matches of one rule than Semgrep keeps are an error of the text."""
    answer, _ = ask(batch, "xmrig\nprog " + " ".join(f"-o x{number}:22 -u y{number}" for number in range(105)))
    assert answer.problem is not None
    assert answer.problem.why is Why.TOO_MANY


def test_a_slow_rule_is_said(batch: BatchEngine) -> None:
    """A rule past its time is an error of the text, and the other texts have their answers."""
    slow, _ = sung("prog " + " ".join(f"-o x{number}:22 -u y{number}" for number in range(1_500)))
    fast, _ = sung("xmrig")
    first, second = batch.scan([slow, fast], 0.5, time.monotonic() + 60)
    assert first.problem is not None
    assert rules_of(second) == ["fix-miner-program"]


def test_a_crash_costs_only_the_text_that_caused_it(batch: BatchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the process dies, the texts are asked again in halves, down to the one at fault."""
    real = BatchEngine._run

    def dying(self: BatchEngine, texts: str, rule_seconds: float, seconds: float) -> object:
        if any("poison" in path.read_text() for path in Path(texts).iterdir()):
            raise OSError("it ended by signal 11")
        return real(self, texts, rule_seconds, seconds)

    monkeypatch.setattr(BatchEngine, "_run", dying)
    targets = [sung("poison" if number == 2 else "xmrig")[0] for number in range(5)]
    answers = batch.scan(targets, 10, time.monotonic() + 60)
    assert [answer.problem is not None for answer in answers] == [False, False, True, False, False]
    assert [rules_of(answer) for answer in answers if answer.problem is None] == [["fix-miner-program"]] * 4


def test_no_time_is_a_problem(batch: BatchEngine) -> None:
    """Past the end nothing is asked, and that is said."""
    (answer,) = batch.scan([Target(EFFECTS, "xmrig\n")], 10, time.monotonic() - 1)
    assert answer.problem is not None
    assert answer.problem.why is Why.TIMED_OUT


def test_a_refused_rule_is_an_error_not_a_smaller_ruleset() -> None:
    """A rule that does not load raises, also in the middle of a batch."""
    engine = BatchEngine(configuration(ruleset().rules).replace("ssh ... -R $SPEC ...", "(("))
    with pytest.raises(RulesetError, match="fix-ssh-reverse"):
        ask(engine, "xmrig")
    engine.close()


def test_a_large_number_of_texts_is_quick(batch: BatchEngine) -> None:
    """A thousand texts take one or two seconds, not one engine start each."""
    targets = [sung(f"ssh -R {number}:h:2 a\ngit status")[0] for number in range(1_000)]
    started = time.monotonic()
    answers = batch.scan(targets, 10, time.monotonic() + 60)
    assert time.monotonic() - started < 20
    assert all(len(answer.hits) == 2 for answer in answers)
