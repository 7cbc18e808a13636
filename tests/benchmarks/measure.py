"""Measuring: wall time of a call, percentiles, and the memory of this process with its children.

Takes callables and numbers; gives numbers. Reads /proc, so memory is known on Linux only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Spread:
    """How a series of times is spread, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """Summarise times in seconds; raises ValueError where there are none."""
        if not seconds:
            raise ValueError("nothing was measured")
        ordered = sorted(seconds)
        p50, p95, p99 = (round(1000 * percentile(ordered, share), 2) for share in (0.5, 0.95, 0.99))
        return cls(len(ordered), p50, p95, p99, worst=round(1000 * ordered[-1], 2))


def percentile(ordered: Sequence[float], share: float) -> float:
    """Give the value below which a share of an ordered series lies, between neighbours in proportion."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def seconds_of(call: Callable[[], object]) -> float:
    """Give the wall time of one call."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def descendants(pid: int) -> list[int]:
    """Give a process and all that it started, as far as they live."""
    found = [pid]
    for task in (PROC / str(pid) / "task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += descendants(int(child))
    return found


def memory_mb() -> float:
    """Give the resident memory of this process and its descendants, in megabytes."""
    total = 0
    for pid in descendants(os.getpid()):
        try:
            status = (PROC / str(pid) / "status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(total / 1024, 1)
