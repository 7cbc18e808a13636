"""Cursor: beforeShellExecution, beforeMCPExecution, preToolUse; cursor.com/docs/agent/hooks."""

from __future__ import annotations

import json
from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.tools import acts_of


def read(payload: dict[str, Any]) -> Call:
    """Read any of its before-events."""
    event = str(payload.get("hook_event_name", ""))
    roots = payload.get("workspace_roots")
    root = roots[0] if isinstance(roots, list) and roots and isinstance(roots[0], str) else ""
    tool, arguments = str(payload.get("tool_name", "")), payload.get("tool_input")
    if event == "beforeShellExecution" or (not tool and isinstance(payload.get("command"), str)):
        tool, arguments = "shell", {"command": payload.get("command")}
    elif event == "afterFileEdit":
        arguments = {"file_path": payload.get("file_path"), "edits": payload.get("edits")}
    return Call(
        agent="cursor",
        session=str(payload.get("conversation_id", "")),
        directory=str(payload.get("cwd") or root),
        tool=tool or event,
        acts=acts_of(tool, arguments),
        is_understood=isinstance(arguments, dict | str) or event == "beforeReadFile",
    )


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
