"""Pausing Python's garbage collector while a large tree is made.

The collector would walk the growing tree again and again: parsing 50,000 lines takes nearly twice as
long with it. A tree holds no garbage while it is made, so nothing is lost by waiting.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Let the collector wait, and go on as it was afterwards."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
