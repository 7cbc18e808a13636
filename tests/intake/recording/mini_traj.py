"""Records a trajectory of mini-swe-agent: `python -m tests.intake.recording.mini_traj OUT`, under `unshare -n`.

Its default agent, its deterministic model and its local environment.
"""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

os.environ["MSWEA_SILENT_STARTUP"] = "1"

from minisweagent.agents.default import DefaultAgent
from minisweagent.environments.local import LocalEnvironment
from minisweagent.models.test_models import DeterministicToolcallModel, make_toolcall_output

from tests.intake.recording.turns import HARMLESS, RUN, WORK, WRITE, written


def main(out: str) -> None:
    """Run the turns."""
    turns = []
    for number, command in enumerate((HARMLESS, WRITE, RUN, "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"), start=1):
        id_ = f"call_{number}"
        function = {"name": "bash", "arguments": written({"command": command})}
        call = {"id": id_, "type": "function", "function": function}
        turns.append(make_toolcall_output("Next.", [call], [{"command": command, "tool_call_id": id_}]))
    Path(WORK).mkdir(exist_ok=True)
    environment = LocalEnvironment(cwd=WORK)
    model = DeterministicToolcallModel(outputs=turns)
    DefaultAgent(
        model, environment, system_template="s", instance_template="{{task}}", cost_limit=0.0, output_path=Path(out)
    ).run("go")
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main(sys.argv[1])
