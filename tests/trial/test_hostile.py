"""What a script leaves behind is hostile too: reading it back neither fails nor waits, and what is cut is a gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.model.unit import Language, Script
from auditor.trial.emerged import emerged
from auditor.trial.isolation import Level
from auditor.trial.plan import plan
from auditor.trial.remote import Trials
from auditor.trial.request import Recording, TrialLimits

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(120)]
LEVELS = (Level.FULL, Level.ATTEMPTS)
OWN = 'own="${BASH_ENV%/bashenv}/cov"\n'
DEEP = 'p=$(printf "d/%.0s" {1..1200})\nmkdir -p "$p"\necho x > "${p}bottom"\n'
LONG = "n=$(printf 'b%.0s' {1..200})\nfor i in $(seq 40); do mkdir $n && cd $n || exit 1; done\n"
LOST = {
    "a pipe in the place of the marks": (OWN + 'rm "$own"/*\nmkfifo "$own/lines" "$own/pieces"\n', "took them away"),
    "a link in the place of the marks": (OWN + 'rm "$own"/*\nln -s /etc/passwd "$own/lines"\n', "took them away"),
    "no marks": (OWN + 'rm "$own"/*\n', "took them away"),
    "paths longer than the kernel takes": (LONG, "could not be looked into"),
    "more files than are kept": ("for i in $(seq 2100); do : > a$i; done\n", "more than 2,000 files"),
}
ASKING = """import socket
for number in range(20_001):
    name = str(number).encode()
    packet = b"\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + bytes([len(name)]) + name + b"\\7example\\0\\0\\1\\0\\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(packet, ("10.0.2.3", 53))
        asking.recv(512)
"""
HOLDING = """import socket, time
held = [socket.create_connection(("203.0.113.5", 9)) for _ in range(450)]
time.sleep(1)
"""
BOUNDS = {
    "processes": (
        "for i in $(seq 60); do sleep 1 & done 2>/dev/null\nwait\n",
        TrialLimits(processes=24),
        "no further process could be started",
    ),
    "a file": ("head -c 9000000 /dev/zero > big\n", TrialLimits(file_bytes=4_000_000), "a file became too large"),
    "processor time": (
        "python3 -c 'while True: pass'\n", TrialLimits(cpu_seconds=1), "a process used up its processor time"
    ),
    "a daemon": (
        "sleep 300 & disown\n", TrialLimits(grace_seconds=0.5), "what the script left running was ended after the grace"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def trials() -> Iterator[Trials]:
    with Trials() as made:
        yield made


def run(trials: Trials, text: str, level: Level, limits: TrialLimits | None = None) -> Recording:
    script = Script.of(f"#!/bin/bash\n{text}echo done\n", Language.BASH, "script.sh")
    return trials.run(plan(script, limits=limits or TrialLimits(wall_seconds=60.0, grace_seconds=0.5), level=level))


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
@pytest.mark.parametrize("way", sorted(LOST))
def test_what_cannot_be_read_back_is_said(trials: Trials, way: str, level: Level) -> None:
    text, said = LOST[way]
    recording = run(trials, text, level)
    assert recording.ended == "exit 0", recording.output
    assert any(said in each for each in recording.lost), recording.lost


@pytest.mark.parametrize(
    ("code", "said"), [(ASKING, "more than 20,000 messages"), (HOLDING, "more connections at once")]
)
def test_what_the_sinkhole_does_not_record_is_said(trials: Trials, code: str, said: str) -> None:
    recording = run(trials, f"python3 - <<'EOF'\n{code}EOF\n", Level.FULL)
    assert recording.ended == "exit 0", recording.output
    assert [said in each for each in recording.lost] == [True]


NAMES = "printf 'touch ran\\n' > $'\\xff'; bash $'\\xff'\n"
BAD_QUESTION = """import socket
packet = b"\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + b"\\1x" * 200 + b"\\0\\0\\1\\0\\1"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.sendto(packet, ("10.0.2.3", 53))
socket.gethostbyname("relay.example")
"""
BAD_TEXT = """import socket
with socket.create_connection(("203.0.113.5", 3333)) as pool:
    pool.sendall(b'{"id": 1, "method": "login", "params": {"login": "\\\\ud800"}}\\n')
    pool.recv(100)
