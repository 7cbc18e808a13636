"""The tool loop of TRL's GRPOTrainer, without the trainer: sync, async and environments' tools that run one command."""

# mypy: ignore-errors

import asyncio
import inspect
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import harness
import lifted
from transformers.utils import get_json_schema

from auditor import guard

SOURCE = lifted.parsed(Path(find_spec("trl").origin).parent / "trainer" / "grpo_trainer.py")
TAKEN = lifted.parameters(lifted.named(SOURCE, "__init__"))


class GRPOTrainer:
    """Takes what the trainer takes."""

    def __init__(self, model, **options):
        assert set(options) <= set(TAKEN), options
        self.tools = options["tools"]


class Environment:
    """An environment whose methods are tools."""

    def reset(self):
        """Start."""

    @guard
    def run_command(self, command: str) -> str:
        """Run a command.

        Args:
            command: The command.
        """
        return harness.bash(command)


@guard
async def shell(command: str) -> str:
    """Run a command.

    Args:
        command: The command.
    """
    return await asyncio.to_thread(harness.bash, command)


sys.modules["trl"] = ModuleType("trl")
sys.modules["trl"].GRPOTrainer = GRPOTrainer
page = harness.example("TRL", model=None, rewards=[], bash=harness.bash)
(tool,) = page.trainer.tools
assert get_json_schema(tool) == get_json_schema(harness.bash)
assert get_json_schema(shell)["function"]["parameters"]["required"] == ["command"]

names = {
    "inspect": inspect,
    "self": SimpleNamespace(_standalone_tools=[tool, shell], environments=[Environment()]),
    "environment": Environment(),
    "sync_tool_dict": {},
    "async_tool_dict": {},
}
lifted.run(lifted.first(SOURCE, lifted.ast.Assign, "methods = [getattr(environment, member_name)"), names)
lifted.run(lifted.first(SOURCE, lifted.ast.For, "for tool in self._standalone_tools + methods:"), names)
assert sorted(names["sync_tool_dict"]) == ["bash", "run_command"]
assert sorted(names["async_tool_dict"]) == ["shell"]

asked = ["bash", "run_command", "shell"]
names["tool_call_list"] = [
    {"type": "function", "function": {"name": name, "arguments": {"command": harness.COMMAND}}} for name in asked
]
names |= {"tool_call_count": 0, "tool_failure_count": 0, "tool_call_results": [], "async_coros": []}
lifted.run(lifted.first(SOURCE, lifted.ast.For, "for tool_call in tool_call_list:"), names)
results = [result for _, result in names["tool_call_results"]]


async def gather():
    """Await what the loop started, as the trainer does."""
    return await asyncio.gather(*(coroutine for _, coroutine in names["async_coros"]), return_exceptions=True)


harness.report(len(asked), results + asyncio.run(gather()))
