"""Harder worlds: code that hides where it connects, heartbeats, daemons, crowds, clocks that are off.

Each world says which step was behind which alert, so that posteriors can be held against what was true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from auditor.correlate.records import Code, Step
from auditor.model.unit import Language
from tests.correlate import scenes
from tests.correlate.scenes import MINER, POOL, POOL_PORT, RELAY, TUNNEL, Maker, World

OPAQUE = ("python run.py", "make all", "./configure", "python -m tool.main")
BUILDS = (*OPAQUE, "cargo build", "pytest -q", "npm test", "bash build.sh", "ls -la", "git status --short")
"""What calls are where nearly all of them run what was not read."""
BEAT_SECONDS = 30.0


@dataclass
class Harder(Maker):
    """Makes worlds whose guilty steps hide, and go on after their end."""

    hidden: float = 0.0
    """How many of the guilty calls show nothing of what they do."""
    kept_up: str = ""
    """`beats` for a heartbeat every 30 s until the episode ends, `daemon` for connections at any time."""
    flagged: float = 0.0
    """How many of those that go on are recorded as having left processes behind."""
    own_names: bool = False
    """Whether each guilty call has a destination of its own."""
    is_slow: bool = False
    """Whether calls last as long as builds and trainings do: some seconds mostly, and minutes now and then."""
    is_building: bool = False
    """Whether nearly all calls run what was not read."""
    ends: dict[str, float] = field(default_factory=dict)

    def episode(self, name: str, start: float, address: str, run: str, count: int) -> list[Step]:
        """Give the steps of one episode."""
        if not (self.is_slow or self.is_building):
            return Maker.episode(self, name, start, address, run, count)
        moment, steps = start, []
        for number in range(1, count + 1):
            moment += self.random.expovariate(1 / 15) + 1 if self.is_slow else self.random.uniform(10, 40)
            lasting = min(self.random.lognormvariate(2.0, 1.2), 300.0) if self.is_slow else self.random.uniform(0.5, 10)
            text = self.random.choice(BUILDS if self.is_building else scenes.BENIGN)
            steps.append(scenes.step_of(name, number, moment, moment + lasting, text, address, run))
            moment += lasting
        return steps

    def _guilty(self, steps: list[Step], address: str, *, is_miner: bool) -> None:
        at = self.random.randrange(2, len(steps) - 1)
        is_hidden = self.random.random() < self.hidden
        text = self.random.choice(OPAQUE) if is_hidden else (MINER if is_miner else TUNNEL)
        host, port = (POOL, POOL_PORT) if is_miner else (RELAY, 22)
        if self.own_names:
            text, host = text.replace(host, f"198.18.{self.count % 250}.7"), f"198.18.{self.count % 250}.7"
        goes_on = bool(self.kept_up)
        steps[at] = bad = replace(
            steps[at],
            codes=(Code(text.encode(), "", Language.BASH),),
            outlives=goes_on and self.random.random() < self.flagged,
        )
        rule = "ET COINMINER stratum" if is_miner else "abnormal connection: SSH to unknown host"
        for moment in self._moments(bad, steps[-1].end):
            self.alert(address, moment, host, port, rule, bad)

    def _moments(self, bad: Step, last: float) -> list[float]:
        first = self.random.uniform(bad.start, bad.end)
        if self.kept_up == "beats":
            count = int((last - first) / BEAT_SECONDS)
            return [first + BEAT_SECONDS * number + self.random.uniform(-0.5, 0.5) for number in range(count + 1)]
        if self.kept_up == "daemon":
            return [first, *sorted(self.random.uniform(first, last) for _ in range(self.random.randrange(2, 9)))]
        return [self.random.uniform(bad.start, bad.end) for _ in range(self.random.randrange(1, 9))]


def made(seed: int, **settings: object) -> World:
    """Make a world; 60 episodes a run, so that many can be looked at."""
    return Harder(seed, **{"episodes": 60, **settings}).plain()  # type: ignore[arg-type]


def _crowd(seed: int) -> World:
    return scenes.behind_nat(made(seed, sandboxes=40, guilty=6))


SETTINGS: Mapping[str, Callable[[int], World]] = {
    "plain": made,
    "noise": lambda seed: made(seed, noise=60),
    "many guilty": lambda seed: made(seed, guilty=8),
    "hidden": lambda seed: made(seed, guilty=6, hidden=0.5),
    "hidden, own names": lambda seed: made(seed, guilty=6, hidden=0.5, own_names=True),
    "all hidden, noise": lambda seed: made(seed, guilty=4, hidden=1.0, noise=40, own_names=True),
    "heartbeats": lambda seed: made(seed, guilty=4, kept_up="beats", flagged=0.5),
    "heartbeats, hidden": lambda seed: made(seed, guilty=4, kept_up="beats", hidden=0.7, own_names=True),
    "daemons": lambda seed: made(seed, guilty=4, kept_up="daemon", flagged=0.5, noise=20),
    "daemons, hidden": lambda seed: made(seed, guilty=4, kept_up="daemon", hidden=0.7, flagged=0.3, own_names=True),
    "nat": lambda seed: scenes.behind_nat(made(seed, guilty=4)),
    "nat, hidden": lambda seed: scenes.behind_nat(made(seed, guilty=4, hidden=0.5, own_names=True)),
    "nat, daemons": lambda seed: scenes.behind_nat(made(seed, guilty=4, kept_up="daemon", flagged=0.5)),
    "crowd behind nat": _crowd,
    "clock off by 4 s": lambda seed: made(seed, guilty=4, offset=4.0, hidden=0.3),
    "clock off by 20 s": lambda seed: made(seed, guilty=4, offset=20.0, hidden=0.3),
    "clock off by -15 s": lambda seed: made(seed, guilty=4, offset=-15.0, hidden=0.3),
    "slow calls": lambda seed: made(seed, guilty=4, is_slow=True, hidden=0.3, noise=20),
    "slow calls, heartbeats": lambda seed: made(
        seed, guilty=4, is_slow=True, kept_up="beats", hidden=0.5, own_names=True
    ),
    "builds only": lambda seed: made(seed, guilty=4, is_building=True, hidden=0.5, noise=20, own_names=True),
    "outside": lambda seed: scenes.broken_into(made(seed, guilty=3), seed)[0],
    "hunter": lambda seed: scenes.investigated(seed, episodes=60)[0],
    "opened earlier": lambda seed: scenes.opened_earlier(seed, episodes=60),
    "packages, not allowed": lambda seed: scenes.busy(seed, episodes=60),
}
"""What posteriors are measured on, by name."""
