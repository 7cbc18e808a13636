"""Counts and times of the gate, in Prometheus' text format."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left

_BUCKETS_MS = (1.0, 2.0, 5.0, 10.0, 15.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0)


class Metrics:
    """What the gate has decided, and how long it took. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin = time.time()
        self._decisions = dict.fromkeys(("allow", "review", "deny", "error", "busy"), 0)
        self._buckets = [0] * (len(_BUCKETS_MS) + 1)
        self._sum_ms = 0.0

    def count(self, outcome: str, milliseconds: float) -> None:
        """Count one answer."""
        with self._lock:
            self._decisions[outcome] += 1
            self._buckets[bisect_left(_BUCKETS_MS, milliseconds)] += 1
            self._sum_ms += milliseconds

    def text(self, **gauges: float) -> str:
        """Write all metrics; `gauges` are further ones, by name."""
        with self._lock:
            decisions, buckets, total = dict(self._decisions), list(self._buckets), self._sum_ms
        lines = [
            "# HELP auditor_decisions_total Answers by outcome.",
            "# TYPE auditor_decisions_total counter",
            *(f'auditor_decisions_total{{outcome="{name}"}} {count}' for name, count in decisions.items()),
            "# HELP auditor_decision_seconds Time from payload to answer.",
            "# TYPE auditor_decision_seconds histogram",
        ]
        running = 0
        for bound, count in zip((*_BUCKETS_MS, None), buckets, strict=True):
            running += count
            edge = "+Inf" if bound is None else f"{bound / 1000:g}"
            lines.append(f'auditor_decision_seconds_bucket{{le="{edge}"}} {running}')
        lines += [f"auditor_decision_seconds_sum {total / 1000:.6f}", f"auditor_decision_seconds_count {running}"]
        gauges["start_time_seconds"] = self._begin
        for name, value in sorted(gauges.items()):
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# TYPE auditor_{name} {kind}", f"auditor_{name} {value:.15g}"]
        return "\n".join(lines) + "\n"
