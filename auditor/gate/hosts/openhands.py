"""OpenHands: `.openhands/hooks.json`, event_type PreToolUse; exit status 2 or a decision blocks."""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.fields import call, text


def read(payload: dict[str, Any], agent: str = "openhands") -> Call:
    """Read a PreToolUse payload."""
    return call(
        agent,
        text(payload, "session_id"),
        text(payload, "working_dir", "cwd"),
        payload.get("tool_name"),
        payload.get("tool_input"),
    )


def read_guard(payload: dict[str, Any]) -> Call:
    """Read what `auditor.guard` sends, in OpenHands' shape."""
    return read(payload, "guard")


def deny(reason: str) -> Answer:
    """Deny with a decision."""
    return denial(reason, {"decision": "deny", "reason": PREFIX + reason})
