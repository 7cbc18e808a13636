"""Records an ATIF trajectory: Terminus 2, the agent of harbor, types into a tmux session of this machine.

`python -m tests.intake.recording.atif OUT`, with harbor installed and under `unshare -n`. The model answers from a
list; the environment runs each command of harbor's in a shell, where a container would be.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from harbor.agents.terminus_2.terminus_2 import Terminus2
from harbor.environments.base import ExecResult
from harbor.llms.base import BaseLLM, LLMResponse
from harbor.models.agent.context import AgentContext

from tests.intake.recording.turns import HARMLESS, RUN, WORK, WRITE


class Listed(BaseLLM):  # type: ignore[misc]
    """A model that types what stands in a list, and then says twice that it is done."""

    def __init__(self) -> None:
        self._typed = [HARMLESS, WRITE, RUN]

    async def call(self, prompt: str, **_: object) -> Any:
        """Answer a turn."""
        typed = [{"keystrokes": self._typed.pop(0) + "\n", "duration": 1.0}] if self._typed else []
        answer = {"analysis": "", "plan": "", "commands": typed, "task_complete": not typed}
        return LLMResponse(content=json.dumps(answer), model_name="listed")

    def get_model_context_limit(self) -> int:
        """Give enough."""
        return 1_000_000

    def get_model_output_limit(self) -> int:
        """Give enough."""
        return 100_000


class Here:
    """An environment without a container."""

    default_user = None
    trial_paths = SimpleNamespace(agent_dir=None)

    def __init__(self, logs: Path) -> None:
        self._logs = str(logs)

    async def exec(self, command: str, **_: object) -> Any:
        """Run a command of the agent's own."""
        command = command.replace("/logs/agent", self._logs)
        done = subprocess.run(["bash", "-c", command], cwd=WORK, capture_output=True, text=True, check=False)
        return ExecResult(stdout=done.stdout, stderr=done.stderr, return_code=done.returncode)


async def record(out: Path, folder: Path) -> None:
    """Run the agent and copy what it wrote."""
    agent = Terminus2(
        logs_dir=folder, model_name="openai/listed", enable_summarize=False, record_terminal_session=False,
        model_info={
            "max_input_tokens": 1_000_000, "max_output_tokens": 1_000,
            "input_cost_per_token": 0, "output_cost_per_token": 0,
        },
    )  # fmt: skip
    agent._llm = Listed()
    place = Here(folder)
    await agent.setup(place)
    await agent.run("go", place, AgentContext())
    await place.exec("tmux kill-server")
    shutil.copy(folder / "trajectory.json", out)


if __name__ == "__main__":
    Path(WORK).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        os.environ["TMUX_TMPDIR"] = made
        asyncio.run(record(Path(sys.argv[1]), Path(made)))
    shutil.rmtree(WORK)
