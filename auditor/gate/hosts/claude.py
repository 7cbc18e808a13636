"""Claude Code, and the hosts that took over its hook format: Qwen Code, iFlow, VS Code's local hooks.

https://code.claude.com/docs/en/hooks; QwenLM/qwen-code docs/users/features/hooks.md;
platform.iflow.cn/en/cli/examples/hooks; code.visualstudio.com docs/agents hooks reference.
"""

from __future__ import annotations

import json
from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.fields import call, text


def read(payload: dict[str, Any], agent: str = "claude") -> Call:
    """Read a PreToolUse payload."""
    return call(
        agent,
        text(payload, "session_id", "sessionId"),
        text(payload, "cwd"),
        payload.get("tool_name", payload.get("toolName")),
        payload.get("tool_input", payload.get("toolInput")),
    )


def read_qwen(payload: dict[str, Any]) -> Call:
    """Read Qwen Code's payload."""
    return read(payload, "qwen")


def read_iflow(payload: dict[str, Any]) -> Call:
    """Read iFlow's payload."""
    return read(payload, "iflow")


def read_vscode(payload: dict[str, Any]) -> Call:
    """Read VS Code's payload, in either spelling."""
    return read(payload, "vscode")


def deny(reason: str) -> Answer:
    """Deny as PreToolUse's own decision."""
    return denial(reason, _decision("deny", reason))


def ask(reason: str) -> Answer:
    """Put the call to the person."""
    return Answer(json.dumps(_decision("ask", reason)), "", 0)


def _decision(decision: str, reason: str) -> dict[str, object]:
    body = {
        "hookEventName": "PreToolUse",
        "permissionDecision": decision,
        "permissionDecisionReason": PREFIX + reason,
    }
    return {"hookSpecificOutput": body}
