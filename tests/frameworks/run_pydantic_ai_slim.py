"""An agent of Pydantic AI whose model asks for one command."""

# mypy: ignore-errors

from harness import COMMAND, bash, example, report
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel

said = []


def model(messages, info):
    """Ask for the command, then be done."""
    results = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    if results:
        said.extend(part.content for part in results)
        return ModelResponse(parts=[TextPart("done")])
    return ModelResponse(parts=[ToolCallPart("bash", {"command": COMMAND})])


example("Pydantic AI", model=FunctionModel(model), bash=bash).agent.run_sync("go")
report(1, said)
