"""Records a session of an agent's command line: `python -m tests.intake.recording.agents NAME OUT`.

Takes the CLIs of `.venv-agents/` (`make test-agents` installs them). Runs one in a network namespace of its own
against the model server of tests/agents, which here asks for several calls, each with an id of its own; copies the
session file that the CLI wrote to OUT, as it is. `scrub` makes a fixture of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.agents.conftest import AGENTS
from tests.agents.test_agents import CLIS
from tests.intake.recording.server import Turn, serve
from tests.intake.recording.turns import CONTENT, HARMLESS, JOB, RUN, WORK

ROOT = Path(__file__).parents[3]
PATCH = "*** Begin Patch\n*** Add File: job.py\n" + "".join(f"+{line}\n" for line in CONTENT.splitlines())


def _shell(name: str, **more: object) -> list[Turn]:
    return [(name, {"command": command, **more}) for command in (HARMLESS, RUN)]


def _with_write(shell: list[Turn], name: str, given: dict[str, Any]) -> tuple[Turn, ...]:
    return shell[0], (name, given), shell[1]


CODEX = [("exec_command", {"cmd": command}) for command in (HARMLESS, RUN)]
TURNS: dict[str, tuple[Turn, ...]] = {
    "claude": _with_write(_shell("Bash", description="go"), "Write", {"file_path": JOB, "content": CONTENT}),
    "codex": _with_write(CODEX, "exec_command", {"cmd": f"apply_patch <<'EOF'\n{PATCH}*** End Patch\nEOF"}),
    "gemini": _with_write(
        _shell("run_shell_command", description="go"), "write_file", {"file_path": JOB, "content": CONTENT}
    ),
    "qwen": _with_write(
        _shell("run_shell_command", description="go", is_background=False),
        "write_file",
        {"file_path": JOB, "content": CONTENT},
    ),
    "copilot": _with_write(_shell("bash", description="go"), "create", {"path": JOB, "file_text": CONTENT}),
}
SESSIONS = {
    "claude": ".claude/projects/*/*.jsonl",
    "codex": ".codex/sessions/**/rollout-*.jsonl",
    "gemini": ".gemini/tmp/*/chats/*.jsonl",
    "qwen": ".qwen/projects/*/chats/*.jsonl",
    "copilot": ".copilot/session-state/*/events.jsonl",
}


def record(name: str, out: Path) -> None:
    """Run a CLI and keep its session; meant for a namespace without a way out."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    serve(TURNS[name])
    cli = CLIS[name]
    work = Path(WORK)
    work.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for relative, content in cli.settings.items():
            (home / relative).parent.mkdir(parents=True, exist_ok=True)
            (home / relative).write_text(content, encoding="utf-8")
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb", **cli.environment}
        done = subprocess.run(
            [str(AGENTS / cli.program), *cli.arguments],
            cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        sessions = sorted(home.glob(SESSIONS[name]))
        if not sessions:
            raise SystemExit(
                f"{name} wrote no session: {done.returncode} {done.stdout[-2_000:]} {done.stderr[-2_000:]}"
            )
        out.write_bytes(sessions[0].read_bytes())
    for path in work.iterdir():
        path.unlink()
    print(f"{name}: {len(sessions)} session(s), exit {done.returncode}")


def main(name: str, out: str) -> None:
    """Enter the namespace, then record."""
    if os.environ.get("IN_NAMESPACE"):
        record(name, Path(out))
        return
    command = ["unshare", "-n", sys.executable, "-m", "tests.intake.recording.agents", name, str(Path(out).resolve())]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "IN_NAMESPACE": "yes"}, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
