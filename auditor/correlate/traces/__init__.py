"""Traces: the steps of agents, from trajectories of every format, from a trace of one's own, from OpenTelemetry."""

from __future__ import annotations

from auditor.correlate.traces.files import Traces, read_traces

__all__ = ["Traces", "read_traces"]
