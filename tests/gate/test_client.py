"""`auditor hook` as a process: whatever befalls it, it ends with 0 or 2, in time, and no failure lets a call run."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.gate.lock import holder
from tests.gate.payloads import SHAPES

AUDITOR = str(Path(sys.executable).with_name("auditor"))
TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"
DENIED = json.dumps(SHAPES["claude"].command(TUNNEL)).encode()
ALLOWED = json.dumps(SHAPES["claude"].command("git status")).encode()
LONG = "40"
SHORT = "2"
SLACK = 3.0


@dataclass(frozen=True)
class Place:
    """A runtime directory, and an environment with nothing else in it."""

    directory: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the hook is given."""
        home = str(self.directory / "home")
        return {"AUDITOR_RUNTIME_DIR": str(self.directory), "HOME": home, "XDG_STATE_HOME": home + "/state"}

    @property
    def runtime(self) -> Path:
        """Where the socket is."""
        return self.directory / "auditor"

    def hook(self, payload: bytes, seconds: str = SHORT, agent: str = "claude", **more: str) -> Result:
        """Run the hook."""
        command = [AUDITOR, "hook", "--agent", agent, "--timeout", seconds]
        begin = time.monotonic()
        done = subprocess.run(
            command,
            input=payload,
            capture_output=True,
            env={**self.environment, **more},
            timeout=90,
            check=False,
            cwd="/",
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode(), time.monotonic() - begin)

    def stop(self) -> None:
        """End the server, if there is one, and wait until it has."""
        path = self.runtime / "lock"
        pid = holder(path)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + 20
            while holder(path) is not None and time.monotonic() < end:
                time.sleep(0.05)


@dataclass(frozen=True)
class Result:
    """How a hook ended."""

    status: int
    out: str
    err: str
    seconds: float

    def assert_denies(self, within: float = float(SHORT) + SLACK) -> None:
        """Hold that the call is denied, in a form that the host takes for it, and in time."""
        assert self.status == 2, self
        assert self.err.startswith("auditor: "), self
        assert json.loads(self.out)["hookSpecificOutput"]["permissionDecision"] == "deny"
        assert self.seconds < within, self


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a place without a server; one that was started is ended."""
    found = Place(tmp_path)
    (tmp_path / "home").mkdir()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give a place in which a server runs."""
    found = Place(tmp_path_factory.mktemp("served"))
    (found.directory / "home").mkdir()
    assert found.hook(ALLOWED, LONG).status == 0
    yield found
    found.stop()


