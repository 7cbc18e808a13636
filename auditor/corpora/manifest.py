"""Labelled scripts in files of their own: a manifest (YAML) that lists them, as `corpus/manifest.yaml` does.

Takes the manifest, gives rows in its order: `samples` are whole scripts with `id`, `path`, `language`, `label`
(`hostile` or `benign`), `family` and `verdict`; `collections` are files of rows. Raises UsageError for an entry
that is not so, and for a path that leads out of the manifest's folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import yaml

from auditor.corpora.rows import Row, read_rows
from auditor.errors import UsageError
from auditor.model.verdict import Verdict

ENDINGS = (".yaml", ".yml")
_HINT = "a manifest lists `samples` and `collections`, with paths beside it"


class _Sample(msgspec.Struct):
    id: str
    path: str
    language: str
    label: str
    family: str
    verdict: Verdict


class _Collection(msgspec.Struct):
    path: str


class _Manifest(msgspec.Struct):
    samples: list[_Sample] = []
    collections: list[_Collection] = []


def labelled_rows(path: Path) -> Iterator[Row]:
    """Give the rows of a manifest, or of a file of JSON Lines."""
    if path.suffix not in ENDINGS:
        yield from read_rows(path)
        return
    try:
        manifest = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _Manifest, strict=True)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}", hint=_HINT) from error
    if not manifest.samples and not manifest.collections:
        raise UsageError(f"{path}: no samples", hint=_HINT)
    for sample in manifest.samples:
        file = _beside(path, sample.path)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: {sample.id}: {error}", hint=_HINT) from error
        is_core = sample.label == "hostile"
        yield Row(sample.id, sample.language, sample.verdict, text, sample.family, is_core, sample.path)
    for collection in manifest.collections:
        yield from read_rows(_beside(path, collection.path))


def _beside(manifest: Path, name: str) -> Path:
    folder = manifest.parent.resolve()
    file = (folder / name).resolve()
    if not file.is_relative_to(folder):
        raise UsageError(f"{manifest}: {name!r} leads out of its folder", hint=_HINT)
    return file
