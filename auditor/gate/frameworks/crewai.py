"""CrewAI: hooks before and after every tool call, of all crews of the process.

>>> register()
... crew.kickoff()
"""

from __future__ import annotations

import json
from typing import Any

from auditor.gate.guarding import Gate

_MOST_KEPT = 1_000


def register(gate: Gate | None = None) -> None:
    """Judge every tool call from now on; the reason of a denial becomes the tool's result."""
    from crewai.hooks import (  # type: ignore[import-not-found]
        register_after_tool_call_hook,
        register_before_tool_call_hook,
    )

    asking = gate or Gate()
    reasons: dict[str, str] = {}

    def before(context: Any) -> bool | None:  # noqa: ANN401
        try:
            judgement = asking.judge(context.tool_name, context.tool_input or {})
            if judgement.is_allowed:
                return None
            if len(reasons) < _MOST_KEPT:
                reasons[_key(context)] = judgement.reason
        except Exception:  # the framework swallows it, and makes the call
            return False
        return False

    def after(context: Any) -> str | None:  # noqa: ANN401
        """Give the reason in place of the framework's "blocked by hook"; nothing ran."""
        return reasons.pop(_key(context), None)

    register_before_tool_call_hook(before)
    register_after_tool_call_hook(after)


def _key(context: Any) -> str:  # noqa: ANN401
    return json.dumps([context.tool_name, context.tool_input], sort_keys=True, default=str)
