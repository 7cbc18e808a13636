"""The benchmark of `auditor corpus scan`: rate, memory, warm cache, one process and two, kills and resumes, Bandit.

Takes the project's own samples, with names changed so that no two texts are alike; prints a table
and writes build/bench-corpus.json. `--kills` ends runs with SIGKILL at random moments and fails
where the rows of what is resumed differ from those of a run that was let alone. `--alone` measures
one cold run and nothing else, for large numbers of rows.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

from auditor.corpora.export import nested, shards_of
from tests.benchmarks.measure import PROC, descendants
from tests.corpus import samples

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
_POLL_SECONDS = 0.5
_PARTS = 20
_KILLED_SHARD = 200


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it took, and the most memory that it and its children had at once."""

    name: str
    rows: int
    seconds: float
    rate: float
    peak_mb: float
    memory_mb: tuple[int, ...] = ()
    """The most in each twentieth of the time."""


def mutated(count: int, *, only: str = "") -> Iterator[dict[str, str]]:
    """Give rows made of the samples, each with names and numbers of its own; one in ten is a duplicate."""
    every = [sample for sample in samples() if only in ("", sample.language)]
    texts = [sample.file.read_text(encoding="utf-8") for sample in every]
    for number in range(count):
        index = number % len(every) if number % 10 else 0
        mark = f"\n# {number:x}\nname_{number:x}=1\n" if number % 10 else "\n"
        language = every[index].language
        is_code = language in ("python", "bash")
        yield {
            "id": f"r{number}",
            "language": language,
            "text": texts[index] + (mark if is_code else "\n" * (number % 7)),
        }


def write(path: Path, count: int) -> Path:
    """Write a data set."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in mutated(count))
    return path


def command(source: Path, out: Path, *more: str) -> list[str]:
    """Give the command line of a run."""
    return [str(BIN / "auditor"), "corpus", "scan", str(source), "--out", str(out), "--quiet", *more]


def memory_of(pid: int) -> float:
    """Give the resident memory of a process and its descendants, in megabytes; shared pages count for each."""
    total = 0
    for each in descendants(pid):
        try:
            status = (PROC / str(each) / "status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return total / 1024


def run(name: str, rows: int, argv: list[str]) -> Run:
    """Run a command to its end and watch its memory."""
    begin = time.perf_counter()
    memory: list[float] = []
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            memory.append(memory_of(process.pid))
            time.sleep(_POLL_SECONDS)
    seconds = time.perf_counter() - begin
    if process.returncode not in (0, 1):
        raise SystemExit(f"{name} ended with {process.returncode}")
    step = max(1, -(-len(memory) // _PARTS))
    parts = tuple(round(max(memory[start : start + step])) for start in range(0, len(memory), step))
    found = Run(name, rows, round(seconds, 1), round(rows / seconds, 1), max(parts, default=0), parts)
    print(f"{name:<28}{rows:>8,} rows{found.seconds:>9} s{found.rate:>9} a second{found.peak_mb:>8} MB", flush=True)
    return found


def survives(source: Path, folder: Path, whole: Path, kills: int, rows: int) -> int:
    """Kill a run at random moments all over it, resume it each time, and hold its rows against the whole run's."""
    rng = random.Random(11)
    out = folder / "killed"
    journal = out / "journal.jsonl"
    moments = sorted(rng.randrange(rows * 19 // 20) // _KILLED_SHARD for _ in range(kills))
    for number, shards in enumerate(moments, start=1):
        argv = command(source, out, "--resume", "--shard-rows", str(_KILLED_SHARD))
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") <= shards):
                time.sleep(0.05)
            time.sleep(rng.uniform(0, 1.5))
            if process.poll() is not None:
                raise SystemExit(f"the run ended with {process.returncode} before it was killed")
            process.send_signal(signal.SIGKILL)
        complete = len(journal.read_bytes().splitlines()) - 1
        print(f"killed {number} times, the last time with {complete} shards", flush=True)
    subprocess.run(
        command(source, out, "--resume", "--shard-rows", str(_KILLED_SHARD)), stdout=subprocess.DEVNULL, check=True
    )
    for ours, theirs in zip_longest(rows_in_order(out), rows_in_order(whole)):
        if ours != theirs:
            raise SystemExit(f"the rows of a run that was killed differ:\n{ours}\n{theirs}")
    print(f"killed {kills} times and resumed: the same rows", flush=True)
    return kills


def rows_in_order(out: Path) -> Iterator[object]:
    """Give all rows with their findings and gaps, whatever shard they are in."""
    for shard in shards_of(out):
        yield from nested(shard)


def bandit(folder: Path, count: int) -> list[Run]:
    """Measure Bandit and this program over the same Python files."""
    files = folder / "python"
    files.mkdir()
    for row in mutated(count, only="python"):
        (files / f"{row['id']}.py").write_text(row["text"], encoding="utf-8")
    quiet = ["-q", "-f", "json", "-o", str(folder / "bandit.json"), "--exit-zero"]
    return [
        run("bandit -r", count, [str(BIN / "bandit"), "-r", str(files), *quiet]),
        run("auditor, the same files", count, command(files, folder / "same-files")),
    ]


def main() -> None:
    """Measure everything asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench-corpus.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = write(folder / "rows.jsonl", given.rows)
        cache = ("--cache", str(folder / "cache.sqlite"), "--shard-rows", "200")
        runs = [run("cold, all processors", given.rows, command(source, folder / "cold", *cache))]
        if given.alone:
            print("memory, MB: " + " ".join(map(str, runs[0].memory_mb)), flush=True)
            write_down(given.output, runs, 0)
            return
        runs += [
            run("warm cache", given.rows, command(source, folder / "warm", *cache)),
            run(
                "one process",
                given.rows // 2,
                command(write(folder / "half.jsonl", given.rows // 2), folder / "one", "-j", "1"),
            ),
            *bandit(folder, given.rows // 4),
        ]
        kills = survives(source, folder, folder / "cold", given.kills, given.rows) if given.kills else 0
    write_down(given.output, runs, kills)


def write_down(output: Path, runs: list[Run], kills: int) -> None:
    """Write what was measured."""
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({"runs": [asdict(each) for each in runs], "kills": kills}, indent=2) + "\n")


if __name__ == "__main__":
    main()
