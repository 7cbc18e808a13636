"""LangChain and LangGraph: a middleware for `create_agent`, and `wrap_tool_call` for a `ToolNode`.

>>> agent = create_agent(model, tools, middleware=[middleware()])
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from auditor.gate.guarding import Gate


def middleware(gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give a middleware that judges every tool call, sync and async."""
    from langchain.agents.middleware import AgentMiddleware  # type: ignore[import-not-found]

    asking = gate or Gate()

    class AuditorMiddleware(AgentMiddleware):  # type: ignore[misc]
        """Answers a denied call with the reason, as the tool's error."""

        def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:  # noqa: ANN401
            """Judge a call, then make it."""
            return _denied(asking, request) or handler(request)

        async def awrap_tool_call(self, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401
            """Judge a call without blocking the loop, then make it."""
            import asyncio

            return await asyncio.to_thread(_denied, asking, request) or await handler(request)

    return AuditorMiddleware()


def wrap_tool_call(gate: Gate | None = None) -> Callable[[Any, Callable[[Any], Any]], Any]:
    """Give the function that `ToolNode(tools, wrap_tool_call=…)` takes."""
    asking = gate or Gate()

    def wrap(request: Any, handler: Callable[[Any], Any]) -> Any:  # noqa: ANN401
        return _denied(asking, request) or handler(request)

    return wrap


def _denied(gate: Gate, request: Any) -> Any:  # noqa: ANN401
    from langchain_core.messages import ToolMessage  # type: ignore[import-not-found]

    call = request.tool_call
    judgement = gate.judge(call["name"], call["args"])
    if judgement.is_allowed:
        return None
    return ToolMessage(judgement.reason, tool_call_id=call["id"], name=call["name"], status="error")
