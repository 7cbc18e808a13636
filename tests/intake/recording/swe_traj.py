"""Records a `.traj` of SWE-agent: `python -m tests.intake.recording.swe_traj OUT`, under `unshare -n`.

Takes sweagent 0.0.1, the only release on PyPI, with simple-parsing, tenacity, pyyaml and rich. The agent, its
replay model and its writing of trajectories are its own; what needs Docker and data sets, the environment, is
replaced by a shell on this machine.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

from tests.intake.recording.turns import HARMLESS, RUN, WORK, WRITE

_UNUSED = "config together anthropic openai sweagent.environment.swe_env sweagent.environment.utils".split()


class Shell:
    """What an agent asks of its environment."""

    name = "local"
    returncode = 0
    container_obj = SimpleNamespace(id="local")
    record = {"instance_id": "recorded"}  # noqa: RUF012

    def communicate(self, command: str) -> str:
        """Run a command; the state, which the agent asks for at every step, is the working directory."""
        if command == "state":
            return json.dumps({"working_dir": WORK, "open_file": "n/a"})
        done = subprocess.run(["bash", "-c", command], cwd=WORK, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def step(self, action: str) -> tuple[str, int, bool, dict[str, object]]:
        """Run an action."""
        is_done = action.strip() == "submit"
        info: dict[str, object] = {"exit_status": "submitted", "submission": ""} if is_done else {}
        return "" if is_done else self.communicate(action), 0, is_done, info

    def get_available_actions(self) -> list[str]:
        """Give none by name."""
        return []

    def add_commands(self, commands: list[object]) -> None:
        """Need none."""


def main(out: str) -> None:
    """Replay the actions."""
    for name in _UNUSED:
        sys.modules[name] = MagicMock(LOGGER_NAME="recorded")
    from sweagent.agent.agents import Agent, AgentArguments, AgentConfig
    from sweagent.agent.models import ModelArguments

    Path(WORK).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        answers = [f"Next.\n```\n{action}\n```" for action in (HARMLESS, WRITE, RUN)]
        replay = Path(folder) / "replay.jsonl"
        replay.write_text(json.dumps({"recorded": [*answers, "Done.\n```\nsubmit\n```"]}) + "\n", encoding="utf-8")
        config = AgentConfig(system_template="s", instance_template="{issue}", next_step_template="{observation}")
        model = ModelArguments(model_name="replay", replay_path=str(replay))
        agent = Agent("primary", AgentArguments(model=model, config=config))
        agent.run({"issue": "go"}, Shell(), traj_dir=Path(folder))
        shutil.copy(Path(folder) / "recorded.traj", out)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main(sys.argv[1])
