"""The gate under load: many clients, real scripts and hostile payloads, every answer compared with the one given alone.

Run with `python -m tests.benchmarks.load DATA.jsonl…`: rows are objects with `text` and `language`. Starts a server as
`auditor serve`, once left alone and once losing a random child process every second; ends with 1 where an answer was
lost, mixed up, or let through what alone is denied.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from auditor import Auditor
from auditor.gate.engine import Engine
from auditor.gate.service import Service
from auditor.gate.wire import PAYLOAD_BYTES, WireError
from tests.benchmarks.measure import PROC, Spread, descendants
from tests.gate.asking import ask
from tests.gate.test_server import COMMANDS, ODD

ROOT = Path(__file__).parents[2]
AUDITOR = str(Path(sys.executable).with_name("auditor"))
SECONDS = 120.0
_HOSTILE_SHARE = 0.1
_SEED = 11
_MOST_ASKED_AGAIN = 100

Given = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """A payload without its session, so that equal ones have equal answers."""

    tool: str
    arguments: tuple[tuple[str, str], ...]
    raw: bytes | None = None

    def payload(self, session: str) -> bytes:
        """Write it as Claude Code does."""
        if self.raw is not None:
            return self.raw
        body = {"session_id": session, "cwd": "/w", "tool_name": self.tool, "tool_input": dict(self.arguments)}
        return json.dumps(body).encode()


@dataclass(frozen=True, slots=True)
class Alone:
    """The answers that each request gets by itself, and the digest of the rules that gave them."""

    answers: dict[Request, Given]
    ruleset: str

    def also(self, requests: list[Request], directory: Path) -> dict[Request, set[Given]]:
        """Give the answers that some requests get when they are asked again, thrice."""
        found: dict[Request, set[Given]] = {request: set() for request in requests}
        for _ in range(3 if requests else 0):
            for request, given in alone(requests, directory).answers.items():
                found[request].add(given)
        return found


@dataclass(slots=True)
class Outcome:
    """What one run came to. `stricter` are answers that hold back, or ask about, more than alone; never less.

    `unsteady` are those that the same request also got alone when it was asked again: its reading just takes as long
    as it may.
    """

    name: str
    requests: int = 0
    distinct: int = 0
    right: int = 0
    stricter: int = 0
    unsteady: int = 0
    opened: int = 0
    mixed_up: int = 0
    lost: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    milliseconds: Spread | None = None
    memory_mb: list[float] = field(default_factory=list)
    largest: list[str] = field(default_factory=list)
    killed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether every request got an answer of its own that lets nothing through."""
        undisturbed_ok = self.killed > 0 or self.stricter == 0
        return not (self.opened or self.mixed_up or self.lost) and undisturbed_ok and self.right > 0


def rows(paths: Sequence[Path]) -> list[Request]:
    """Read the data: shell is run, everything else is written as a file."""
    found = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text, language = row.get("text"), row.get("language")
            if not isinstance(text, str):
                continue
            if language in {"bash", "sh", "shell", "zsh"}:
                found.append(Request("Bash", (("command", text),)))
            else:
                ending = {"python": ".py", "javascript": ".js", "typescript": ".ts"}.get(str(language), ".txt")
                found.append(Request("Write", (("file_path", f"/w/script{ending}"), ("content", text))))
    if not found:
        raise SystemExit("no rows with `text` in the data")
    return found


def chosen(data: list[Request], count: int) -> list[Request]:
    """Choose requests at random, a tenth of them hostile or broken."""
    chooser = random.Random(_SEED)
    hostile = [Request("Bash", (("command", command),)) for command in COMMANDS]
    hostile += [Request("", (), raw) for raw in (*ODD, b"x" * (PAYLOAD_BYTES - 1))]
    return [chooser.choice(hostile if chooser.random() < _HOSTILE_SHARE else data) for _ in range(count)]


