"""Answers that several hosts share, and the one that all of them take for a denial."""

from __future__ import annotations

import json

from auditor.gate.calls import Answer

PREFIX = "auditor: "


def denial(reason: str, body: dict[str, object]) -> Answer:
    """Give a denial: the host's own object, the reason on standard error, and exit status 2."""
    return Answer(json.dumps(body), PREFIX + reason + "\n", 2)


def universal(reason: str) -> Answer:
    """Give a denial that holds every dialect, for a caller that is not known."""
    text = PREFIX + reason
    decision = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": text}
    return denial(
        reason,
        {
            "decision": "deny",
            "reason": text,
            "permission": "deny",
            "permissionDecision": "deny",
            "permissionDecisionReason": text,
            "cancel": True,
            "errorMessage": text,
            "hookSpecificOutput": decision,
        },
    )
