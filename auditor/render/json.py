"""JSON and JSON Lines, and their JSON Schema.

One script alone is one object; several are one object with `reports` and `summary`; JSON Lines
holds one object a line, in the order of the scripts. Characters that hide or steer a terminal are
escaped in a way that leaves the values as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from auditor.model.report import Report
from auditor.render.document import report_object, summary_object
from auditor.render.escape import safe_json
from auditor.render.format import REPORTS_SCHEMA, ReportObject, ReportsObject
from auditor.render.summary import Summary

SCHEMA_ID = "urn:auditor:schema:report:1"


class JsonRenderer:
    """One JSON text; `is_many` says whether several scripts were asked for."""

    def __init__(self, *, is_many: bool) -> None:
        self._is_many = is_many
        self._count = 0

    def start(self) -> str:
        """Open the object of several reports."""
        return f'{{\n"schema": "{REPORTS_SCHEMA}",\n"reports": [' if self._is_many else ""

    def report(self, report: Report) -> str:
        """Give one object, indented where it stands alone."""
        if not self._is_many:
            return _indented(report_object(report)) + "\n"
        self._count += 1
        return ("\n" if self._count == 1 else ",\n") + _compact(report_object(report))

    def finish(self, summary: Summary) -> str:
        """Close the object of several reports."""
        return f'\n],\n"summary": {_compact(summary_object(summary))}\n}}\n' if self._is_many else ""


class JsonLinesRenderer:
    """One object a line."""

    def start(self) -> str:
        """Nothing comes first."""
        return ""

    def report(self, report: Report) -> str:
        """Give one line."""
        return _compact(report_object(report)) + "\n"

    def finish(self, summary: Summary) -> str:
        """Nothing comes last."""
        return ""


def report_schema() -> str:
    """Give the JSON Schema (draft 2020-12) of both objects."""
    either, parts = msgspec.json.schema_components([ReportObject, ReportsObject], ref_template="#/$defs/{name}")
    schema: Mapping[str, object] = {"anyOf": list(either), "$defs": parts}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "auditor report",
        "description": "What `auditor check --format json` prints; with `--format jsonl`, each line is a ReportObject.",
    }
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=True) + "\n"


def _compact(value: msgspec.Struct) -> str:
    return safe_json(json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")))


def _indented(value: msgspec.Struct) -> str:
    return safe_json(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def _plain(value: msgspec.Struct) -> object:
    plain: object = msgspec.to_builtins(value)
    return plain
