"""The eight data sets: who was guilty is found, and who was not is left alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace

from auditor import Auditor
from auditor.correlate.allowed import allowed_of
from auditor.correlate.association import Chance, association_of
from auditor.correlate.content import Contents
from auditor.correlate.correlation import Correlation, Options, correlate
from auditor.correlate.groups import Slack, scene_of
from auditor.correlate.incidents import document_of
from auditor.correlate.records import Code
from auditor.correlate.timed import timed
from auditor.model.unit import Language
from tests.correlate import scenes
from tests.correlate.scenes import World

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def contents(warm: Auditor) -> Iterator[Contents]:
    """Give what audits calls, each text once for all tests."""
    yield Contents(warm)


def correlated(world: World, contents: Contents | None, **settings: float) -> Correlation:
    """Correlate a world."""
    options = Options(allowed=allowed_of(world.allow), shifts=2_000, **settings)  # type: ignore[arg-type]
    return correlate(world.alerts, world.steps, world.map, options, contents)


def named(found: Correlation) -> dict[str, tuple[str, int]]:
    """Give the step of each alert that was attributed."""
    steps, alerts = found.scene.steps, found.found.alerts
    return {
        alerts[at].id: (steps[answer.step].trajectory, steps[answer.step].step)
        for at, answer in enumerate(found.attribution.answers)
        if answer.is_attributed
    }


def scored(world: World, found: Correlation) -> tuple[float, float]:
    """Give recall and precision."""
    return scenes.score(world.guilty, named(found))


@pytest.mark.parametrize("seed", SEEDS)
def test_guilty_steps_are_found(contents: Contents, seed: int) -> None:
    """(a) All guilty calls, hardly another, and the association of the runs is clear."""
    world = scenes.plain(seed)
    found = correlated(world, contents)
    recall, precision = scored(world, found)
    assert recall == 1.0
    assert precision >= 0.9
    assert found.association.overall.p < 0.05
    assert found.association.overall.lift > 1.5
    explained = [incident for incident in document_of(found, contents).incidents if incident.explained]
    assert {(each.step.trajectory, each.step.step) for each in explained} == set(world.guilty.values())
    assert all(incident.techniques for incident in explained)


@pytest.mark.slow
def test_shuffled_alerts_have_no_association() -> None:
    """(b) Over 200 shuffles p is uniform (Kolmogorov-Smirnov), and the reported p never too small."""
    world = scenes.plain(7, runs=2, episodes=40)
    scene = scene_of(world.steps, (), Slack())
    randomised, reported = [], []
    for seed in range(200):
        moved = scenes.shuffled(world, seed)
        moments = timed(scene, moved.alerts, {}).moments()
        overall = association_of(scene, moments, Chance(2_000, seed)).overall
        randomised.append(overall.randomised)
        reported.append(overall.p)
    expected = np.arange(1, 201) / 200
    distance = float(np.max(np.abs(np.sort(randomised) - expected + 1 / 400)) + 1 / 400)
    assert distance < 1.63 / math.sqrt(200)  # one in a hundred
    assert sum(p <= 0.05 for p in reported) <= 18  # 10 expected; 18 is past the 99th percentile
    assert np.mean(randomised) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_address_for_all(contents: Contents, seed: int) -> None:
    """(c) Behind NAT time alone names hardly anybody; with the content the guilty are found."""
    world = scenes.behind_nat(scenes.plain(seed))
    recall, precision = scored(world, correlated(world, contents))
    assert recall >= 0.95
    assert precision >= 0.85
    by_time = named(correlated(world, None))
    assert len(by_time) < len(world.alerts) / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tunnel_opened_earlier(contents: Contents, seed: int) -> None:
    """(d) What the firewall saw in step 19 is the call of step 4."""
    world = scenes.opened_earlier(seed)
    late = {alert for alert, (trajectory, _) in world.guilty.items() if trajectory.startswith("late")}
    found = named(correlated(world, contents))
    assert len(late) == 6
    assert {found.get(alert, ("", 0))[1] for alert in late} == {4}


def test_scans_from_outside_are_set_aside(contents: Contents) -> None:
    """(e) They are reported as inbound, and change nothing."""
    world = scenes.plain(1)
    found = correlated(scenes.scanned(world, 1), contents)
    assert len(found.aside.inbound) == 300
    assert found.association.overall == correlated(world, contents).association.overall


def test_package_traffic_is_set_aside(contents: Contents) -> None:
    """(f) It follows tools closely, and would be an association of its own; allowed, it is none."""
    world = scenes.busy(1)
    found = correlated(world, contents)
    assert len(found.aside.allowed) > 500
    assert scored(world, found)[0] == 1.0
    world.allow = ()
    assert correlated(world, None).association.overall.share > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_compromise_from_outside_stays_open(contents: Contents, seed: int) -> None:
    """(g) Neither what came between runs nor a beacon through one is laid on a tool."""
    world, foreign = scenes.broken_into(scenes.plain(seed), seed)
    found = correlated(world, contents)
    assert not foreign & set(named(found))
    assert scored(world, found)[0] == 1.0
    why = {alert.why for alert in document_of(found, contents).unexplained if alert.id in foreign}
    assert "no run knows its source at that time" in why


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hunter_is_not_the_miner(contents: Contents, seed: int) -> None:
    """(h) A task that searches for a miner and kills it is not blamed for the miner's alerts."""
    world, foreign = scenes.investigated(seed)
    assert not foreign & set(named(correlated(world, contents)))


