"""What all payloads have in common: text fields of which the first that is text counts, and a Call made of them.

Takes the host's JSON object; raises Unclear where the tool or its arguments are missing.
"""

from __future__ import annotations

from typing import Any

from auditor.gate.calls import Call, Unclear
from auditor.gate.hosts.tools import acts_of, decoded


def text(payload: dict[str, Any], *names: str) -> str:
    """Give the first field that is text; the empty text where none is."""
    return next((payload[name] for name in names if isinstance(payload.get(name), str)), "")


def root(payload: dict[str, Any], name: str) -> str:
    """Give the first of a list of folders."""
    roots = payload.get(name)
    return roots[0] if isinstance(roots, list) and roots and isinstance(roots[0], str) else ""


def call(agent: str, session: str, directory: str, tool: object, arguments: object) -> Call:
    """Make a Call of a tool's name and arguments."""
    if not isinstance(tool, str) or not tool:
        raise Unclear("the payload names no tool")
    if not isinstance(arguments, dict | str | list):
        raise Unclear("the payload holds no tool arguments")
    return Call(
        agent=agent,
        session=session,
        directory=directory if directory.startswith("/") else "",
        tool=tool,
        acts=acts_of(tool, arguments),
        is_unsandboxed=_is_unsandboxed(decoded(arguments) if isinstance(arguments, str) else arguments),
    )


def _is_unsandboxed(arguments: object) -> bool:
    """Whether the arguments, or those of a call within, ask the host to leave its sandbox (Claude Code; Codex)."""
    if isinstance(arguments, list):
        return any(map(_is_unsandboxed, arguments))
    if not isinstance(arguments, dict):
        return False
    return any(_is_unsandboxed(each) for each in arguments.values() if isinstance(each, dict | list)) or (
        arguments.get("dangerouslyDisableSandbox") is True
        or arguments.get("with_escalated_permissions") is True
        or arguments.get("sandbox_permissions") in ("require_escalated", "danger-full-access")
        or arguments.get("disable_sandbox") is True
    )
