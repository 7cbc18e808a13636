"""Writing the hook into a host's settings, and taking it out again; everything else in the file stays.

What was there before is kept beside it (`….before-auditor`). A file that is no plain JSON is refused, never rewritten.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

from auditor.errors import UsageError
from auditor.gate.hooks import Hooks, ListEntry

_BACKUP = ".before-auditor"
_MARK = "hook --agent "


def install(hooks: Hooks, path: Path) -> bool:
    """Write the hook; True where that changed the file."""
    if hooks.text:
        return _write(path, hooks.text, executable=True)
    settings = _settings(path)
    if not path.exists():
        settings.update(hooks.base)
    for entry in hooks.entries:
        found = _list(settings, entry, path)
        found[:] = [each for each in found if not _is_ours(each)]
        found.append(entry.entry)
    return _write(path, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")


def uninstall(hooks: Hooks, path: Path) -> bool:
    """Take the hook out; True where that changed the file. A file in which nothing else is left is removed."""
    if not path.exists():
        return False
    if hooks.text:
        is_ours = "auditor" in path.read_text(encoding="utf-8", errors="replace")
        if is_ours:
            path.unlink()
        return is_ours
    settings = _settings(path)
    before = json.dumps(settings)
    for entry in hooks.entries:
        found = _list(settings, entry, path)
        found[:] = [each for each in found if not _is_ours(each)]
        _prune(settings, entry.keys)
    if json.dumps(settings) == before:
        return False
    if settings in ({}, dict(hooks.base)) and not Path(f"{path}{_BACKUP}").exists():
        path.unlink()
        return True
    return _write(path, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")


def is_installed(hooks: Hooks, path: Path) -> bool:
    """Whether a file holds the hook as this version would write it."""
    try:
        text = path.read_text(encoding="utf-8")
        if hooks.text:
            return text == hooks.text
        settings = json.loads(text)
        return all(entry.entry in _list(settings, entry, path) for entry in hooks.entries)
    except (OSError, ValueError, UsageError, AttributeError):
        return False


def commands_in(path: Path) -> tuple[str, ...]:
    """Give the gate's command lines that a settings file holds."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    try:
        values = [json.loads(text)]
    except ValueError:
        return tuple(line.strip() for line in text.splitlines() if _MARK in line)
    found: list[str] = []
    while values:
        value = values.pop()
        if isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
        elif isinstance(value, str) and _MARK in value and "auditor" in value:
            found.append(value)
    return tuple(found)


def _settings(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    try:
        settings = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise UsageError(
            f"{path} is no plain JSON, so it was left alone ({error})",
            hint="take comments out, or add the hook by hand",
        ) from error
    if not isinstance(settings, dict):
        raise UsageError(f"{path} holds no object, so it was left alone")
    return settings


def _list(settings: dict[str, object], entry: ListEntry, path: Path) -> list[object]:
    """Give the list that an entry belongs to, making it where it is missing."""
    place = settings
    for key in entry.keys[:-1]:
        inner = place.setdefault(key, {})
        if not isinstance(inner, dict):
            raise UsageError(f"{path}: {key!r} is no object, so the file was left alone")
        place = inner
    found = place.setdefault(entry.keys[-1], [])
    if not isinstance(found, list):
        raise UsageError(f"{path}: {entry.keys[-1]!r} is no list, so the file was left alone")
    return found


def _prune(settings: dict[str, object], keys: tuple[str, ...]) -> None:
    """Drop what became empty."""
    for depth in range(len(keys), 0, -1):
        place: object = settings
        for key in keys[: depth - 1]:
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, dict) and place.get(keys[depth - 1]) in ([], {}):
            del place[keys[depth - 1]]


def _is_ours(entry: object) -> bool:
    text = json.dumps(entry)
    return _MARK in text and "auditor" in text


def _write(path: Path, text: str, *, executable: bool = False) -> bool:
    """Replace a file in one step, keeping what was there before beside it once; through links, with its mode."""
    path = Path(os.path.realpath(path))
    before = path.read_bytes() if path.exists() else None
    if before == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    backup = Path(f"{path}{_BACKUP}")
    if before is not None and not backup.exists():
        backup.write_bytes(before)
    mode = 0o755 if executable else (path.stat().st_mode & 0o777 if before is not None else 0o600)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".auditor-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    return True
