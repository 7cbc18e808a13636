"""An agent whose model asks for one command; prints what ran and what the model was told."""

# ruff: noqa: ANN001, ANN003, ANN201
# mypy: ignore-errors

import asyncio
import json
import sys

from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage

from auditor.gate.frameworks.langchain import middleware

ran: list[str] = []


class Model(GenericFakeChatModel):
    """A model with tools."""

    def bind_tools(self, tools, **kwargs):
        """Take the tools."""
        return self


def bash(command: str) -> str:
    """Run a command."""
    ran.append(command)
    return "ran"


def agent():
    """Make an agent."""
    call = {"name": "bash", "args": {"command": sys.argv[1]}, "id": "1", "type": "tool_call"}
    messages = iter([AIMessage("", tool_calls=[call]), AIMessage("done")])
    return create_agent(Model(messages=messages), [bash], middleware=[middleware()])


state = agent().invoke({"messages": [("user", "go")]})
other = asyncio.run(agent().ainvoke({"messages": [("user", "go")]}))
said = [message.content for each in (state, other) for message in each["messages"] if isinstance(message, ToolMessage)]
print(json.dumps({"ran": len(ran), "of": 2, "said": said}))
