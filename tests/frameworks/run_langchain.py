"""An agent of LangChain, sync and async, and a graph with a ToolNode, whose model asks for one command."""

# mypy: ignore-errors

import asyncio
from itertools import count

from harness import COMMAND, bash, example, report
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.graph import START, MessagesState, StateGraph

CALL = {"name": "bash", "args": {"command": COMMAND}, "type": "tool_call"}


class Model(GenericFakeChatModel):
    """A model with tools."""

    def bind_tools(self, tools, **kwargs):
        """Take the tools."""
        return self


def turns():
    """Ask for the command, then be done, and again."""
    for number in count():
        yield AIMessage("", tool_calls=[{**CALL, "id": str(number)}])
        yield AIMessage("done")


page = example("LangChain, LangGraph", model=Model(messages=turns()), bash=bash)
graph = StateGraph(MessagesState).add_node("tools", page.node).add_edge(START, "tools").compile()
asked = {"messages": [("user", "go")]}
states = [
    page.agent.invoke(asked),
    asyncio.run(page.agent.ainvoke(asked)),
    graph.invoke({"messages": [AIMessage("", tool_calls=[{**CALL, "id": "g"}])]}),
    asyncio.run(graph.ainvoke({"messages": [AIMessage("", tool_calls=[{**CALL, "id": "h"}])]})),
]
report(4, [message.content for each in states for message in each["messages"] if isinstance(message, ToolMessage)])
