"""Where each host keeps its hooks, and what the gate's entry looks like there.

Takes a host's name; gives Places to write. Sources as in `hosts/`; a timeout is always longer than the hook's own.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOOK_SECONDS = 20
HOST_SECONDS = 30

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of a list in a JSON file; `keys` lead to the list."""

    keys: tuple[str, ...]
    entry: Entry


@dataclass(frozen=True, slots=True)
class Hooks:
    """One host's files: relative to the home directory and to a project; None where it has none there.

    JSON files get `entries`, and `base` where the file is new; other files are written whole (`text`).
    """

    user: str | None
    project: str | None
    entries: tuple[ListEntry, ...] = ()
    base: tuple[tuple[str, object], ...] = ()
    text: str = ""
    advice: str = ""


def command(agent: str) -> str:
    """Give the hook's command line.

    Absolute, so that it needs no PATH; isolated (`-I`), so that neither PYTHONPATH nor the working directory can put
    other code in its place; and any way to fail becomes status 2, also an interpreter that is gone (127).
    """
    program = str(Path(sys.executable).with_name("auditor"))
    words = [sys.executable, "-I", program, "hook", "--agent", agent, "--timeout", str(HOOK_SECONDS)]
    return f"{shlex.join(words)} || exit 2"


def hooks_of(agent: str) -> Hooks | None:
    """Give a host's hooks; None for a host that is not known."""
    make = _MAKERS.get(agent)
    return make(command(agent)) if make is not None else None


def agents() -> tuple[str, ...]:
    """Give the hosts into which a hook can be installed."""
    return tuple(sorted(_MAKERS))


def _run(line: str, timeout: int = HOST_SECONDS, **more: object) -> Entry:
    return {"type": "command", "command": line, "timeout": timeout, **more}


def _claude(line: str) -> Hooks:
    entry: Entry = {"matcher": "*", "hooks": [_run(line, onFailure="block", statusMessage="auditing")]}
    return Hooks(".claude/settings.json", ".claude/settings.json", (ListEntry(("hooks", "PreToolUse"), entry),))


def _codex(line: str) -> Hooks:
    entry: Entry = {"matcher": ".*", "hooks": [_run(line)]}
    return Hooks(
        ".codex/hooks.json", ".codex/hooks.json", (ListEntry(("hooks", "PreToolUse"), entry),),
        advice="Codex skips a new hook without a word until you trust it: open `/hooks` in Codex once.",
    )  # fmt: skip


def _gemini(line: str) -> Hooks:
    entry: Entry = {"matcher": ".*", "hooks": [_run(line, HOST_SECONDS * 1000, name="auditor")]}
    return Hooks(
        ".gemini/settings.json", ".gemini/settings.json", (ListEntry(("hooks", "BeforeTool"), entry),),
        advice="Gemini CLI runs a project's hooks only in a trusted folder.",
    )  # fmt: skip


def _qwen(line: str) -> Hooks:
    entry: Entry = {"matcher": ".*", "hooks": [_run(line, HOST_SECONDS * 1000, name="auditor")]}
    return Hooks(".qwen/settings.json", ".qwen/settings.json", (ListEntry(("hooks", "PreToolUse"), entry),))


def _iflow(line: str) -> Hooks:
    entry: Entry = {"matcher": "*", "hooks": [_run(line)]}
    return Hooks(".iflow/settings.json", ".iflow/settings.json", (ListEntry(("hooks", "PreToolUse"), entry),))


def _copilot(line: str) -> Hooks:
    entry: Entry = {"type": "command", "bash": line, "timeoutSec": HOST_SECONDS}
    return Hooks(
        ".copilot/hooks/auditor.json", ".github/hooks/auditor.json", (ListEntry(("hooks", "preToolUse"), entry),),
        (("version", 1),),
    )  # fmt: skip


def _vscode(line: str) -> Hooks:
    return Hooks(None, ".github/hooks/auditor-vscode.json", (ListEntry(("hooks", "PreToolUse"), _run(line)),))


