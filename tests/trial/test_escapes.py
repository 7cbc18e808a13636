"""What a suspect could try to get out: refused inside, and shown to work outside, where nothing holds it."""

from __future__ import annotations

import ctypes
import json
import os
import pty
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.model.unit import Language, Script
from auditor.trial.plan import plan
from auditor.trial.remote import Trials
from auditor.trial.request import Recording, TrialLimits
from tests.trial.escapes import ESCAPES, PRELUDE, Escape

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(120)]
PYTHON = "/usr/bin/python3"
OWN = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--uts", "--mount", "--fork"]


@dataclass(frozen=True, slots=True)
class World:
    """What is worth reaching from inside; `told` goes to the attempts, `folder` is copied in."""

    folder: Path
    workdir: Path
    told: dict[str, Any]

    @property
    def secret(self) -> str:
        """The text that must not be read."""
        return str(self.told["secret"])[::-1]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Set up listeners, files, sockets, a victim, a key and a segment, each holding the secret."""
    secret, other = secrets.token_hex(12), secrets.token_hex(6)
    folder = Path(tempfile.mkdtemp(prefix="escape-"))
    run = Path(tempfile.mkdtemp(prefix="escape-", dir="/run" if os.access("/run", os.W_OK) else "/tmp"))
    home = Path(tempfile.mkdtemp(prefix=".escape-", dir=Path.home()))
    workdir = folder / "work"
    workdir.mkdir()
    for place in (folder, home):
        (place / "secret").write_text(secret)
    (workdir / "link").symlink_to(folder / "secret")
    (workdir / "folder").symlink_to(folder)
    os.link(folder / "secret", workdir / "hard")
    shm_file = Path("/dev/shm", f"escape-{other}")
    shm_file.write_text(secret)
    segment, libc = secrets.randbelow(1 << 30) + 1, ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    number = libc.shmget(segment, 4096, 0o1000 | 0o666)
    ctypes.memmove(libc.shmat(number, None, 0), secret.encode(), len(secret))
    assert libc.syscall(248, b"user", other.encode(), secret.encode(), len(secret), -3) > 0
    victim = subprocess.Popen(["sleep", "600"], env={"SECRET": secret})
    marked = subprocess.Popen([PYTHON, "-c", "import time; time.sleep(600)", secret])
    sockets = listeners(secret, other, run, folder)
    told = {
        "secret": secret[::-1], "folder": str(folder), "file": str(folder / "secret"), "home": str(home),
        "shm_file": str(shm_file), "shm_key": segment, "key": other, "victim": victim.pid,
        "forged": '1 1.0 execve("/forged", ["forged"], 0x0) = 0\n', **sockets,
    }  # fmt: skip
    yield World(folder, workdir, told)
    for process in (victim, marked):
        process.kill()
        process.wait()
    libc.shmctl(number, 0, None)
    shm_file.unlink()
    for place in (folder, run, home):
        shutil.rmtree(place)


def listeners(secret: str, other: str, run: Path, folder: Path) -> dict[str, Any]:
    """Open a listener of each kind that answers with the secret."""
    tcp = socket.create_server(("0.0.0.0", 0))
    tcp6 = socket.create_server(("::1", 0), family=socket.AF_INET6)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("0.0.0.0", 0))
    names = {"abstract": "\0" + other, "run_socket": str(run / "s"), "tmp_socket": str(folder / "s")}
    unix = []
    for name in names.values():
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(name)
        listener.listen()
        unix.append(listener)

    def answer(listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(secret.encode())

    def answer_packets() -> None:
        while True:
            _, sender = udp.recvfrom(100)
            udp.sendto(secret.encode(), sender)

    for listener in (tcp, tcp6, *unix):
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
    threading.Thread(target=answer_packets, daemon=True).start()
    names["abstract"] = other
    return {
        **names, "tcp": tcp.getsockname()[1], "tcp6": tcp6.getsockname()[1], "udp": udp.getsockname()[1],
        "address": own_address(),
    }  # fmt: skip


def own_address() -> str:
    """Give an address of this machine that is not loopback, else one of loopback's other addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))  # no packet is sent
        except OSError:
            return "127.0.0.2"
        return str(probe.getsockname()[0])


