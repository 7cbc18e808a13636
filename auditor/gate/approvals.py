"""One-time approvals: a person lets one denied call through once, and the log keeps who, when and why."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from auditor.errors import UsageError

_LIFE_SECONDS = 3_600
_ID = re.compile(r"[0-9a-f]{12}")


def approve(directory: Path, identity: str, who: str, why: str) -> None:
    """Record an approval, good for one use within an hour. Raises UsageError for an id that is none."""
    if not _ID.fullmatch(identity):
        raise UsageError(
            f"{identity!r} is no decision's id", hint="the denial and `decisions.jsonl` name it: 12 hex digits"
        )
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = {"who": who, "why": why, "time": time.time()}
    (directory / identity).write_text(json.dumps(body), encoding="utf-8")


def take(directory: Path, identity: str) -> dict[str, object] | None:
    """Use up an approval, if there is one that is still good."""
    path = directory / identity
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
    except (OSError, ValueError):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("time"), int | float):
        return None
    return body if time.time() - body["time"] < _LIFE_SECONDS else None
