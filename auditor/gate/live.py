"""Whether the gate is live on this machine: its server, its policy, and each host's hook.

Takes nothing but the user's and the project's settings, which it only reads; gives one line for each thing looked at.
Starts `claude --version` where Claude Code is installed, and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import AuditorError, UsageError
from auditor.gate.asking import ask
from auditor.gate.hooks import Hooks, agents, hooks_of
from auditor.gate.install import commands_in, is_installed
from auditor.gate.places import policy_path
from auditor.gate.wire import HEALTH
from auditor.judge import load_policy

_ON_FAILURE = (2, 1, 330)
"""The first version of Claude Code seen to honour `onFailure`; 2.1.197 was seen to ignore it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing looked at: whether it is as it should be, and what was found."""

    name: str
    is_well: bool
    found: str


def look(home: Path, project: Path) -> Iterator[Sight]:
    """Look at the server, the policy, and the hooks that are installed."""
    yield _server()
    yield _policy()
    for agent in agents():
        hooks = hooks_of(agent)
        if hooks is None:
            continue
        for base, relative in ((home, hooks.user), (project, hooks.project)):
            if relative is not None and commands_in(base / relative):
                yield _hook(agent, hooks, base / relative)
                yield from _more(agent, home)


def _server() -> Sight:
    try:
        health = json.loads(ask(HEALTH))
    except UsageError:
        return Sight("gate server", False, "none runs; the hook starts one")
    except ValueError:
        return Sight("gate server", False, "it answers nonsense; `auditor serve --stop` ends it")
    if health.get("healthy") is not True:
        return Sight("gate server", False, "it does not deny what it must; look at its policy")
    return Sight("gate server", True, f"denies a reverse tunnel in {health.get('milliseconds')} ms")


def _policy() -> Sight:
    path = policy_path()
    if path is None:
        return Sight("gate policy", True, "the one that ships")
    try:
        policy = load_policy(Path(path))
    except (AuditorError, OSError) as error:
        return Sight("gate policy", False, f"{path}: {error}")
    settings = (
        ("mode: observe", policy.mode.value == "observe"),
        ("on_error: allow", policy.on_error.value == "allow"),
    )
    loose = [name for name, is_loose in settings if is_loose]
    return Sight("gate policy", not loose, path + (f", {' and '.join(loose)}" if loose else ""))


def _hook(agent: str, hooks: Hooks, path: Path) -> Sight:
    name = f"hook {agent}"
    for line in commands_in(path):
        missing = [word for word in _programs(line) if not os.access(word, os.X_OK)]
        if missing:
            return Sight(name, False, f"{path}: {missing[0]} is gone, so every call is denied or the hook ends in 127")
    if not is_installed(hooks, path):
        return Sight(name, False, f"{path}: not as this version writes it; `auditor install {agent}` renews it")
    return Sight(name, True, str(path))


def _programs(line: str) -> list[str]:
    try:
        words = shlex.split(line.strip("()"))
    except ValueError:
        return []
    return [word for word in words if word.startswith("/")][:2]


def _more(agent: str, home: Path) -> Iterator[Sight]:
    """Give what one host needs besides the hook itself."""
    if agent == "codex":
        try:
            text = (home / ".codex" / "config.toml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            text = ""
        if "trusted_hash" not in text:
            yield Sight("trust codex", False, "no hook is trusted yet, so Codex skips it without a word: open `/hooks`")
    if agent == "claude":
        program = shutil.which("claude")
        version = _version(program) if program is not None else None
        if version is not None and version < _ON_FAILURE:
            said = ".".join(map(str, version))
            yield Sight("version claude", False, f"{said} ignores `onFailure`: a hook that times out lets the call run")


def _version(program: str) -> tuple[int, ...] | None:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False, text=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", done.stdout)
    return tuple(int(part) for part in found.groups()) if found is not None else None
