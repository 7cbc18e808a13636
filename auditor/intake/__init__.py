"""Intake: outside bytes become Scripts; what cannot becomes a Gap or an error that says so."""

from __future__ import annotations

from auditor.intake.languages import language_named, recognise
from auditor.intake.paths import Skipped, Taken, take_bytes, take_paths

__all__ = ["Skipped", "Taken", "language_named", "recognise", "take_bytes", "take_paths"]
