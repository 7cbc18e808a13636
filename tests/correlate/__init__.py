"""Tests of auditor.correlate."""
