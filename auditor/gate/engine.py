"""The Auditor behind the gate, which can be replaced while it works: what has begun is finished by the old one.

Takes a way to make an Auditor; lends it out. A new one that cannot be made leaves the old one in place.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from auditor.pipeline import Auditor

_WARMING = "ssh -N -R 1:localhost:22 warm@host.invalid; python3 -c 'import os; os.system(\"true\")'"


class Engine:
    """Lends one Auditor to many threads. Thread-safe."""

    def __init__(self, make: Callable[[], Auditor]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._auditor = make()
        self._loans: dict[int, int] = {}
        self._retired: dict[int, Auditor] = {}
        self.reloads = 0

    @contextlib.contextmanager
    def lent(self) -> Iterator[Auditor]:
        """Lend the Auditor of this moment."""
        with self._lock:
            auditor = self._auditor
            self._loans[id(auditor)] = self._loans.get(id(auditor), 0) + 1
        try:
            yield auditor
        finally:
            with self._lock:
                self._loans[id(auditor)] -= 1
            self._close_unused()

    def warm(self) -> None:
        """Load everything that a first audit would load."""
        with self.lent() as auditor:
            auditor.start()
            auditor.audit(_WARMING, language="bash")

    def reload(self) -> None:
        """Make a new Auditor, warm it, and let it take over; raises what making it raises."""
        fresh = self._make()
        try:
            fresh.start()
            fresh.audit(_WARMING, language="bash")
        except BaseException:
            fresh.close()
            raise
        with self._lock:
            self._retired[id(self._auditor)] = self._auditor
            self._auditor = fresh
            self.reloads += 1
        self._close_unused()

    def close(self) -> None:
        """Close every Auditor, lent or not."""
        with self._lock:
            auditors = [*self._retired.values(), self._auditor]
            self._retired.clear()
        for auditor in auditors:
            auditor.close()

    def _close_unused(self) -> None:
        with self._lock:
            done = [key for key in self._retired if not self._loans.get(key)]
            unused = [self._retired.pop(key) for key in done]
            for key in done:
                self._loans.pop(key, None)
        for auditor in unused:
            auditor.close()
