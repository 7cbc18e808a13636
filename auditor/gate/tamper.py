"""Tampering: what an agent must not touch, because it is what holds the agent back.

Takes a path or a reading; names the thing touched. Reading these files is no tampering.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.gate.places import configuration_directory, runtime_directory, state_directory
from auditor.model.reading import Reading

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
_HOMES = (
    r"\.(?:claude|codex|gemini|qwen|iflow|copilot|cursor|windsurf|cline|clinerules|kiro|opencode|openhands)"
    r"|\.codeium/windsurf|\.config/(?:opencode|crush)|\.github/hooks|\.(?:cline|clinerules|kiro|claude)/hooks"
)
_WHOLE_HOME = re.compile(rf"(?:^|/)(?:{_HOMES})/?\*?$")
_MENTIONED_HOME = re.compile(rf"(?<![\w-])(?:{_HOMES})(?![\w-])")
_PATH_END = re.compile(r"[\w.~$/{}-]*\Z")
_MOST_CANDIDATES = 20_000
_REMOVERS = frozenset({"rm", "unlink", "shred", "mv", "rmdir", "file.delete"})
_COPIERS = frozenset({"cp", "install", "rsync", "scp"})
_WRITERS = _REMOVERS | frozenset(
    "ln tee truncate dd chmod chown chattr touch ed ex vim vi nano patch file.write file.chmod fuser".split()
)
_IN_PLACE = frozenset({"sed", "perl", "ruby", "awk", "gawk"})
_KILLERS = frozenset({"kill", "pkill", "killall", "xkill", "process.kill", "skill"})
_SERVICES = frozenset({"systemctl", "service", "launchctl"})
_OWN_PACKAGE = re.compile(r"/site-packages/auditor(?:/|-[\d.]+\.dist-info)|/bin/auditor$")
_OWN_COMMANDS = frozenset({"approve", "install", "serve"})
_SERVER = "the auditor's server"


def protected(path: str) -> str | None:
    """Say what a path is where it must not be written; None where it may."""
    return _protected(path, _own_places())


def _protected(path: str, own_places: Sequence[str]) -> str | None:
    full = os.path.expanduser(path.replace("${HOME}", "~").replace("$HOME", "~"))  # noqa: PTH111
    names = {full, os.path.realpath(full)} if "\0" not in full and "%{" not in full else {full}
    for name in names:
        if any(name == own or name.startswith(own + "/") for own in own_places):
            return "the auditor's own files"
        if _OWN_PACKAGE.search(name):
            return "the auditor's own program"
        if _HOOKS.search(name):
            return "an agent's hook settings"
    return None


def tampering(reading: Reading, directory: str) -> str | None:
    """Say what of the auditor or of a host's hooks a script would change; None where nothing."""
    stages = [tuple(str(word) for word in stage) for effect in reading.effects for stage in effect.stages]
    places = (directory, reading.left.directory, *_mentioned(reading))
    is_looking = any("auditor" in word for stage in stages for word in stage if stage[0] not in _KILLERS)
    paths = _Paths(places, _own_places())
    for stage in stages:
        touched = _killed(stage, is_looking=is_looking) or _commanded(stage) or _written(stage, paths)
        if touched is not None:
            return touched
    return next((touched for path, _ in reading.left.files if (touched := protected(path)) is not None), None)


def _own_places() -> tuple[str, ...]:
    return (configuration_directory(), runtime_directory(), state_directory(), "/etc/auditor")


def _mentioned(reading: Reading) -> Iterable[str]:
    """Give the hosts' directories that a script names anywhere: it may have changed into one."""
    found: dict[str, None] = {}
    for unit in reading.units:
        text = unit.text
        for match in _MENTIONED_HOME.finditer(text):
            before = _PATH_END.search(text[max(0, match.start() - 100) : match.start()])
            found[(before.group() if before else "") + match.group()] = None
    return found


def _killed(stage: Sequence[str], *, is_looking: bool) -> str | None:
    name, words = stage[0], stage[1:]
    if name in _SERVICES:
        is_ending = any(word in {"stop", "kill", "disable", "mask", "unload", "bootout", "remove"} for word in words)
        return _SERVER if is_ending and any("auditor" in word for word in words) else None
    if name not in _KILLERS:
        return None
    if any("auditor" in word for word in words):
        return _SERVER
    if any(word.lstrip("-") in {str(os.getpid()), str(os.getpgrp())} for word in words):
        return _SERVER
    # `kill $(pgrep -f auditor)`: the target is unknown, and the same script looks for the auditor
    return _SERVER if is_looking and any("%{" in word for word in words) else None


def _commanded(stage: Sequence[str]) -> str | None:
    """Say whether the auditor's own commands, or a package installer, are used against it."""
    words = [word.rpartition("/")[2] for word in stage]
    if "auditor" in words[:3] and any(word in _OWN_COMMANDS for word in words[:5]):
        return "what the auditor decides"
    if any(word in {"uninstall", "install", "remove"} for word in words[:5]) and any(
        re.fullmatch(r"auditor(?:[\[=<>~!].*)?", word) for word in words[1:]
    ):
        return "the auditor's own program"
    return None


@dataclass(slots=True)
class _Paths:
    """The paths that one script writes, each looked at once: a name may stand in every place that it mentions."""

    places: Sequence[str]
    own_places: Sequence[str]
    _words: set[tuple[str, bool]] = field(default_factory=set)
    _count: int = 0

    def touched(self, word: str, *, is_removed: bool) -> str | None:
        """Say what a word that a command writes, or removes, may touch."""
        if (word, is_removed) in self._words:
            return None
        for path in self._candidates(word):
            self._count += 1
            if self._count > _MOST_CANDIDATES:
                return "more paths than can be looked at, beside the directories of agents' settings"
            touched = _protected(path, self.own_places) or (_removed(path, self.own_places) if is_removed else None)
            if touched is not None:
                return touched
        self._words.add((word, is_removed))
        return None

    def _candidates(self, word: str) -> Iterator[str]:
        yield word
        if not word.startswith(("/", "~", "-", "%")):
            yield from (f"{place}/{word}" for place in self.places if place)


def _written(stage: Sequence[str], paths: _Paths) -> str | None:
    name = stage[0]
    words = [word.partition("=")[2] if word.startswith(("of=", "--target-directory=")) else word for word in stage[1:]]
    if name in _COPIERS:
        words = words[-1:] if not {"-t", "--target-directory"} & set(words) else words
    elif name == "git":
        words = words if set(words[:3]) & {"checkout", "restore", "rm", "mv", "apply", "clean"} else []
    elif name == "find":
        words = words if "-delete" in words else []
    elif name in _IN_PLACE:
        words = words if any(re.match(r"-\w*i|--in-place", word) for word in words) else []
    elif name not in _WRITERS:
        return None
    is_removed = name in _REMOVERS or name == "find"
    found = (paths.touched(word, is_removed=is_removed) for word in words)
    return next((touched for touched in found if touched is not None), None)


def _removed(path: str, own_places: Sequence[str]) -> str | None:
    """Say what goes with a directory that is removed or moved away."""
    if _WHOLE_HOME.search(path):
        return "an agent's hook settings"
    full = os.path.normpath(os.path.expanduser(path))  # noqa: PTH111
    if full.startswith("/") and any(own.startswith(full.rstrip("/") + "/") for own in own_places):
        return "the auditor's own files"
    return None