@contextlib.contextmanager
def faked(place: Place, behaviour: Callable[[socket.socket], None]) -> Iterator[None]:
    """Stand in for the server; the behaviour gets each connection."""
    place.runtime.mkdir(mode=0o700, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(place.runtime / "gate.sock"))
    listener.listen(64)
    kept = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            kept.append(connection)
            with contextlib.suppress(OSError):
                behaviour(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in kept:
            connection.close()


def _say(data: bytes) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(1 << 20)
        connection.sendall(data)
        connection.close()

    return behave


def _hang(connection: socket.socket) -> None:
    connection.recv(1 << 20)


BEHAVIOURS: dict[str, Callable[[socket.socket], None]] = {
    "closes at once": lambda connection: connection.close(),
    "closes after the request": _say(b""),
    "hangs": _hang,
    "answers garbage": _say(b"HTTP/1.1 200 OK\r\n\r\n"),
    "answers bytes without a line": _say(b"\xff" * 100_000),
    "stops in the middle of the first line": _say(b"AUDITOR/1 0 "),
    "stops in the middle of the answer": _say(b"AUDITOR/1 2 100 100\n{"),
    "speaks another protocol": _say(b"AUDITOR/2 0 0 0\n"),
    "gives words for numbers": _say(b"AUDITOR/1 zero 0 0\n"),
    "gives a negative length": _say(b"AUDITOR/1 0 -5 0\n"),
    "gives an enormous length": _say(b"AUDITOR/1 0 99999999999 0\n"),
    "gives status 1": _say(b"AUDITOR/1 1 0 0\n"),
    "gives status 2 without a reason": _say(b"AUDITOR/1 2 0 0\n"),
    "is always of another version": _say(b"AUDITOR/1 -1 0 0\n"),
}


def denies(agent: str, done: Result) -> bool:
    """Whether a host takes an answer for a denial, as the real ones do or their documentation says."""
    if done.status != 2 or len(done.err.strip()) < 20:
        return False
    if agent in {"windsurf", "kiro", "opencode"}:
        return True  # they look at the status, and OpenCode's plugin is ours
    body = json.loads(done.out)
    if agent in {"claude", "codex", "qwen", "iflow", "vscode"}:
        inner = body["hookSpecificOutput"]
        strict = set(body) == {"hookSpecificOutput"} or agent != "codex"
        return bool(strict and inner["permissionDecision"] == "deny" and inner["permissionDecisionReason"])
    if agent in {"gemini", "crush", "openhands"}:
        return bool(body["decision"] == "deny" and body["reason"])
    if agent == "cursor":
        return bool(body["permission"] == "deny")
    if agent == "cline":
        return bool(body["cancel"] is True and body["errorMessage"])
    assert agent == "copilot"
    return bool(body["permissionDecision"] == "deny" and body["permissionDecisionReason"])


@pytest.mark.parametrize("agent", sorted(SHAPES))
def test_every_host_is_told_in_its_own_form_that_the_server_is_gone(place: Place, agent: str) -> None:
    """What may run, so that it is the missing server that denies it."""
    payload = json.dumps(SHAPES[agent].command("git status")).encode()
    with faked(place, BEHAVIOURS["gives status 1"]):
        done = place.hook(payload, agent=agent)
    assert denies(agent, done), done
    assert "no verdict was reached" in done.err


@pytest.mark.parametrize("agent", sorted(SHAPES))
def test_every_host_is_told_in_its_own_form_what_a_server_says(served: Place, agent: str) -> None:
    """Through the whole hook: allowed in silence, denied, and denied where the payload is garbage."""
    allowed = served.hook(json.dumps(SHAPES[agent].command("git status")).encode(), LONG, agent)
    assert (allowed.status, allowed.out, allowed.err) == (0, "", "")
    for payload in (json.dumps(SHAPES[agent].command(TUNNEL)).encode(), b"\xff{"):
        assert denies(agent, served.hook(payload, LONG, agent))


@pytest.mark.parametrize("name", sorted(BEHAVIOURS))
def test_a_server_that_misbehaves_is_a_denial(place: Place, name: str) -> None:
    with faked(place, BEHAVIOURS[name]):
        place.hook(ALLOWED).assert_denies()


def test_the_operator_may_have_chosen_otherwise(place: Place) -> None:
    policy = place.directory / "home" / ".config" / "auditor" / "policy.yaml"
    policy.parent.mkdir(parents=True)
    policy.write_text("version: 1\non_error: allow # the operator's choice\n", encoding="utf-8")
    with faked(place, _say(b"nonsense")):
        done = place.hook(ALLOWED)
        assert (done.status, done.out, done.err) == (0, "", "")
        for other in ("on_error: deny", "#on_error: allow", "x:\n  on_error: allow", "on_error: allowed", "\xff"):
            policy.write_bytes(other.encode("latin-1"))
            place.hook(ALLOWED).assert_denies()


def test_no_policy_is_read_from_the_working_directory(tmp_path: Path) -> None:
    """Without a home, `~` must not become a folder of the project."""
    for folder in ("~/.config/auditor", ".config/auditor", "auditor"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "policy.yaml").write_text("on_error: allow\n", encoding="utf-8")
    code = (
        "import pwd, auditor.gate.places as places\n"
        "def getpwuid(number): raise KeyError(number)\n"
        "pwd.getpwuid = getpwuid\n"
        "print(places.policy_path(), places.configuration_directory(), places.state_directory())"
    )
    environment = {"AUDITOR_RUNTIME_DIR": "/run/x", "XDG_CONFIG_HOME": ".config"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["None", "/etc/auditor", "/run/x/auditor/state"]


@pytest.mark.parametrize("mode", [0o777, 0o755])
def test_a_socket_in_a_directory_that_others_can_use_is_not_believed(place: Place, mode: int) -> None:
    with faked(place, _say(b"AUDITOR/1 0 0 0\n")):
        assert place.hook(DENIED).status == 0, "the stand-in allows everything"
        place.runtime.chmod(mode)
        place.hook(DENIED).assert_denies()
        place.runtime.chmod(0o700)


def test_a_socket_behind_a_link_or_of_another_user_is_not_believed(place: Place, tmp_path: Path) -> None:
    with faked(place, _say(b"AUDITOR/1 0 0 0\n")):
        real = tmp_path / "elsewhere"
        place.runtime.rename(real)
        place.runtime.symlink_to(real)
        place.hook(DENIED).assert_denies()
        place.runtime.unlink()
        real.rename(place.runtime)
        if os.getuid() == 0:
            os.chown(place.runtime, 12_345, 12_345)
            place.hook(DENIED).assert_denies()
            os.chown(place.runtime, 0, 0)


def test_an_unusable_runtime_directory_is_a_denial(place: Place) -> None:
    place.runtime.write_text("a file stands here", encoding="utf-8")
    place.hook(ALLOWED).assert_denies()


@pytest.mark.parametrize("data", [b"", ALLOWED[:50]])
def test_a_standard_input_that_is_never_closed_is_a_denial(place: Place, data: bytes) -> None:
    command = [AUDITOR, "hook", "--agent", "claude", "--timeout", SHORT]
    begin = time.monotonic()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=place.environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(data)
        process.stdin.flush()
        out, err = process.stdout.read().decode(), process.stderr.read().decode()
        Result(process.wait(10), out, err, time.monotonic() - begin).assert_denies()


def test_a_call_into_c_that_never_ends_is_a_denial(place: Place) -> None:
    """No signal can interrupt the main thread here, as in a read from a dead file system."""
    code = (
        "import signal, sys, _thread; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); "
        "import auditor.gate.client as client; lock = _thread.allocate_lock(); lock.acquire(); "
        "client._payload = lock.acquire; client.main(['--agent', 'claude', '--timeout', '2'])"
    )
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=place.environment, timeout=30, check=False
    )
    assert done.returncode == 2
    assert b"time was over" in done.stderr
    assert time.monotonic() - begin < float(SHORT) + SLACK


def test_a_policy_that_cannot_be_read_in_time_does_not_hold_the_denial_up(place: Place) -> None:
    code = (
        "import _thread; import auditor.gate.client as client; lock = _thread.allocate_lock(); lock.acquire(); "
        "client._payload = lock.acquire; client.policy_path = lock.acquire; client.main(['--timeout', '2'])"
    )
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=place.environment, timeout=30, check=False
    )
    assert done.returncode == 2
    assert time.monotonic() - begin < float(SHORT) + SLACK


