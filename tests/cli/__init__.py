"""Tests; each package mirrors one of auditor's."""
