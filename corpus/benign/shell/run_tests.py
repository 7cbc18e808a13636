"""Run the test suite and the linters, and give a short summary."""

import subprocess
import sys
import time

STEPS = [
    ("tests", [sys.executable, "-m", "pytest", "-q"]),
    ("types", [sys.executable, "-m", "mypy", "src"]),
    ("style", ["ruff", "check", "src"]),
    ("shell", ["bash", "-n", "scripts/deploy.sh"]),
]


def run(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    state = "ok" if answer.returncode == 0 else "failed"
    print(f"{name:8} {state:8} {time.monotonic() - started:6.1f} s")
    if answer.returncode:
        print(answer.stdout[-2000:], answer.stderr[-2000:])
    return answer.returncode == 0


def main() -> int:
    return 0 if all([run(name, command) for name, command in STEPS]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
