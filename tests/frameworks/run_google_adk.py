"""An agent of Google ADK whose model asks for one command."""

# mypy: ignore-errors

import asyncio

from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai import types
from harness import COMMAND, bash, example, report

said = []


class Fake(BaseLlm):
    """Asks for the command, then is done."""

    async def generate_content_async(self, llm_request, stream=False):
        """Answer one turn."""
        parts = [part for content in llm_request.contents for part in content.parts or []]
        results = [part.function_response for part in parts if part.function_response]
        part = types.Part(function_call=types.FunctionCall(name="bash", args={"command": COMMAND}))
        if results:
            said.extend(result.response for result in results)
            part = types.Part(text="done")
        yield LlmResponse(content=types.Content(role="model", parts=[part]))


async def main():
    """Run the agent."""
    agent = example("Google ADK", model=Fake(model="fake"), bash=bash).agent
    runner = InMemoryRunner(agent, app_name="app")
    session = await runner.session_service.create_session(app_name="app", user_id="u")
    message = types.Content(role="user", parts=[types.Part(text="go")])
    async for _ in runner.run_async(user_id="u", session_id=session.id, new_message=message):
        pass


asyncio.run(main())
report(1, said)
