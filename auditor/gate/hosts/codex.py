"""OpenAI Codex CLI: Claude's shapes with a strict parser; openai/codex codex-rs/hooks/src/schema.rs.

An allow must print nothing, and an ask is unsupported (the hook counts as failed and the command runs).
"""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Call
from auditor.gate.hosts import claude

deny = claude.deny


def read(payload: dict[str, Any]) -> Call:
    """Read a PreToolUse payload; shell tools are reported as `Bash`, patches as `apply_patch`."""
    return claude.read(payload, "codex")
