"""What a call's code says: equal texts are audited once, and what a busy machine left unread is read once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest
from msgspec.structs import replace as altered

from auditor import Auditor
from auditor.correlate.bearing import Usual, bearing_of, usual_of
from auditor.correlate.content import Contents, Reach
from auditor.intake import Taken
from auditor.model.gap import Gap, Stage, Why
from auditor.model.report import Report
from auditor.model.surroundings import Surroundings
from tests.correlate import scenes


class Busy:
    """An auditor that has no time at first."""

    def __init__(self, warm: Auditor, hurried: int = 1) -> None:
        self.warm, self.asked, self.hurried = warm, 0, hurried

    def audit_many(self, items: Sequence[Taken], *, surroundings: Sequence[Surroundings]) -> Iterator[Report]:
        """Audit; the first time with nothing read."""
        self.asked += 1
        for report in self.warm.audit_many(items, surroundings=surroundings):
            assert isinstance(report, Report)
            late = Gap(Stage.READ, Why.TIMED_OUT, "time ran out")
            empty = replace(report, reading=replace(report.reading, effects=()), findings=(), gaps=(late,))
            yield empty if self.asked <= self.hurried else report


def test_what_time_was_too_short_for_is_read_again(warm: Auditor) -> None:
    """The second try finds the destination; without one, a call that was not read counts neither way."""
    step = scenes.step_of("t", 1, scenes.EPOCH, scenes.EPOCH + 5, scenes.TUNNEL)
    busy = Busy(warm)
    contents = Contents(busy)  # type: ignore[arg-type]
    assert contents.examine([step]) == 0
    assert busy.asked == 2
    said = contents.of(step)
    assert said is not None
    assert said.hosts == {scenes.RELAY}
    alert = scenes.Maker(1).alert("10.0.0.1", scenes.EPOCH, scenes.RELAY, 22, "tunnel")
    assert bearing_of(said, alert, 0.001) > 100
    assert bearing_of(replace(said, hosts=frozenset(), claims=(), is_whole=False), alert, 0.0) == 1.0
    elsewhere = replace(said, hosts=frozenset({"203.0.113.99"}), claims=(), reach=Reach.ELSEWHERE)
    assert bearing_of(elsewhere, alert, 0.0) < 1.0


def test_what_time_stays_too_short_for_gets_more_of_it(warm: Auditor) -> None:
    """What the second try did not read either goes to an auditor with more time; without one, it counts as unread."""
    step = scenes.step_of("t", 1, scenes.EPOCH, scenes.EPOCH + 5, scenes.TUNNEL)
    hurried = Contents(Busy(warm, 9))  # type: ignore[arg-type]
    hurried.examine([step])
    assert hurried.partly == 1
    patient = Contents(Busy(warm, 9), patient=lambda: nullcontext(warm))  # type: ignore[arg-type]
    patient.examine([step])
    assert patient.partly == 0
    said = patient.of(step)
    assert said is not None
    assert said.hosts == {scenes.RELAY}


def test_what_many_calls_name_says_little(warm: Auditor) -> None:
    """A host that every twentieth call names is weak evidence, one that a single call names is strong."""
    contents = Contents(warm)
    step = scenes.step_of("t", 1, scenes.EPOCH, scenes.EPOCH + 5, "curl http://203.0.113.9/x")
    assert contents.examine([step]) == 0
    said = contents.of(step)
    assert said is not None
    alert = scenes.Maker(1).alert("10.0.0.1", scenes.EPOCH, "203.0.113.9", 80, "policy")
    assert bearing_of(said, alert, 0.05) == pytest.approx(9.6, abs=0.1)
    assert bearing_of(said, alert, 0.0001) > 200


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("ls -la; grep -rn xmrig src | head", Reach.QUIET), ("git status --short", Reach.QUIET),
        ("curl -s http://203.0.113.9/x -o y", Reach.ELSEWHERE), ("python run.py", Reach.UNKNOWN),
        ("make all", Reach.UNKNOWN), ("./configure", Reach.UNKNOWN), ("pip install numpy", Reach.UNKNOWN),
        ("curl -s http://203.0.113.9/x; ./run", Reach.UNKNOWN), ('curl "$HOST"', Reach.UNKNOWN),
        ("git fetch", Reach.UNKNOWN),
    ],
)  # fmt: skip
def test_what_a_call_can_reach(warm: Auditor, text: str, reach: Reach) -> None:
    """Nothing, what it names, or anything: what runs unread code may do anything."""
    contents = Contents(warm)
    step = scenes.step_of("t", 1, scenes.EPOCH, scenes.EPOCH + 5, text)
    contents.examine([step])
    said = contents.of(step)
    assert said is not None
    assert said.reach is reach


def test_calls_that_hide_are_told_by_what_remains(warm: Auditor) -> None:
    """Among calls that reach nothing, one that runs what was not read is likelier behind what nobody names."""
    alert = scenes.Maker(1).alert("10.0.0.1", scenes.EPOCH, "203.0.113.9", 443, "policy")
    contents = Contents(warm)
    step = scenes.step_of("t", 1, scenes.EPOCH, scenes.EPOCH + 5, "ls")
    contents.examine([step])
    quiet = contents.of(step)
    assert quiet is not None
    hidden = replace(quiet, reach=Reach.UNKNOWN)
    reaches = [Reach.QUIET] * 60 + [Reach.UNKNOWN] * 20 + [Reach.ELSEWHERE] * 20
    hiding, showing = usual_of(reaches, 0, 20), usual_of(reaches, 20, 0)
    assert bearing_of(hidden, alert, 0.0, hiding) > 2 > 1 > bearing_of(hidden, alert, 0.0, showing)
    assert bearing_of(quiet, alert, 0.0, hiding) < 0.1
    common = usual_of([Reach.UNKNOWN] * 100, 0, 20)
    assert bearing_of(hidden, alert, 0.0, common) < 1
    assert Usual().shown == 0.5
    named = altered(alert, name="relay.example")
    shows = replace(quiet, reach=Reach.ELSEWHERE, hosts=frozenset({"files.example"}))
    assert bearing_of(shows, alert, 0.0, hiding) > bearing_of(shows, named, 0.0, hiding)
    other_port = replace(shows, ports=frozenset({8_081}))
    assert bearing_of(other_port, alert, 0.0, hiding) == bearing_of(shows, named, 0.0, hiding)
