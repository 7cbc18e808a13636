"""Each adapter holds a reverse tunnel back in the real framework with a fake model, and lets a harmless command run.

What the scripts run is the example of docs/frameworks.md, with the client that `make test-frameworks`
installs. A marker tells what really ran: the `ssh` of these environments is one that writes it and
does nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gate.test_client import BEHAVIOURS, Place, faked, served

__all__ = ["served"]  # a fixture

HERE = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent
ENVIRONMENTS = Path(os.environ.get("TEST_FRAMEWORKS", HERE / ".venv-agents"))
NAMES = sorted(path.stem.removeprefix("run_") for path in SCRIPTS.glob("run_*.py"))
SHARED = {"trl": "training", "verl": "training"}
TUNNEL = "ssh -o ConnectTimeout=1 -N -R 2222:localhost:22 ops@203.0.113.5"
SECONDS = "2"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif("TEST_FRAMEWORKS" not in os.environ, reason="needs the frameworks: make test-frameworks"),
]


@dataclass(frozen=True)
class Ran:
    """What a script says, and how often the command ran."""

    calls: int
    said: str
    marks: int


@dataclass(frozen=True)
class Bench:
    """A place to run the scripts in, where `ssh` leaves a mark."""

    directory: Path

    @property
    def marker(self) -> Path:
        """What a command leaves that really ran."""
        return self.directory / "marker"

    @property
    def harmless(self) -> str:
        """A command that only leaves the mark."""
        return f"echo ran >>{self.marker}"

    def prepare(self) -> dict[str, str]:
        """Make the stand-in for ssh; give the environment that has it."""
        programs = self.directory / "bin"
        programs.mkdir()
        ssh = programs / "ssh"
        ssh.write_text(f"#!/bin/sh\n{self.harmless}\n", encoding="utf-8")
        ssh.chmod(0o755)
        return {"PATH": f"{programs}:{os.environ['PATH']}"}

    def run(self, name: str, command: str, environment: dict[str, str]) -> Ran:
        """Run a script in the environment of its framework."""
        python = ENVIRONMENTS / f"fw-{SHARED.get(name, name.replace('_', '-'))}" / "bin" / "python"
        if not python.exists():
            pytest.skip(f"{name} is not installed in {ENVIRONMENTS}")
        more = {
            "AUDITOR_PROGRAM": str(Path(sys.executable).with_name("auditor")),
            "CREWAI_DISABLE_TELEMETRY": "true",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "MSWEA_SILENT_STARTUP": "1",
            "OPENHANDS_SUPPRESS_BANNER": "1",
            "OTEL_SDK_DISABLED": "true",
        }
        done = subprocess.run(
            [str(python), str(SCRIPTS / f"run_{name}.py"), command],
            env={**more, **environment, **self.prepare()},
            capture_output=True, text=True, timeout=200, check=False, cwd=self.directory,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3_000:]
        found = json.loads(done.stdout.splitlines()[-1])
        marks = len(self.marker.read_text(encoding="utf-8").splitlines()) if self.marker.exists() else 0
        return Ran(found["calls"], str(found["said"]), marks)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a place to run in."""
    directory = tmp_path / "bench"
    directory.mkdir()
    return Bench(directory)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a place without a server."""
    directory = tmp_path / "place"
    (directory / "home").mkdir(parents=True)
    return Place(directory)


def test_the_stand_in_for_ssh_leaves_a_mark(bench: Bench) -> None:
    subprocess.run(["sh", "-c", TUNNEL], env=bench.prepare(), check=True)
    assert bench.marker.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_harmless_command_runs(name: str, served: Place, bench: Bench) -> None:
    ran = bench.run(name, bench.harmless, served.environment)
    assert ran.marks == ran.calls > 0, ran.said


@pytest.mark.parametrize("name", NAMES)
def test_a_reverse_tunnel_does_not_and_the_model_is_told_why(name: str, served: Place, bench: Bench) -> None:
    ran = bench.run(name, TUNNEL, served.environment)
    assert ran.marks == 0, ran.said
    assert ran.said.count("ssh-reverse-forward") >= ran.calls, ran.said


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_where_no_server_can_be_started(name: str, place: Place, bench: Bench) -> None:
    place.runtime.write_text("a file stands here", encoding="utf-8")
    ran = bench.run(name, bench.harmless, {**place.environment, "AUDITOR_SECONDS": SECONDS})
    assert ran.marks == 0, ran.said
    assert "auditor: " in ran.said


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_while_the_server_hangs(name: str, place: Place, bench: Bench) -> None:
    with faked(place, BEHAVIOURS["hangs"]):
        ran = bench.run(name, bench.harmless, {**place.environment, "AUDITOR_SECONDS": SECONDS})
    assert ran.marks == 0, ran.said
    assert "auditor: " in ran.said
