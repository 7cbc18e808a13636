"""An agent whose model asks for one command; prints what ran and what the model was told."""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, A002
# mypy: ignore-errors

import asyncio
import json
import sys

from agents import Agent, Model, ModelResponse, Runner, Usage, function_tool, set_tracing_disabled
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from auditor.gate.frameworks.openai_agents import guardrail

set_tracing_disabled(True)
ran: list[str] = []
said: list[str] = []


@function_tool(tool_input_guardrails=[guardrail()])
def bash(command: str) -> str:
    """Run a command."""
    ran.append(command)
    return "ran"


class Fake(Model):
    """Asks for the command, then is done."""

    async def get_response(self, system_instructions, input, *args, **kwargs):
        """Answer one turn."""
        results = [item for item in input if isinstance(item, dict) and item.get("type") == "function_call_output"]
        if results:
            said.extend(str(item["output"]) for item in results)
            text = ResponseOutputText(text="done", type="output_text", annotations=[])
            output = ResponseOutputMessage(id="m", content=[text], role="assistant", status="completed", type="message")
        else:
            arguments = json.dumps({"command": sys.argv[1]})
            output = ResponseFunctionToolCall(
                arguments=arguments, call_id="1", name="bash", type="function_call", id="f"
            )
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *args, **kwargs):
        """Not used."""
        raise NotImplementedError


asyncio.run(Runner.run(Agent(name="a", model=Fake(), tools=[bash]), "go"))
print(json.dumps({"ran": len(ran), "of": 1, "said": said}))
