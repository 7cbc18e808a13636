"""The agent CLIs' hook protocols: a payload becomes a Call, and a decision becomes the host's own answer.

One file per family of hosts; `HOSTS` lists them all. A payload of an unknown host is told by its
shape (`recognise`), and answered with a denial that every host understands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.gate.calls import Answer, Call
from auditor.gate.hosts import claude, cline, codex, copilot, crush, cursor, gemini, openhands, windsurf
from auditor.gate.hosts.answers import universal

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Host:
    """One agent CLI: how its payload is read and how it is answered. `asks` is whether it honours a question."""

    name: str
    read: Callable[[Payload], Call]
    deny: Callable[[str], Answer]
    ask: Callable[[str], Answer]

    @property
    def asks(self) -> bool:
        """Whether `review` can be put to the person."""
        return self.ask is not self.deny


HOSTS: dict[str, Host] = {
    host.name: host
    for host in (
        Host("claude", claude.read, claude.deny, claude.ask),
        Host("codex", codex.read, codex.deny, codex.deny),
        Host("gemini", gemini.read, gemini.deny, gemini.deny),
        Host("qwen", claude.read_qwen, claude.deny, claude.ask),
        Host("iflow", claude.read_iflow, claude.deny, claude.deny),
        Host("copilot", copilot.read, copilot.deny, copilot.ask),
        Host("vscode", claude.read_vscode, claude.deny, claude.ask),
        Host("cursor", cursor.read, cursor.deny, cursor.ask),
        Host("windsurf", windsurf.read, windsurf.deny, windsurf.deny),
        Host("cline", cline.read, cline.deny, cline.deny),
        Host("crush", crush.read, crush.deny, crush.deny),
        Host("kiro", crush.read_kiro, crush.deny_kiro, crush.deny_kiro),
        Host("opencode", crush.read_opencode, crush.deny, crush.deny),
        Host("openhands", openhands.read, openhands.deny, openhands.deny),
    )
}
GUARD = Host("guard", openhands.read_guard, openhands.deny, openhands.deny)
"""What `auditor.guard` sends: the frameworks' calls."""
UNKNOWN = Host("unknown", claude.read, universal, universal)


def named(agent: str) -> Host | None:
    """Give a host by its name."""
    return GUARD if agent == GUARD.name else HOSTS.get(agent)


def recognise(payload: Payload) -> Host:
    """Tell the host by the shape of its payload; `UNKNOWN` where nothing fits."""
    shapes = (
        ("toolArgs" in payload, "copilot"),
        ("clineVersion" in payload or "tool_call" in payload or "preToolUse" in payload, "cline"),
        ("agent_action_name" in payload, "windsurf"),
        ("conversation_id" in payload and "generation_id" in payload, "cursor"),
        (payload.get("hook_event_name") == "BeforeTool", "gemini"),
        (payload.get("event_type") == "PreToolUse", "openhands"),
        (payload.get("event") == "PreToolUse", "crush"),
        ("callID" in payload and "sessionID" in payload, "opencode"),
        ("turn_id" in payload and "model" in payload, "codex"),
        ("hookEventName" in payload, "vscode"),
        ("hook_event_name" in payload and "tool_name" in payload, "claude"),
    )
    return next((HOSTS[name] for fits, name in shapes if fits), UNKNOWN)
