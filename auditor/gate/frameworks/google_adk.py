"""Google ADK: a callback before every tool.

>>> agent = LlmAgent(name="a", model=model, tools=[bash], before_tool_callback=before_tool_callback())
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from auditor.gate.guarding import Gate


def before_tool_callback(gate: Gate | None = None) -> Callable[..., Awaitable[dict[str, str] | None]]:
    """Give a callback whose answer takes the place of a denied call's result."""
    asking = gate or Gate()

    async def judge(tool: Any, args: dict[str, Any], tool_context: Any) -> dict[str, str] | None:  # noqa: ANN401
        judgement = await asyncio.to_thread(asking.judge, tool.name, args)
        return None if judgement.is_allowed else {"error": judgement.reason}

    return judge
