"""What a decision of the gate costs: the whole hook process against Python and `semgrep scan`, and the server inside.

Run with `python -m tests.benchmarks.gate [ROUNDS]`; everything in one run, interleaved, on this machine as it is.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from auditor import Auditor
from auditor.gate.engine import Engine
from auditor.gate.service import Service

AUDITOR = str(Path(sys.executable).with_name("auditor"))
COMMAND = "git status --short && ls -la src"
LINE = "mkdir -p build/{0} && cp src/{0}.c build/{0}/\n"
PYTHON = "import subprocess\n\n" + "".join(
    f"def step_{number}(name):\n    subprocess.run(['git', 'status', name], check=True)\n\n" for number in range(30)
)


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {rounds} rounds")
    with tempfile.TemporaryDirectory() as directory:
        _processes(Path(directory), rounds)
        _inside(Path(directory), rounds)


def _processes(directory: Path, rounds: int) -> None:
    environment = {"AUDITOR_RUNTIME_DIR": str(directory), "HOME": str(directory), "PATH": os.environ["PATH"]}
    payload = _payload("Bash", {"command": COMMAND})

    def hook() -> None:
        done = subprocess.run(
            [AUDITOR, "hook", "--agent", "claude", "--timeout", "60"], input=payload, env=environment,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done

    def nothing() -> None:
        subprocess.run([sys.executable, "-c", "pass"], env=environment, capture_output=True, check=True)

    try:
        print(f"{'first hook, no server':34} {_timed(hook) * 1000:8.0f} ms")
        for _ in range(5):
            hook()
        base, warm = [], []
        for _ in range(rounds):
            base.append(_timed(nothing))
            warm.append(_timed(hook))
        middle, high = _told("python -c pass", base)
        hook_middle, hook_high = _told("auditor hook, warm", warm)
        print(f"{'hook / python':34} median {hook_middle / middle:5.1f} times, p99 {hook_high / high:5.1f} times")
    finally:
        subprocess.run([AUDITOR, "serve", "--stop"], env=environment, capture_output=True, check=False)
    rules = Path(__file__).parents[2] / "rulesets" / "reverse-tunnel"
    script = directory / "command.sh"
    script.write_text(COMMAND + "\n", encoding="utf-8")
    # as in bench.py: without the second flag it looks for a newer version on the network, which takes a minute here
    flags = ("--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json")
    program = str(Path(sys.executable).with_name("semgrep"))
    semgrep = [program, "scan", *flags, "--config", str(rules), str(script)]

    def scan() -> None:
        subprocess.run(semgrep, capture_output=True, check=True, stdin=subprocess.DEVNULL)

    _told("semgrep scan, same command", [_timed(scan) for _ in range(3)])


def _inside(directory: Path, rounds: int) -> None:
    scripts = {
        "1 command": ("Bash", {"command": COMMAND}),
        "10 lines of shell": ("Bash", {"command": "".join(LINE.format(number) for number in range(10))}),
        "100 lines of shell": ("Bash", {"command": "".join(LINE.format(number) for number in range(100))}),
        "92 lines of Python written": ("Write", {"file_path": "/w/a.py", "content": PYTHON}),
        "a reverse tunnel": ("Bash", {"command": "ssh -N -R 2222:localhost:22 ops@203.0.113.5"}),
    }
    with Auditor(workers=2) as auditor:
        engine = Engine(lambda: auditor)
        engine.warm()
        service = Service(engine, directory / "state")
        for name, (tool, arguments) in scripts.items():
            times = []
            for number in range(rounds + 3):
                given = {
                    key: f"{value}\n# {number}" if key != "file_path" else value for key, value in arguments.items()
                }
                body = _payload(tool, given)
                times.append(_timed(lambda body=body: service.answer("claude", body, 60.0)))  # type: ignore[misc]
            _told(f"server: {name}", times[3:])


def _payload(tool: str, arguments: dict[str, str]) -> bytes:
    return json.dumps({"session_id": "b", "cwd": "/w", "tool_name": tool, "tool_input": arguments}).encode()


def _timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _told(name: str, seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    middle, high = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:34} median {middle * 1000:7.1f} ms, p99 {high * 1000:7.1f} ms, least {ordered[0] * 1000:7.1f} ms")
    return middle, high


if __name__ == "__main__":
    main()
