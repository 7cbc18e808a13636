"""Nothing is left behind: processes, mounts, descriptors and files, however a trial or the auditor ends."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import SandboxError
from auditor.model.unit import Language, Script
from auditor.trial.isolation import Level
from auditor.trial.plan import plan
from auditor.trial.remote import Trials
from auditor.trial.request import TrialLimits, TrialRequest
from tests.benchmarks.measure import descendants

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(180)]
AUDITOR = Path(sys.executable).parent / "auditor"
LEVELS = ("full", "attempts")
SLEEPER = "#!/bin/bash\n(setsid sleep 300 &)\ntouch here\nsleep 300\n"


def running(mark: str) -> list[int]:
    """Give the processes that have a mark among their arguments, in whatever namespace they live."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                words = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in words:
                found.append(int(process.name))
    return found


def until(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Wait for something to hold."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def request(text: str, *arguments: str, wall: float = 10.0, level: str = "full") -> TrialRequest:
    script = Script.of(text, Language.BASH, "script.sh")
    limits = TrialLimits(wall_seconds=wall, grace_seconds=0.5)
    return plan(script, arguments=arguments, limits=limits, level=Level(level))


def mounts() -> int:
    return len(Path("/proc/self/mountinfo").read_text().splitlines())


def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(tmp_path / "tmp")}


def started(tmp_path: Path, mark: str, level: str) -> subprocess.Popen[str]:
    """Start `auditor trial` of a script that sleeps, and wait until it does."""
    script = tmp_path / "sleeper.sh"
    script.write_text(SLEEPER)
    (tmp_path / "tmp").mkdir()
    command = [str(AUDITOR), "trial", str(script), "--wall", "100", "--level", level, "--", mark]
    process = subprocess.Popen(
        command,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert until(lambda: len(running(mark)) > 3, 30), process.poll()
    time.sleep(0.3)
    return process


@pytest.mark.parametrize(
    ("text", "ended"),
    [("true\n", "exit 0"), ("exit 9\n", "exit 9"), ("sleep 300 & disown\n", "exit 0"), (SLEEPER, "wall limit")],
    ids=["success", "failure", "daemon", "wall limit"],
)
@pytest.mark.parametrize("level", LEVELS)
def test_an_end_of_the_script_leaves_nothing(text: str, ended: str, level: str) -> None:
    """However the script ends, its processes and mounts are gone when the recording is there."""
    mark = secrets.token_hex(8)
    before = mounts()
    with Trials() as trials:
        assert trials.run(request(text, mark, wall=1.5, level=level)).ended == ended
        assert until(lambda: not running(mark), 2)
    assert mounts() == before


def places() -> set[str]:
    """Name the directories of runs without namespaces, wherever they may lie."""
    return {str(path) for folder in ("/tmp", "/var/tmp") for path in Path(folder).glob("auditor-attempt-*")}


@pytest.mark.parametrize("level", LEVELS)
def test_an_interrupt_leaves_nothing(tmp_path: Path, level: str) -> None:
    """Ctrl-C ends the command with 130 and everything that it started."""
    mark, before = secrets.token_hex(8), places()
    process = started(tmp_path, mark, level)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert until(lambda: not running(mark)), running(mark)
    assert until(lambda: not list((tmp_path / "tmp").iterdir())), list((tmp_path / "tmp").iterdir())
    assert until(lambda: places() <= before), places()


@pytest.mark.parametrize("level", LEVELS)
def test_a_killed_auditor_leaves_nothing_of_the_trial(tmp_path: Path, level: str) -> None:
    """After SIGKILL the box ends with its worker; the directories of the killed process go with the next command."""
    mark, before = secrets.token_hex(8), places()
    process = started(tmp_path, mark, level)
    children = descendants(process.pid)
    assert len(children) > 3
    process.kill()
    process.communicate(timeout=30)
    assert until(lambda: not running(mark)), running(mark)
    assert until(lambda: not any(Path(f"/proc/{child}").exists() for child in children)), children
    assert until(lambda: places() <= before), places()
    assert not any("trial" in path.name or "attempt" in path.name for path in (tmp_path / "tmp").iterdir())
    subprocess.run([str(AUDITOR), "check", "-"], env=environment(tmp_path), input="true", text=True, check=True)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("level", LEVELS)
def test_a_killed_worker_leaves_nothing_and_the_next_trial_works(level: str) -> None:
    """The box dies with the worker; the caller gets an error, then a new worker."""
    mark, before = secrets.token_hex(8), places()
    with Trials() as trials:
        trials.run(request("true\n", level=level))
        worker = trials.pids[0]

        def kill() -> None:
            assert until(lambda: len(running(mark)) > 2)
            for pid in trials.pids:
                os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(SandboxError):
            trials.run(request(SLEEPER, mark, wall=30, level=level))
        killer.join()
        assert until(lambda: not running(mark)), running(mark)
        assert trials.run(request("echo again\n", level=level)).output == b"again\n"
        assert until(lambda: places() <= before), places()
        assert worker not in trials.pids


@pytest.mark.parametrize("level", LEVELS)
def test_thirty_trials_in_a_row_leak_nothing(level: str) -> None:
    """Processes, mounts and descriptors are after thirty trials what they were after three; no directory is left."""
    before = places()
    with Trials() as trials:
        for number in range(30):
            recording = trials.run(request(f"echo {number} > made\n(sleep 0.01 &)\n", level=level))
            assert recording.ended == "exit 0", recording.notes
            if number == 2:
                # the spare worker has loaded when it holds no file open but its pipes, like the other
                assert until(lambda: len(set(json.loads(state(trials))["workers"])) == 1)
                early = state(trials)
        assert until(lambda: is_no_more(state(trials), early), 3), (early, state(trials))
        assert until(lambda: places() <= before), places()


def is_no_more(late: str, early: str) -> bool:
    """Whether nothing is held that was not held before; a worker may have closed what it loaded with."""
    after, before = json.loads(late), json.loads(early)
    after["workers"], before["workers"] = max(after["workers"]), max(before["workers"])
    return all(after[name] <= before[name] for name in before)


def state(trials: Trials) -> str:
    """Say what the auditor and its workers hold."""
    held = {
        "processes": len(descendants(os.getpid())),
        "mounts": mounts(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "workers": sorted(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in trials.pids),
        "covered": len(list(Path("/mnt").iterdir())) if Path("/mnt").is_dir() else 0,
    }
    return json.dumps(held)
