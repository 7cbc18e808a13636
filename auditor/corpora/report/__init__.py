"""The report of a run: one self-contained page."""

from __future__ import annotations

from auditor.corpora.report.page import write_report

__all__ = ["write_report"]
