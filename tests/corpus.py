"""The corpus as values: reads corpus/manifest.yaml, and refuses an entry with a key that is missing or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CORPUS = Path(__file__).parent.parent / "corpus"


@dataclass(frozen=True, slots=True)
class Sample:
    """One whole script, and what the auditor must say of it under the default policy."""

    id: str
    path: str
    language: str
    label: str
    family: str
    says: str
    verdict: str
    rules: tuple[str, ...]
    rome: str = ""
    pair: str = ""

    @property
    def file(self) -> Path:
        """Where the script is."""
        return CORPUS / self.path


@dataclass(frozen=True, slots=True)
class Collection:
    """Harmless scripts of one theme, as rows of JSON Lines."""

    path: str
    says: str
    rows: int

    @property
    def file(self) -> Path:
        """Where the rows are."""
        return CORPUS / self.path


@cache
def collections() -> tuple[Collection, ...]:
    """Give every collection of the manifest, in order."""
    manifest = yaml.safe_load((CORPUS / "manifest.yaml").read_text(encoding="utf-8"))
    return tuple(Collection(**row) for row in manifest["collections"])


@cache
def samples() -> tuple[Sample, ...]:
    """Give every sample of the manifest, in order."""
    manifest = yaml.safe_load((CORPUS / "manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["version"] == 1
    assert manifest["origin"] == "ours"
    assert manifest["licence"] == "Apache-2.0"
    return tuple(Sample(**{**row, "rules": tuple(row["rules"])}) for row in manifest["samples"])
