"""Gemini CLI: BeforeTool; google-gemini/gemini-cli docs/hooks/reference.md.

Its runner reads standard output as JSON first, whatever the exit status says.
"""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts import claude
from auditor.gate.hosts.answers import PREFIX, denial


def read(payload: dict[str, Any]) -> Call:
    """Read a BeforeTool payload."""
    return claude.read(payload, "gemini")


def deny(reason: str) -> Answer:
    """Deny with the decision that the runner reads."""
    return denial(reason, {"decision": "deny", "reason": PREFIX + reason})
