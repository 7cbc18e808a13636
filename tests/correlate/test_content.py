"""What a call's code says: equal texts are audited once, and what a busy machine left unread is read once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from auditor import Auditor
from auditor.correlate.content import Contents, content_factor
from auditor.intake import Taken
from auditor.model.gap import Gap, Stage, Why
from auditor.model.report import Report
from auditor.model.surroundings import Surroundings
from tests.correlate import scenes


class Busy:
    """An auditor that has no time at first."""

    def __init__(self, warm: Auditor) -> None:
        self.warm, self.asked = warm, 0

    def audit_many(self, items: Sequence[Taken], *, surroundings: Sequence[Surroundings]) -> Iterator[Report]:
        """Audit; the first time with nothing read."""
        self.asked += 1
        for report in self.warm.audit_many(items, surroundings=surroundings):
            assert isinstance(report, Report)
            late = Gap(Stage.READ, Why.TIMED_OUT, "time ran out")
            empty = replace(report, reading=replace(report.reading, effects=()), findings=(), gaps=(late,))
            yield empty if self.asked == 1 else report


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
    assert content_factor(said, alert, 0.001) > 100
    assert content_factor(replace(said, hosts=frozenset(), claims=(), is_whole=False), alert, 0.0) == 1.0
    assert content_factor(replace(said, hosts=frozenset(), claims=()), alert, 0.0) < 1.0


def test_what_many_calls_name_says_little(warm: Auditor) -> None:
    """A host that every twentieth call names is weak evidence, one that a single call names is strong."""
    contents = Contents(warm)
    step = scenes.step_of("t", 1, scenes.EPOCH, scenes.EPOCH + 5, "curl http://203.0.113.9/x")
    assert contents.examine([step]) == 0
    said = contents.of(step)
    assert said is not None
    alert = scenes.Maker(1).alert("10.0.0.1", scenes.EPOCH, "203.0.113.9", 80, "policy")
    assert content_factor(said, alert, 0.05) == pytest.approx(9.6, abs=0.1)
    assert content_factor(said, alert, 0.0001) > 200
