"""Windsurf Cascade: pre-events; only exit status 2 blocks (docs.windsurf.com/windsurf/cascade/hooks)."""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call, Unclear
from auditor.gate.hosts.answers import PREFIX
from auditor.gate.hosts.fields import call, text


def read(payload: dict[str, Any]) -> Call:
    """Read a pre-event."""
    details = payload.get("tool_info")
    if not isinstance(details, dict):
        raise Unclear("the payload holds no tool_info")
    event = text(payload, "agent_action_name")
    tool = text(details, "mcp_tool_name") or event
    arguments = details.get("mcp_tool_arguments", details)
    if event == "pre_run_command" and not isinstance(details.get("command_line"), str):
        raise Unclear("the command is missing")
    return call("windsurf", text(payload, "trajectory_id"), text(details, "cwd"), tool, arguments)


def deny(reason: str) -> Answer:
    """Deny by exit status, with the reason where the person and the model see it."""
    return Answer("", PREFIX + reason + "\n", 2)
