"""Crush, Kiro and OpenCode: flat payloads.

Sources: charmbracelet/crush docs/hooks, kiro.dev/docs/cli/v3/hooks, @opencode-ai/plugin.

OpenCode has plugins instead of hooks: the shim that `auditor install opencode` writes sends
`{sessionID, callID, tool, args, cwd}` and throws on a denial.
"""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts import claude
from auditor.gate.hosts.answers import PREFIX, denial
from auditor.gate.hosts.fields import call, text


def read(payload: dict[str, Any]) -> Call:
    """Read Crush's payload."""
    return claude.read(payload, "crush")


def read_kiro(payload: dict[str, Any]) -> Call:
    """Read Kiro's payload."""
    return claude.read(payload, "kiro")


def read_opencode(payload: dict[str, Any]) -> Call:
    """Read what the OpenCode shim sends."""
    return call("opencode", text(payload, "sessionID"), text(payload, "cwd"), payload.get("tool"), payload.get("args"))


def deny(reason: str) -> Answer:
    """Deny with the decision that these hosts read."""
    return denial(reason, {"decision": "deny", "reason": PREFIX + reason})


def deny_kiro(reason: str) -> Answer:
    """Deny by exit status; the reason on standard error goes to the model."""
    return Answer("", PREFIX + reason + "\n", 2)
