"""Posteriors can be trusted: over easy and hard worlds, what is claimed is right, and what is not sure is undecided."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from auditor import Auditor
from auditor.correlate.content import Contents
from auditor.correlate.correlation import Correlation, Options, correlate
from auditor.correlate.incidents import document_of
from auditor.correlate.text import text_of
from tests.benchmarks.calibration import Measured, joined, measured
from tests.correlate.harder import SETTINGS, made
from tests.correlate.scenes import World


@pytest.fixture(scope="module")
def contents(warm: Auditor) -> Iterator[Contents]:
    """Give what audits calls, each text once for all tests."""
    yield Contents(warm, 100_000)


@pytest.fixture(scope="module")
def with_code(contents: Contents) -> dict[str, Measured]:
    """Measure every setting, with the calls' code."""
    return {name: joined(measured(make(seed), contents) for seed in (31, 32)) for name, make in SETTINGS.items()}


def test_what_is_claimed_is_right(with_code: dict[str, Measured]) -> None:
    """In every setting at least 19 of 20 claims are right (all but two of a few), and 98 of 100 over all."""
    wrong = {name: int((found.claimed & ~found.right).sum()) for name, found in with_code.items()}
    assert {name: count for name, count in wrong.items() if count > max(2, 0.05 * with_code[name].claimed.sum())} == {}
    whole = joined(with_code.values())
    assert whole.claimed.sum() > 1_500
    assert whole.precision > 0.98


def test_posteriors_are_calibrated(with_code: dict[str, Measured]) -> None:
    """Over all settings the expected error is under 0.04 and the Brier score under 0.035, by bursts of alerts."""
    whole = joined(with_code.values())
    assert whole.error < 0.04
    assert whole.brier < 0.035
    middle = (whole.posterior > 0.3) & (whole.posterior < 0.8)
    assert middle.sum() > 200
    off = np.average(whole.posterior[middle] - whole.right[middle], weights=whole.weight[middle])
    assert abs(off) < 0.12
    sure = whole.posterior > 0.9
    assert whole.right[sure].mean() > 0.98
    unsure = whole.posterior < 0.2
    assert whole.right[unsure].mean() < 0.2


def test_open_code_is_found(with_code: dict[str, Measured]) -> None:
    """Where calls show what they do, nearly all alerts of theirs are claimed, heartbeats and NAT included."""
    named = ("plain", "noise", "many guilty", "heartbeats", "daemons", "nat", "outside", "hunter")
    assert {name: with_code[name].recall for name in named if with_code[name].recall < 0.9} == {}
    assert with_code["nat, daemons"].recall > 0.75


def test_what_hides_and_goes_on_is_found_more_often_than_not(with_code: dict[str, Measured]) -> None:
    """A destination that no code shows, contacted on and on after its step, is laid on that step."""
    assert with_code["heartbeats, hidden"].recall > 0.6
    assert with_code["daemons, hidden"].recall > 0.3


def test_without_code_little_is_claimed_and_that_is_right() -> None:
    """Time and identity alone leave most undecided; of what they claim, nine of ten are right."""
    found = joined(measured(SETTINGS[name](seed), None) for name in SETTINGS for seed in (41,))
    assert found.precision > 0.9
    assert 0.1 < found.recall < 0.6
    assert found.error < 0.1
    behind_nat = joined(measured(SETTINGS["nat"](seed), None) for seed in (41, 42))
    assert not behind_nat.claimed.any()


def correlated(world: World, contents: Contents | None) -> Correlation:
    """Correlate a world."""
    return correlate(world.alerts, world.steps, world.map, Options(shifts=2_000), contents)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_heartbeats_belong_to_the_step_that_opened_them(contents: Contents, seed: int) -> None:
    """A keepalive every 30 s, through other steps and between them, is laid on the call that opened the tunnel."""
    world = made(seed, guilty=3, kept_up="beats")
    found = correlated(world, contents)
    told = {}
    for at, answer in enumerate(found.attribution.answers):
        if answer.is_attributed:
            step = found.scene.steps[answer.step]
            told[found.found.alerts[at].id] = (step.trajectory, step.step)
    assert len(world.guilty) > 40
    late = [each for each in world.alerts if each.id in world.guilty and not _is_during(world, each.id, each.start)]
    assert len(late) > 20
    assert np.mean([told.get(alert.id) == world.guilty[alert.id] for alert in late]) > 0.95


def test_an_undecided_alert_names_its_candidates() -> None:
    """Heartbeats of code that shows nothing: the opening step is the first candidate, and nothing is claimed."""
    world = made(5, guilty=3, kept_up="beats", hidden=1.0, own_names=True)
    found = correlated(world, None)
    document = document_of(found, None)
    undecided = [alert for alert in document.unexplained if alert.why.startswith("undecided") and alert.candidates]
    assert document.undecided_count >= len(undecided) > 10
    best = {alert.id: (alert.candidates[0].trajectory, alert.candidates[0].step) for alert in undecided}
    own = [name for name in best if name in world.guilty]
    assert np.mean([best[name] == world.guilty[name] for name in own]) > 0.5
    assert "undecided: " in text_of(document)


def _is_during(world: World, alert: str, moment: float) -> bool:
    trajectory, number = world.guilty[alert]
    step = next(step for step in world.steps if (step.trajectory, step.step) == (trajectory, number))
    return moment <= step.end + 10