@pytest.mark.parametrize("offset", [20.0, -33.0])
def test_a_clock_that_is_off(offset: float) -> None:
    """The offset is estimated with its uncertainty, the guilty are found, and the test allows for the search."""
    world = scenes.plain(1, offset=offset, guilty=12)
    found = correlated(world, None)
    assert found.clocks[0].how == "alerts"
    assert abs(found.clocks[0].offset + offset) < 2
    assert found.clocks[0].uncertainty < 2
    assert scored(world, found)[0] > 0.9
    assert found.association.overall.p < 0.01


def test_a_clock_that_is_right_is_left_alone() -> None:
    """No estimate is believed where the alerts do not speak for it."""
    assert all(correlated(scenes.plain(seed), None).clocks[0].how == "assumed" for seed in SEEDS)


def test_neighbours_are_a_control(contents: Contents) -> None:
    """Tools of other sandboxes are at work as often as ever when alerts come; where all work in step, that shows."""
    found = correlated(scenes.plain(1, guilty=12), contents)
    near, own = found.neighbours, found.association.overall
    assert near.alerts > 100
    assert near.lift is not None
    assert near.lift < 1.2 < own.lift
    world = scenes.World()
    maker = scenes.Maker(1, runs=1, world=world)
    for number in range(40):
        for sandbox in range(4):
            start = scenes.EPOCH + 100 * number
            world.steps.append(
                scenes.step_of(f"e{sandbox}", number, start, start + 5, "ls", maker.address(0, sandbox), "run-0")
            )
        maker.alert(maker.address(0, 0), scenes.EPOCH + 100 * number + 2, scenes.RELAY, 22, "tunnel")
    in_step = correlated(world, None).neighbours
    assert in_step.lift is not None
    assert in_step.lift > 3


def test_a_call_without_code_can_be_the_cause(contents: Contents) -> None:
    """A browser tool that fetches from the destination is named; one that fetches elsewhere is not."""
    world = scenes.plain(3)
    steps = scenes.Maker(5).episode("surfer", scenes.EPOCH + 900, "10.3.0.9", "run-0", 20)
    for at, host in ((5, "203.0.113.91"), (9, "other.example")):
        steps[at] = replace(steps[at], codes=(), tool="browser", asked=f'{{"url":"http://{host}:8081/x"}}')
    maker = scenes.Maker(6, world=world)
    maker.count = 10_000
    ids = [maker.alert("10.3.0.9", steps[5].start + 0.5, "203.0.113.91", 8_081, "policy: unknown").id]
    ids.append(maker.alert("10.3.0.9", steps[9].start + 0.5, "203.0.113.92", 9_999, "policy: unknown").id)
    world.steps += steps
    told = named(correlated(world, contents))
    assert told.get(ids[0]) == ("surfer", 6)
    assert ids[1] not in told


