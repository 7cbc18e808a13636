"""The level without namespaces: the same attempts to get out are refused, and nothing is ever confirmed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.model.unit import Language, Script
from auditor.trial.isolation import Level
from auditor.trial.namespaces import DROPPED_ID
from auditor.trial.plan import plan
from auditor.trial.remote import Trials
from auditor.trial.request import Recording, TrialLimits
from tests.trial.driver import Driver
from tests.trial.escapes import ESCAPES, PRELUDE, Escape
from tests.trial.suspects import HARMLESS, SUSPECTS, Suspect
from tests.trial.test_confirmed import shown
from tests.trial.test_escapes import World, outside, trials, world

__all__ = ["trials", "world"]  # fixtures

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(120)]
ALLOWED = {"null", "zero", "full", "random", "urandom"}
# Those of which something shows without an answer: a program's start, or a file.
NETLESS = frozenset(
    "ssh-plain ssh-background-bundled ssh-option ssh-from-python cloud-cli time-bomb cron authorized-keys "
    "login-script".split()
)
LIMITS = TrialLimits(wall_seconds=15.0, grace_seconds=0.5, disk_bytes=50 << 20)
# The first asks only whether names exist, which Landlock does not hide; `test_devices_do_not_open` tries them.
# The second may be done before the disk is looked at; `test_who_goes_on_filling_the_disk_is_ended` goes on.
SENSELESS = frozenset({"devices", "disk-filled"})


def inside(trials: Trials, world: World, code: str, landlock: int = 0) -> Recording:
    script = Script.of(PRELUDE + code + "\n", Language.PYTHON, "attempt.py")
    request = plan(script, arguments=(json.dumps(world.told),), workdir=world.workdir, limits=LIMITS)
    return trials.run(replace(request, level=Level.ATTEMPTS, landlock=landlock))


@pytest.mark.parametrize("escape", [e for e in ESCAPES if e.name not in SENSELESS], ids=lambda escape: escape.name)
def test_an_attempt_is_refused_without_namespaces_too(
    trials: Trials, world: World, tmp_path: Path, escape: Escape
) -> None:
    """The same program succeeds where nothing holds it."""
    assert "ESCAPED" in outside(world, escape, tmp_path)
    for version in (0, 3):
        recording = inside(trials, world, escape.code, version)
        assert b"ESCAPED" not in recording.output, (version, recording.output)
        assert recording.level is Level.ATTEMPTS
        assert not any("/forged" in argument for call in recording.calls for argument in call.arguments[:1])
    assert (world.folder / "secret").read_text().startswith(world.secret)


def test_who_goes_on_filling_the_disk_is_ended(trials: Trials, world: World) -> None:
    """Without a file system of its own, what is written is looked at five times a second."""
    code = (
        "import time\nfor part in range(100):\n    with open(f'big{part}', 'wb') as f:\n"
        "        f.write(b'x' * (20 << 20))\n    time.sleep(0.1)\nescaped()"
    )
    recording = inside(trials, world, code)
    assert b"ESCAPED" not in recording.output
    assert recording.ended == "disk limit", recording.ended


def test_devices_do_not_open(trials: Trials, world: World) -> None:
    """Nor do they at a version of Landlock that knows nothing of their commands."""
    found = {each.name for each in Path("/dev").iterdir() if not each.is_dir() and not each.is_symlink()}
    code = (
        f"for name in {sorted(found - ALLOWED)!r}:\n    try:\n"
        "        os.open('/dev/' + name, os.O_RDONLY | os.O_NONBLOCK)\n        escaped()\n"
        "    except OSError:\n        pass\nprint('tried')"
    )
    for version in (0, 3):
        assert inside(trials, world, code, version).output == b"tried\n"


def test_nothing_outside_is_changed_in_what_it_is_called_or_allowed(
    trials: Trials, world: World, tmp_path: Path
) -> None:
    """Permissions, times and owners are not Landlock's: the script is told that they changed, and they did not."""
    mine = world.folder / "mine"
    mine.write_text("x")
    os.chown(mine, DROPPED_ID, DROPPED_ID) if os.geteuid() == 0 else None
    before = mine.stat()
    code = (
        "import shutil\np = w['folder'] + '/mine'\nos.chmod(p, 0o777)\nos.utime(p, (1, 1))\n"
        "for act in (lambda: os.chown(p, os.getuid(), 1), lambda: os.truncate(p, 0), lambda: os.rename(p, p + '2'),\n"
        "            lambda: os.unlink(p), lambda: os.link(p, 'here'), lambda: os.setxattr(p, 'user.x', b'y')):\n"
        "    try:\n        act()\n        escaped()\n    except OSError:\n        pass"
    )
    for version in (0, 3):
        recording = inside(trials, world, code, version)
        assert b"ESCAPED" not in recording.output
        after = mine.stat()
        assert (after.st_mode, after.st_mtime, after.st_uid, after.st_size) == (
            before.st_mode, before.st_mtime, before.st_uid, 1,
        )  # fmt: skip
    assert any(call.name in {"chmod", "fchmodat"} and call.injected for call in recording.calls)


def test_disk_and_memory_are_bounded(trials: Trials, world: World) -> None:
    """Not by a file system of its own, but watched."""
    fill = (
        "for part in range(400):\n    with open(f'big{part}', 'wb') as f:\n        for _ in range(50):\n"
        "            f.write(b'x' * (1 << 20))\n    time.sleep(0.05)"
    )
    assert inside(trials, world, fill).ended == "disk limit"


@pytest.mark.parametrize("suspect", SUSPECTS, ids=lambda suspect: suspect.name)
def test_a_suspect_is_attempted_and_never_confirmed(driver: Driver, suspect: Suspect) -> None:
    """What was seen is evidence, as root and as an ordinary user."""
    options = {**suspect.options, **({"python": sys.executable} if suspect.needs else {})}
    report = driver.trial(suspect.text, suspect.language, level="attempts", wall=5.0, **options)
    assert report["trial"]["level"] == "attempts"
    assert not report["trial"]["is_complete"]
    statuses = {one["status"] for one in report["findings"] if one["rule"] == suspect.rule}
    wanted = {"attempted"} if suspect.name in NETLESS else {"inconclusive"} if suspect.status != "hidden" else set()
    assert statuses == wanted, shown(report)
    assert "confirmed" not in {one["status"] for one in report["findings"]}


@pytest.mark.parametrize(("name", "language", "text"), HARMLESS, ids=[name for name, _, _ in HARMLESS])
def test_a_harmless_twin_is_not_denied(driver: Driver, name: str, language: str, text: str) -> None:
    report = driver.trial(text, language, level="attempts", wall=5.0)
    assert [one for one in report["findings"] if one["outcome"] == "deny"] == [], shown(report)