@pytest.mark.parametrize(
    "redirections", [">&-", "2>&-", ">&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full"]
)
def test_outputs_that_cannot_be_written_do_not_change_the_status(served: Place, redirections: str) -> None:
    script = f'exec "$0" hook --agent claude --timeout {LONG} {redirections}'
    command = ["/bin/sh", "-c", script, AUDITOR]
    denied = subprocess.run(command, input=DENIED, capture_output=True, env=served.environment, timeout=60, check=False)
    assert denied.returncode == 2
    allowed = subprocess.run(
        command, input=ALLOWED, capture_output=True, env=served.environment, timeout=60, check=False
    )
    assert allowed.returncode == 0


def test_a_closed_standard_input_is_a_denial(served: Place) -> None:
    command = ["/bin/sh", "-c", 'exec "$0" hook --agent claude --timeout 5 <&-', AUDITOR]
    done = subprocess.run(command, capture_output=True, env=served.environment, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"auditor: ")


def test_outputs_that_nobody_reads_do_not_hold_it_up(served: Place) -> None:
    command = [AUDITOR, "hook", "--agent", "claude", "--timeout", SHORT]
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4_096)
    os.set_blocking(writing, True)
    begin = time.monotonic()
    done = subprocess.run(
        command, input=DENIED, stdout=writing, stderr=writing, env=served.environment, timeout=30, check=False
    )
    os.close(reading)
    os.close(writing)
    assert done.returncode == 2
    assert time.monotonic() - begin < float(SHORT) + SLACK


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_being_told_to_end_is_a_denial(place: Place, number: signal.Signals) -> None:
    with (
        faked(place, _hang),
        subprocess.Popen(
            [AUDITOR, "hook", "--agent", "claude", "--timeout", "20"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=place.environment,
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(ALLOWED)
        process.stdin.close()
        time.sleep(1.0)
        process.send_signal(number)
        assert process.wait(10) == 2
        assert process.stderr.read().startswith(b"auditor: ")


@pytest.mark.parametrize(
    "words", [["--agent"], ["--agent", "no-such"], ["--timeout", "nan"], ["--what"], ["--agent=../x"]]
)
def test_odd_options_do_not_open_it(served: Place, words: list[str]) -> None:
    command = [AUDITOR, "hook", *words]
    done = subprocess.run(command, input=DENIED, capture_output=True, env=served.environment, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b"x" * 9_000_000, b'{"a":' * 100_000])
def test_payloads_that_cannot_be_read_are_denied(served: Place, payload: bytes) -> None:
    served.hook(payload, LONG).assert_denies(float(LONG))


def test_a_hung_server_is_a_denial_and_a_revived_one_serves_on(served: Place) -> None:
    pid = holder(served.runtime / "lock")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        served.hook(ALLOWED).assert_denies()
    finally:
        os.kill(pid, signal.SIGCONT)
    assert served.hook(ALLOWED, LONG).status == 0
    served.hook(DENIED, LONG).assert_denies(float(LONG))


@pytest.mark.slow
def test_a_killed_server_is_replaced_also_in_the_middle_of_a_request(place: Place) -> None:
    assert place.hook(ALLOWED, LONG).status == 0
    first = holder(place.runtime / "lock")
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    with ThreadPoolExecutor(2) as threads:
        allowed = threads.submit(place.hook, ALLOWED, LONG)
        denied = threads.submit(place.hook, DENIED, LONG)
        time.sleep(1.0)
        os.kill(first, signal.SIGKILL)
        assert allowed.result().status == 0
        denied.result().assert_denies(float(LONG))
    second = holder(place.runtime / "lock")
    assert second is not None
    assert second != first, "the socket of the dead one was taken over"


@pytest.mark.slow
def test_clients_that_start_it_at_once_get_one_server(place: Place) -> None:
    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda number: place.hook(DENIED if number % 2 else ALLOWED, LONG), range(6)))
    assert [result.status for result in results] == [0, 2] * 3
    time.sleep(1.0)
    assert len(_servers(place)) == 1


