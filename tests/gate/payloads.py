"""Payloads as each host's documentation shows them, with a place for the tool call.

`command`, `write` and `edit` give what the host sends before a shell command, a file written and a
piece of a file replaced; None where the host's hooks never see such a call.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one host tells of its tool calls."""

    command: Callable[[str], Payload]
    write: Callable[[str, str], Payload] | None
    edit: Callable[[str, str, str], Payload] | None


def _claude(tool: str, arguments: Payload) -> Payload:
    return {
        "session_id": "5f1b", "transcript_path": "/home/u/.claude/projects/-w/5f1b.jsonl", "cwd": "/w",
        "prompt_id": "7a", "permission_mode": "default", "effort": {"level": "medium"},
        "hook_event_name": "PreToolUse", "tool_name": tool, "tool_input": arguments, "tool_use_id": "toolu_01",
    }  # fmt: skip


def _codex(tool: str, arguments: Payload) -> Payload:
    return {
        "session_id": "0199", "turn_id": "1", "transcript_path": None, "cwd": "/w", "hook_event_name": "PreToolUse",
        "model": "mock", "permission_mode": "bypassPermissions", "tool_name": tool, "tool_input": arguments,
        "tool_use_id": "call_1",
    }  # fmt: skip


def _gemini(tool: str, arguments: Payload) -> Payload:
    return {
        "session_id": "g1", "transcript_path": "/home/u/.gemini/tmp/x", "cwd": "/w", "hook_event_name": "BeforeTool",
        "timestamp": "2026-01-01T00:00:00Z", "tool_name": tool, "tool_input": arguments,
    }  # fmt: skip


def _qwen(tool: str, arguments: Payload) -> Payload:
    return {**_claude(tool, arguments), "session_id": "q1", "timestamp": "2026-01-01T00:00:00Z"}


def _iflow(tool: str, arguments: Payload) -> Payload:
    return {
        "session_id": "i1",
        "cwd": "/w",
        "hook_event_name": "PreToolUse",
        "tool_name": tool,
        "tool_input": arguments,
    }


def _copilot(tool: str, arguments: Payload) -> Payload:
    return {"sessionId": "c1", "timestamp": 1_767_225_600_000, "cwd": "/w", "toolName": tool, "toolArgs": arguments}


def _vscode(tool: str, arguments: Payload) -> Payload:
    return {
        "timestamp": "2026-01-01T00:00:00Z", "cwd": "/w", "sessionId": "v1", "hookEventName": "PreToolUse",
        "transcript_path": "/t", "tool_name": tool, "tool_input": arguments, "tool_use_id": "1",
    }  # fmt: skip


def _cursor(rest: Payload) -> Payload:
    return {
        "conversation_id": "k1", "generation_id": "g", "model": "m", "cursor_version": "2.1",
        "workspace_roots": ["/w"], **rest,
    }  # fmt: skip


def _windsurf(event: str, information: Payload) -> Payload:
    return {
        "agent_action_name": event, "trajectory_id": "w1", "execution_id": "e", "timestamp": "2026-01-01T00:00:00Z",
        "tool_info": information,
    }  # fmt: skip


def _cline(tool: str, arguments: Payload) -> Payload:
    return {
        "clineVersion": "3.0.65", "hookName": "tool_call", "timestamp": "1", "taskId": "t1", "workspaceRoots": ["/w"],
        "iteration": 1, "tool_call": {"id": "1", "name": tool, "input": arguments},
        "preToolUse": {"toolName": tool, "parameters": {key: json.dumps(value) for key, value in arguments.items()}},
    }  # fmt: skip


def _crush(tool: str, arguments: Payload) -> Payload:
    return {"event": "PreToolUse", "session_id": "r1", "cwd": "/w", "tool_name": tool, "tool_input": arguments}


def _kiro(tool: str, arguments: Payload) -> Payload:
    return {"hook_event_name": "preToolUse", "cwd": "/w", "tool_name": tool, "tool_input": arguments}


def _opencode(tool: str, arguments: Payload) -> Payload:
    return {"sessionID": "o1", "callID": "c", "tool": tool, "args": arguments, "cwd": "/w"}


def _openhands(tool: str, arguments: Payload) -> Payload:
    return {
        "event_type": "PreToolUse", "tool_name": tool, "tool_input": arguments, "session_id": "h1",
        "working_dir": "/w", "metadata": {},
    }  # fmt: skip


