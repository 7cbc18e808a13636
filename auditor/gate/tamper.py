"""Tampering: what an agent must not touch, because it is what holds the agent back.

Takes a path or a reading's effects; names the thing touched. Reading these files is no tampering.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from auditor.gate.places import configuration_directory, runtime_directory, state_directory
from auditor.model.effect import Effect

_HOOK_FILES = (
    r"\.claude/(?:settings(?:\.local)?\.json|hooks/)",
    r"\.claude\.json$",
    r"(?:claude-code|ClaudeCode)/managed-settings\.json",
    r"\.claude-plugin/|/hooks/hooks\.json$",
    r"\.codex/(?:hooks\.json|config\.toml|requirements\.toml)",
    r"\.gemini/settings\.json|gemini-cli/settings\.json",
    r"\.qwen/settings\.json",
    r"\.iflow/settings\.json",
    r"\.github/(?:hooks/|copilot/settings\.json)|\.copilot/|github-copilot/policy\.d/",
    r"\.cursor/hooks\.json",
    r"(?:\.codeium/windsurf|\.windsurf|/etc/windsurf)/hooks\.json",
    r"\.cline(?:rules)?/hooks/|Documents/Cline/Hooks/",
    r"(?:^|/)\.?crush\.json$",
    r"\.kiro/(?:hooks|agents)/",
    r"\.opencode/plugins?/|opencode/plugins?/|(?:^|/)opencode\.jsonc?$",
    r"\.openhands/hooks\.json",
)
_HOOKS = re.compile("|".join(f"(?:{pattern})" for pattern in _HOOK_FILES))
_WRITERS = frozenset(
    "rm unlink shred mv cp ln install tee truncate dd sed perl chmod chown chattr touch ed ex vim nano rsync "
    "patch".split()
)
_KILLERS = frozenset({"kill", "pkill", "killall", "xkill"})
_OWN_PACKAGE = re.compile(r"/site-packages/auditor(?:/|-[\d.]+\.dist-info)|/bin/auditor$")


def protected(path: str) -> str | None:
    """Say what a path is where it must not be written; None where it may."""
    full = os.path.expanduser(path)  # noqa: PTH111
    own = (configuration_directory(), runtime_directory(), state_directory(), "/etc/auditor")
    if any(full == directory or full.startswith(directory + "/") for directory in own):
        return "the auditor's own files"
    if _OWN_PACKAGE.search(full):
        return "the auditor's own program"
    if _HOOKS.search(full):
        return "an agent's hook settings"
    return None


def tampering(effects: Iterable[Effect]) -> str | None:
    """Say what of the auditor or of a host's hooks some effects would change; None where nothing."""
    for effect in effects:
        for stage in effect.stages:
            words = [word.text or "" for word in stage]
            name = words[0]
            if name in _KILLERS and any("auditor" in word for word in words[1:]):
                return "the auditor's server"
            if name in {"file.write", "file.delete", "file.chmod"} or name in _WRITERS:
                if name in {"sed", "perl"} and not any(re.match(r"-\w*i", word) for word in words[1:]):
                    continue
                for word in words[1:]:
                    touched = protected(word)
                    if touched is not None:
                        return touched
    return None
