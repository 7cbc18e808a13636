"""Cursor: beforeShellExecution, beforeMCPExecution, preToolUse; cursor.com/docs/agent/hooks."""

from __future__ import annotations

import json
from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.fields import call, root, text


def read(payload: dict[str, Any]) -> Call:
    """Read any of its before-events."""
    event = text(payload, "hook_event_name")
    tool: object = payload.get("tool_name") or event
    arguments: object = payload.get("tool_input")
    if event == "beforeShellExecution" or (not payload.get("tool_name") and "command" in payload):
        tool, arguments = "shell", {"command": payload.get("command")}
    elif event in {"beforeReadFile", "beforeSubmitPrompt", "afterFileEdit"}:
        arguments = {"file_path": payload.get("file_path"), "edits": payload.get("edits")}
    directory = text(payload, "cwd") or root(payload, "workspace_roots")
    return call("cursor", text(payload, "conversation_id"), directory, tool, arguments)


def deny(reason: str) -> Answer:
    """Deny in the spellings of old and new builds."""
    return denial(reason, _permission("deny", reason))


def ask(reason: str) -> Answer:
    """Put the call to the person."""
    return Answer(json.dumps(_permission("ask", reason)), "", 0)


def _permission(permission: str, reason: str) -> dict[str, object]:
    text = PREFIX + reason
    return {
        "permission": permission,
        "user_message": text,
        "agent_message": text,
        "userMessage": text,
        "agentMessage": text,
    }
