"""An agent of the OpenAI Agents SDK whose model asks for one command."""

# mypy: ignore-errors

import asyncio
import json

from agents import Model, ModelResponse, Runner, Usage, set_tracing_disabled
from harness import COMMAND, bash, example, report
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

set_tracing_disabled(True)
said = []


class Fake(Model):
    """Asks for the command, then is done."""

    async def get_response(self, system_instructions, input, *args, **kwargs):  # noqa: A002
        """Answer one turn."""
        results = [item for item in input if isinstance(item, dict) and item.get("type") == "function_call_output"]
        if results:
            said.extend(item["output"] for item in results)
            text = ResponseOutputText(text="done", type="output_text", annotations=[])
            output = ResponseOutputMessage(id="m", content=[text], role="assistant", status="completed", type="message")
        else:
            output = ResponseFunctionToolCall(
                arguments=json.dumps({"command": COMMAND}), call_id="1", name="bash", type="function_call", id="f"
            )
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *args, **kwargs):
        """Not used."""
        raise NotImplementedError


asyncio.run(Runner.run(example("OpenAI Agents SDK", model=Fake(), bash=bash).agent, "go"))
report(1, said)
