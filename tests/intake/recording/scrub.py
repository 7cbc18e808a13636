"""Makes a fixture of what a tool wrote: `python -m tests.intake.recording.scrub RAW OUT`.

Takes JSON Lines, a JSON document, or a folder of documents. Times move by whole seconds, so that the first is
START and all distances stay; what names the machine, its user or a run gets a stable name, the same everywhere;
the tools' own prompts, which are others' texts, are left out. Nothing else changes, nor does the order of fields.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 3, 1, 10)
_STAMP = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_EPOCH = re.compile(r"(?<![\d.])1[789]\d{8}(?=\d{3}(?!\d)|(?!\d))")
_DATE = re.compile(r"20\d\d-\d\d-\d\d(?![T \d])")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_HOME = re.compile(r"/tmp/tmp\w{8}|/root\b")
_PROMPT = re.compile(r"\broot@[\w-]+")
_PROMPTS = frozenset(
    "attachment rendered systemPrompt shape params state base_instructions system_prompt tools tools_list "
    "environment_context".split()
)
_NAMES = {"username": "user", "hostname": "host", "py_interpreter_path": "/usr/bin/python3"}
_LONGEST = 240
_KEPT = "203.0.113.5"


class Scrubber:
    """Replaces alike in all texts of one trajectory."""

    def __init__(self, raw: str) -> None:
        first = _STAMP.search(raw)
        began = datetime.fromisoformat(first[0]) if first else None
        epochs = [int(found) for found in _EPOCH.findall(raw)]
        if began is None and epochs:
            began = datetime(1970, 1, 1) + timedelta(seconds=min(epochs))
        self._shift = START - began if began else timedelta()
        self._ids: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Scrub one text."""
        if len(text) > _LONGEST and _KEPT not in text:
            return f"(left out: {len(text):,} characters)"
        text = _STAMP.sub(lambda found: self._moved(found[0]).isoformat(found[0][10]), text)
        text = _EPOCH.sub(lambda found: str(int(found[0]) + round(self._shift.total_seconds())), text)
        text = _DATE.sub(START.date().isoformat(), text)
        text = _PROMPT.sub("user@host", _HOME.sub("/home/user", text))
        return _UUID.sub(lambda found: self._named(found[0]), text)

    def value(self, value: Any) -> Any:
        """Scrub a document."""
        if isinstance(value, dict):
            return {name: self._field(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _EPOCH.match(str(value)):
            shift = round(self._shift.total_seconds())
            return value + (shift * 1_000 if value >= 10**12 else shift)
        return value

    def _field(self, name: str, value: Any) -> Any:
        if name in _PROMPTS and value:
            return type(value)()
        return _NAMES.get(name) or self.value(value)

    def _moved(self, stamp: str) -> datetime:
        return datetime.fromisoformat(stamp) + self._shift

    def _named(self, id_: str) -> str:
        return self._ids.setdefault(id_, f"00000000-0000-4000-8000-{len(self._ids) + 1:012}")


def main(raw: str, out: str) -> None:
    """Scrub a file, or every file of a folder alike."""
    source, target = Path(raw), Path(out)
    if source.is_dir():
        target.mkdir(exist_ok=True)
        paths = sorted(source.glob("*.json"))
        scrubber = Scrubber("".join(path.read_text(encoding="utf-8") for path in paths))
        for path in paths:
            document = scrubber.value(json.loads(path.read_text(encoding="utf-8")))
            name = scrubber.text(path.name)
            (target / name).write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
        return
    text = source.read_text(encoding="utf-8")
    scrubber = Scrubber(text)
    if source.suffix == ".jsonl":
        lines = [json.dumps(scrubber.value(json.loads(line)), separators=(",", ":")) for line in text.splitlines()]
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        target.write_text(json.dumps(scrubber.value(json.loads(text)), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
