"""The benchmark: the auditor, warm and cold, beside `semgrep scan` with the same rules, and Bandit.

Takes 50 scripts of the corpus; prints a table and writes build/bench.json. All programs run in one
go on the same scripts, so that the ratios mean something; the absolute figures are this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from auditor import Auditor
from auditor.match.rules import load_ruleset
from tests.benchmarks.measure import Spread, memory_mb, seconds_of
from tests.corpus import Sample, samples

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
SCRIPTS = 50


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    rounds: int = 3
    semgrep: int = 15
    bandit: int = 15
    cold: int = 5
    row: int = 1000


def chosen() -> list[Sample]:
    """Choose 50 samples, spread evenly over the manifest."""
    every = samples()
    return [every[index * len(every) // SCRIPTS] for index in range(SCRIPTS)]


def run(*command: str | Path) -> None:
    """Run a program quietly; more than one of its exit codes is a result, a signal is not."""
    answer = subprocess.run(
        [str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if answer.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {answer.returncode}: {answer.stderr[-500:]}")


def semgrep_with(rules: Path, script: Path) -> float:
    """Time `semgrep scan` of one script with our rules, as its users call it."""
    flags = ("--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json")
    return seconds_of(lambda: run(BIN / "semgrep", "scan", *flags, "--config", rules, script))


def warm_times(auditor: Auditor, scripts: list[Sample], rounds: int) -> list[float]:
    """Time warm audits, each script several times."""
    times = []
    for _ in range(rounds):
        times += [timed_audit(auditor, sample, sample.file.read_text(encoding="utf-8"))[0] for sample in scripts]
    return times


def timed_audit(auditor: Auditor, sample: Sample, text: str) -> tuple[float, bool]:
    begin = time.perf_counter()
    report = auditor.audit(text, language=sample.language, path=sample.path)
    return time.perf_counter() - begin, report.verdict.value == sample.verdict


def many_in_a_row(auditor: Auditor, scripts: list[Sample], count: int) -> dict[str, object]:
    """Audit many texts, no two alike, one after the other, and see whether time and memory stay flat."""
    edge = max(1, count // 10)
    times: list[float] = []
    wrong = 0
    early = late = 0.0
    for number in range(count):
        sample = scripts[number % len(scripts)]
        text = f"{sample.file.read_text(encoding='utf-8')}\n# {number}\n"
        seconds, right = timed_audit(auditor, sample, text)
        times.append(seconds)
        wrong += not right
        if number == edge - 1:
            early = memory_mb()
    late = memory_mb()
    return {
        "first": asdict(Spread.of(times[:edge])),
        "last": asdict(Spread.of(times[-edge:])),
        "all": asdict(Spread.of(times)),
        "memory_mb_early": early,
        "memory_mb_late": late,
        "wrong": wrong,
    }


def measure(sizes: Sizes) -> dict[str, object]:
    """Run everything once; give the figures."""
    scripts = chosen()
    python = [sample for sample in scripts if sample.language == "python"]
    one = python[0].file
    step = max(1, len(scripts) // sizes.semgrep)
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.yaml"
        bodies = [rule.body for rule in load_ruleset().rules]
        rules.write_text(yaml.safe_dump({"rules": bodies}, allow_unicode=True), encoding="utf-8")

        begin = time.perf_counter()
        with Auditor() as auditor:
            started = time.perf_counter() - begin
            warm_times(auditor, scripts[:5], 1)
            warm = Spread.of(warm_times(auditor, scripts, sizes.rounds))
            row = many_in_a_row(auditor, scripts, sizes.row)

        semgrep = Spread.of([semgrep_with(rules, sample.file) for sample in scripts[::step][: sizes.semgrep]])
        bandit = Spread.of(
            [
                seconds_of(lambda file=sample.file: run(BIN / "bandit", "-q", "-f", "json", file))  # type: ignore[misc]
                for sample in python[: sizes.bandit]
            ]
        )
        cold = Spread.of([seconds_of(lambda: run(BIN / "auditor", "check", one)) for _ in range(sizes.cold)])
        cold_semgrep = Spread.of([semgrep_with(rules, one) for _ in range(sizes.cold)])
    return {
        "scripts": len(scripts),
        "rules": len(bodies),
        "start_seconds": round(started, 2),
        "warm_audit": asdict(warm),
        "semgrep_scan": asdict(semgrep),
        "bandit": asdict(bandit),
        "cold_check": asdict(cold),
        "cold_semgrep_scan": asdict(cold_semgrep),
        "warm_times_faster_than_semgrep": round(semgrep.p50 / warm.p50, 1),
        "cold_share_of_semgrep": round(cold.p50 / cold_semgrep.p50, 2),
        "in_a_row": row,
    }


def table(figures: dict[str, object]) -> str:
    """Write the figures for people."""
    lines = [f"{'':34}{'median':>10}{'p95':>10}{'p99':>10}{'worst':>10}   (ms)"]
    names = {
        "warm_audit": "Auditor.audit, warm",
        "semgrep_scan": "semgrep scan, same rules",
        "bandit": "bandit (Python only)",
        "cold_check": "auditor check one.py, cold",
        "cold_semgrep_scan": "semgrep scan one.py, same rules",
    }
    row = figures["in_a_row"]
    assert isinstance(row, dict)
    spreads = [(title, figures[name]) for name, title in names.items()]
    spreads += [("in a row, the first tenth", row["first"]), ("in a row, the last tenth", row["last"])]
    for title, spread in spreads:
        assert isinstance(spread, dict)
        cells = "".join(f"{spread[key]:>10.1f}" for key in ("p50", "p95", "p99", "worst"))
        lines.append(f"{title:34}{cells}   n={spread['count']}")
    lines += [
        "",
        f"{figures['scripts']} scripts, {figures['rules']} Semgrep rules; started in {figures['start_seconds']} s",
        f"warm audit: {figures['warm_times_faster_than_semgrep']} times faster than semgrep scan, at the median",
        f"cold check: {figures['cold_share_of_semgrep']} of semgrep scan's time, at the median",
        f"{row['all']['count']} in a row: memory {row['memory_mb_early']} MB early, {row['memory_mb_late']} MB late; "
        f"{row['wrong']} wrong answers",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write the figures down; ends with 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, to see that it works")
    options = parser.parse_args()
    os.environ["SEMGREP_SEND_METRICS"] = "off"
    figures = measure(Sizes(rounds=1, semgrep=2, bandit=2, cold=1, row=50) if options.quick else Sizes())
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(table(figures))
    row = figures["in_a_row"]
    return 1 if isinstance(row, dict) and row["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
