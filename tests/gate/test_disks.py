"""`auditor hook` where nothing can be written: file systems that are full or read-only still end in a native denial."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gate.test_client import ALLOWED, AUDITOR, DENIED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(200),
    pytest.mark.skipif(
        AUDITOR.startswith("/tmp/"),
        reason="the checkout stands in /tmp, which these tests cover",
    ),
    pytest.mark.skipif(
        os.getuid() != 0 or shutil.which("unshare") is None, reason="mounting file systems needs root and unshare"
    ),
]
_FILL = "dd if=/dev/zero of={0}/filler bs=4096 2>/dev/null || true"
_NEW = "mount -t tmpfs -o {1},mode=1777 tmpfs {0}"
PLACES = ("/tmp", "/var/tmp", "/dev/shm")
FAULTS = {
    # the server cannot come up at all
    "every place is read-only": [_NEW.format(place, "ro") for place in (*PLACES, "/run/place")],
    "the runtime directory is full": [_NEW.format("/run/place", "size=4k"), _FILL.format("/run/place")],
    # it comes up, and its engines have no place to work in
    "the temporary directories are full": [
        line for place in PLACES for line in (_NEW.format(place, "size=4k"), _FILL.format(place))
    ],
    "the temporary directories are read-only": [_NEW.format(place, "ro") for place in PLACES],
}


@dataclass(frozen=True)
class Told:
    """How one hook ended."""

    status: int
    out: str
    err: str
    seconds: float


def _hook(folder: Path, lines: list[str], payload: bytes) -> Told:
    """Run the hook in a mount namespace; its server dies with it."""
    (folder / "payload").write_bytes(payload)
    script = "\n".join(
        [
            "set -e",
            "mount -t tmpfs tmpfs /run",
            "mkdir /run/place",
            f"exec < {folder}/payload",
            *lines,
            "cd /",
            f"exec env -i AUDITOR_RUNTIME_DIR=/run/place HOME=/run/place {AUDITOR} hook --agent claude --timeout 8",
        ]
    )
    begin = time.monotonic()
    done = subprocess.run(
        ["unshare", "-m", "-p", "--fork", "--kill-child", "sh", "-c", f"({script})"],
        capture_output=True, text=True, timeout=90, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return Told(done.returncode, done.stdout, done.stderr, time.monotonic() - begin)


def _assert_denies(told: Told) -> None:
    assert told.status == 2, told
    assert told.err.startswith("auditor: "), told
    assert json.loads(told.out)["hookSpecificOutput"]["permissionDecision"] == "deny", told
    assert told.seconds < 20


def test_where_all_is_well_it_works(tmp_path: Path) -> None:
    """Else the rest shows nothing."""
    told = _hook(tmp_path, [], ALLOWED)
    assert (told.status, told.out, told.err) == (0, "", ""), told


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_what_must_be_denied_is_denied(tmp_path: Path, fault: str) -> None:
    _assert_denies(_hook(tmp_path, FAULTS[fault], DENIED))


@pytest.mark.parametrize("fault", [fault for fault in sorted(FAULTS) if "temporary" in fault])
def test_what_may_run_is_let_through_or_denied_and_nothing_between(tmp_path: Path, fault: str) -> None:
    told = _hook(tmp_path, FAULTS[fault], ALLOWED)
    if told.status == 0:
        assert (told.out, told.err) == ("", ""), told
    else:
        _assert_denies(told)