def _cursor(line: str) -> Hooks:
    entry: Entry = {"command": line, "timeout": HOST_SECONDS, "failClosed": True}
    events = ("beforeShellExecution", "preToolUse", "beforeMCPExecution")
    entries = tuple(ListEntry(("hooks", event), dict(entry)) for event in events)
    return Hooks(".cursor/hooks.json", ".cursor/hooks.json", entries, (("version", 1),))


def _windsurf(line: str) -> Hooks:
    events = ("pre_run_command", "pre_write_code", "pre_mcp_tool_use")
    entries = tuple(ListEntry(("hooks", event), {"command": line, "show_output": True}) for event in events)
    return Hooks(".codeium/windsurf/hooks.json", ".windsurf/hooks.json", entries)


def _cline(line: str) -> Hooks:
    # Cline looks at what is printed only, so a hook that could not run has to say so
    fallback = '{"cancel":true,"errorMessage":"auditor: the hook could not run"}'
    text = (
        "#!/bin/sh\n# Written by `auditor install cline`.\n"
        f"( {line.removesuffix(' || exit 2')} )\nstatus=$?\n"
        f"case $status in 0|2) ;; *) echo '{fallback}' ;; esac\nexit $status\n"
    )
    return Hooks(".cline/hooks/PreToolUse.sh", ".cline/hooks/PreToolUse.sh", text=text)


def _crush(line: str) -> Hooks:
    entry: Entry = {"name": "auditor", "matcher": ".*", "command": line, "timeout": HOST_SECONDS}
    return Hooks(".config/crush/crush.json", "crush.json", (ListEntry(("hooks", "PreToolUse"), entry),))


def _kiro(line: str) -> Hooks:
    action: Entry = {"type": "command", "command": line}
    entry: Entry = {
        "name": "auditor", "trigger": "PreToolUse", "matcher": ".*", "action": action, "timeout": HOST_SECONDS,
        "enabled": True,
    }  # fmt: skip
    return Hooks(
        ".kiro/hooks/auditor.json", ".kiro/hooks/auditor.json", (ListEntry(("hooks",), entry),), (("version", "v1"),)
    )


def _opencode(line: str) -> Hooks:
    words = shlex.split(line.removesuffix(" || exit 2"))
    quoted = ", ".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    text = _SHIM.replace("COMMAND", quoted).replace("MILLISECONDS", str(HOST_SECONDS * 1000))
    return Hooks(".config/opencode/plugin/auditor.js", ".opencode/plugin/auditor.js", text=text)


def _openhands(line: str) -> Hooks:
    entry: Entry = {"matcher": "*", "hooks": [_run(line)]}
    return Hooks(".openhands/hooks.json", ".openhands/hooks.json", (ListEntry(("pre_tool_use",), entry),))


_SHIM = """// Written by `auditor install opencode`: asks the auditor before a tool runs; throwing holds it back.
import { spawnSync } from "node:child_process"

const command = [COMMAND]

export const Auditor = async ({ directory }) => ({
  "tool.execute.before": async (input, output) => {
    const { sessionID, callID, tool } = input
    const payload = { sessionID, callID, tool, args: output.args, cwd: directory }
    const done = spawnSync(command[0], command.slice(1), {
      input: JSON.stringify(payload), encoding: "utf8", timeout: MILLISECONDS,
    })
    if (done.status === 0 && !done.stdout) return
    throw new Error((done.stderr || "").trim() || "auditor: no verdict was reached, so this call is denied")
  },
})
"""

_MAKERS: dict[str, Callable[[str], Hooks]] = {
    "claude": _claude, "codex": _codex, "gemini": _gemini, "qwen": _qwen, "iflow": _iflow, "copilot": _copilot,
    "vscode": _vscode, "cursor": _cursor, "windsurf": _windsurf, "cline": _cline, "crush": _crush, "kiro": _kiro,
    "opencode": _opencode, "openhands": _openhands,
}  # fmt: skip
