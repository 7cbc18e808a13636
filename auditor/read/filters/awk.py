"""A small awk: patterns, print and printf over fields, on known text."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.filters.streams import CannotFold, Streams


def awk(arguments: Sequence[str], streams: Streams) -> str:
    """Refuse everything, for now."""
    raise CannotFold("awk")
