"""A mini-swe-agent whose model asks for one command."""

# mypy: ignore-errors

from harness import COMMAND, example, report
from minisweagent.models.test_models import DeterministicModel, make_output

FINISH = {"command": "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"}
outputs = [make_output("go", [{"command": COMMAND}]), make_output("done", [FINISH])]
agent = example("mini-swe-agent", model=DeterministicModel(outputs=outputs)).agent
agent.config.step_limit = 2
agent.run("go")
report(1, [message["content"] for message in agent.messages if message["role"] != "assistant"])
