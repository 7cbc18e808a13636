"""Cline: PreToolUse scripts; only `cancel` blocks, exit statuses do not. cline/cline sdk/examples/hooks."""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.tools import acts_of


def read(payload: dict[str, Any]) -> Call:
    """Read the CLI's payload (`tool_call`) or the extension's (`preToolUse` with parameters that are strings)."""
    call = payload.get("tool_call")
    before = payload.get("preToolUse")
    if isinstance(call, dict):
        tool, arguments = call.get("name"), call.get("input")
    elif isinstance(before, dict):
        tool, arguments = before.get("toolName"), before.get("parameters")
    else:
        tool, arguments = None, None
    roots = payload.get("workspaceRoots")
    root = roots[0] if isinstance(roots, list) and roots and isinstance(roots[0], str) else ""
    return Call(
        agent="cline",
        session=str(payload.get("taskId", "")),
        directory=root,
        tool=str(tool or ""),
        acts=acts_of(str(tool or ""), arguments),
        is_understood=isinstance(tool, str) and isinstance(arguments, dict | str),
    )


def deny(reason: str) -> Answer:
    """Cancel the call."""
    return denial(reason, {"cancel": True, "errorMessage": PREFIX + reason})
