"""verl: its stateful tools, judged before they execute. A function tool takes `@guard` under `@function_tool`.

>>> @audited
... class BashTool(BaseTool): ...
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from auditor.gate.guarding import Gate


def audited(
    tool: Any = None,  # noqa: ANN401  (a class of the framework's tools)
    *,
    gate: Gate | None = None,
    penalty: float = 0.0,
) -> Any:  # noqa: ANN401
    """Decorate a subclass of BaseTool: a denied call is answered with its reason and rewarded with `penalty`."""
    if tool is None:
        return lambda each: audited(each, gate=gate, penalty=penalty)
    execute: Callable[..., Any] = tool.execute

    async def judged(self: Any, instance_id: str, parameters: dict[str, Any], **options: Any) -> Any:  # noqa: ANN401
        from verl.tools.schemas import ToolResponse  # type: ignore[import-not-found]

        trajectory = getattr(options.get("agent_data"), "request_id", None) or instance_id
        asking = gate or Gate(session=f"trajectory {trajectory}")
        judgement = await asyncio.to_thread(asking.judge, self.name, parameters)
        if judgement.is_allowed:
            return await execute(self, instance_id, parameters, **options)
        return ToolResponse(text=judgement.reason), penalty, {"auditor_denied": 1}

    tool.execute = judged
    return tool
