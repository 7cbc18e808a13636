"""Rows of a data set: which field holds the text, which its language, name and id.

Takes objects with string keys; gives inputs. A field is named by the operator, with dots into
nested objects, or is the first known name that the row has. A row without text is an input with a
gap, never a row less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.errors import UsageError
from auditor.intake.datasets.input import Input, bounded, clean, unreadable
from auditor.intake.languages import language_named
from auditor.model.unit import Language

_TEXTS = ("code", "text", "content", "script", "command", "cmd", "source_code", "snippet", "body", "func", "completion")
_LANGUAGES = ("language", "lang", "programming_language")
_PATHS = ("path", "file_path", "filepath", "filename", "file_name", "file", "max_stars_repo_path")
_IDS = ("id", "_id", "uuid", "uid", "hexsha", "blob_id", "instance_id", "task_id")
# Formats that labels name as if they were languages, by a name in which the intake recognises them.
_FORMATS = {
    "yaml": "file.yaml",
    "toml": "file.toml",
    "ini": "file.ini",
    "json": "file.json",
    "jupyter notebook": "notebook.ipynb",
    "shellscript": "file.sh",
    "c++": "file.cpp",
    "c#": "file.cs",
    "go": "file.go",
    "rust": "file.rs",
    "java": "file.java",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of fields; empty for the known ones."""

    text: str = ""
    id: str = ""
    language: str = ""
    path: str = ""

    def find(self, row: Mapping[str, object]) -> str | None:
        """Give the name of the field that holds a row's text."""
        if self.text:
            return self.text if value_at(row, self.text) is not None else None
        return next((name for name in _TEXTS if isinstance(row.get(name), (str, bytes))), None)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The top-level names that may be read, so that other columns of a file need not be."""
        given = tuple(name.partition(".")[0] for name in (self.text, self.id, self.language, self.path) if name)
        return (*given, *_TEXTS, *_LANGUAGES, *_PATHS, *_IDS)

    def input_of(self, row: Mapping[str, object], source: str, number: int) -> Input:
        """Make the input of a row; `number` counts from 1."""
        given = _first(row, self.id, _IDS)
        name = str(given) if isinstance(given, (str, int)) and str(given) else f"{source}:{number}"
        path = _first(row, self.path, _PATHS)
        label = _first(row, self.language, _LANGUAGES)
        language, format_name = told_by(label if isinstance(label, str) else "")
        made = Input(
            id=clean(name)[:500],
            source=source,
            path=clean(path)[:1_000] if isinstance(path, str) else format_name,
            data=b"",
            language=language,
        )
        field = self.find(row)
        value = value_at(row, field) if field is not None else None
        if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
            value = "\n".join(value)
        if isinstance(value, str):
            value = value.encode("utf-8", "surrogatepass")
        if not isinstance(value, bytes):
            return unreadable(made, f"no text in {self.text or 'any known field'}")
        return bounded(Input(made.id, source, made.path, value, language))

    def refuse_unknown(self, names: Iterable[str], source: str) -> None:
        """Raise UsageError where a named field is not among a file's columns."""
        known = list(names)
        for name in (self.text, self.id, self.language, self.path):
            if name and name.partition(".")[0] not in known:
                raise UsageError(f"{source}: no column {name!r}", hint=f"it has: {', '.join(known)[:500]}")


def told_by(label: str) -> tuple[Language | None, str]:
    """Give the language that a label names, or a file name by which the intake tells it; else neither."""
    wanted = label.strip().lower()
    if not wanted:
        return None, ""
    if wanted in _FORMATS:
        return None, _FORMATS[wanted]
    try:
        return language_named(wanted), ""
    except UsageError:
        return None, ""


def value_at(row: Mapping[str, object], name: str) -> object:
    """Give a field's value; dots lead into nested objects unless the whole name is a field."""
    if name in row:
        return row[name]
    value: object = row
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _first(row: Mapping[str, object], given: str, known: tuple[str, ...]) -> object:
    if given:
        return value_at(row, given)
    return next((row[name] for name in known if row.get(name) not in (None, "")), None)
