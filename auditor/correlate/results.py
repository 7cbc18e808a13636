"""What `auditor correlate` leaves in its folder: the document, the text, the page, and the evidence of all.

Takes a Correlation and its document; writes each file whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from auditor.correlate import evidence
from auditor.correlate.correlation import Correlation
from auditor.correlate.document import Document
from auditor.correlate.page import page_of
from auditor.correlate.text import text_of
from auditor.errors import UsageError

DOCUMENT, TEXT, PAGE = "incidents.json", "report.txt", "timeline.html"


def prepare(folder: Path) -> None:
    """Make the folder; raises UsageError where nothing could be written, before anything is computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writing"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}", hint="--out needs a folder that can be written") from error
    evidence.refuse_broken(folder)


def write_results(folder: Path, found: Correlation, document: Document, inputs: Sequence[Path]) -> None:
    """Write everything, and sign what was read and written."""
    outputs = {
        DOCUMENT: msgspec.json.format(msgspec.json.encode(document), indent=1),
        TEXT: text_of(document).encode("utf-8", "backslashreplace"),
        PAGE: page_of(found, document).encode("utf-8", "backslashreplace"),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in outputs.items():
            _write(folder / name, data)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}", hint="--out needs a folder that can be written") from error
    entries = [("input", str(path), evidence.digest_of(path)) for path in inputs]
    seen = {alert.id: alert.digest for incident in document.incidents for alert in incident.alerts}
    entries += [("alert", name, digest) for name, digest in seen.items()]
    entries += [("output", name, evidence.digest_of(folder / name)) for name in outputs]
    evidence.append(folder, entries)


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.writing")
    temporary.write_bytes(data)
    os.replace(temporary, path)  # noqa: PTH105
