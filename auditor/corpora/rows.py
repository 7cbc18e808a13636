"""Labelled rows of JSON Lines: `{id, language, expected, text}`, with `family` or `category`, `core`, `source`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from auditor.errors import UsageError
from auditor.model.verdict import Verdict

# A data set names some languages by their format; a name in which the intake recognises it.
_NAMES = {
    "dockerfile": "Dockerfile",
    "notebook": "notebook.ipynb",
    "yaml": "file.yaml",
    "toml": "file.toml",
    "ini": "file.ini",
}


class _Raw(msgspec.Struct):
    id: str
    language: str
    expected: str
    text: str
    family: str = ""
    category: str = ""
    core: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled script. `expected` of `review` means at least review."""

    id: str
    language: str
    expected: Verdict
    text: str
    family: str
    is_core: bool
    source: str

    @property
    def path(self) -> str:
        """A path under which the intake tells the row's language; empty where the language itself is given."""
        return _NAMES.get(self.language, "")


def read_rows(path: Path) -> Iterator[Row]:
    """Give the rows of a file, in order. Raises UsageError that names the line and what is wrong with it."""
    decoder = msgspec.json.Decoder(_Raw)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="give a file of JSON Lines") from error
    with file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                raw = decoder.decode(line)
                expected = Verdict(raw.expected)
            except (msgspec.DecodeError, ValueError) as error:
                raise UsageError(
                    f"{path}:{number}: {error}", hint="a row needs id, language, expected and text"
                ) from error
            family = raw.family or raw.category or "none"
            yield Row(raw.id, raw.language, expected, raw.text, family, raw.core, raw.source)
