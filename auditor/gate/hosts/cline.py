"""Cline: PreToolUse scripts; only `cancel` blocks, exit statuses do not. cline/cline sdk/examples/hooks."""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.fields import call, root, text


def read(payload: dict[str, Any]) -> Call:
    """Read the CLI's payload (`tool_call`) or the extension's (`preToolUse` with parameters that are strings)."""
    full, before = payload.get("tool_call"), payload.get("preToolUse")
    tool: object = None
    arguments: object = None
    if isinstance(full, dict):
        tool, arguments = full.get("name"), full.get("input")
    elif isinstance(before, dict):
        tool, arguments = before.get("toolName"), before.get("parameters")
    return call("cline", text(payload, "taskId"), root(payload, "workspaceRoots"), tool, arguments)


def deny(reason: str) -> Answer:
    """Cancel the call."""
    return denial(reason, {"cancel": True, "errorMessage": PREFIX + reason})
