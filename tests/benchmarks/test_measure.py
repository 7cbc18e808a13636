"""The benchmark's own arithmetic."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks.measure import Spread, descendants, memory_mb, percentile


def test_percentiles_lie_between_neighbours() -> None:
    """The median of an even series lies half-way; the ends are the ends."""
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert percentile([1.0, 2.0], 0.0) == 1.0
    assert percentile([1.0, 2.0], 1.0) == 2.0


def test_a_spread_is_in_milliseconds_and_needs_values() -> None:
    """Seconds come in, milliseconds go out, in any order; nothing measured is an error."""
    assert Spread.of([0.003, 0.001, 0.002]) == Spread(3, p50=2.0, p95=2.9, p99=2.98, worst=3.0)
    with pytest.raises(ValueError, match="nothing was measured"):
        Spread.of([])


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_counts_children() -> None:
    """A child that holds memory is counted, and is among the descendants."""
    code = "import sys; held = bytearray(60_000_000); print('up', flush=True); sys.stdin.read()"
    before = memory_mb()
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in descendants(os.getpid())
        assert memory_mb() - before > 50
        child.stdin.close()
