"""What a trial costs: a trivial script against running it bare and in bubblewrap alone, and busy ones traced.

Prints a table and writes build/bench-trial.json. Everything runs in one go on one machine, so that
the ratios mean something. Traced workloads are the script's own time inside the sandbox, measured
by itself; a whole trial is measured from outside, with warm workers.

`boxed` is the same work in namespaces like a trial's, with the sinkhole's network and bubblewrap and
no tracer. Packets pass the sinkhole's rules there, which this machine's own loopback has not: for
connections, traced against boxed is what tracing costs, traced against bare what a trial costs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from auditor.model.unit import Language, Script
from auditor.trial.plan import plan
from auditor.trial.remote import Trials
from auditor.trial.request import TrialLimits
from tests.benchmarks.measure import Spread, seconds_of

ROOT = Path(__file__).parent.parent.parent
LIMITS = TrialLimits(wall_seconds=60, calls=1_000_000, trace_bytes=500_000_000)
TRIVIAL = {"bash": ("echo hi\n", Language.BASH), "python": ("print(1)\n", Language.PYTHON)}
BWRAP = (
    "bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib",
    "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
)  # fmt: skip
OWN = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc")
SHARED_NET = tuple("--unshare-user" if word == "--unshare-all" else word for word in BWRAP)
# What a trial's namespaces have, but its tracer: the network, and whatever the command line then starts in it.
_BOXED = (
    "import os, sys\nfrom auditor.trial.sinkhole.network import Redirect, bring_up\n"
    "bring_up()\nassert Redirect().is_set()\nos.execvp(sys.argv[1], sys.argv[1:])\n"
)
# Each prints how long its work took, in seconds, on its last line.
WORKLOADS = {
    "pip --version": (
        "import subprocess, sys, time\nb = time.perf_counter()\n"
        "subprocess.run([sys.executable, '-m', 'pip', '--version'], check=True, stdout=subprocess.DEVNULL)\n"
        "print(time.perf_counter() - b)\n"
    ),
    "100 forks": (
        "import subprocess, time\nb = time.perf_counter()\n"
        "subprocess.run(['bash', '-c', 'for i in {1..100}; do /bin/true; done'])\nprint(time.perf_counter() - b)\n"
    ),
    "20,000 opens": (
        "import os, time\nb = time.perf_counter()\nfor _ in range(20000):\n    os.close(os.open('/dev/null', 0))\n"
        "print(time.perf_counter() - b)\n"
    ),
    "1,000 connects": (
        "import socket, time\ns = socket.create_server(('127.0.0.1', 0))\na = s.getsockname()\n"
        "b = time.perf_counter()\nfor _ in range(1000):\n    c = socket.create_connection(a)\n"
        "    d, _ = s.accept()\n    c.close()\n    d.close()\n"
        "print(time.perf_counter() - b)\n"
    ),
    "arithmetic": (
        "import time\nb = time.perf_counter()\nsum(i * i for i in range(3000000))\nprint(time.perf_counter() - b)\n"
    ),
}


def bare(folder: Path, language: str, text: str) -> list[str]:
    """Give the command that runs a text without anything around it."""
    file = folder / f"bench.{language}"
    file.write_text(text)
    return ["/usr/bin/python3" if language == "python" else "bash", str(file)]


def quietly(command: list[str]) -> str:
    """Run a command, and give what it printed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def trivial(trials: Trials, folder: Path, rounds: int) -> dict[str, object]:
    """Time trivial scripts whole: bare, in bubblewrap alone, in a warm trial."""
    figures: dict[str, object] = {}
    for name, (text, language) in TRIVIAL.items():
        command = bare(folder, name, text)
        boxed = [*BWRAP, "--ro-bind", str(folder), str(folder), *command]
        request = plan(Script.of(text, language, command[1]), limits=LIMITS)
        times: dict[str, list[float]] = {"bare": [], "bubblewrap": [], "trial": []}
        for _ in range(rounds):
            times["bare"].append(seconds_of(lambda command=command: quietly(command)))  # type: ignore[misc]
            times["bubblewrap"].append(seconds_of(lambda boxed=boxed: quietly(boxed)))  # type: ignore[misc]
            times["trial"].append(seconds_of(lambda request=request: trials.run(request)))  # type: ignore[misc]
        best = {way: round(1000 * min(each), 1) for way, each in times.items()}
        spreads = {way: asdict(Spread.of(each)) for way, each in times.items()}
        figures[name] = {"best_ms": best, "over_bare_ms": round(best["trial"] - best["bare"], 1), "spreads": spreads}
    return figures


def busy(trials: Trials, folder: Path, rounds: int) -> dict[str, object]:
    """Time workloads by their own clock, bare and traced, in turns."""
    figures: dict[str, object] = {}
    for name, text in WORKLOADS.items():
        command = bare(folder, "python", text)
        request = plan(Script.of(text, Language.PYTHON, command[1]), limits=LIMITS)
        boxed = [*OWN, sys.executable, "-c", _BOXED, *SHARED_NET, "--ro-bind", str(folder), str(folder), *command]
        bares, boxeds, traceds = [], [], []
        for _ in range(rounds):
            bares.append(float(quietly(command).split()[-1]))
            boxeds.append(float(quietly(boxed).split()[-1]))
            recording = trials.run(request)
            if recording.ended != "exit 0":
                raise SystemExit(f"{name}: {recording.ended}: {recording.output[-500:]!r}")
            traceds.append(float(recording.output.split()[-1]))
        best = (1000 * min(bares), 1000 * min(boxeds), 1000 * min(traceds))
        figures[name] = {
            "bare_ms": round(best[0], 1), "boxed_ms": round(best[1], 1), "traced_ms": round(best[2], 1),
            "over_bare": round(best[2] / best[0], 2), "over_boxed": round(best[2] / best[1], 2),
        }  # fmt: skip
    return figures


def table(figures: dict[str, dict[str, dict[str, object]]]) -> str:
    """Write the figures for people."""
    lines = [f"{'best of a trivial script, ms':34}{'bare':>9}{'bwrap':>9}{'trial':>9}{'over bare':>11}"]
    for name, each in figures["trivial"].items():
        best = each["best_ms"]
        assert isinstance(best, dict)
        cells = "".join(f"{best[way]:>9}" for way in ("bare", "bubblewrap", "trial"))
        lines.append(f"{name:34}{cells}{each['over_bare_ms']:>11}")
    head = ("bare", "boxed", "traced", "/bare", "/boxed")
    lines += ["", f"{'best of the work itself, ms':34}" + "".join(f"{word:>9}" for word in head)]
    keys = ("bare_ms", "boxed_ms", "traced_ms", "over_bare", "over_boxed")
    for name, each in figures["busy"].items():
        lines.append(f"{name:34}" + "".join(f"{each[key]:>9}" for key in keys))
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it works")
    rounds = 2 if parser.parse_args().quick else 12
    with tempfile.TemporaryDirectory() as name, Trials() as trials:
        folder = Path(name)
        for text, language in TRIVIAL.values():
            trials.run(plan(Script.of(text, language, "warm"), limits=LIMITS))
        figures = {"trivial": trivial(trials, folder, rounds), "busy": busy(trials, folder, max(2, rounds // 3))}
    target = ROOT / "build" / "bench-trial.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(table(figures))  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main())
