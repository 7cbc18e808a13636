"""GitHub Copilot CLI and cloud agent: two payloads, told by their spelling (docs.github.com, hooks reference)."""

from __future__ import annotations

import json
from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts import claude
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.fields import call, text


def read(payload: dict[str, Any]) -> Call:
    """Read a preToolUse payload (camelCase) or a PreToolUse one (Claude's)."""
    if "toolArgs" not in payload:
        return claude.read(payload, "copilot")
    return call(
        "copilot", text(payload, "sessionId"), text(payload, "cwd"), payload.get("toolName"), payload.get("toolArgs")
    )


def deny(reason: str) -> Answer:
    """Deny in both spellings."""
    return denial(reason, _decision("deny", reason))


def ask(reason: str) -> Answer:
    """Put the call to the person; the cloud agent and headless runs take it for a denial."""
    return Answer(json.dumps(_decision("ask", reason)), "", 0)


def _decision(decision: str, reason: str) -> dict[str, object]:
    text = PREFIX + reason
    inner = {"hookEventName": "PreToolUse", "permissionDecision": decision, "permissionDecisionReason": text}
    return {"permissionDecision": decision, "permissionDecisionReason": text, "hookSpecificOutput": inner}
