"""OpenHands: `.openhands/hooks.json`, event_type PreToolUse; exit status 2 or a decision blocks."""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.tools import acts_of


def read(payload: dict[str, Any]) -> Call:
    """Read a PreToolUse payload."""
    tool, arguments = payload.get("tool_name"), payload.get("tool_input")
    return Call(
        agent="openhands",
        session=str(payload.get("session_id", "")),
        directory=str(payload.get("working_dir", payload.get("cwd", ""))),
        tool=str(tool or ""),
        acts=acts_of(str(tool or ""), arguments),
        is_understood=isinstance(tool, str) and isinstance(arguments, dict),
    )


def deny(reason: str) -> Answer:
    """Deny with a decision."""
    return denial(reason, {"decision": "deny", "reason": PREFIX + reason})
