"""What every output format offers: pieces of text, from which the command line makes the report."""

from __future__ import annotations

from typing import Protocol

from auditor.model.report import Report
from auditor.render.summary import Summary


class Renderer(Protocol):
    """An output format. Each method gives text to write as it is; audited text in it is already harmless."""

    def start(self) -> str:
        """Give what comes before the first report."""
        ...

    def report(self, report: Report) -> str:
        """Give one report, or nothing where the format needs all of them first."""
        ...

    def finish(self, summary: Summary) -> str:
        """Give what comes after the last report."""
        ...