@pytest.fixture(scope="module")
def trials(world: World) -> Iterator[Trials]:
    """Give the trials, started with the secret in the environment and in a descriptor that is left open."""
    os.environ["ESCAPE_SECRET"] = world.secret
    left_open = os.open(world.folder / "secret", os.O_RDONLY)
    os.set_inheritable(left_open, True)
    with Trials() as made:
        yield made
    os.close(left_open)
    del os.environ["ESCAPE_SECRET"]


def inside(trials: Trials, world: World, code: str, limits: TrialLimits | None = None) -> Recording:
    script = Script.of(PRELUDE + code + "\n", Language.PYTHON, "attempt.py")
    request = plan(script, arguments=(json.dumps(world.told),), workdir=world.workdir, limits=limits)
    return trials.run(request)


def outside(world: World, escape: Escape, tmp_path: Path) -> str:
    """Run an attempt where nothing holds it, in a setup of our own; give what it printed."""
    script = tmp_path / "attempt.py"
    script.write_text(PRELUDE + escape.code + "\n")
    command = [PYTHON, str(script), json.dumps(world.told)]
    passed: tuple[int, ...] = ()
    directory = world.workdir
    match escape.outside:
        case "own":
            command = [*OWN, *command]
        case "inherited":
            passed = (os.open(world.folder / "secret", os.O_RDONLY),)
        case "traced":
            passed = os.pipe()
            command = ["strace", "-f", "-qq", "-e", "trace=execve", "-o", f"/dev/fd/{passed[1]}", *command]
        case "terminal":
            return in_terminal(command)
        case "writable":
            script.write_text(script.read_text().replace("/usr/share/", f"{tmp_path}/"))
    if escape.name in {"disk-filled", "large-file"}:
        directory = tmp_path
    environment = {**os.environ, "ESCAPE_SECRET": world.secret}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, cwd=directory, pass_fds=passed,
        env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    for number in passed:
        os.close(number)
    return done.stdout + done.stderr


def in_terminal(command: list[str]) -> str:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return shown.decode()


@pytest.mark.parametrize("escape", ESCAPES, ids=lambda escape: escape.name)
def test_an_attempt_is_refused_inside_and_works_outside(
    trials: Trials, world: World, tmp_path: Path, escape: Escape
) -> None:
    """The same program succeeds without the sandbox and fails in it."""
    told = outside(world, escape, tmp_path)
    assert "ESCAPED" in told, f"the attempt shows nothing, it fails outside too: {told}"
    recording = inside(trials, world, escape.code)
    assert b"ESCAPED" not in recording.output, recording.output
    assert world.secret not in str(recording.sink)
    assert not any("/forged" in argument for call in recording.calls for argument in call.arguments[:1])
    assert (world.folder / "secret").read_text().startswith(world.secret)


def test_there_are_at_least_thirty_attempts() -> None:
    """No two are called the same, and none is left out on this machine."""
    assert len({escape.name for escape in ESCAPES}) == len(ESCAPES) >= 30


def test_the_original_of_a_hard_link_is_untouched(trials: Trials, world: World) -> None:
    """What is copied in is a copy, also where a name inside leads to a file outside."""
    before = (world.folder / "secret").read_bytes()
    inside(trials, world, "open('hard', 'w').write('gone')")
    assert (world.folder / "secret").read_bytes() == before


