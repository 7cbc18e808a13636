"""Windsurf Cascade: pre-events; only exit status 2 blocks (docs.windsurf.com/windsurf/cascade/hooks)."""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX
from auditor.gate.hosts.tools import acts_of


def read(payload: dict[str, Any]) -> Call:
    """Read a pre-event."""
    information = payload.get("tool_info")
    details = information if isinstance(information, dict) else {}
    tool = str(details.get("mcp_tool_name") or payload.get("agent_action_name", ""))
    arguments = details.get("mcp_tool_arguments", details)
    return Call(
        agent="windsurf",
        session=str(payload.get("trajectory_id", "")),
        directory=str(details.get("cwd", "")),
        tool=tool,
        acts=acts_of(tool, arguments),
        is_understood=isinstance(information, dict),
    )


def deny(reason: str) -> Answer:
    """Deny by exit status, with the reason where the person and the model see it."""
    return Answer("", PREFIX + reason + "\n", 2)
