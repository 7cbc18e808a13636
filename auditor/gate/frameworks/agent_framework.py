"""Microsoft Agent Framework: a function middleware.

>>> agent = Agent(client=client, tools=[bash], middleware=[middleware()])
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from auditor.gate.guarding import Gate


def middleware(gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give a middleware that puts the reason in the place of a denied call's result."""
    from agent_framework import FunctionMiddleware  # type: ignore[import-not-found]

    asking = gate or Gate()

    class AuditorMiddleware(FunctionMiddleware):  # type: ignore[misc]
        """Judges a function call, then makes it."""

        async def process(self, context: Any, call_next: Callable[[], Awaitable[None]]) -> None:  # noqa: ANN401
            """Judge one call."""
            given = context.arguments
            arguments = given.model_dump() if hasattr(given, "model_dump") else dict(given)
            judgement = await asyncio.to_thread(asking.judge, context.function.name, arguments)
            if judgement.is_allowed:
                await call_next()
            else:
                context.result = judgement.reason

    return AuditorMiddleware()
