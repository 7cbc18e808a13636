"""Pydantic AI: a capability that judges every tool call.

>>> agent = Agent(model, capabilities=[capability()])
"""

from __future__ import annotations

import asyncio
from typing import Any

from auditor.gate.guarding import Gate


def capability(gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give a capability that skips what the gate denies; the reason becomes the tool's result."""
    from pydantic_ai.capabilities import Hooks  # type: ignore[import-not-found]
    from pydantic_ai.exceptions import SkipToolExecution  # type: ignore[import-not-found]

    asking = gate or Gate()
    hooks = Hooks()

    @hooks.on.before_tool_execute  # type: ignore[untyped-decorator]
    async def judge(context: Any, *, call: Any, tool_def: Any, args: Any) -> Any:  # noqa: ANN401
        arguments = args if isinstance(args, dict) else {"arguments": args}
        judgement = await asyncio.to_thread(asking.judge, call.tool_name, arguments)
        if not judgement.is_allowed:
            raise SkipToolExecution(judgement.reason)
        return args

    return hooks
