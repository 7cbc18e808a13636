"""An agent whose model asks for one command; prints what ran and what the model was told."""

# ruff: noqa: ANN001, ANN201
# mypy: ignore-errors

import json
import sys

from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel

from auditor.gate.frameworks.pydantic_ai import capability

ran: list[str] = []
said: list[str] = []


def model(messages, info):
    """Ask for the command, then be done."""
    results = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    if results:
        said.extend(str(part.content) for part in results)
        return ModelResponse(parts=[TextPart("done")])
    return ModelResponse(parts=[ToolCallPart("bash", {"command": sys.argv[1]})])


agent = Agent(FunctionModel(model), capabilities=[capability()])


@agent.tool_plain
def bash(command: str) -> str:
    """Run a command."""
    ran.append(command)
    return "ran"


agent.run_sync("go")
print(json.dumps({"ran": len(ran), "of": 1, "said": said}))