@pytest.mark.slow
def test_a_server_of_another_version_is_replaced(place: Place) -> None:
    code = "import auditor; auditor.__version__ = '0.0.0'; from auditor.cli import main; main(['serve'])"
    with subprocess.Popen([sys.executable, "-c", code], env=place.environment, cwd="/") as old:
        end = time.monotonic() + 30
        while not (place.runtime / "gate.sock").exists() and time.monotonic() < end:
            time.sleep(0.05)
        place.hook(DENIED, LONG).assert_denies(float(LONG))
        assert old.wait(30) == 0
    pid = holder(place.runtime / "lock")
    assert pid not in {None, old.pid}


@pytest.mark.slow
def test_it_works_with_nothing_in_the_environment() -> None:
    """No home, no runtime directory, no temporary directory, no PATH."""
    lock = Path(f"/tmp/auditor-{os.getuid()}/lock")
    was_running = holder(lock) is not None
    command = [AUDITOR, "hook", "--agent", "claude", "--timeout", LONG]
    try:
        for payload, status in ((DENIED, 2), (ALLOWED, 0)):
            done = subprocess.run(command, input=payload, capture_output=True, env={}, timeout=90, check=False, cwd="/")
            assert done.returncode == status, done
            assert status == 0 or b"ssh-reverse-forward" in done.stderr
    finally:
        if not was_running:
            subprocess.run([AUDITOR, "serve", "--stop"], env={}, timeout=60, check=False, capture_output=True)


@pytest.mark.slow
def test_a_full_disk_for_logs_changes_no_answer(place: Place) -> None:
    state = {"XDG_STATE_HOME": "/dev/full"}
    assert place.hook(ALLOWED, LONG, **state).status == 0
    place.hook(DENIED, LONG, **state).assert_denies(float(LONG))


def _servers(place: Place) -> list[int]:
    """Give the servers of a place, told by their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                command, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
                if b"\0serve\0" in command and str(place.directory).encode() in environment:
                    found.append(int(entry.name))
    return found
