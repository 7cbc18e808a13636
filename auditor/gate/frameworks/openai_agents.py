"""OpenAI Agents SDK: a tool input guardrail.

>>> @function_tool(tool_input_guardrails=[guardrail()])
... def bash(command: str) -> str: ...
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from auditor.gate.guarding import Gate


def guardrail(gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give a guardrail that rejects what the gate denies, and tells the model why."""
    from agents import (  # type: ignore[import-not-found]
        ToolGuardrailFunctionOutput,
        ToolInputGuardrail,
    )

    asking = gate or Gate()

    async def judge(data: Any) -> Any:  # noqa: ANN401
        name, text = data.context.tool_name, data.context.tool_arguments
        arguments = json.loads(text) if text else {}
        judgement = await asyncio.to_thread(asking.judge, name, arguments)
        if judgement.is_allowed:
            return ToolGuardrailFunctionOutput.allow()
        return ToolGuardrailFunctionOutput.reject_content(judgement.reason)

    return ToolInputGuardrail(guardrail_function=judge, name="auditor")