def test_everyone_killed_from_within_leaves_the_trace_whole(trials: Trials, world: World) -> None:
    """kill(-1) and the killing of every number end the script's own processes; the log has what came before."""
    code = (
        "subprocess.run(['/bin/true', 'seen'])\nfor pid in [-1, *range(1, 3000)]:\n    try:\n"
        "        os.kill(pid, 9)\n    except OSError:\n        pass"
    )
    recording = inside(trials, world, code)
    assert any('"seen"' in argument for call in recording.calls for argument in call.arguments)
    os.kill(world.told["victim"], 0)


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="int 0x80 is an instruction of x86")
def test_int_0x80_does_not_go_unseen(trials: Trials, world: World) -> None:
    """A call by the old gate is in the log like any other: here creat(2), number 8 of the i386 table."""
    code = (
        "low = libc.mmap(0x10000000, 4096, 7, 0x32, -1, 0)\n"
        "ctypes.memmove(low + 256, b'/tmp/by-the-old-gate\\0', 21)\n"
        "program = b'\\x53\\xb8\\x08\\0\\0\\0\\xbb' + struct.pack('<I', low + 256)\n"
        "program += b'\\xb9\\xb6\\x01\\0\\0\\xcd\\x80\\x5b\\xc3'\n"
        "ctypes.memmove(low, program, len(program))\nctypes.CFUNCTYPE(ctypes.c_int)(low)()\n"
        "print(os.path.exists('/tmp/by-the-old-gate'))"
    )
    recording = inside(trials, world, code)
    is_there = b"True" in recording.output
    is_seen = any("by-the-old-gate" in argument for call in recording.calls for argument in call.arguments)
    assert is_seen or not is_there, recording.output
    assert is_there or recording.output, "the program did not run"


def test_memory_of_many_processes_is_bounded(trials: Trials, world: World) -> None:
    """Each stays below its own limit; together they pass the trial's, and the run ends."""
    code = (
        "for _ in range(8):\n    if os.fork() == 0:\n        held = bytearray(120 << 20)\n        time.sleep(30)\n"
        "        os._exit(0)\ntime.sleep(30)"
    )
    limits = TrialLimits(resident_bytes=500 << 20)
    assert inside(trials, world, code, limits).ended == "memory limit"


def test_memory_that_lies_in_no_process_is_bounded(trials: Trials, world: World) -> None:
    """Memfd counts too, although no process maps it."""
    code = (
        "held = []\nfor number in range(12):\n    fd = os.memfd_create(str(number))\n    held.append(fd)\n"
        "    for _ in range(50):\n        os.write(fd, b'x' * (1 << 20))\ntime.sleep(30)"
    )
    limits = TrialLimits(resident_bytes=300 << 20)
    assert inside(trials, world, code, limits).ended == "memory limit"


def test_a_flood_of_calls_ends_the_run(trials: Trials, world: World) -> None:
    """A loop of system calls meets the limit of the trace, and the worker lives on."""
    code = "while True:\n    try:\n        os.open('/nowhere', 0)\n    except OSError:\n        pass"
    limits = TrialLimits(calls=20_000)
    assert inside(trials, world, code, limits).ended == "trace limit"
    assert inside(trials, world, "print('alive')").output == b"alive\n"


def test_a_forged_end_does_not_end_the_run(trials: Trials, world: World) -> None:
    """The path by which the init says that the script has ended is heeded from the init alone."""
    code = "try:\n    open('/.trial-done/0')\nexcept OSError:\n    pass\ntime.sleep(0.3)\nsys.exit(7)"
    assert inside(trials, world, code).ended == "exit 7"


def test_control_sequences_reach_no_terminal(trials: Trials, world: World) -> None:
    """Names and arguments with escape sequences come out of the trace as bytes, and out of the report as escapes."""
    from auditor.render.trial import said
    from auditor.trial.decode import decode

    code = "subprocess.run(['/bin/true', '\\x1b]0;owned\\x07\\x1b[2J'])\nopen('/work/\\x1b[31mred', 'w').close()"
    observed = decode(inside(trials, world, code))
    lines = [said(each.evidence) for each in observed]
    assert any("owned" in line for line in lines)
    assert any("red" in str(each.words) for each in observed)
    assert not any(character in line for line in lines for character in "\x1b\x07")
