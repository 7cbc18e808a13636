"""A module that worker processes load in tests, and that takes its time to load."""

from __future__ import annotations

import time

SECONDS = 3.0


def handle(request: bytes) -> bytes:
    """Echo."""
    return request


time.sleep(SECONDS)
