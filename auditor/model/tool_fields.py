"""The names that tools give to their arguments: where a call holds a command, code, a path, a text, an edit.

Values only, for the two that read calls: the gate, before a call is made, and the intake of trajectories, after.
Facts of the tools' own schemas (Claude Code, Codex, Gemini, Qwen, Copilot, Cline, OpenHands, SWE-agent, Terminus,
Cursor, Windsurf) and of common MCP servers; in order of preference where a call holds several.
"""

from __future__ import annotations

COMMANDS = (
    "command", "cmd", "commands", "script", "keystrokes", "bash_command", "shell_command", "command_line",
    "commandLine", "CommandLine",
)  # fmt: skip
"""A command line, several, or an argv."""

CODES = ("code", "source", "source_code", "python_code", "python", "program", "snippet", "cell")
"""A program in a language that another field or the tool's name tells."""

PATHS = (
    "file_path", "filePath", "path", "filename", "fileName", "absolute_path", "target_file", "notebook_path",
    "relative_path", "file",
)  # fmt: skip
"""The file that a call is about."""

CONTENTS = ("content", "contents", "file_text", "fileText", "file_content", "new_source", "code_edit")
"""A file's whole new text, beside a path."""

OLD = ("old_string", "old_str", "oldString", "old_text", "oldText", "search")
"""What an edit takes out."""

NEW = ("new_string", "new_str", "newString", "new_text", "newText", "replacement", "replace")
"""What an edit puts in its place."""

EDITOR_WORDS = frozenset("view create str_replace strReplace insert undo_edit append overwrite read write edit".split())
"""What `command` says where the tool is an editor: an action, and no command line."""
