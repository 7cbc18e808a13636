"""Each adapter holds a reverse tunnel back in the real framework with a fake model, and lets a harmless command run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.test_client import Place

HERE = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent
ENVIRONMENTS = Path(os.environ.get("TEST_FRAMEWORKS", HERE / ".venv-agents"))
NAMES = sorted(path.stem.removeprefix("run_") for path in SCRIPTS.glob("run_*.py"))
TUNNEL = "ssh -o ConnectTimeout=1 -N -R 2222:localhost:22 ops@203.0.113.5"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif("TEST_FRAMEWORKS" not in os.environ, reason="needs the frameworks: make test-frameworks"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give a place in which a server runs."""
    found = Place(tmp_path_factory.mktemp("served"))
    (found.directory / "home").mkdir()
    assert found.hook(b'{"tool_name":"Bash","tool_input":{"command":"ls"}}', "60").status == 0
    yield found
    found.stop()


def _run(name: str, command: str, environment: dict[str, str]) -> dict[str, object]:
    python = ENVIRONMENTS / f"fw-{name.replace('_', '-')}" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{name} is not installed in {ENVIRONMENTS}")
    program = str(Path(sys.executable).with_name("auditor"))
    done = subprocess.run(
        [str(python), str(SCRIPTS / f"run_{name}.py"), command],
        env={**environment, "PYTHONPATH": str(HERE), "AUDITOR_PROGRAM": program, "PATH": os.environ["PATH"]},
        capture_output=True, text=True, timeout=120, check=False, cwd=str(environment["HOME"]),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_harmless_command_runs(name: str, served: Place) -> None:
    found = _run(name, "echo harmless", served.environment)
    assert found["ran"] == found["of"], found


@pytest.mark.parametrize("name", NAMES)
def test_a_reverse_tunnel_does_not_and_the_model_is_told_why(name: str, served: Place) -> None:
    found = _run(name, TUNNEL, served.environment)
    assert found["ran"] == 0, found
    assert "ssh-reverse-forward" in str(found["said"]), found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_without_a_verdict(name: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "home").mkdir()
    place.runtime.write_text("a file stands here", encoding="utf-8")
    environment = {**place.environment, "AUDITOR_SECONDS": "2"}
    assert _run(name, "echo harmless", environment)["ran"] == 0
