"""Tool inputs as acts: the fields by which hosts name commands, files and edits.

Takes a tool's name and its arguments; gives the acts in them. An argument object of an unknown
tool (MCP) is searched for code by the names that such arguments usually have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from auditor.gate.calls import Act, Cell, Code, Edit, Patch, Run, Write

_COMMANDS = ("command", "cmd", "commands", "command_line", "script", "bash_command", "shell_command", "keystrokes")
_CODE = ("code", "source", "source_code", "python", "program", "snippet")
_PATHS = ("file_path", "filePath", "path", "filename", "absolute_path", "target_file", "notebook_path", "relative_path")
_CONTENTS = ("content", "contents", "file_text", "text", "file_content")
_OLD = ("old_string", "oldString", "old_str", "old_text")
_NEW = ("new_string", "newString", "new_str", "new_text", "replacement")
_MOST_DEPTH = 8
_MOST_ACTS = 100


def acts_of(tool: str, arguments: object) -> tuple[Act, ...]:
    """Give the acts of one tool call."""
    if isinstance(arguments, str):
        arguments = _decoded(arguments)
    found = list(_acts(tool.lower(), arguments, 0))
    return tuple(found[:_MOST_ACTS])


def _acts(tool: str, arguments: object, depth: int) -> Iterator[Act]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(arguments, list):
        for item in arguments:
            yield from _acts(tool, _decoded(item) if isinstance(item, str) else item, depth + 1)
        return
    if isinstance(arguments, str):
        if arguments.lstrip().startswith(("*** Begin Patch", "--- a/", "diff --git")):
            yield Patch(arguments)
        return
    if not isinstance(arguments, dict):
        return
    path = _text(arguments, _PATHS)
    yield from _written(tool, arguments, path)
    for name in _COMMANDS:
        if name in arguments and not (
            name == "command" and path and tool in {"str_replace_editor", "str_replace_based_edit_tool"}
        ):
            yield from (_run(command) for command in _commands(arguments[name]))
    language = _text(arguments, ("language", "lang")) or "python"
    for name in _CODE:
        value = arguments.get(name)
        if isinstance(value, str) and value.strip():
            yield Code(language, value)
    for name in ("input", "patch", "diff", "patch_text", "patchText"):
        value = arguments.get(name)
        if isinstance(value, str) and ("*** Begin Patch" in value or "\n@@" in value or value.startswith("--- ")):
            yield Patch(value)
        elif name == "input" and isinstance(value, dict | list):
            yield from _acts(tool, value, depth + 1)
    for name in ("edits", "changes", "files", "operations", "arguments", "args", "params", "parameters"):
        value = arguments.get(name)
        for item in value if isinstance(value, list) else (value,) if isinstance(value, dict) else ():
            if isinstance(item, dict):
                yield from _acts(tool, {**({"file_path": path} if path else {}), **item}, depth + 1)


def _written(tool: str, arguments: dict[str, Any], path: str) -> Iterator[Act]:
    """Give what a call writes: a whole file, a replacement, or a cell."""
    if not path:
        return
    if isinstance(arguments.get("new_source"), str):
        is_code = arguments.get("cell_type") != "markdown" and arguments.get("edit_mode") != "delete"
        yield Cell(path, arguments["new_source"], is_code)
        return
    old, new = _text(arguments, _OLD), _text(arguments, _NEW)
    has_new = any(isinstance(arguments.get(name), str) for name in _NEW)
    if has_new:
        yield Edit(
            path,
            old,
            new,
            bool(arguments.get("replace_all") or arguments.get("allow_multiple") or arguments.get("replaceAll")),
        )
        return
    for name in _CONTENTS:
        if isinstance(arguments.get(name), str):
            yield Write(path, arguments[name])
            return
    if isinstance(arguments.get("diff"), str) and "SEARCH" in arguments["diff"]:
        yield from _search_replace(path, arguments["diff"])


def _search_replace(path: str, diff: str) -> Iterator[Act]:
    """Give the edits of SEARCH/REPLACE blocks."""
    old: list[str] = []
    new: list[str] = []
    state = ""
    for line in diff.split("\n"):
        mark = line.strip("<>=-+ ")
        if mark == "SEARCH":
            state, old, new = "old", [], []
        elif state == "old" and line.startswith("===="):
            state = "new"
        elif mark == "REPLACE":
            yield Edit(path, "\n".join(old), "\n".join(new))
            state = ""
        elif state:
            (old if state == "old" else new).append(line)


def _commands(value: object) -> Iterator[str]:
    decoded = _decoded(value) if isinstance(value, str) else value
    if isinstance(decoded, str):
        yield decoded
    elif isinstance(decoded, list):
        if decoded and all(isinstance(item, str) for item in decoded) and _is_argv(decoded):
            yield _joined(decoded)
            return
        for item in decoded:
            if isinstance(item, str):
                yield item
            elif isinstance(item, dict):
                yield from _commands(item.get("command", ""))


def _is_argv(words: list[str]) -> bool:
    """Whether a list of strings is one argv rather than several command lines."""
    return (
        " " not in words[0]
        and len(words) > 1
        and (words[1].startswith("-") or words[0].rpartition("/")[2] in {"bash", "sh"})
    )


def _joined(words: list[str]) -> str:
    import shlex

    return shlex.join(words)


def _run(command: str) -> Act:
    return Patch(command) if command.lstrip().startswith("*** Begin Patch") else Run(command)


def _text(arguments: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((arguments[name] for name in names if isinstance(arguments.get(name), str)), "")


def _decoded(text: str) -> object:
    """Give what a string of JSON holds where it holds a list or an object, else the string."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(value, dict | list):
            return value
    return text