def test_what_a_sandbox_began_is_not_inbound() -> None:
    """A firewall may call all that comes in at an interface inbound; what strangers began is, known ends or not."""
    world = scenes.plain(3, runs=1, episodes=20)
    scene = scene_of(world.steps, (), Slack())
    own = replace(world.alerts[0], direction="in")
    assert not scene.is_inbound(own)
    assert scene.is_inbound(replace(own, src="203.0.113.200", dst=own.src))
    assert scene.is_inbound(replace(own, src="203.0.113.200", dst=own.src, direction=""))
    untied = scene_of([replace(step, address="") for step in world.steps], (), Slack())
    assert untied.is_inbound(own)
    assert not untied.is_inbound(replace(own, direction=""))


def test_one_wrong_time_does_not_stretch_a_run() -> None:
    """A run that nothing went on in for more than a day is two, so that chance is not drawn over years."""
    world = scenes.plain(3, runs=1, episodes=20)
    odd = scenes.step_of("odd", 1, 9e10, 9e10 + 5, "ls", "10.0.0.10", "run-0")
    early = scenes.step_of("early", 1, 5.0, 9.0, "ls", "10.0.0.10", "run-0")
    scene = scene_of([*world.steps, odd, early], (), Slack())
    assert [run.name for run in scene.runs] == ["run-0", "run-0 (2)", "run-0 (3)"]
    assert scene.runs[1].end - scene.runs[1].start < 20_000
    assert len(scene_of(world.steps, (), Slack()).runs) == 1


def test_a_sweep_is_one_incident(contents: Contents) -> None:
    """Many destinations of one call are one incident that its code explains, and it comes before the unexplained."""
    maker = scenes.Maker(9)
    world = maker.plain()
    steps = maker.episode("sweeper", scenes.EPOCH + 900, "10.3.0.9", "run-0", 20)
    text = "for h in $(seq 1 60); do nc -z -w1 10.0.9.$h 22; done"
    steps[6] = replace(steps[6], codes=(Code(text.encode(), "", Language.BASH),))
    for host in range(1, 50):
        maker.alert("10.3.0.9", steps[6].start + 0.05 * host, f"10.0.9.{host}", 22, "internal deny")
    world.steps += steps
    document = document_of(correlated(world, contents), contents)
    (sweep,) = [each for each in document.incidents if each.step.trajectory == "sweeper"]
    assert (sweep.destination, sweep.destination_count) == ("10.0.9.1:22 and 48 more", 49)
    assert sweep.explained
    assert sweep.findings[0].rule == "addresses-swept"
    explained = [each.explained for each in document.incidents]
    assert explained == sorted(explained, reverse=True)
    assert [each.id for each in document.incidents] == [f"incident-{n}" for n in range(1, len(explained) + 1)]


def test_what_is_allowed_tells_the_clock(contents: Contents) -> None:
    """Package traffic is set aside, and shows all the same how far the log's clock is off."""
    world = scenes.busy(4, offset=9.0, guilty=1)
    found = correlated(world, None)
    assert len(found.aside.allowed) > 300
    (clock,) = found.clocks
    assert clock.how == "alerts"
    assert clock.offset == pytest.approx(-10.0, abs=1.5)  # the skew of up to 3 s, and whole seconds, are in it
    recall, precision = scored(world, correlated(world, contents))
    assert (recall, precision > 0.8) == (1.0, True)


@pytest.mark.parametrize("offset", [-25.0, 40.0])
def test_calls_that_mention_a_destination_tell_the_clock(contents: Contents, offset: float) -> None:
    """A few guilty calls among noise are enough, however far the log's clock is off."""
    world = scenes.plain(6, offset=offset)
    found = correlated(world, contents)
    (clock,) = found.clocks
    assert clock.how == "alerts"
    assert clock.offset == pytest.approx(-offset - 1.0, abs=3.0)
    recall, precision = scored(world, found)
    assert (recall, precision > 0.85) == (1.0, True)