def alone(requests: list[Request], directory: Path) -> Alone:
    """Answer each distinct request by itself, one after the other, in a process that serves nobody else."""
    with Auditor() as auditor:
        service = Service(Engine(lambda: auditor), directory)
        found = {}
        for number, request in enumerate(dict.fromkeys(requests)):
            answer = service.answer("claude", request.payload(f"alone {number}"), SECONDS)
            found[request] = (answer.exit_code, _told(answer.stdout.encode() + answer.stderr.encode()))
        return Alone(found, str(service.health()["ruleset"]))


def _told(data: bytes) -> bytes:
    return data.split(b" (decision")[0]


@contextlib.contextmanager
def served(directory: Path, workers: int) -> Iterator[tuple[str, int]]:
    """Run a server; give its socket and its process."""
    directory.chmod(0o700)
    path = str(directory / "gate.sock")
    environment = {
        "AUDITOR_RUNTIME_DIR": str(directory), "HOME": str(directory), "PATH": os.environ["PATH"],
    }  # fmt: skip
    with subprocess.Popen(
        [AUDITOR, "serve", "--workers", str(workers), "--socket", path],
        env=environment,
        cwd="/",
        start_new_session=True,
    ) as process:
        try:
            ask(path, "claude", b"{}", SECONDS)
            yield path, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def run(requests: list[Request], first: Alone, options: Options, *, killing: bool) -> Outcome:
    """Send everything from many clients, and compare."""
    expected = first.answers
    outcome = Outcome("losing a process every second" if killing else "undisturbed", len(requests), len(expected))
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), options.workers) as (path, server):
        if json.loads(ask(path, "health", b"")[1])["ruleset"] != first.ruleset:
            raise SystemExit("the rules changed since the answers were given alone; measure in a checkout that rests")
        stop = threading.Event()
        watchers = [threading.Thread(target=_watch, args=(server, outcome, stop))]
        if killing:
            watchers.append(threading.Thread(target=_kill, args=(server, outcome, stop)))
        for watcher in watchers:
            watcher.start()

        def one(numbered: tuple[int, Request]) -> tuple[Given | None, float]:
            number, request = numbered
            begin = time.perf_counter()
            try:
                status, out, err = ask(path, "claude", request.payload(f"s{number}"), SECONDS)
            except (OSError, ValueError, WireError):
                return None, time.perf_counter() - begin
            return (status, _told(out + err)), time.perf_counter() - begin

        begin, cpu = time.perf_counter(), _cpu(server)
        with ThreadPoolExecutor(options.clients) as threads:
            answers = list(threads.map(one, enumerate(requests)))
        outcome.seconds, outcome.cpu_seconds = round(time.perf_counter() - begin, 1), round(_cpu(server) - cpu, 1)
        stop.set()
        for watcher in watchers:
            watcher.join()
    outcome.milliseconds = Spread.of([seconds for _, seconds in answers])
    pairs = [(request, got) for request, (got, _) in zip(requests, answers, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        other = [request for request, got in pairs if got is not None and got != expected[request]]
        also = first.also(list(dict.fromkeys(other))[:_MOST_ASKED_AGAIN], Path(folder))
    for request, got in pairs:
        if got != expected[request] and got in also.get(request, ()):
            outcome.unsteady += 1
        else:
            _judge(outcome, request, got, expected[request])
    return outcome


def _judge(outcome: Outcome, request: Request, got: Given | None, want: Given) -> None:
    if got == want:
        outcome.right += 1
        return
    if got is None:
        outcome.lost += 1
    elif _strictness(got) < _strictness(want):
        outcome.opened += 1
    elif any(word in got[1] for word in (b"timed out", b"engine failed", b"busy", b"no verdict was reached")):
        outcome.stricter += 1
    else:
        outcome.mixed_up += 1
    example = f"{str(request)[:150]}: wanted {_short(want)}, got {_short(got)}"
    if got is not None and _strictness(got) < _strictness(want):
        outcome.examples.insert(0, example)
    elif len(outcome.examples) < 10:
        outcome.examples.append(example)


def _short(given: Given | None) -> str:
    """Give a status and the words of the reason, which stand on standard error or at the end of the object."""
    return f"{given[0]} {given[1].rpartition(b'auditor: ')[2][:120]!r}" if given is not None else "nothing"


def _strictness(given: Given) -> int:
    return 2 if given[0] == 2 else 1 if given[1] else 0


def _watch(server: int, outcome: Outcome, stop: threading.Event) -> None:
    while not stop.wait(1.0):
        found = []
        for pid in descendants(server):
            with contextlib.suppress(OSError, StopIteration):
                status = (PROC / str(pid) / "status").read_text().splitlines()
                size = int(next(line for line in status if line.startswith("VmRSS:")).split()[1]) / 1024
                found.append((size, "the server" if pid == server else status[0].partition("\t")[2]))
        outcome.memory_mb.append(round(sum(size for size, _ in found), 1))
        outcome.largest = [f"{name} {size:.0f} MB" for size, name in sorted(found, reverse=True)[:4]]


def _kill(server: int, outcome: Outcome, stop: threading.Event) -> None:
    chooser = random.Random(_SEED)
    while not stop.wait(1.0):
        children = descendants(server)[1:]
        if children:
            with contextlib.suppress(OSError):
                os.kill(chooser.choice(children), signal.SIGKILL)
                outcome.killed += 1


def _cpu(server: int) -> float:
    """Give the processor time of a process, of its children that ended, and of those that live."""
    ticks = 0
    for pid in descendants(server):
        with contextlib.suppress(OSError):
            words = (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
            ticks += sum(int(word) for word in words[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def table(outcome: Outcome) -> str:
    """Write an outcome for people."""
    spread, memory = outcome.milliseconds, outcome.memory_mb or [0.0]
    assert spread is not None
    early = memory[: max(1, len(memory) // 10)]
    late = memory[-max(1, len(memory) // 10) :]
    rate = outcome.requests / outcome.seconds
    cpu = 1000 * outcome.cpu_seconds / outcome.requests
    return "\n".join(
        [
            f"{outcome.name}: {outcome.requests} requests, {outcome.distinct} of them distinct, "
            f"{outcome.killed} processes killed",
            f"  right {outcome.right}, unsteady {outcome.unsteady}, stricter {outcome.stricter}, "
            f"let through {outcome.opened}, "
            f"mixed up {outcome.mixed_up}, lost {outcome.lost}",
            f"  {outcome.seconds} s: {rate:.0f} a second, {cpu:.1f} ms of processor each "
            f"({1000 / cpu if cpu else 0:.0f} a second for each core)",
            f"  answer time as a client sees it: median {spread.p50:.0f} ms, p99 {spread.p99:.0f} ms, "
            f"worst {spread.worst:.0f} ms",
            f"  memory: {sum(early) / len(early):.0f} MB early, {sum(late) / len(late):.0f} MB late, "
            f"{max(memory):.0f} MB at most; at the end {', '.join(outcome.largest)}",
            *(f"  {example}" for example in outcome.examples),
        ]
    )


@dataclass(frozen=True, slots=True)
class Options:
    """How much load."""

    requests: int = 20_000
    clients: int = 64
    workers: int = 2


def measure(paths: Sequence[Path], options: Options) -> tuple[Outcome, Outcome]:
    """Run both parts."""
    requests = chosen(rows(paths), options.requests)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        first = alone(requests, Path(folder))
        print(
            f"{len(first.answers)} distinct requests answered alone in {time.perf_counter() - begin:.0f} s", flush=True
        )
    quiet = run(requests, first, options, killing=False)
    print(table(quiet), flush=True)
    losing = run(requests, first, options, killing=True)
    print(table(losing), flush=True)
    return quiet, losing


def main() -> int:
    """Measure, print, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", type=Path, help="JSON Lines with `text` and `language`")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    outcomes = measure(given.data, Options(given.requests, given.clients, given.workers))
    target = ROOT / "build" / "load.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=2) + "\n", encoding="utf-8")
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
