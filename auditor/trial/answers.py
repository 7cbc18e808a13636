"""What the trial's workers share: reading a run's answer within a deadline, and giving back their own limits."""

from __future__ import annotations

import os
import resource
import select
import time

_LOOK_SECONDS = 0.5
_PARENT = os.getppid()


def read_all(descriptor: int, deadline: float) -> bytes:
    """Read to the end; what there is at the deadline, or when the auditor is gone."""
    chunks: list[bytes] = []
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if not poll.poll(min(left, _LOOK_SECONDS) * 1000):
            if os.getppid() != _PARENT:
                break  # nobody waits for the answer any more, so the run ends now
            continue
        chunk = os.read(descriptor, 1 << 20)
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)


def lift_limits() -> None:
    """Give a run back what the worker's own limits took; prlimit sets the script's."""
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (hard, hard))