"""


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_a_name_of_any_bytes_is_written_down(trials: Trials, level: Level) -> None:
    """And what stands in such a file is read like any other."""
    recording = run(trials, NAMES, level)
    assert {"/work/\\xff", "/work/ran"} <= {change.path for change in recording.files}
    assert [piece.text for piece in emerged(recording).pieces] == ["touch ran\n"]


def test_no_message_silences_the_sinkhole(trials: Trials) -> None:
    """A question that cannot be answered costs nobody the answer to another, and half a character no recording."""
    recording = run(trials, "".join(f"python3 - <<'EOF'\n{code}EOF\n" for code in (BAD_QUESTION, BAD_TEXT)), Level.FULL)
    assert recording.ended == "exit 0", recording.output
    assert "relay.example" in {event.host for event in recording.sink if event.kind == "dns"}
    assert "\\ud800" in {event.get("wallet") for event in recording.sink}
    assert recording.lost == ()


def test_what_goes_through_a_proxy_is_understood(trials: Trials) -> None:
    """Tunnels of HTTP proxies, one in another as well, lead to what they are asked for."""
    code = """import socket
with socket.create_connection(("proxy.example", 3128)) as proxy:
    for target in ("inner.example:3128", "relay.example:22"):
        proxy.sendall(f"CONNECT {target} HTTP/1.1\\r\\nHost: {target}\\r\\n\\r\\n".encode())
        assert b" 200 " in proxy.recv(1000)
    proxy.sendall(b"SSH-2.0-OpenSSH_9.2p1\\r\\n")
    assert proxy.recv(100).startswith(b"SSH-2.0-")
"""
    recording = run(trials, f"python3 - <<'EOF'\n{code}EOF\n", Level.FULL)
    seen = [(event.kind, event.host, event.port) for event in recording.sink if event.kind in {"tcp", "http"}]
    assert b"Traceback" not in recording.output
    assert seen == [
        ("tcp", "proxy.example", 3128), ("http", "inner.example", 3128), ("tcp", "inner.example", 3128),
        ("http", "relay.example", 3128), ("tcp", "relay.example", 22),
    ]  # fmt: skip
    assert recording.lost == ()


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_a_deep_tree_is_read_and_removed(trials: Trials, level: Level) -> None:
    """The library's own walk and removal go one call deeper with each level."""
    before = set(Path("/tmp").glob("auditor-attempt-*"))
    recording = run(trials, DEEP, level)
    assert recording.ended in ({"exit 0"} if level is Level.FULL else {"exit 0", "disk limit"}), recording.output
    assert level is not Level.FULL or any(change.path.endswith("/bottom") for change in recording.files)
    assert set(Path("/tmp").glob("auditor-attempt-*")) <= before


def test_a_closed_directory_is_said(trials: Trials) -> None:
    """Where the script's user is the reader's; the full level's reader passes everywhere."""
    assert run(trials, "mkdir -m 000 closed\n", Level.ATTEMPTS).lost
    assert not run(trials, "mkdir -m 000 closed\n", Level.FULL).lost


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
@pytest.mark.parametrize("way", sorted(BOUNDS))
def test_a_limit_that_the_script_met_is_said(trials: Trials, way: str, level: Level) -> None:
    """It went on, so nothing else tells that something may be missing."""
    text, limits, said = BOUNDS[way]
    recording = run(trials, text, level, limits)
    assert recording.ended in {"exit 0", "exit 254"}, (recording.ended, recording.output)  # bash without a process
    assert said in recording.bounds


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_who_is_killed_has_ended(trials: Trials, level: Level) -> None:
    """Neither the grace is waited for, nor is anything said to be left."""
    recording = run(trials, "sleep 300 & kill -9 $!\nwait\n", level, TrialLimits(grace_seconds=5.0))
    assert "killed by SIGKILL" in {end.how for end in recording.ends}
    assert recording.bounds == ()
    assert recording.wall_ms < 4_000
