"""A task of Inspect AI whose model asks for one command: with the approver, and twice by its entry point."""

# mypy: ignore-errors

import asyncio
from pathlib import Path

import harness
import inspect_ai.model._model as counting
from inspect_ai import eval as run
from inspect_ai.approval import Approval, approver
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, get_model
from inspect_ai.tool import tool

counting.count_text_tokens = lambda text, *others: len(text) // 4  # else it fetches a tokenizer


@tool
def bash():
    """Give the tool."""

    async def execute(command: str) -> str:
        """Run a command.

        Args:
            command: The command.
        """
        return await asyncio.to_thread(harness.bash, command)

    return execute


@approver(name="nobody")
def nobody():
    """Stand in for the person of the page's policy."""

    async def approve(message, call, view, history):
        return Approval(decision="approve")

    return approve


def model():
    """Ask for the command, then be done."""
    call = ModelOutput.for_tool_call("mockllm/model", "bash", {"command": harness.COMMAND})
    return get_model("mockllm/model", custom_outputs=[call, ModelOutput.from_content("mockllm/model", "done")])


page = harness.example("Inspect AI", dataset=[Sample(input="go", target="done")], bash=bash())
policy = Path("policy.yaml")
policy.write_text(harness.block("Inspect AI", "yaml").replace("human", "nobody"), encoding="utf-8")
said = []
for approval in (None, str(policy), "auditor/auditor"):
    task = page.Task(page.dataset, solver=page.task.solver, approval=None if approval else [page.policy])
    (log,) = run(task, model=model(), approval=approval, display="none", log_dir="logs")
    assert log.status == "success", log.error
    said += [each.error or each.content for each in log.samples[0].messages if each.role == "tool"]
harness.report(3, said)
