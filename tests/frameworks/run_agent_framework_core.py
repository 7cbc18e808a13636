"""An agent of Microsoft Agent Framework whose model asks for one command, with and without streaming."""

# mypy: ignore-errors

import asyncio

from agent_framework import BaseChatClient, ChatResponse, ChatResponseUpdate, Content, FunctionInvocationLayer, Message
from harness import COMMAND, bash, example, report

said = []


class Fake(FunctionInvocationLayer, BaseChatClient):
    """Asks for the command, then is done."""

    def _inner_get_response(self, *, messages, stream, options, **kwargs):
        results = [part for each in messages for part in each.contents if part.type == "function_result"]
        said.extend(part.result for part in results)
        call = Content.from_function_call("1", "bash", arguments={"command": COMMAND})
        contents = [Content.from_text("done")] if results else [call]

        async def answer():
            return ChatResponse(messages=[Message("assistant", contents)])

        async def updates():
            yield ChatResponseUpdate(role="assistant", contents=contents)

        return self._build_response_stream(updates()) if stream else answer()


async def main():
    """Run the agent."""
    agent = example("Microsoft Agent Framework", model=Fake(), bash=bash).agent
    await agent.run("go")
    async for _ in agent.run("go", stream=True):
        pass


asyncio.run(main())
report(2, said)
