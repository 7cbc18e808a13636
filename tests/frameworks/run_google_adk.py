"""An agent whose model asks for one command; prints what ran and what the model was told."""

# ruff: noqa: ANN001, ANN201
# mypy: ignore-errors

import asyncio
import json
import sys

from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai import types

from auditor.gate.frameworks.google_adk import before_tool_callback

ran: list[str] = []
said: list[str] = []


def bash(command: str) -> dict:
    """Run a command."""
    ran.append(command)
    return {"result": "ran"}


class Fake(BaseLlm):
    """Asks for the command, then is done."""

    async def generate_content_async(self, llm_request, stream=False):
        """Answer one turn."""
        parts = [part for content in llm_request.contents for part in content.parts or []]
        results = [part.function_response for part in parts if part.function_response]
        part = types.Part(function_call=types.FunctionCall(name="bash", args={"command": sys.argv[1]}))
        if results:
            said.extend(json.dumps(result.response) for result in results)
            part = types.Part(text="done")
        yield LlmResponse(content=types.Content(role="model", parts=[part]))


async def main():
    """Run the agent."""
    agent = LlmAgent(name="a", model=Fake(model="fake"), tools=[bash], before_tool_callback=before_tool_callback())
    runner = InMemoryRunner(agent, app_name="app")
    session = await runner.session_service.create_session(app_name="app", user_id="u")
    message = types.Content(role="user", parts=[types.Part(text="go")])
    async for _ in runner.run_async(user_id="u", session_id=session.id, new_message=message):
        pass


asyncio.run(main())
print(json.dumps({"ran": len(ran), "of": 1, "said": said}))
