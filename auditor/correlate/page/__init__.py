"""The page: a timeline per run that one can zoom, self-contained and asking the network for nothing."""

from __future__ import annotations

from auditor.correlate.page.page import page_of

__all__ = ["page_of"]
