"""Tool inputs as acts: the fields by which hosts name commands, files and edits.

Takes a tool's name and its arguments; gives the acts in them. The argument objects of an unknown
tool (MCP) are searched for code, however they are nested, by the names that such arguments usually have.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from auditor.gate.calls import Act, Cell, Code, Edit, Patch, Run, Unclear, Write
from auditor.gate.hosts.beside import with_what_is_beside
from auditor.model.tool_fields import CODES, COMMANDS, CONTENTS, EDITOR_WORDS, NEW, OLD, PATHS

_CONTENTS = (*(name for name in CONTENTS if name != "new_source"), "text")  # that one is a cell
_MUST_ACT = frozenset(
    "bash shell local_shell exec_command run_shell_command execute_bash execute_command run_command run_commands "
    "run_in_terminal write write_file write_to_file apply_patch multiedit str_replace replace_in_file "
    "notebookedit".split()
)
"""Tools that always run or write: a call of theirs in which nothing is found was not understood."""
_SHELLS = frozenset("bash sh zsh shell exec terminal command commands cmd console stdin".split())
_INTERPRETERS = frozenset(
    "python python3 code eval repl ipython jupyter interpreter javascript js node deno bun".split()
)
_PROSE = frozenset(
    "description explanation title session_id session id cwd directory name language lang reason".split()
)
_PARTS = frozenset("edits changes files operations arguments args params parameters tool_uses".split())
"""Parts of a call, of the same file where they name none; they may be JSON in a string."""
_WORDS = re.compile(r"[a-z0-9]+")
_NOTHING: Mapping[str, Any] = {}
_MOST_DEPTH = 8
_MOST_ACTS = 100


def acts_of(tool: str, arguments: object) -> tuple[Act, ...]:
    """Give the acts of one tool call. Raises Unclear for what is too deep, too much, or a runner without a command."""
    if isinstance(arguments, str):
        arguments = decoded(arguments)
    name = tool.lower()
    found = tuple(islice(_acts(name, arguments, 0), _MOST_ACTS + 1)) or tuple(_by_name(name, arguments))
    if len(found) > _MOST_ACTS:
        raise Unclear("the call holds too many acts")
    if not found and name in _MUST_ACT:
        raise Unclear("a tool that runs or writes was called without what it should run or write")
    return found


def _acts(tool: str, arguments: object, depth: int) -> Iterator[Act]:
    if isinstance(arguments, dict | list) and depth > _MOST_DEPTH:
        raise Unclear("the arguments are nested too deeply")
    if isinstance(arguments, list):
        for item in arguments:
            yield from _acts(tool, decoded(item) if isinstance(item, str) else item, depth + 1)
    elif isinstance(arguments, str):
        if arguments.lstrip().startswith(("*** Begin Patch", "--- a/", "diff --git")):
            yield Patch(arguments)
    elif isinstance(arguments, dict):
        yield from _of_object(tool, arguments, depth)


def _of_object(tool: str, arguments: dict[str, Any], depth: int) -> Iterator[Act]:
    path = _text(arguments, PATHS)
    yield from _written(arguments, path)
    for name in COMMANDS:
        if name in arguments and not (name == "command" and path and arguments[name] in EDITOR_WORDS):
            for command in _commands(arguments[name]):
                yield from _run(command, arguments)
    language = _text(arguments, ("language", "lang")) or _language(tool)
    for name in CODES:
        value = arguments.get(name)
        if isinstance(value, str) and value.strip():
            yield Code(language, value)
    for name in ("input", "patch", "diff", "patch_text", "patchText"):
        value = arguments.get(name)
        if isinstance(value, str) and ("*** Begin Patch" in value or "\n@@" in value or value.startswith("--- ")):
            yield Patch(value)
        elif name == "input" and isinstance(value, dict | list):
            yield from _acts(tool, value, depth + 1)
    for name, value in arguments.items():
        is_part = name in _PARTS
        inner = decoded(value) if isinstance(value, str) and (is_part or name in COMMANDS) else value
        beside = {"file_path": path} if path and is_part else {}
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict) and name != "input":
                yield from _acts(tool, {**beside, **item}, depth + 1)
            elif isinstance(item, list):
                yield from _acts(tool, item, depth + 1)


def _by_name(tool: str, arguments: object) -> Iterator[Act]:
    """Give the texts of a tool that runs code by its name, but calls the argument something of its own, or nothing."""
    words = set(_WORDS.findall(tool))
    if not words & (_SHELLS | _INTERPRETERS):
        return
    given = arguments if isinstance(arguments, dict) else {"": arguments}
    for value in (value for name, value in given.items() if name not in _PROSE):
        listed = value if isinstance(value, list) else [value]
        texts = [text for text in listed if isinstance(text, str) and text.strip()]
        if words & _SHELLS:
            for command in _commands(texts):
                yield from _run(command)
        elif texts:
            yield Code(_language(tool), "\n".join(texts))


def _language(tool: str) -> str:
    """Give the language of a tool's code where only its name tells; Python where nothing does."""
    words = set(_WORDS.findall(tool))
    if words & _SHELLS:
        return "bash"
    return "javascript" if words & {"javascript", "js", "node", "deno", "bun"} else "python"


def _written(arguments: dict[str, Any], path: str) -> Iterator[Act]:
    """Give what a call writes: a whole file, a replacement, or a cell."""
    if not path:
        return
    if isinstance(arguments.get("new_source"), str):
        is_code = arguments.get("cell_type") != "markdown" and arguments.get("edit_mode") != "delete"
        yield Cell(path, arguments["new_source"], is_code)
    old, new = _text(arguments, OLD), _text(arguments, NEW)
    has_new = any(isinstance(arguments.get(name), str) for name in NEW)
    if has_new:
        yield Edit(
            path,
            old,
            new,
            bool(arguments.get("replace_all") or arguments.get("allow_multiple") or arguments.get("replaceAll")),
        )
    # a whole text beside an edit: either may be what the tool takes
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
    given = decoded(value) if isinstance(value, str) else value
    if isinstance(given, str):
        yield given
    elif isinstance(given, list):
        if len(given) > 1 and all(isinstance(item, str) for item in given) and _may_be_argv(given):
            yield shlex.join(given)
            if _is_argv(given):
                return
        yield from (item for item in given if isinstance(item, str))


def _may_be_argv(words: list[str]) -> bool:
    return not re.search(r"\s", words[0]) and not any(word.startswith("*** Begin Patch") for word in words)


def _is_argv(words: list[str]) -> bool:
    """Whether a list of strings can only be one argv; a list of single words may be several command lines as well."""
    return words[1].startswith("-") or words[0].rpartition("/")[2] in {"bash", "sh"}


def _run(command: str, beside: Mapping[str, Any] = _NOTHING) -> Iterator[Act]:
    """Give a command line, and the patch that it hands to a patching program (`apply_patch <<'EOF'`)."""
    start = command.find("*** Begin Patch")
    if start < 0 or command[:start].strip():
        yield Run(with_what_is_beside(command, beside))
    if start >= 0:
        yield Patch(command[start:])


def _text(arguments: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((arguments[name] for name in names if isinstance(arguments.get(name), str)), "")


def decoded(text: str) -> object:
    """Give what a string of JSON holds where it holds a list or an object, else the string."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(value, dict | list):
            return value
    return text
