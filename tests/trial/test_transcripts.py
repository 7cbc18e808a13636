"""Over the corpus: what was predicted and reached was observed, in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from auditor.judge.confirm import implies, is_instance
from auditor.model.effect import Effect
from auditor.model.line import line_of
from auditor.model.reading import Reading, route
from auditor.model.trial import Observation
from auditor.model.unit import Language, Script
from auditor.read.remote import RemoteReader
from auditor.running import passes, tools_of, wanted_of
from auditor.trial.plan import plan, reached_lines
from auditor.trial.remote import Trials
from auditor.trial.request import TrialLimits
from auditor.trying import _observations
from tests.corpus import Sample, samples

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(900)]
LIMITS = TrialLimits(wall_seconds=5.0, grace_seconds=1.0)
# What reading says beside what happens in the world, or what leaves no system call of its own.
UNSEEN = frozenset(
    "env.set hiding.decoded hiding.name process.hide file.read ssh.configure sleep code.load code.run cloud.request"
    " process.kill kill".split()
)
SHARE = 0.80


@dataclass(frozen=True, slots=True)
class Played:
    """One sample, what was predicted and reached of it, and what was seen."""

    sample: Sample
    ended: str
    predicted: tuple[Effect, ...]
    observed: tuple[Observation, ...]

    @property
    def missing(self) -> tuple[Effect, ...]:
        """The effects that were predicted and reached, and not seen."""
        return tuple(effect for effect in self.predicted if not self._is_seen(effect))

    def _is_seen(self, effect: Effect) -> bool:
        return any(
            is_instance(effect, each.effect) or implies(effect, each.effect) or implies(each.effect, effect)
            for each in self.observed
        )


@pytest.fixture(scope="module")
def played() -> Iterator[list[Played]]:
    """Play every Python and bash sample once."""
    with RemoteReader() as reader, Trials() as trials:
        scripts = [sample for sample in samples() if sample.language in {"python", "bash"}]
        yield [play(sample, reader, trials) for sample in scripts]


def play(sample: Sample, reader: RemoteReader, trials: Trials) -> Played:
    script = Script.of(sample.file.read_text(encoding="utf-8"), Language(sample.language), sample.path)
    reading = reader.read(script)
    lines = [line(reading, effect) for effect in reading.effects]
    request = plan(script, lines=lines, wanted=wanted_of(reading), limits=LIMITS, tools=tools_of(reading))
    recordings = passes(request, trials)
    observed, _ = _observations(script, recordings, reader)
    reached = frozenset[int]().union(*(reached_lines(script, each, lines) or () for each in recordings))
    predicted = tuple(
        effect
        for effect, number in zip(reading.effects, lines, strict=True)
        if number in reached and (effect.name or "?") not in UNSEEN
    )
    return Played(sample, recordings[-1].ended, predicted, observed)


def line(reading: Reading, effect: Effect) -> int:
    """Give the line of the script at which an effect stands; in another unit, the line that hands it over."""
    if effect.place.unit == 0:
        return effect.place.span.line
    return route(reading.units, effect.place)[0].span.line


def test_what_is_predicted_and_reached_is_observed(played: list[Played]) -> None:
    """Nearly all: the rest stands behind conditions on a line that ran, or in tools that only pretend to run."""
    assert len(played) > 50
    total = sum(len(one.predicted) for one in played)
    missing = [(one.sample.id, one.ended, line_of(effect)[:150]) for one in played for effect in one.missing]
    print(f"{total - len(missing)} of {total}")
    for row in missing:
        print(*row)
    assert total > 200
    assert (total - len(missing)) / total >= SHARE, missing


def test_every_run_left_a_whole_trace(played: list[Played]) -> None:
    """No run was lost, and none hit the limits of trace or memory."""
    assert {one.ended for one in played if not one.ended.startswith(("exit", "wall limit"))} == set()
