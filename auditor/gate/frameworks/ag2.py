"""AG2: a middleware around every tool call.

>>> agent = Agent("a", config=config, tools=[bash], middleware=[middleware()])
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from auditor.gate.guarding import Gate


def middleware(gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give a middleware that puts the reason in the place of a denied call's result."""
    from ag2.events import ToolResultEvent  # type: ignore[import-not-found]
    from ag2.middleware import BaseMiddleware, Middleware  # type: ignore[import-not-found]

    asking = gate or Gate()

    class AuditorMiddleware(BaseMiddleware):  # type: ignore[misc]
        """Judges a tool call, then makes it."""

        async def on_tool_execution(self, call_next: Any, event: Any, context: Any) -> Any:  # noqa: ANN401
            """Judge one call."""
            arguments = json.loads(event.arguments or "{}")
            judgement = await asyncio.to_thread(asking.judge, event.name, arguments)
            if judgement.is_allowed:
                return await call_next(event, context)
            return ToolResultEvent.from_call(event, judgement.reason)

    return Middleware(AuditorMiddleware)
