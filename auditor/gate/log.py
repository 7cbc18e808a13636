"""The log of decisions: one JSON object a line, rotated by size; what cannot be written is counted, never raised."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

_FILE_BYTES = 10_000_000
_KEPT_FILES = 5


class DecisionLog:
    """Appends decisions to `decisions.jsonl` in a directory. Thread-safe."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "decisions.jsonl"
        self._lock = threading.Lock()
        self.lost = 0

    def write(self, **fields: object) -> None:
        """Append one decision."""
        moment = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"
        line = json.dumps({"time": stamp, **fields}, ensure_ascii=True) + "\n"
        with self._lock:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if self._path.exists() and self._path.stat().st_size > _FILE_BYTES:
                    self._rotate()
                with self._path.open("a", encoding="ascii") as file:
                    file.write(line)
            except OSError:
                self.lost += 1

    def _rotate(self) -> None:
        for number in range(_KEPT_FILES - 1, 0, -1):
            older = self._path.with_suffix(f".jsonl.{number}")
            if older.exists():
                older.replace(self._path.with_suffix(f".jsonl.{number + 1}"))
        self._path.replace(self._path.with_suffix(".jsonl.1"))
