"""The page of a correlation: its incidents and a timeline for each run, in one file.

Takes a Correlation and its document; `auditor.render.page` escapes what it shows, and control characters
and secrets of traces and logs are taken out here.
"""

from __future__ import annotations

from pathlib import Path

from auditor.correlate.correlation import Correlation
from auditor.correlate.document import Document
from auditor.correlate.incidents import moment_text
from auditor.correlate.page.lanes import runs_of
from auditor.correlate.text import clock_text, usual
from auditor.render.escape import visible
from auditor.render.page import Filter, Template
from auditor.render.redact import redact

_FOLDER = Path(__file__).parent
_SHOWN_INCIDENTS = 200
_SHOWN_UNEXPLAINED = 100
_FILTERS: dict[str, Filter] = {
    "number": lambda value: f"{value:,.0f}",
    "seen": lambda value: visible(redact(str(value))),
    "clock": clock_text,
    "moment": lambda value: moment_text(value)[:16].replace("T", " "),
    "code": lambda value: "\n".join(visible(line) for line in redact(value).splitlines()[:12]),
}


def page_of(found: Correlation, document: Document) -> str:
    """Give the page."""
    runs = runs_of(found, document)
    return Template(_FOLDER, "correlate", _FILTERS).page(
        _cleaned(runs),
        {
            "document": document,
            "test": document.association,
            "told": sum(incident.explained for incident in document.incidents),
            "usual": usual(document),
            "runs": runs,
            "incidents": document.incidents[:_SHOWN_INCIDENTS],
            "unexplained": document.unexplained[:_SHOWN_UNEXPLAINED],
        },
    )


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return visible(redact(value))
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value
