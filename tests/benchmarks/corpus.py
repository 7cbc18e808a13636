"""The benchmark of `auditor corpus scan`: rate, memory, warm cache, one process and two, kills and resumes, Bandit.

Takes the project's own samples, with names changed so that no two texts are alike; prints a table
and writes build/bench-corpus.json. `--kills` ends runs with SIGKILL at random moments and fails
where the rows of what is resumed differ from those of a run that was let alone.
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
from pathlib import Path

from auditor.corpora.export import shards_of
from tests.benchmarks.measure import PROC, descendants
from tests.corpus import samples

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it took, and the most memory that it and its children had at once."""

    name: str
    rows: int
    seconds: float
    rate: float
    peak_mb: float


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
    peak = 0.0
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(_POLL_SECONDS)
    seconds = time.perf_counter() - begin
    if process.returncode not in (0, 1):
        raise SystemExit(f"{name} ended with {process.returncode}")
    found = Run(name, rows, round(seconds, 1), round(rows / seconds, 1), round(peak))
    print(f"{name:<28}{rows:>8,} rows{found.seconds:>9} s{found.rate:>9} a second{found.peak_mb:>8} MB", flush=True)
    return found


def survives(source: Path, folder: Path, whole: Path, kills: int) -> int:
    """Kill a run at random moments, resume it each time, and hold its rows against the whole run's."""
    rng = random.Random(11)
    out, done = folder / "killed", 0
    while True:
        with subprocess.Popen(
            command(source, out, "--resume", "--shard-rows", "200"), stdout=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(rng.uniform(1.5, 9.0) if done < kills else None)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                done += 1
                continue
            if process.returncode:
                raise SystemExit(f"a resumed run ended with {process.returncode}")
            break
    if list(shards_of(out)) != list(shards_of(whole)):
        raise SystemExit("the rows of a run that was killed differ")
    print(f"killed {done} times and resumed: the same rows", flush=True)
    return done


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
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench-corpus.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = write(folder / "rows.jsonl", given.rows)
        cache = ("--cache", str(folder / "cache.sqlite"), "--shard-rows", "200")
        runs = [
            run("cold, all processors", given.rows, command(source, folder / "cold", *cache)),
            run("warm cache", given.rows, command(source, folder / "warm", *cache)),
            run(
                "one process",
                given.rows // 2,
                command(write(folder / "half.jsonl", given.rows // 2), folder / "one", "-j", "1"),
            ),
            *bandit(folder, given.rows // 4),
        ]
        kills = survives(source, folder, folder / "cold", given.kills) if given.kills else 0
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(json.dumps({"runs": [asdict(each) for each in runs], "kills": kills}, indent=2) + "\n")


if __name__ == "__main__":
    main()