SHAPES: dict[str, Shape] = {
    "claude": Shape(
        lambda text: _claude("Bash", {"command": text, "description": "go"}),
        lambda path, text: _claude("Write", {"file_path": path, "content": text}),
        lambda path, old, new: _claude("Edit", {"file_path": path, "old_string": old, "new_string": new}),
    ),
    "codex": Shape(
        lambda text: _codex("Bash", {"command": text}),
        lambda path, text: _codex("apply_patch", {"command": _added(path, text)}),
        lambda path, old, new: _codex("apply_patch", {"command": _changed(path, old, new)}),
    ),
    "gemini": Shape(
        lambda text: _gemini("run_shell_command", {"command": text, "description": "go"}),
        lambda path, text: _gemini("write_file", {"file_path": path, "content": text}),
        lambda path, old, new: _gemini(
            "replace", {"file_path": path, "instruction": "i", "old_string": old, "new_string": new}
        ),
    ),
    "qwen": Shape(
        lambda text: _qwen("run_shell_command", {"command": text, "is_background": False, "description": "go"}),
        lambda path, text: _qwen("write_file", {"file_path": path, "content": text}),
        lambda path, old, new: _qwen("edit", {"file_path": path, "old_string": old, "new_string": new}),
    ),
    "iflow": Shape(
        lambda text: _iflow("run_shell_command", {"command": text}),
        lambda path, text: _iflow("write_file", {"file_path": path, "content": text}),
        lambda path, old, new: _iflow("replace", {"file_path": path, "old_string": old, "new_string": new}),
    ),
    "copilot": Shape(
        lambda text: _copilot("bash", {"command": text, "description": "go"}),
        lambda path, text: _copilot("create", {"path": path, "file_text": text}),
        lambda path, old, new: _copilot("edit", {"path": path, "old_str": old, "new_str": new}),
    ),
    "vscode": Shape(
        lambda text: _vscode("run_in_terminal", {"command": text, "explanation": "go", "isBackground": False}),
        lambda path, text: _vscode("create_file", {"filePath": path, "content": text}),
        lambda path, old, new: _vscode(
            "replace_string_in_file", {"filePath": path, "oldString": old, "newString": new}
        ),
    ),
    "cursor": Shape(
        lambda text: _cursor({"hook_event_name": "beforeShellExecution", "command": text, "cwd": "/w"}),
        lambda path, text: _cursor(
            {"hook_event_name": "preToolUse", "tool_name": "Write", "tool_input": {"file_path": path, "content": text}}
        ),
        lambda path, old, new: _cursor(
            {
                "hook_event_name": "preToolUse", "tool_name": "StrReplace",
                "tool_input": {"path": path, "old_string": old, "new_string": new},
            }
        ),
    ),
    "windsurf": Shape(
        lambda text: _windsurf("pre_run_command", {"command_line": text, "cwd": "/w"}),
        lambda path, text: _windsurf(
            "pre_write_code", {"file_path": path, "edits": [{"old_string": "", "new_string": text}]}
        ),
        lambda path, old, new: _windsurf(
            "pre_write_code", {"file_path": path, "edits": [{"old_string": old, "new_string": new}]}
        ),
    ),
    "cline": Shape(
        lambda text: _cline("run_commands", {"commands": [text]}),
        lambda path, text: _cline("write_to_file", {"path": path, "content": text}),
        lambda path, old, new: _cline(
            "replace_in_file",
            {"path": path, "diff": f"------- SEARCH\n{old}\n=======\n{new}\n+++++++ REPLACE\n"},
        ),
    ),
    "crush": Shape(
        lambda text: _crush("bash", {"command": text}),
        lambda path, text: _crush("write", {"file_path": path, "content": text}),
        lambda path, old, new: _crush(
            "multiedit", {"file_path": path, "edits": [{"old_string": old, "new_string": new}]}
        ),
    ),
    "kiro": Shape(
        lambda text: _kiro("execute_bash", {"command": text}),
        lambda path, text: _kiro("fs_write", {"command": "create", "path": path, "file_text": text}),
        lambda path, old, new: _kiro(
            "fs_write", {"command": "str_replace", "path": path, "old_str": old, "new_str": new}
        ),
    ),
    "opencode": Shape(
        lambda text: _opencode("bash", {"command": text, "description": "go"}),
        lambda path, text: _opencode("write", {"filePath": path, "content": text}),
        lambda path, old, new: _opencode("edit", {"filePath": path, "oldString": old, "newString": new}),
    ),
    "openhands": Shape(
        lambda text: _openhands("terminal", {"command": text}),
        lambda path, text: _openhands("file_editor", {"command": "create", "path": path, "file_text": text}),
        lambda path, old, new: _openhands(
            "file_editor", {"command": "str_replace", "path": path, "old_str": old, "new_str": new}
        ),
    ),
}  # fmt: skip


def _added(path: str, text: str) -> str:
    body = "\n".join("+" + line for line in text.split("\n"))
    return f"*** Begin Patch\n*** Add File: {path}\n{body}\n*** End Patch\n"


def _changed(path: str, old: str, new: str) -> str:
    return f"*** Begin Patch\n*** Update File: {path}\n@@\n-{old}\n+{new}\n*** End Patch\n"
